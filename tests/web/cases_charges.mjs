// One charge closely: prices behind its curve, losses, the window of one that nobody watched, and what a person knows better.
import assert from 'node:assert/strict';
import { accessibility } from './browser.mjs';
import { usualTariffs } from './fake_diary.mjs';
import { fits, says, text } from './helpers.mjs';

const closed = (fake, how) => fake.diary.charges.find((each) => each.how === how && each.state === 'closed');

const PRICES = async ({ fake, open }) => {
  const charge = closed(fake, 'metered');
  fake.tariffs = usualTariffs();
  const day = charge.from.slice(0, 10);
  Object.assign(charge, { from: `${day}T20:00:00+01:00`, to: `${day}T23:00:00+01:00` });
  const page = await open({}, `#/charges/${charge.id}`);
  await page.waitForSelector('#prices li');
  const [first, second] = await page.$$eval('#prices li', (all) => all.map((each) => each.innerText.replace(/\s+/g, ' ')));
  assert.match(first, /^20:00 to 22:00 €0.342 a kWh dearest · at other times · 6\d ?%, about [\d.]+ ?kWh$/);
  assert.match(second, /^22:00 to 23:00 €0.214 a kWh cheapest · 22:00 to 06:00 · 3\d ?%, about/);
  await page.locator('#curve summary').click();
  await page.waitForSelector('#curve tbody tr');
  const cells = await page.$$eval('#curve tbody tr', (rows) => rows.map((row) => row.lastElementChild.textContent));
  assert.equal(cells[0], '€0.342 a kWh');
  assert.equal(cells[cells.length - 2], '€0.214 a kWh');
  await fits(page);
};

const LOSSES = async ({ fake, open }) => {
  const charge = Object.assign(closed(fake, 'metered'), { wall_kwh: 11, charger_kwh: 10.1, battery_kwh: 9.4 });
  const page = await open({}, `#/charges/${charge.id}`);
  await says(page, /0.9.kWh lost in cable and charger: 8.2.%/);
  await says(page, /0.7.kWh lost behind the charger: 6.9.%/);
  await says(page, /1.6.kWh in all, 14.5.%/);
  Object.assign(charge, { wall_kwh: null, charger_kwh: null });
  await page.reload();
  await says(page, 'Only one end of the way is known, so losses can’t be told');
};

/** What isn't known says why, and where it is set. */
const NO_COST = async ({ fake, open }) => {
  const charge = Object.assign(closed(fake, 'watched'), { cost: null });
  const page = await open({}, `#/charges/${charge.id}`);
  await says(page, 'no price of yours holds on that day');
  await page.click('#cost-gap a');
  await says(page, 'No price yet');
  charge.place = 'work';
  await page.goBack();
  await page.reload();
  await says(page, 'it was not at home, so only you can say it');
};

const WINDOW = async ({ fake, open }) => {
  const charge = Object.assign(closed(fake, 'inferred'), { soc_from: 41, soc_to: 62, battery_kwh: 4.9, cost: 1.04, cost_max: 1.77 });
  const page = await open({ width: 320 }, `#/charges/${charge.id}`);
  await says(page, /Nobody watched from \w+ .* to .*, \d h.* Somewhere within, the charge rose by 21.%: about 4.9.kWh/);
  await says(page, 'It cost €1.04 to €1.77, as it fell into the cheapest or the dearest hour of that time');
  await fits(page);
};

/** By the keyboard alone: open, type, be refused at the field, correct it, save, and be back at the button. */
const EDIT = async ({ fake, open }) => {
  const charge = closed(fake, 'inferred');
  const page = await open({}, `#/charges/${charge.id}`);
  await says(page, 'to confirm');
  await page.focus('#edit-charge');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'charge-place');
  assert.deepEqual(await accessibility(page), []);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('work');
  await page.fill('#charge-wall_kwh', '12,x');
  await page.keyboard.press('Enter');
  await says(page, 'A number from 0 to 200, or nothing');
  await page.waitForFunction(() => document.activeElement?.id === 'charge-wall_kwh');
  assert.equal(await page.getAttribute('#charge-wall_kwh', 'aria-invalid'), 'true');
  assert.equal(fake.written.length, 0, 'nothing is sent that can’t be kept');
  await page.fill('#charge-wall_kwh', '199');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('charge-wall_kwh-problem')?.textContent.includes('can’t have counted'));
  await page.fill('#charge-wall_kwh', '12,5');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'edit-charge');
  assert.deepEqual(fake.written.at(-1), { place: 'work', wall_kwh: 12.5 }, 'only what has changed');
  await says(page, 'Saved.');
  await says(page, 'as typed in');
  assert.ok(!/to confirm/.test(await text(page, '#charge-lead')), 'the owner has said it');
  await page.keyboard.press('Enter');
  await page.keyboard.type('!');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement?.id === 'edit-charge');
  assert.equal(charge.place, 'work');
};

