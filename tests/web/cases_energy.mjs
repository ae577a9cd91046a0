// Energy & cost: the tables say what the diary says, each figure against the one before; prices and CO₂ are typed in.
import assert from 'node:assert/strict';
import { accessibility } from './browser.mjs';
import { emptyDiary, usualTariffs } from './fake_diary.mjs';
import { fits, says, soon, text } from './helpers.mjs';

const rowNames = (page) => page.$$eval('#rows tbody th a', (all) => all.map((each) => each.textContent));

const TABLE = async ({ open }) => {
  const page = await open({}, '#/energy?period=all');
  await page.waitForSelector('#rows tbody tr');
  const years = await rowNames(page);
  assert.deepEqual(years, [...years].sort().reverse(), 'newest first');
  await page.click(`#rows tbody th a >> text="${years[1]}"`);
  await says(page, `The months of ${years[1]}`);
  await page.waitForSelector('#chart canvas');
  await page.waitForSelector('[data-total=distance]:not([data-value=null])');
  assert.match(page.url(), new RegExp(`period=${years[1]}`));
  const values = await page.$$eval('[data-total]', (all) => all.map((each) => [each.dataset.total, each.dataset.value]));
  assert.deepEqual(values.map(([name]) => name), ['distance', 'energy', 'rate', 'cost', 'cost_rate']);
  assert.ok(values.every(([, value]) => value === 'null' || Number.isFinite(Number(value))), JSON.stringify(values));
  const rows = await page.$$eval('#rows td[data-figure=distance]', (all) => all.map((each) => Number(each.firstChild.textContent.replace(/\D/g, ''))));
  const [, rest] = /Unattributed: ([\d,]+).km/.exec(await text(page, '#rows')) ?? [null, '0'];
  const driven = values.find(([name]) => name === 'distance')[1];
  assert.equal(rows.reduce((sum, each) => sum + each, 0) + Number(rest.replace(',', '')), Number(driven), 'the rows and what is in none are the whole');
  assert.equal(await page.getByRole('cell', { name: /km/ }).first().isVisible(), true, 'a block on a phone is a row still');
  await page.goBack();
  await says(page, 'Year by year');
  await fits(page);
  assert.deepEqual(await accessibility(page), []);
};

/** The month that runs is held against the same days of the one before, and says so. */
const AGAINST = async ({ fake, open }) => {
  const today = fake.state.time.slice(0, 10);
  const month = new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 2, 1)).toISOString().slice(0, 7);
  const last = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).getUTCDate();
  const to = `${month}-${String(Math.min(last, Number(today.slice(8)))).padStart(2, '0')}`;
  const page = await open({}, `#/energy?period=${today.slice(0, 7)}`);
  await page.waitForSelector('#against');
  const there = fake.diary.outings.filter((each) => (each.day ?? each.to.slice(0, 10)) >= `${month}-01` && (each.day ?? each.to.slice(0, 10)) <= to);
  const before = there.reduce((sum, each) => sum + each.distance_km, 0);
  assert.match(await text(page, '[data-total=distance]'), new RegExp(`was ${before.toLocaleString('en')}.km`));
  assert.ok(fake.count(new RegExp(`totals\\?car=leaf&from=${month}-01&to=${to}`)) > 0);
};

/** A year stands before the one before it, in the chart and in its table. */
const BEHIND = async ({ fake, open }) => {
  const year = Number(fake.state.time.slice(0, 4)) - 1;
  const page = await open({}, `#/energy?period=${year}`);
  await says(page, `${year - 1}, wide and behind`);
  await page.getByRole('button', { name: 'Energy' }).click();
  await page.click('#chart summary');
  await page.waitForSelector('#chart tbody tr');
  assert.equal(await page.locator('#chart thead th').last().innerText(), 'Energy, before');
  const [last] = await page.$$eval('#chart tbody tr', (rows) => rows.map((row) => row.lastElementChild.textContent));
  const kwh = fake.diary.charges.filter((each) => each.from.startsWith(`${year - 1}-12`)).reduce((sum, each) => sum + (each.wall_kwh ?? each.charger_kwh ?? each.battery_kwh), 0);
  assert.ok(Math.abs(Number.parseFloat(last.replace(',', '')) - kwh) < 0.06, `${last} is not ${kwh}`);
};

