// Notices, preferences, named states, the open charge, history: what garaged says of the house.
import assert from 'node:assert/strict';
import { accessibility } from './browser.mjs';
import { lineIs, says, soon, text } from './helpers.mjs';
import { charging, stamp } from './states.mjs';

const NOTICES = async ({ fake, open }) => {
  const page = await open({}, '#/charges');
  await says(page, 'Each charge');
  const low = { kind: 'aux_low', text: '12 V battery low: 11.8 V', since: stamp(Date.now() - 600000) };
  const done = { kind: 'charge_finished', text: 'Charging has finished at 80 %', since: stamp(Date.now()) };
  fake.change({ cars: { leaf: { notices: [low, done] } } });
  await says(page, /12 V battery low: 11.8 V Since \d\d:\d\d/);
  assert.equal(await page.locator('.banner--good').count(), 1);
  assert.deepEqual(await accessibility(page), []);
  fake.event('leaf', 'notice', { kind: 'aux_low', text: '12 V battery low: 11.8 V' });
  await page.waitForSelector('.toast');
  assert.match(await text(page, '.toast'), /^Leaf: 12 V battery low/);
  fake.change({ cars: { leaf: { notices: [] } } });
  await page.waitForFunction(() => !document.querySelector('.banner'));
};

const SAVED = async ({ fake, open }) => {
  fake.preferences.notices.later = 'kept';
  fake.preferences.units = 'km';
  const page = await open({}, '#/notices');
  await page.waitForSelector('#save');
  await page.getByRole('switch', { name: 'Dongle lost' }).uncheck();
  await page.fill('#soc_low_percent', '15');
  await page.getByRole('switch', { name: 'Not plugged in at my hour' }).check();
  assert.equal(await page.inputValue('#not_plugged_at'), '22:00');
  await page.fill('#not_plugged_at', '21:30');
  fake.preferences.notices.soc_low = false; // by another page, meanwhile
  await page.keyboard.press('Enter');
  await says(page, 'Saved.');
  const { notices, units } = fake.preferences;
  assert.deepEqual([notices.dongle_lost, notices.soc_low_percent, notices.not_plugged, notices.not_plugged_at], [false, 15, true, '21:30']);
  assert.deepEqual([notices.aux_low, notices.soc_low, notices.later, units], [true, false, 'kept', 'km'], 'the rest stays');
  assert.equal(await page.getByRole('switch', { name: 'Battery very low' }).isChecked(), false, 'and is shown');
  await page.reload();
  await page.waitForSelector('#save');
  assert.equal(await page.inputValue('#not_plugged_at'), '21:30');
  assert.equal(await page.getByRole('switch', { name: 'Dongle lost' }).isChecked(), false);
};

/** What another page changes is shown where nothing was typed, and only there; only what was typed is sent. */
const MEANWHILE = async ({ fake, open }) => {
  const page = await open({}, '#/notices');
  await page.fill('#soc_low_percent', '15');
  Object.assign(fake.preferences.notices, { soc_low_percent: 30, aux_low_volts: 11.5, dongle_lost: false });
  fake.event('leaf', 'charge_started');
  await page.waitForFunction(() => document.getElementById('aux_low_volts').value === '11.5');
  assert.equal(await page.getByRole('switch', { name: 'Dongle lost' }).isChecked(), false);
  assert.equal(await page.inputValue('#soc_low_percent'), '15');
  fake.preferences.notices.aux_low_volts = 11.7;
  await page.focus('#save');
  await page.keyboard.press('Enter');
  await says(page, 'Saved.');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'save', 'the keyboard stays');
  const { soc_low_percent, aux_low_volts, dongle_lost } = fake.preferences.notices;
  assert.deepEqual([soc_low_percent, aux_low_volts, dongle_lost], [15, 11.7, false]);
  assert.equal(await page.inputValue('#aux_low_volts'), '11.7');
};

const WRONG = async ({ fake, open }) => {
  const page = await open({}, '#/notices');
  await page.waitForSelector('#save');
  await page.fill('#soc_low_percent', '200');
  await says(page, 'A whole number from 1 to 99');
  await page.click('#save');
  assert.equal(fake.count(/^PUT/), 0, 'nothing wrong is sent');
  assert.deepEqual(await accessibility(page), []);
  await page.fill('#soc_low_percent', '20');
  fake.preferencesRefusal = { status: 503, code: 'busy' };
  await page.click('#save');
  await says(page, 'Not saved: busy.');
  fake.preferencesRefusal = null;
  await page.click('#save');
  await says(page, 'Saved.');
};

const VIEWER = async ({ fake, open }) => {
  fake.role = 'viewer';
  const page = await open({}, '#/notices');
  await says(page, 'changing it takes a driver or an admin');
  assert.equal(await page.locator('#save').count(), 0);
  assert.equal(await page.getByRole('switch', { name: 'Dongle lost' }).isDisabled(), true);
  assert.deepEqual(await accessibility(page), []);
};

