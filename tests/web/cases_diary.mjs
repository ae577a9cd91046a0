// Charges, mileage, battery and history: what is drawn is what the diary said, page by page, also when it can't say.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fits, lineIs, says, text } from './helpers.mjs';
import { emptyDiary } from './fake_diary.mjs';
import { charging } from './states.mjs';

const LIST = '[data-charge]';

async function table(page, card = '.chart') {
  await page.locator(`${card} summary`).first().click();
  await page.waitForSelector(`${card} tbody tr`);
  return page.$$eval(`${card} tbody tr`, (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
}

const number = (words) => Number(words.replace(/[^0-9.\u2212-]/g, '').replace('\u2212', '-'));
const near = (a, b, words) => assert.ok(Math.abs(a - b) < 0.06, `${words}: ${a} is not ${b}`);

/** The chosen month has something of each kind. */
function lastMonth(fake) {
  return fake.diary.charges[20].from.slice(0, 7);
}

const TWIN = async ({ fake, open }) => {
  const month = lastMonth(fake);
  const page = await open({}, `#/charges?period=${month}`);
  await page.waitForSelector('.chart canvas');
  const days = new Map();
  for (const charge of fake.diary.charges.filter((each) => each.from.startsWith(month))) {
    days.set(charge.from.slice(0, 10), (days.get(charge.from.slice(0, 10)) ?? 0) + charge.battery_kwh);
  }
  const rows = await table(page);
  const charged = rows.filter((row) => row[1] !== '0');
  assert.equal(charged.length, days.size, 'a row for each day with a charge');
  const total = [...days.values()].reduce((sum, each) => sum + each, 0);
  near(charged.reduce((sum, row) => sum + number(row[2]), 0), total, 'the table’s sum');
  near(Number(await page.getAttribute('[data-total=battery]', 'data-value')), total, 'the figure above');
  const label = await page.getAttribute('.chart__canvas', 'aria-label');
  assert.match(label, new RegExp(`On ${days.size} of \\d+ days`));
  near(number(/: ([\d.]+)/.exec(label)[1]), Math.max(...days.values()), 'the highest bar');
};

const PAGING = async ({ fake, open }) => {
  const page = await open({}, '#/charges?period=all');
  await page.waitForSelector(LIST);
  assert.equal(await page.locator(LIST).count(), 30);
  await page.click('#show-more');
  await page.waitForFunction((each) => document.querySelectorAll(each).length === 60, LIST);
  const ids = await page.$$eval(LIST, (all) => all.map((each) => Number(each.dataset.charge)));
  assert.deepEqual(ids, fake.diary.charges.slice(0, 60).map((each) => each.id), 'newest first, none twice');
  assert.ok(fake.count(new RegExp(`charges\\?.*before=${ids[29]}`)) === 1);
  await page.locator(LIST).nth(50).click();
  await says(page, 'How well it is known');
  await page.goBack();
  assert.equal(await page.locator(LIST).count(), 60, 'back leads to the whole list');
  const all = fake.diary.charges.length;
  while (await page.locator('#show-more').count()) {
    const count = await page.locator(LIST).count();
    await page.click('#show-more');
    await page.waitForFunction(([each, before]) => document.querySelectorAll(each).length > before, [LIST, count]);
  }
  assert.equal(await page.locator(LIST).count(), all);
};

const NEWS = async ({ fake, open }) => {
  const page = await open({}, '#/charges?period=all');
  await page.waitForSelector(LIST);
  await page.click('#show-more');
  await page.waitForFunction((each) => document.querySelectorAll(each).length === 60, LIST);
  fake.diary.charges.unshift({ ...fake.diary.charges[0], id: 9000 });
  fake.event('leaf', 'charge_finished');
  await page.waitForSelector('[data-charge="9000"]');
  assert.equal(await page.locator(LIST).count(), 61, 'the new one, and all that was there');
};

const PERIODS = async ({ fake, open }) => {
  const page = await open({}, '#/mileage');
  await says(page, 'Distance by day');
  await page.getByRole('button', { name: 'Year' }).click();
  await says(page, 'Distance by month');
  const year = await text(page, '#period');
  assert.match(page.url(), new RegExp(`period=${year}`));
  const outings = fake.diary.outings.filter((each) => (each.day ?? each.to).startsWith(year));
  const driven = (some) => some.reduce((sum, each) => sum + each.distance_km, 0);
  await page.waitForSelector(`[data-total=distance][data-value="${driven(outings)}"]`);
  const rows = await table(page);
  assert.equal(rows.reduce((sum, row) => sum + number(row[2]), 0), driven(outings.filter((each) => each.day !== null)), 'the bars are of days');
  await page.getByRole('button', { name: /^Earlier/ }).click();
  await page.waitForFunction((each) => document.getElementById('period').textContent === each, String(Number(year) - 1));
  await page.waitForSelector('.chart tbody a');
  await page.locator('.chart tbody a').first().click();
  await says(page, 'Distance by day');
  await page.goBack();
  await says(page, 'Distance by month');
  await page.goBack();
  assert.ok(!page.url().includes('mileage'), 'stepping through time is not a way to go back through');
};

const MILES = async ({ fake, open }) => {
  const page = await open({}, '#/mileage?period=all');
  await says(page, 'Distance by year');
  const km = Number(await page.getAttribute('[data-total=distance]', 'data-value'));
  await page.click('#settings');
  await page.getByRole('radio', { name: 'Miles' }).check();
  await page.keyboard.press('Escape');
  await says(page, 'mi/kWh');
  near(number(await text(page, '[data-total=distance] dd')), Math.round(km / 1.609344), 'miles');
  assert.equal(await page.getAttribute('[data-total=distance]', 'data-value'), String(km));
  assert.ok(!/\bkm\b/.test(await page.innerText('main')), 'no kilometre is left');
  const away = fake.diary.outings.find((each) => each.day === null);
  const mark = `[data-outing="${away.id}"]`;
  while (!(await page.locator(mark).count())) {
    await page.click('#show-more');
    await page.waitForTimeout(100);
  }
  assert.match(await text(page, mark), /over more than one day/);
};

const UNATTRIBUTED = async ({ fake, open }) => {
  const page = await open({}, '#/mileage?period=all');
  const km = fake.diary.outings.filter((each) => each.day === null).reduce((sum, each) => sum + each.distance_km, 0);
  await says(page, new RegExp(`Unattributed: ${km.toLocaleString('en')}.km`));
  const link = await page.getAttribute('#csv', 'href');
  assert.match(link, /^\/api\/v1\/outings\?car=leaf&limit=1000&format=csv$/);
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('#csv')]);
  assert.equal(file.suggestedFilename(), 'outings-leaf-all.csv');
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  assert.deepEqual(lines, ['id', ...fake.diary.outings.map((each) => String(each.id))], 'all of it under one header');
  assert.ok(fake.count(/format=csv&before=/) > 0, 'though it came page by page');
  fake.diaryRefusal = { status: 503, code: 'busy' };
  await page.click('#csv');
  await says(page, 'The file was not saved: busy');
};

