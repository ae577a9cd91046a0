// Mileage: a calendar that is walked by keys, bars as narrow as one likes, tags that sum, and a day of its own.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { accessibility } from './browser.mjs';
import { emptyDiary } from './fake_diary.mjs';
import { fits, says, soon, text } from './helpers.mjs';

const sum = (outings) => outings.reduce((all, each) => all + each.distance_km, 0);
const focused = (page) => page.evaluate(() => document.activeElement.dataset.day ?? document.activeElement.tagName);
const bar = (page, name) => page.getByRole('group', { name: 'A bar for each' }).getByRole('button', { name }).click();
const total = (page, value) => page.waitForSelector(`[data-total=distance][data-value="${value}"]`);

/** A whole month in the middle of the diary. */
function someMonth(fake, at = 60) {
  return fake.diary.outings[at].day?.slice(0, 7) ?? someMonth(fake, at + 1);
}

function addDays(day, by) {
  return new Date(Date.parse(day) + by * 86400000).toISOString().slice(0, 10);
}

const CALENDAR = async ({ fake, open }) => {
  const month = someMonth(fake);
  const page = await open({}, `#/mileage?period=${month}`);
  await page.waitForSelector('.day--shade1, .day--shade2, .day--shade3');
  const drawn = await page.$$eval('[data-day]', (all) => all.map((each) => [each.dataset.day, each.dataset.km]));
  const real = new Map();
  fake.diary.outings.filter((each) => each.day?.startsWith(month)).forEach((each) => real.set(each.day, (real.get(each.day) ?? 0) + each.distance_km));
  assert.equal(drawn.length, new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate());
  assert.deepEqual(drawn.filter(([, km]) => km !== 'null' && km !== '0').map(([day, km]) => [day, Number(km)]), [...real].sort());
  await page.focus(`[data-day="${month}-10"]`);
  for (const [key, day] of [['ArrowRight', `${month}-11`], ['ArrowDown', `${month}-18`], ['ArrowLeft', `${month}-17`], ['ArrowUp', `${month}-10`]]) {
    await page.keyboard.press(key);
    assert.equal(await focused(page), day, key);
  }
  await page.focus(`[data-day="${month}-01"]`);
  await page.keyboard.press('ArrowLeft');
  const before = addDays(`${month}-01`, -1);
  await page.waitForFunction((day) => document.activeElement.dataset.day === day, before);
  assert.match(page.url(), new RegExp(`period=${before.slice(0, 7)}`), 'the walk goes on in the month before');
  await page.keyboard.press('PageDown');
  await page.waitForFunction((each) => document.activeElement.dataset.day?.startsWith(each), month);
  assert.equal(await page.locator('[data-day][tabindex="0"]').count(), 1, 'one stop for Tab');
  await fits(page);
  assert.deepEqual(await accessibility(page), []);
};

const DAY = async ({ fake, open }) => {
  const charge = fake.diary.charges.find((each) => fake.diary.outings.some((outing) => outing.day === each.from.slice(0, 10)) && each.how === 'watched');
  const day = charge.from.slice(0, 10);
  const page = await open({}, `#/mileage?period=${day.slice(0, 7)}`);
  await page.waitForSelector(`a[data-day="${day}"][data-km]:not([data-km=null])`);
  await page.focus(`[data-day="${day}"]`);
  await page.keyboard.press('Enter');
  await says(page, 'Mileage of a day');
  await total(page, sum(fake.diary.outings.filter((each) => each.day === day)));
  await page.waitForSelector(`#charges [data-charge="${charge.id}"]`);
  assert.match(page.url(), new RegExp(`day=${day}$`));
  await page.getByRole('button', { name: /^Earlier/ }).focus();
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((each) => location.hash.endsWith(each), addDays(day, -1));
  await fits(page);
  assert.deepEqual(await accessibility(page), []);
  await page.goBack();
  await page.waitForSelector('.calendar');
};

const WEEKS = async ({ fake, open }) => {
  const month = someMonth(fake);
  const page = await open({}, `#/mileage?period=${month}&by=week`);
  await says(page, 'Distance by week');
  await page.locator('#chart summary').click();
  await page.waitForSelector('#chart tbody tr');
  const rows = await page.$$eval('#chart tbody tr', (all) => all.map((each) => [...each.children].map((cell) => cell.textContent)));
  const driven = sum(fake.diary.outings.filter((each) => each.day?.startsWith(month)));
  assert.equal(rows.reduce((all, row) => all + Number(row[2].replace(/\D/g, '')), 0), driven, 'the weeks of a month are the month');
  assert.ok(rows.length >= 4 && rows.every((row) => /^week \d+, /.test(row[0])), rows.join('; '));
  await page.getByRole('group', { name: 'Width' }).getByRole('button', { name: 'Year' }).click();
  await says(page, 'Distance by month');
  await bar(page, 'Week');
  await says(page, /In \d+ of 5[34] weeks/);
  await bar(page, 'Day');
  await says(page, /On \d+ of 36[56] days/);
  assert.match(page.url(), /by=day/);
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await says(page, 'Distance by year');
};