const OPEN_CHARGE = async ({ fake, open }) => {
  const page = await open();
  await says(page, 'This charge');
  assert.match(await text(page, '#open-charge'), /3 h so far.*41 % → 54.1 %.*3.1 kWh.*3.3 kW/);
  fake.change({ cars: { leaf: { charge: { battery_kwh: 3.4, flags: ['gaps'] } } } });
  await says(page, /This charge with gaps/);
  fake.change({ cars: { leaf: { charge: { id: null } } } });
  await page.waitForFunction(() => !document.querySelector('#open-charge a'));
  assert.match(await text(page, '#open-charge'), /3.4 kWh/, 'one without a number is shown all the same');
  fake.change({ cars: { leaf: { charge: null, state: 'awake' } } });
  await page.waitForFunction(() => !document.getElementById('open-charge'));
};

const STATES = async ({ fake, open }) => {
  const page = await open({}, '#/system');
  await says(page, 'No broker is named in garaged.conf');
  fake.change({ mqtt: { state: 'down', reason: 'connection refused by 192.168.0.5:1883' } });
  await says(page, 'The broker is not reachable: connection refused by 192.168.0.5:1883');
  assert.match(await text(page, '.chain'), /Broker \(MQTT\) Not reachable/);
  for (const [reason, words] of [
    ['readings.db full: commit: disk I/O error', 'The diary can’t be written: card full'],
    ['diary.db read-only: begin: attempt to write a readonly database', 'The diary can’t be written: read-only'],
    ['diary.db locked: settings: database is locked', 'The diary can’t be written: locked'],
    ['diary.db newer: a newer garaged wrote it: it is only read', 'The diary can’t be written: newer'],
    ['diary.db made-up: this diary is made up', 'The diary can’t be written: made up'],
  ]) {
    fake.change({ diary: { state: 'failed', reason } });
    await says(page, words);
  }
  assert.deepEqual(await accessibility(page), []);
  fake.change({ diary: { state: 'ok', reason: 'diary.db was damaged: set aside as diary.db.damaged-20261122' } });
  await says(page, 'The diary was begun anew');
  fake.change({ mqtt: { state: 'up', reason: null }, diary: { state: 'ok', reason: null } });
  await page.waitForFunction(() => !document.querySelector('.banner'));
  assert.match(await text(page, '.chain'), /Diary Writing.*Broker \(MQTT\) Connected/);
  fake.change({ mqtt: { anonymous: true } });
  await says(page, 'It serves everybody in the network');
  fake.change({ mqtt: { anonymous: false, plain: true } });
  await says(page, 'User and password cross the network unencrypted');
};

const IN_CLEAR = async ({ fake, open }) => {
  fake.plain = true;
  for (const place of ['#/', '#/battery', '#/notices']) {
    const page = await open({}, place);
    await says(page, /Not encrypted. Passwords and all that you see cross the network in clear/);
    await page.waitForSelector('#main h1');
    assert.deepEqual(await accessibility(page), []);
  }
};

const ANOTHER_CAR = async ({ fake, open }) => {
  const page = await open({}, '#/');
  fake.change({ cars: { leaf: { identity: 'changed', notices: [{ kind: 'identity_changed', text: 'Another car', since: '2026-11-22T07:00:00+01:00' }] } } });
  await says(page, /another car or another battery than the diary’s. Nothing is stored until you run “garagectl car accept leaf”/);
  assert.equal(await page.locator('.banner--warn').count(), 1, 'said once');
  assert.deepEqual(await accessibility(page), []);
  fake.change({ cars: { leaf: { identity: 'ok', notices: [] } } });
  await page.waitForFunction(() => !document.getElementById('identity-leaf'));
};

const SANDBOX = async ({ fake, open }) => {
  const page = await open({}, '#/system');
  await says(page, /garaged itself/);
  assert.doesNotMatch(await text(page, '#own'), /Sandbox/, 'an older garaged does not look');
  const show = async (sandbox) => {
    fake.system = { ...fake.system, sandbox };
    await page.reload();
  };
  await show({ checked: false, failed: [], limit: null, limit_bytes: null });
  await says(page, /Sandbox not checked: started by hand/);
  await show({ checked: true, failed: [], limit: 'LimitDATA', limit_bytes: 134217728 });
  await says(page, /Sandbox holds what it promises memory bounded by LimitDATA, 134.*MB/);
  await show({ checked: true, failed: ['the internet can be reached (IPAddressDeny=any)'], limit: 'none', limit_bytes: null });
  await says(page, /Sandbox 1 of its promises broken memory bounded by none.*The internet can be reached .IPAddressDeny=any. not as promised/);
  assert.deepEqual(await accessibility(page), []);
};