/** One that nobody watched, from Friday's arrival to Monday's leaving: no day has it, and no tariff knows its hour. */
const OF_NO_DAY = async ({ fake, open }) => {
  const [one] = fake.diary.charges.filter((each) => each.how === 'inferred' && each.from.startsWith(lastMonth(fake)));
  const all = fake.diary.charges.filter((each) => each.from.startsWith(lastMonth(fake)));
  Object.assign(one, { to: new Date(Date.parse(one.from) + 2.5 * 86400000).toISOString(), battery_kwh: 5.2, cost: 1.04, cost_max: 1.77 });
  const page = await open({}, `#/charges?period=${lastMonth(fake)}`);
  await says(page, /Unattributed: 5.2.kWh, €1.04 to €1.77, of 1 charge that nobody watched, in a time over more than one bar/);
  assert.equal(await page.getAttribute('[data-total=charges]', 'data-value'), String(all.length), 'the sums have it');
  assert.match(await text(page, `[data-charge="${one.id}"]`), /€1.04 to €1.77/);
  const most = all.reduce((sum, each) => sum + (each.cost_max ?? each.cost ?? 0), 0);
  assert.match(await text(page, '[data-total=cost]'), new RegExp(`at most €${most.toFixed(2)}`));
  await fits(page);
  fake.diary.charges = [one];
  await page.reload();
  await says(page, 'None of these charges belongs to one bar alone: what they took stands below.');
  assert.equal(await page.getAttribute('[data-total=battery]', 'data-value'), '5.2');
};

const DETAIL = async ({ fake, open }) => {
  const watched = fake.diary.charges.find((each) => each.how === 'metered' && each.state === 'closed');
  const page = await open({}, `#/charges/${watched.id}`);
  await page.waitForSelector('.chart canvas');
  await says(page, 'Metered: a wall meter said when it began');
  const rows = await table(page);
  const curve = fake.diary.curves(watched);
  assert.equal(rows.length, curve.length);
  assert.deepEqual(rows.map((row) => number(row[1])), curve.map((each) => each[1]));
  assert.deepEqual(rows.map((row) => number(row[2])), curve.map((each) => each[2]));
  await fits(page);
};

const INFERRED = async ({ fake, open }) => {
  const inferred = fake.diary.charges.find((each) => each.how === 'inferred');
  const page = await open({}, `#/charges/${inferred.id}`);
  await says(page, 'Inferred: the car said nothing meanwhile');
  await says(page, 'Somewhere in this window');
  assert.equal(await page.locator('.chart canvas').count(), 0, 'no curve where nothing was heard');
  await says(page, 'the energy is an estimate');
};

