// The walk through setup: every step says what is so, what isn't, and the line to type; and when it opens by itself.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { accessibility } from './browser.mjs';
import { fits, lineIs, says, soon, text } from './helpers.mjs';
import { charging, signal } from './states.mjs';

const STEPS = ['people', 'dongle', 'car', 'units', 'odometer', 'tariff', 'broker', 'import'];

async function toStep(page, fake, step) {
  await page.goto(`${fake.url}#/setup?step=${step}`);
  await page.waitForSelector(`#step-${step}`);
}

/** Each step is looked through by axe in one of the two looks: `odd` or even ones. */
function lookCase(name, odd) {
  return async ({ fake, open, shots }) => {
    const page = await open();
    for (const [index, step] of STEPS.entries()) {
      await toStep(page, fake, step);
      await page.waitForFunction(() => !/Loading/.test(document.body.innerText));
      await fits(page);
      assert.ok(!/NaN|undefined|null/.test(await page.innerText('body')), `${step} says what it must not`);
      await page.screenshot({ path: join(shots, `setup-${step}-${name}.png`), fullPage: true });
      assert.deepEqual(index % 2 === odd ? await accessibility(page) : [], [], step);
    }
  };
}

/** Nothing works yet: no dongle, no car, no broker, no price. */
function nothingYet() {
  const house = charging();
  const { leaf } = house.cars;
  leaf.generation = null;
  leaf.state = 'unknown';
  leaf.charge = null;
  leaf.signals = {};
  leaf.link = { state: 'down', reason: '/dev/ttyUSB0: permission denied', since: leaf.link.since };
  return house;
}

const NOTHING = async ({ fake, open }) => {
  fake.system = { ...fake.system, cars: { leaf: { ...fake.system.cars.leaf, adapter: null, limits: null, counters: {} } } };
  const page = await open({}, '#/setup?step=dongle');
  await says(page, 'It does not: /dev/ttyUSB0: permission denied');
  assert.equal(await text(page, '#line-doctor'), 'sudo garagectl doctor');
  assert.match(await text(page, '.setup__step .rows'), /Adapter Not reached yet/);
  assert.equal(await text(page, '#next'), 'Skip');
  await toStep(page, fake, 'car');
  await says(page, 'was not recognised yet');
  assert.equal(await page.locator('details').count(), 4, 'every generation may be looked at');
  await toStep(page, fake, 'odometer');
  await says(page, 'The odometer was not heard yet');
  await toStep(page, fake, 'broker');
  assert.match(await text(page, '#line-broker'), /^mqtt = \{ host = .*password_file = .*\};$/);
  assert.equal(await page.locator('.steps__one--done').count(), 0);
};

const FOUND = async ({ fake, open }) => {
  const { leaf } = fake.system.cars;
  fake.system = { ...fake.system, cars: { leaf: { ...leaf, adapter: 'ELM327 v1.5, STN1130 v4.0.1', limits: 'This adapter cannot receive long answers: cell voltages are not available.' } } };
  const page = await open({}, '#/setup?step=dongle');
  await says(page, /ELM327 firmware 1.5 STN1130 firmware 4.0.1 Protocol CAN, 11 bit, 500 kbit/);
  await says(page, 'This adapter cannot receive long answers');
  assert.equal(await page.getAttribute('.tests__one:nth-child(3)', 'data-outcome'), 'note');
  fake.change({ cars: { leaf: { link: { state: 'down', reason: 'the dongle does not answer' } } } });
  await says(page, 'It does not: the dongle does not answer');
  await toStep(page, fake, 'car');
  await says(page, 'LEAF 2013 to 2017 (AZE0)');
  await says(page, 'Energy in the battery (GIDs) told already');
  await says(page, 'Tyre pressures comes as soon as the car is awake');
  fake.change({ cars: { leaf: { generation: 'ZE1', identity: 'changed' } } });
  await says(page, /Energy in the battery .GIDs. told already.*Doors and locks told already/);
  assert.equal(await text(page, '#line-accept'), 'sudo garagectl car accept leaf');
};

const ODOMETER = async ({ fake, open }) => {
  const page = await open({}, '#/setup?step=odometer');
  await says(page, /The car says 117,568.km .73,053.mi., heard just now/);
  await says(page, 'kilometres are assumed');
  const compare = async (typed, words) => {
    await page.fill('#odometer-seen', typed);
    await page.keyboard.press('Enter');
    await says(page, words);
  };
  await compare('a lot', 'A whole number');
  await compare('12', 'two different figures');
  await page.getByRole('radio', { name: 'Miles' }).check();
  await compare('117,568', 'the car counts in the other one');
  assert.equal(await text(page, '#line-record'), 'sudo garagectl record bus.log');
  assert.equal(await page.locator('.steps__one--done', { hasText: 'odometer' }).count(), 0);
  await compare('73,053', 'That agrees');
  await page.waitForSelector('.steps__one--done:has-text("odometer")', { state: 'attached' });
  await page.reload();
  await says(page, 'Compared in this browser: it agreed');
};