const SYSTEM = async ({ fake, open }) => {
  const page = await open({}, '#/system');
  await page.getByText('Counted since the start').click();
  await says(page, /Frames sent to the car 1,842/);
  await says(page, /Written today 1.8.MB/);
  await says(page, /readings.db 41.2.MB/);
  await says(page, /Questions without an answer 3 Brand new 12 3 other counters zero/);
  await says(page, /Frames heard 45,590/);
  await says(page, /What we cost the car .*Frames sent today 1,204 Questions 611 Wake-ups 0 .*Today 1,204 611 0 9.6.kB 21 Nov 0 0 0 0.* 20 Nov 2,310 1,170 3 18.5.kB/);
  assert.doesNotMatch(await text(page, '#card'), /yesterday/, 'not counted whole');
  fake.system = { ...fake.system, files: null, bytes_written_today: null, bytes_written_yesterday: 4100000 };
  await page.reload();
  await says(page, 'the diary can’t say now');
  await says(page, /Written yesterday 4.1.MB 82.% of the 5.MB a day/);
};

const HISTORY = async ({ fake, open }) => {
  const page = await open({ width: 1280 }, '#/history?signal=soc');
  await page.waitForSelector('.chart canvas');
  await page.getByRole('button', { name: 'Year', exact: true }).click();
  await page.waitForFunction(() => location.hash.includes('span=year'));
  await soon(() => fake.count(/history/) > 1);
  const year = fake.requests.map((each) => /history\?.*from=([^&]+)&to=([^&]+)/.exec(each.path)).filter(Boolean).pop();
  assert.equal(Math.round((Date.parse(decodeURIComponent(year[2])) - Date.parse(decodeURIComponent(year[1]))) / 86400000), 366);
  await page.selectOption('#signal', 'odometer');
  await page.waitForFunction(() => location.hash.includes('signal=odometer'));
  await soon(() => fake.count(/history\?car=leaf&signal=odometer/) > 0);
  const box = await page.locator('.chart .u-over').boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction(() => /from=.*to=/.test(location.hash));
  const zoomed = new URLSearchParams(page.url().split('?')[1]);
  const days = (Date.parse(zoomed.get('to')) - Date.parse(zoomed.get('from'))) / 86400000;
  assert.ok(days > 95 && days < 125, `${days} days were drawn`);
  await page.goBack();
  await page.waitForFunction(() => location.hash.includes('span=year'));
  await page.getByRole('button', { name: 'Earlier' }).click();
  await page.waitForFunction(() => location.hash.includes('to='));
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await page.waitForFunction(() => location.hash.includes('from='));
};

const HISTORY_TWIN = async ({ fake, open }) => {
  const page = await open({}, '#/history?signal=soc');
  await page.waitForSelector('.chart canvas');
  await page.locator('.chart summary').click();
  await page.waitForSelector('.chart tbody tr');
  const rows = await page.$$eval('.chart tbody tr', (all) => all.map((row) => [...row.children].map((cell) => parseFloat(cell.textContent))));
  const lowest = Math.min(...fake.history.map((each) => each[2]));
  const highest = Math.max(...fake.history.map((each) => each[3]));
  assert.equal(Math.min(...rows.map((row) => row[3])), lowest);
  assert.equal(Math.max(...rows.map((row) => row[4])), highest);
  assert.match(await page.getAttribute('.chart__canvas', 'aria-label'), new RegExp(`lowest ${lowest}, highest ${highest}`));
};

const NO_CLOCK = async ({ open }) => {
  const page = await open({}, '#/history');
  await says(page, 'The clock of the house isn’t set yet');
};

const MONTH = async ({ fake, open }) => {
  const page = await open();
  await page.waitForSelector('.month');
  const newest = fake.diary.outings.find((each) => each.day !== null).day.slice(0, 7);
  const driven = fake.diary.outings.filter((each) => (each.day ?? each.to).startsWith(newest)).reduce((sum, each) => sum + each.distance_km, 0);
  await page.waitForSelector(`.month [data-total=distance][data-value="${driven}"]`);
  await page.locator('.month a', { hasText: 'Mileage' }).click();
  await says(page, 'Distance by day');
  assert.match(page.url(), new RegExp(`period=${newest}`));
};

export async function houseCases(run) {
  await run('notices stand above every page and go again', NOTICES);
  await run('wishes are saved', SAVED);
  await run('wishes changed by two pages', MEANWHILE);
  await run('wishes that can’t be kept, and a garaged that is busy', WRONG);
  await run('a viewer sees the wishes and can’t change them', VIEWER);
  await run('the charge in progress', OPEN_CHARGE);
  await run('the newest month on the first page', MONTH);
  await run('each state of diary and broker has a name', STATES);
  await run('a page that came in clear says so everywhere', IN_CLEAR);
  await run('another car than the diary’s is said, with the line to type', ANOTHER_CAR);
  await run('what garaged says of itself', SYSTEM);
  await run('which promises of its unit do not hold', SANDBOX);
  await run('history: spans, signals, zoom', HISTORY);
  await run('the history’s table says what its chart draws', HISTORY_TWIN);
  const unset = charging();
  unset.clock = 'unset';
  await run('no history without a clock', NO_CLOCK, { state: unset });
}