const TAGS = async ({ fake, open }) => {
  const month = someMonth(fake);
  const mine = fake.diary.outings.filter((each) => each.day?.startsWith(month));
  mine[2].tags = ['work'];
  const page = await open({}, `#/mileage?period=${month}`);
  await page.waitForSelector('#tags');
  const row = page.locator(`[data-outing="${mine[0].id}"]`);
  await row.locator('.entry__edit').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Work trip');
  mine[0].tags = ['of-another-page'];
  await page.keyboard.press('Enter');
  await soon(() => fake.written.length === 1);
  assert.deepEqual(fake.written[0], { tags: ['of-another-page', 'Work-trip'] }, 'a blank would be two tags');
  await row.getByRole('button', { name: 'Add the tag work' }).click();
  await soon(() => fake.written.length === 2);
  await page.waitForSelector(`[data-outing="${mine[0].id}"] .badge--tag >> text="work"`);
  assert.deepEqual(await accessibility(page), []);
  await row.getByRole('button', { name: 'Take away Work-trip' }).click();
  await soon(() => fake.written.length === 3);
  assert.deepEqual(mine[0].tags, ['of-another-page', 'work']);
  await page.waitForFunction((id) => document.activeElement.id === id && !document.querySelector('.tagger [aria-disabled=true]'), `tag-${mine[0].id}`);
  await page.keyboard.type('work');
  await page.keyboard.press('Enter');
  await says(page, 'That one is there already');
  await page.keyboard.press('Escape');
  assert.ok(await row.locator('.entry__edit').evaluate((each) => each === document.activeElement), 'the keyboard is where it was');
  await page.locator('#tags').getByRole('button', { name: /^work/ }).click();
  await total(page, mine[0].distance_km + mine[2].distance_km);
  await says(page, `2 of ${fake.diary.outings.filter((each) => each.to.startsWith(month)).length} outings`);
  assert.equal(await page.locator('[data-outing]').count(), 2);
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('#csv')]);
  assert.equal(file.suggestedFilename(), `outings-leaf-${month}-work.csv`);
  assert.deepEqual((await readFile(await file.path(), 'utf8')).trim().split('\r\n'), ['id,tags', `${mine[0].id},of-another-page work`, `${mine[2].id},work`]);
  await page.getByRole('button', { name: 'Without a tag' }).click();
  await page.waitForFunction((id) => !document.querySelector(`[data-outing="${id}"]`), mine[0].id);
  await page.reload();
  await says(page, 'Each outing');
  assert.equal(await page.getAttribute('#tags [aria-pressed=true]', 'aria-pressed'), 'true');
  await fits(page);
};

const VIEWER = async ({ fake, open }) => {
  fake.role = 'viewer';
  const page = await open({}, '#/mileage?period=all');
  await page.waitForSelector('[data-outing]');
  assert.equal(await page.locator('.entry__edit').count(), 0);
  assert.equal(await page.locator('#tag-hint').count(), 0);
};

/** It began in the middle of a month; nothing is asked for of the days before. */
const BEGAN = async ({ fake, open }) => {
  const first = fake.diary.outings[fake.diary.outings.length - 1];
  const old = fake.diary.charges[fake.diary.charges.length - 1].from.slice(0, 10);
  const month = (first.day < old ? first.day : old).slice(0, 7);
  fake.diary.outings = fake.diary.outings.filter((each) => each.to.slice(0, 10) >= `${month}-14`);
  fake.diary.charges = fake.diary.charges.filter((each) => each.from.slice(0, 10) >= `${month}-14`);
  const page = await open({}, `#/mileage?period=${month}`);
  await says(page, 'The diary begins on');
  await page.waitForSelector('.day--before');
  assert.equal(await page.locator('a.day--before').count(), 0);
  assert.match(await text(page, `[data-day="${month}-02"] .hidden`), /before the diary began/);
};

const EMPTY = async ({ fake, open }) => {
  const page = await open({}, '#/mileage');
  await says(page, 'A bar appears as soon as the car is back');
  await page.waitForSelector('[data-day]');
  assert.equal(await page.locator('.shades li').count(), 0);
  assert.ok(!/NaN|undefined|null|Infinity/.test(await page.innerText('main')));
  await fits(page);
  await page.goto(`${fake.url}#/mileage?day=${fake.state.time.slice(0, 10)}`);
  await says(page, 'No charge on this day');
  assert.deepEqual(await accessibility(page), []);
};

const TEN_YEARS = async ({ fake, open }) => {
  const page = await open({}, '#/mileage?period=all&by=month');
  await says(page, /In \d+ of 1[12]\d months/);
  await total(page, sum(fake.diary.outings));
  await bar(page, 'Year');
  await says(page, /In 11 of 11 years/);
  await fits(page);
};

export async function mileageCases(run) {
  await run('mileage: a calendar that keys walk through', CALENDAR);
  await run('mileage: a day opens, and back', DAY);
  await run('mileage: weeks, days, months', WEEKS);
  await run('mileage: tags by keyboard, sifted and summed', TAGS);
  await run('mileage: who may only look sees no editor', VIEWER);
  await run('mileage: a diary that began in the middle of a month', BEGAN);
  await run('mileage: nothing yet', EMPTY, { diary: emptyDiary() });
  await run('mileage: ten years', TEN_YEARS, { years: 10 });
}