const CARBON = async ({ fake, open }) => {
  const page = await open({}, '#/energy');
  await page.waitForSelector('[data-total=cost]');
  assert.equal(await page.locator('[data-total=carbon]').count(), 0, 'nobody said what a kWh weighs');
  await says(page, 'CO₂ isn’t reckoned');
  await page.click('#prices');
  await page.fill('#co2', '1.5');
  await says(page, 'A whole number from 0 to 2000');
  await page.fill('#co2', '250');
  await page.click('#co2-save');
  await says(page, 'CO₂ is reckoned with 250 g a kWh');
  await page.goBack();
  await page.waitForSelector('[data-total=carbon]');
  assert.equal(fake.preferences.co2_g_per_kwh, 250);
  const kg = Number(await page.getAttribute('[data-total=carbon]', 'data-value'));
  const kwh = Number(await page.getAttribute('[data-total=energy]', 'data-value'));
  assert.ok(Math.abs(kg - kwh / 4) < 0.01, `${kg} kg of ${kwh} kWh`);
};

const WARMTH = async ({ fake, open }) => {
  const known = fake.diary.outings.filter((each) => each.consumption_kwh_100km !== null);
  fake.history = known.map((each, i) => [each.from, (i % 4) * 5 + 1, 0, 20]).reverse();
  const page = await open({}, '#/energy?period=all');
  await page.waitForSelector('#warmth canvas');
  await says(page, /\d+ of \d+ outings; the others lack/);
  await page.click('#warmth summary');
  await page.waitForSelector('#warmth tbody tr');
  const rows = await page.$$eval('#warmth tbody tr', (all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  assert.deepEqual(rows.map(([name]) => name), ['0 to 5\u202f°C', '5 to 10\u202f°C', '10 to 15\u202f°C', '15 to 20\u202f°C']);
  await says(page, /kWh.100.km at 0 to 5/);
};

const EMPTY = async ({ open }) => {
  const page = await open({}, '#/energy');
  await says(page, 'A row appears with the first day of the diary');
  await says(page, 'A bar appears once the car is back');
  assert.doesNotMatch(await text(page, 'main'), /NaN|undefined|null/);
  await fits(page);
  assert.deepEqual(await accessibility(page), []);
};

/** The first month of a diary has nothing to be held against; ten years are eleven rows, each with all its figures. */
const SHORT = async ({ fake, open }) => {
  const months = [...fake.diary.outings.flatMap((each) => each.day ?? []), ...fake.diary.charges.map((each) => each.from)].map((each) => each.slice(0, 7)).sort();
  const page = await open({}, `#/energy?period=${months[0]}`);
  await page.waitForSelector('#rows tbody tr');
  assert.equal((await rowNames(page)).length, new Set(months.filter((each) => each.startsWith(months[0].slice(0, 4)))).size);
  assert.equal(await page.locator('#against').count(), 0);
  assert.doesNotMatch(await text(page, 'main'), /NaN|undefined|null|Infinity/);
};

const LONG = async ({ open }) => {
  const page = await open({}, '#/energy?period=all');
  await page.waitForSelector('#rows tbody tr:nth-child(11)');
  assert.equal(await page.locator('#rows tbody tr').count(), 11);
  const changes = await page.$$eval('#rows td[data-figure=distance] .change', (all) => all.filter((each) => each.textContent !== '').length);
  assert.ok(changes >= 8, `${changes} whole years beside the one before`);
  await fits(page);
};

const PRICES = async ({ fake, open }) => {
  const page = await open({}, '#/energy?show=prices');
  await says(page, 'No price yet');
  await page.focus('#add-tariff');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'valid_from');
  await page.fill('#price', 'much');
  await page.keyboard.press('Enter');
  await says(page, 'A number like 0.30');
  await page.waitForFunction(() => document.activeElement?.id === 'price');
  await page.fill('#price', '0,342');
  await page.click('#add-band');
  await page.fill('[id="bands.0.price"]', '0.214');
  assert.deepEqual(await accessibility(page), []);
  await fits(page);
  await page.click('#save-tariff');
  await says(page, 'What the charges cost is reckoned anew');
  const year = fake.state.time.slice(0, 4);
  assert.deepEqual(fake.tariffs, { tariffs: [{ valid_from: `${year}-01-01`, currency: 'EUR', price: 0.342, session_fee: 0, bands: [{ from: '22:00', to: '06:00', price: 0.214 }] }], holidays: [] });
  await says(page, '22:00 to 06:00 €0.214 a kWh');
  await page.waitForFunction(() => document.activeElement?.id === 'add-tariff');
  assert.deepEqual(await accessibility(page), []);
};

/** Prices from another day on stand beside the old ones; what garaged refuses is said at its field; a viewer only looks. */
const MORE_PRICES = async ({ fake, open }) => {
  fake.tariffs = usualTariffs();
  const page = await open({}, '#/energy?show=prices');
  await page.click('#add-tariff');
  await page.selectOption('[id="bands.0.when"]', 'own');
  await page.getByRole('group', { name: 'Days of price 1' }).getByLabel('Holidays').uncheck();
  fake.tariffsRefusal = 'tariffs[1].bands[0].price: not a number from 0 to 100000';
  await page.click('#save-tariff');
  await page.waitForFunction(() => document.activeElement?.id === 'bands.0.price');
  assert.match(await text(page, '[id="bands.0.price-problem"]'), /not a number from 0/);
  fake.tariffsRefusal = null;
  fake.tariffs.tariffs.push({ valid_from: '2011-01-01', currency: 'EUR', price: 0.2 }); // by another page, meanwhile
  await page.click('#save-tariff');
  await soon(() => fake.tariffs.tariffs.length === 3);
  assert.equal(fake.tariffs.tariffs.splice(1, 1)[0].valid_from, '2011-01-01');
  assert.deepEqual(fake.tariffs.tariffs[1].bands[0].days, ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
  assert.deepEqual(fake.tariffs.holidays, ['2026-12-25']);
  await page.getByRole('button', { name: /^Delete: the prices since 1 Jan 2010/ }).click();
  await page.getByRole('button', { name: 'Delete them' }).click();
  await soon(() => fake.tariffs.tariffs.length === 1);
  await page.waitForFunction(() => document.activeElement?.id === 'add-tariff');
  fake.role = 'viewer';
  await page.reload();
  await says(page, 'Changing prices takes a driver or an admin');
  assert.equal(await page.locator('#add-tariff').count(), 0);
};

/** Prices and CO₂ that another page changes meanwhile: what was typed stays, the rest is as it is by now. */
const MEANWHILE = async ({ fake, open }) => {
  fake.tariffs = usualTariffs();
  const [tariff] = fake.tariffs.tariffs;
  const page = await open({}, '#/energy?show=prices');
  await page.fill('#co2', '250');
  await page.click(`[data-edit="${tariff.valid_from}"]`);
  await page.fill('#price', '0.5');
  tariff.session_fee = 0.7;
  fake.preferences.co2_g_per_kwh = 300;
  fake.event('leaf', 'charge_started');
  await page.waitForFunction(() => document.getElementById('session_fee').value === '0.7');
  assert.equal(await page.inputValue('#co2'), '250');
  tariff.bands = [];
  fake.tariffs.holidays = ['2026-12-26'];
  await page.click('#save-tariff');
  await says(page, 'What the charges cost is reckoned anew');
  const [{ price, session_fee, bands }] = fake.tariffs.tariffs;
  assert.deepEqual([price, session_fee, bands, fake.tariffs.holidays], [0.5, 0.7, [], ['2026-12-26']]);
};

export async function energyCases(run) {
  await run('energy: years, a year, back', TABLE);
  await run('energy: a month that runs, against as much of the one before', AGAINST);
  await run('energy: a year before the one before', BEHIND, { years: 3 });
  await run('energy: what a kWh weighs', CARBON);
  await run('energy: by the temperature outside', WARMTH);
  await run('energy: nothing yet', EMPTY, { diary: emptyDiary(), history: [] });
  await run('energy: the first month', SHORT, { years: 0.05 });
  await run('energy: ten years', LONG, { years: 10 });
  await run('energy: a price, and one for the night', PRICES);
  await run('energy: prices from another day on', MORE_PRICES);
  await run('energy: prices changed by two pages', MEANWHILE);
}
