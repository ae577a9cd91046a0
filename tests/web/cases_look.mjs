// How the page looks: sizes, colours, what is unknown, what a keyboard and a screen reader get.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessibility } from './browser.mjs';
import { fits, says, text, value } from './helpers.mjs';
import { asleep, charging, signal, twoCars } from './states.mjs';

const VIEWS = [
  ['360-light', { width: 360, height: 800 }],
  ['360-dark', { width: 360, height: 800, dark: true }],
  ['1280-light', { width: 1280, height: 900 }],
  ['1280-dark', { width: 1280, height: 900, dark: true }],
];

async function chartDrawn(page) {
  await page.waitForSelector('.chart canvas');
}

function sizeCase(name) {
  return async ({ open, shots }) => {
    const page = await open();
    await chartDrawn(page);
    await says(page, 'Charging 3.3 kW, full in 2 h 10 min');
    await says(page, 'as on the dashboard');
    await fits(page);
    await page.screenshot({ path: join(shots, `now-${name}.png`), fullPage: true });
    assert.deepEqual(await accessibility(page), []);
  };
}

const COLOURS = async ({ open }) => {
  const page = await open({ dark: true });
  await page.waitForSelector('.ring');
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await ground();
  await page.click('#settings');
  await page.getByRole('radio', { name: 'Light' }).check();
  const light = await ground();
  assert.notEqual(light, dark);
  await page.reload();
  await page.waitForSelector('.ring');
  assert.equal(await ground(), light, 'the choice is kept');
  await page.click('#settings');
  await page.getByRole('radio', { name: 'System' }).check();
  assert.equal(await ground(), dark);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction((before) => getComputedStyle(document.documentElement).backgroundColor !== before, dark);
};

const UNITS = async ({ open }) => {
  const page = await open();
  await page.waitForSelector('.ring');
  await page.click('#settings');
  await page.getByRole('radio', { name: 'Miles' }).check();
  await page.getByRole('radio', { name: '°F' }).check();
  await page.keyboard.press('Escape');
  assert.match(await text(page, '[data-signal=odometer]'), /73,053 mi/);
  assert.match(await text(page, '[data-signal=ambient_temp]'), /44 °F/);
  assert.equal(await value(page, 'odometer'), '117568', 'what was said stays what was said');
};

/** What is chosen in one tab holds in the other, which does not take it back later. */
const TABS = async ({ fake, open }) => {
  const page = await open();
  await says(page, 'Range 118 km');
  const other = await page.context().newPage();
  await other.goto(fake.url);
  await says(other, 'Range 118 km');
  await page.click('#settings');
  await page.getByRole('radio', { name: 'Miles' }).check();
  await says(other, 'Range 73 mi');
  await other.click('#settings');
  await other.getByRole('radio', { name: '°F' }).check();
  await other.reload();
  await says(other, 'Range 73 mi');
  await page.evaluate(() => localStorage.setItem('garaged', JSON.stringify({ ...JSON.parse(localStorage.getItem('garaged')), hours: '12' }))); // this tab slept through it
  await page.getByRole('radio', { name: 'Dark' }).check();
  assert.deepEqual(await page.evaluate(() => Object.fromEntries(Object.entries(JSON.parse(localStorage.getItem('garaged'))).filter(([key]) => ['hours', 'theme', 'distance', 'temperature'].includes(key)))), { hours: '12', theme: 'dark', distance: 'mi', temperature: 'F' });
  await page.getByRole('radio', { name: 'Deutsch' }).dispatchEvent('click');
  await says(other, 'Reichweite 73 mi');
  await other.close();
};

/** What garaged says comes in the page's language, too. */
const GERMAN_REASONS = async ({ open }) => {
  const page = await open({ context: { locale: 'de-DE' } }, '#/system');
  await says(page, 'dieses Auto schweigt, wenn es aus ist');
  await says(page, 'bis 08:25 verliehen: ein anderes Programm darf den Dongle benutzen');
  const words = await text(page, '.chain');
  assert.doesNotMatch(words, /silent|paused|program /);
  await page.evaluate(() => (location.hash = '#/'));
  await page.click('.everything summary');
  await page.waitForSelector('.everything td');
  assert.doesNotMatch(await text(page, '.everything table'), /estimated|assumed/);
};