const VIEWER = async ({ fake, open }) => {
  fake.role = 'viewer';
  const page = await open({}, `#/charges/${closed(fake, 'metered').id}`);
  await says(page, 'How well it is known');
  assert.equal(await page.locator('#edit-charge').count(), 0);
};

const FILTERS = async ({ fake, open }) => {
  const page = await open({}, '#/charges?period=all');
  await page.getByRole('button', { name: 'Incomplete' }).click();
  const incomplete = fake.diary.charges.filter((each) => each.state === 'incomplete').map((each) => each.id);
  await says(page, `${incomplete.length} of ${fake.diary.charges.length} charges`);
  const ids = () => page.$$eval('[data-charge]', (all) => all.map((each) => Number(each.dataset.charge)));
  assert.deepEqual(await ids(), incomplete);
  await page.getByRole('button', { name: 'To confirm' }).click();
  const unsure = fake.diary.charges.filter((each) => each.how === 'inferred').map((each) => each.id);
  await says(page, `${unsure.length} of `);
  assert.deepEqual(await ids(), unsure.slice(0, 30));
  if (unsure.length > 30) {
    await page.click('#show-more');
    await page.waitForFunction((count) => document.querySelectorAll('[data-charge]').length === count, Math.min(60, unsure.length));
  }
  assert.match(page.url(), /period=all&show=confirm$/);
  await page.getByRole('group', { name: 'Width' }).getByRole('button', { name: 'Year' }).click();
  assert.match(page.url(), /show=confirm/, 'another time, the same question');
  await page.locator('[data-charge]').first().click();
  await says(page, 'Somewhere in this window');
  await page.goBack();
  await says(page, /\d+ of \d+ charges/);
  fake.diary.charges = fake.diary.charges.filter((each) => each.how !== 'inferred');
  await page.reload();
  await says(page, 'Nothing to confirm in this time');
};

/** From one charge straight to another (back, or an address typed in): its text is its own. */
const OTHER = async ({ fake, open }) => {
  const [a, b] = fake.diary.charges.filter((each) => each.state === 'closed').slice(-2).map((each) => each.id);
  const page = await open({}, `#/charges/${a}`);
  await page.waitForSelector('#edit-charge');
  await page.goto(`${fake.url}#/charges/${b}`);
  await page.waitForFunction((id) => performance.getEntriesByType('resource').some((each) => each.name.includes(`charges/${id}?`)), b);
  await page.click('#edit-charge');
  await page.fill('#charge-note', 'of the other');
  await page.goto(`${fake.url}#/charges/${a}`);
  await page.waitForSelector('#edit-charge');
  assert.equal(await page.locator('#charge-note').count(), 0);
};

/** What another page changes is shown where nothing was typed, and not taken back by what is sent. */
const MEANWHILE = async ({ fake, open }) => {
  const charge = fake.diary.charges.filter((each) => each.state === 'closed').pop();
  const page = await open({}, `#/charges/${charge.id}`);
  await page.click('#edit-charge');
  await page.fill('#charge-note', 'at the harbour');
  Object.assign(charge, { place: 'Oslo', note: 'of another page' });
  fake.event('leaf', 'charge_started');
  await page.waitForFunction(() => document.getElementById('charge-place').value === 'Oslo');
  assert.equal(await page.inputValue('#charge-note'), 'at the harbour');
  await page.click('#save-charge');
  await says(page, 'Saved.');
  assert.deepEqual(fake.written, [{ note: 'at the harbour' }]);
};

/** Who is logged out in the middle of typing finds it again; another user doesn't. */
const LOGGED_OUT = async ({ fake, open }) => {
  const page = await open({}, '#/charges');
  await page.locator('[data-charge] a').first().click();
  await page.click('#edit-charge');
  await page.fill('#charge-note', 'at the harbour');
  fake.loggedIn = false;
  await page.click('#save-charge');
  await says(page, 'Your session has ended');
  await page.fill('#user', 'anna');
  await page.fill('#password', 'a long password');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#charge-note');
  assert.equal(await page.inputValue('#charge-note'), 'at the harbour');
  await page.keyboard.press('Escape');
  await page.click('#edit-charge');
  assert.notEqual(await page.inputValue('#charge-note'), 'at the harbour', 'what was given up is gone');
};

export async function chargesCases(run) {
  await run('the prices of a charge: stripes, words, table', PRICES);
  await run('the losses of a charge', LOSSES);
  await run('a charge without a cost', NO_COST);
  await run('the window of an inferred charge, in words', WINDOW);
  await run('a charge is edited by the keyboard', EDIT);
  await run('what was typed outlives the session', LOGGED_OUT);
  await run('charges: typed by two pages', MEANWHILE);
  await run('what was typed of one charge is not another’s', OTHER);
  await run('who only looks edits no charge', VIEWER);
  await run('incomplete charges and those to confirm', FILTERS);
}