/** One that goes on is asked for again, minute by minute. */
const GROWING = async ({ fake, open }) => {
  const before = fake.diary.charges.find((each) => each.how === 'metered');
  const charge = Object.assign(before, { state: 'open', to: null, efficiency: 1.1 });
  fake.diary.curves = () => [];
  const page = await open();
  await page.clock.install();
  await page.reload();
  await page.goto(`${fake.url}#/charges/${charge.id}`);
  await says(page, 'in progress');
  assert.ok(!/Efficiency/.test(await page.innerText('main')));
  charge.battery_kwh = 77.7;
  await page.clock.runFor(61000);
  await says(page, /77.7.kWh/);
};

const INTERRUPTED = async ({ fake, open }) => {
  const charge = { ...fake.diary.charges[3], state: 'incomplete', cost: 1.5, cost_max: 2.5, currency: 'EUR', flags: ['interrupted', 'implausible', 'something_new'] };
  fake.diary.charges[3] = charge;
  const page = await open({}, `#/charges/${charge.id}`);
  await says(page, 'how it ended isn’t known');
  await says(page, 'It ended before the battery was full');
  await says(page, 'Physics says this can’t be quite so');
  await says(page, 'something new');
  await says(page, '€1.50 to €2.50');
};

const OPENING = async ({ fake, open }) => {
  fake.diaryRefusal = { status: 503, code: 'diary_opening', headers: { 'Retry-After': '1' } };
  const page = await open({}, '#/charges');
  await says(page, 'The diary is being opened; trying again');
  fake.diaryRefusal = null;
  await page.waitForSelector(LIST);
  assert.equal(await page.locator('.problem').count(), 0);
};

const OFFLINE = async ({ fake, open }) => {
  const page = await open({}, '#/charges');
  await page.waitForSelector(LIST);
  const port = fake.port;
  await fake.stop();
  await lineIs(page, 'Reconnecting');
  await page.evaluate(() => (location.hash = '#/mileage'));
  await says(page, 'garaged does not answer; trying again');
  await page.goBack();
  await page.waitForSelector(LIST);
  await says(page, 'Not renewed: garaged does not answer');
  await fake.start(port);
  await lineIs(page, 'Live', 20000);
  await page.waitForFunction(() => !document.querySelector('.problem'), null, { timeout: 20000 });
};

const BUSY = async ({ fake, open }) => {
  fake.diaryRefusal = { status: 400, code: 'bad_request' };
  const page = await open({}, '#/battery');
  await says(page, 'bad_request');
  fake.diaryRefusal = null;
  await page.getByRole('button', { name: 'Try again' }).click();
  await says(page, 'Last heard');
};

const EMPTY = async ({ open, fake }) => {
  const page = await open({}, '#/charges');
  await says(page, 'A bar appears as soon as a charge has ended');
  await says(page, 'Each one appears here when it has ended');
  for (const [each, words] of [
    ['mileage', 'Each one appears here once the car is back'],
    ['battery', 'A point a day appears here once the car has told'],
    ['history', 'Nothing recorded in this time'],
  ]) {
    await page.goto(`${fake.url}#/${each}`);
    await says(page, words);
  }
};

const TEN_YEARS = async ({ fake, open }) => {
  const page = await open({ width: 1280 }, '#/battery');
  await says(page, 'Last heard');
  await page.waitForSelector('.chart canvas');
  assert.equal(fake.count(/battery\?.*before=/), 3, 'page after page');
  const rows = await table(page);
  assert.ok(rows.length >= 120 && rows.length <= 122, `${rows.length} months`);
  await page.goto(`${fake.url}#/charges?period=all`);
  await says(page, 'Into the battery by year');
  assert.equal((await table(page)).length, 11);
  await page.getByRole('button', { name: 'Hx' }).count();
};

const ENDED = async ({ fake, open }) => {
  const page = await open({}, '#/mileage');
  await says(page, 'Each outing');
  fake.loggedIn = false;
  await page.evaluate(() => (location.hash = '#/charges'));
  await says(page, 'Your session has ended');
  assert.equal(await page.locator('[data-charge]').count(), 0);
};

export async function diaryCases(run) {
  await run('the charges’ table says what its chart draws', TWIN);
  await run('charges page by page', PAGING);
  await run('a charge that ends appears by itself', NEWS);
  await run('months, years and everything', PERIODS);
  await run('mileage in miles', MILES);
  await run('the unattributed line and the CSV', UNATTRIBUTED, { years: 5 });
  await run('what can’t be put on a day, and what may have cost more', OF_NO_DAY);
  await run('a watched charge has a curve and its table', DETAIL);
  await run('an inferred charge has a window', INFERRED);
  await run('a charge in progress grows', GROWING);
  await run('states and flags in words', INTERRUPTED);
  await run('a diary that is being opened', OPENING);
  await run('without garaged the pages keep what they had', OFFLINE);
  await run('a refused question can be asked again', BUSY);
  await run('empty pages say what will appear', EMPTY, { diary: emptyDiary(), history: [] });
  await run('ten years of battery', TEN_YEARS, { years: 10 });
  await run('a session that ends on a page of the diary', ENDED);
}