function silentState() {
  const state = charging();
  state.cars.leaf.state_reason = 'this car is silent while off';
  state.cars.leaf.link = { ...state.cars.leaf.link, state: 'down', reason: 'paused until 08:25: another program may use the dongle' };
  return state;
}

const UNKNOWN = async ({ open }) => {
  const page = await open();
  await page.waitForSelector('.ring');
  assert.match(await text(page, '[data-signal=cabin_temp]'), /– unknown/);
  assert.equal(await value(page, 'tyre_fl'), null, 'absent is not drawn');
  assert.match(await text(page, '[data-signal=aux_voltage]'), /estimated/);
  assert.match(await text(page, '[data-signal=odometer]'), /assumed/);
  assert.match(await text(page, '[data-signal=doors]'), /Boot open.*unlocked/);
};

const OLD = async ({ open, shots }) => {
  const page = await open();
  await says(page, 'Asleep, charged and plugged in when last heard');
  await says(page, 'This car is silent while off');
  await says(page, 'Last reading 3 h ago');
  assert.match(await text(page, '[data-signal=odometer]'), /3 h ago old/);
  assert.equal(await page.locator('.ring--faded').count(), 1);
  assert.deepEqual(await accessibility(page), []);
  await page.screenshot({ path: join(shots, 'asleep-360.png'), fullPage: true });
};

const CARS = async ({ open, shots }) => {
  const page = await open();
  await says(page, 'Charging 3.3 kW');
  await page.getByRole('button', { name: 'Van' }).click();
  await says(page, 'Driving, 48 km/h');
  await says(page, /disputed 29.9 % \(79B 2101\) or 51 % \(55B\)/);
  await says(page, 'battery’s own figure');
  assert.match(await text(page, '[data-signal=range]'), /– unknown/);
  await chartDrawn(page);
  assert.deepEqual(await accessibility(page), []);
  await page.screenshot({ path: join(shots, 'two-cars-1280.png'), fullPage: true });
  await page.reload();
  await says(page, 'Driving, 48 km/h');
};

/** Both sides of a dispute are long words: the name beside them stays a name. */
const DISPUTE = async ({ open }) => {
  const page = await open();
  await says(page, /51 % \(55B\) or 29.9 % \(79B 2101\)/);
  const label = await page.locator('.row[data-signal=soc] .row__label').boundingBox();
  assert.ok(label.width > 90, `${label.width} pixels for the name`);
  await fits(page);
};

function disputedState() {
  const state = charging();
  state.cars.leaf.signals.soc = signal(51, '%', 1, { quality: 'disputed', source: '55B', others: [{ value: 29.9, source: '79B 2101' }] });
  return state;
}

const KEYBOARD = async ({ open }) => {
  const page = await open();
  await page.waitForSelector('.chart canvas');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'live');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid', 'the focus is seen');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open]');
  assert.deepEqual(await accessibility(page), []);
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.id), 'settings', 'the focus comes back');
  await page.getByText('Show as a table').focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.chart tbody tr');
};

const TARGETS = async ({ open }) => {
  const page = await open();
  await page.waitForSelector('.chart canvas');
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('button, summary')]
      .map((each) => [each.textContent, each.getBoundingClientRect()])
      .filter(([, box]) => box.height > 0 && (box.height < 44 || box.width < 44))
      .map(([name, box]) => `${name}: ${box.width} x ${box.height}`),
  );
  assert.deepEqual(small, []);
};

const EVERYTHING = async ({ open }) => {
  const page = await open();
  await page.getByText(/^Everything the car says/).click();
  await page.waitForSelector('.everything tbody tr');
  assert.match(await text(page, '.everything table'), /odometer 117,568 km just now 5C5 assumed/);
  assert.deepEqual(await accessibility(page), []);
  await fits(page);
};

const BANNERS = async ({ open }) => {
  const page = await open();
  await says(page, 'A made-up car');
  await says(page, 'The clock is not set yet');
  await says(page, 'The diary can’t be written: card full. Nothing more fits on the card. Make room; garaged then goes on by itself. (diary.db full: disk full)');
  assert.deepEqual(await accessibility(page), []);
};