const PRICE = async ({ fake, open }) => {
  const page = await open({}, '#/setup?step=tariff');
  assert.equal(await text(page, '#next'), 'Skip');
  await page.click('#add-tariff');
  await page.fill('#price', '0,319');
  await page.fill('#currency', 'nok');
  await page.fill('#valid_from', '2026-01-01');
  await page.click('#save-tariff');
  await says(page, /Since 1 Jan 2026 .*0.319/);
  assert.equal(fake.tariffs.tariffs.length, 1);
  assert.equal(fake.tariffs.tariffs[0].price, 0.319);
  await page.waitForFunction(() => document.getElementById('next').innerText.trim() === 'Next');
  await page.waitForSelector('.steps__one--done:has-text("kWh")', { state: 'attached' });
  fake.role = 'viewer';
  await page.reload();
  await says(page, 'Changing prices takes a driver or an admin');
};

const BROKER = async ({ fake, open }) => {
  fake.state.mqtt = { state: 'down', reason: 'connection refused by 192.168.0.5:1883' };
  const page = await open({}, '#/setup?step=broker');
  await says(page, 'Not reached: connection refused by 192.168.0.5:1883');
  fake.change({ mqtt: { state: 'up', reason: null, anonymous: true, plain: true } });
  await says(page, /Connected.*It serves everybody in the network.*unencrypted/);
  await says(page, 'MQTT, and the device “Leaf”');
  fake.change({ mqtt: { anonymous: false, plain: false } });
  await says(page, 'Without user and password it lets nobody in');
  fake.system = { ...fake.system, homeassistant: { discovery: true, birth: null } };
  await page.reload();
  await says(page, 'Home Assistant knows the car Introduced: The car is announced to it');
};

const UNITS = async ({ open }) => {
  const page = await open({}, '#/setup?step=units');
  await page.waitForSelector('#step-units');
  await page.getByRole('radio', { name: 'km/kWh' }).check();
  await page.getByRole('radio', { name: '12 hours' }).check();
  await page.locator('.nav a', { hasText: 'Mileage' }).click();
  await says(page, /\d\.\d.km\/kWh/);
  await page.locator('.nav a', { hasText: 'Charges' }).click();
  await says(page, /\d\d:\d\d.[ap]m/);
};

const FIRST_ADMIN = async ({ fake, open }) => {
  const page = await open();
  const pair = async () => {
    await page.getByRole('button', { name: 'Pair with a code' }).click();
    await page.fill('#code', '12345678');
    await page.fill('#user', 'anna');
    await page.fill('#password', 'twelve letters');
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await lineIs(page, 'Live');
  };
  await pair();
  await says(page, 'Step 1 of 8');
  await page.click('#settings');
  await page.click('#logout');
  fake.tariffs = { tariffs: [{ valid_from: '2026-01-01', currency: 'EUR', price: 0.3 }] };
  await page.goto(`${fake.url}#/`);
  await pair();
  await soon(() => fake.count(/GET \/api\/v1\/tariffs/) > 1);
  await says(page, 'as on the dashboard');
  assert.ok(!page.url().includes('setup'), 'where something is set up, it does not open by itself');
};

const COPY = async ({ open }) => {
  const page = await open({}, '#/setup?step=import');
  await page.waitForSelector('#line-leafspy-dry');
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.getByRole('button', { name: 'Copy: Says what is in them' }).click();
  await says(page, /Copied|Marked/);
  assert.equal(await page.evaluate(() => getSelection().toString()), 'garagectl import leafspy --dry-run Log_*.csv', 'in one piece, however it is broken');
};

/** What a home screen is told. */
const MANIFEST = async ({ fake, open }) => {
  const page = await open();
  const manifest = await page.evaluate(async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json());
  assert.deepEqual(manifest.icons.map((each) => [each.sizes, each.purpose]), [['any', 'any'], ['192x192', 'any'], ['512x512', 'any'], ['512x512', 'maskable']]);
  for (const icon of [...manifest.icons, ...manifest.shortcuts.flatMap((each) => each.icons)]) {
    const size = await page.evaluate(async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, icon.src);
    assert.ok(icon.sizes === 'any' || icon.sizes === size, `${icon.src} is ${size}`);
  }
  for (const { name, url } of manifest.shortcuts) {
    await page.goto(new URL(url, fake.url).href);
    await page.waitForFunction((words) => document.title.startsWith(words), name);
  }
};

export async function setupCases(run) {
  await run('setup, every step: 360-light', lookCase('360-light', 0), { width: 360, height: 800 });
  await run('setup, every step: 1280-dark', lookCase('1280-dark', 1), { width: 1280, height: 900, dark: true });
  await run('setup: nothing works yet', NOTHING, { state: nothingYet() });
  await run('setup: what was found at the dongle, and which car it is', FOUND);
  await run('setup: the odometer is compared', ODOMETER);
  await run('setup: a price is kept', PRICE);
  await run('setup: the broker', BROKER);
  await run('setup: units hold on every page', UNITS);
  await run('setup: a line is copied in one piece', COPY);
  await run('a home screen gets icons and shortcuts', MANIFEST);
  await run('setup opens after the first pairing', FIRST_ADMIN, { loggedIn: false });
}