function bannerState() {
  const state = charging();
  state.demo = true;
  state.clock = 'unset';
  state.diary = { state: 'failed', reason: 'diary.db full: disk full' };
  for (const each of Object.values(state.cars.leaf.signals)) {
    each.at = null;
  }
  return state;
}

const STILL = async ({ open }) => {
  const page = await open();
  await page.waitForSelector('.ring--charging');
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
};

const MOVING = async ({ open }) => {
  const page = await open({ reducedMotion: 'no-preference' });
  await page.waitForSelector('.ring--charging');
  assert.ok((await page.evaluate(() => document.getAnimations().length)) > 0);
};

const CHART = async ({ fake, open }) => {
  const page = await open({ width: 1280 });
  await chartDrawn(page);
  await says(page, /From 78.% .* Dashed: not heard \(2 times\)/);
  assert.equal(fake.count(/history\?car=leaf&signal=soc&from=.*Z&to=.*Z/), 1);
  await page.getByText('Show as a table').click();
  await page.waitForSelector('.chart tbody tr');
  assert.ok((await page.locator('.chart tbody tr').count()) >= 5);
};

const NO_CHART = async ({ fake, open }) => {
  fake.history = [];
  const page = await open();
  await says(page, 'Nothing recorded in the last 24 hours. The line begins a minute or two after the car is heard');
  fake.historyRefusal = { status: 503, code: 'diary_opening' };
  await page.reload();
  await says(page, 'The diary is being opened');
};

const LAZY = async ({ fake, open }) => {
  fake.history = [];
  const page = await open();
  await says(page, 'Nothing recorded');
  assert.equal(fake.count(/assets\/plot\./), 0, 'no chart, no library for charts');
};

const LIBRARY_GONE = async ({ fake, open }) => {
  fake.hidden = /plot\./;
  const page = await open();
  await says(page, 'The chart can’t be loaded now');
  await page.getByText('Show as a table').click();
  await page.waitForSelector('.chart tbody tr');
  assert.ok((await page.locator('.chart tbody tr').count()) >= 5);
  fake.hidden = null;
  await chartDrawn(page);
  assert.ok(!/can’t be loaded/.test(await page.innerText('.chart')));
};

const STRANGE = async ({ open }) => {
  const page = await open();
  await says(page, 'What the car is doing is unknown');
  await says(page, '<b>Leaf</b>');
  assert.equal(await page.locator('.chain b').count(), 0, 'words are never markup');
  await fits(page);
};

function strangeState() {
  const state = charging();
  state.cars.leaf.name = `<b>Leaf</b>${'x'.repeat(60)}`;
  state.cars.leaf.state = 'flying';
  state.cars.leaf.signals.odometer = signal(99999999, 'km');
  state.cars.leaf.signals.something = { value: { deep: [1] }, unit: 5 };
  state.cars.leaf.signals.soc_dash = signal('many', '%');
  state.later = { what: 'is new' };
  return state;
}

export async function lookCases(run) {
  for (const [name, view] of VIEWS) {
    await run(`looks right at ${name}`, sizeCase(name), view);
  }
  await run('colours follow the system or the choice', COLOURS);
  await run('miles and Fahrenheit on the screen', UNITS);
  await run('two tabs prefer the same', TABS);
  await run('garaged’s reasons in German', GERMAN_REASONS, { state: silentState() });
  await run('unknown, absent and doubtful are three things', UNKNOWN);
  await run('old values say how old and why', OLD, { state: asleep() });
  await run('several cars, one disputed', CARS, { state: twoCars(), width: 1280 });
  await run('a dispute on a narrow screen', DISPUTE, { state: disputedState() });
  await run('keyboard', KEYBOARD);
  await run('targets of 44 pixels', TARGETS);
  await run('everything the car says', EVERYTHING);
  await run('banners', BANNERS, { state: bannerState() });
  await run('reduced motion stands still', STILL);
  await run('otherwise it breathes', MOVING);
  await run('chart, sentence and table of the last day', CHART);
  await run('no history yet, and a diary that opens', NO_CHART);
  await run('the chart’s library only where there is a chart', LAZY);
  await run('a chart that can’t be loaded, and then can', LIBRARY_GONE);
  await run('strange names and values', STRANGE, { state: strangeState() });
}
