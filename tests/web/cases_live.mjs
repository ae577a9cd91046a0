// The live line: changes, events, loss, return, and what the page says meanwhile.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { lineIs, says, text, valueIs } from './helpers.mjs';
import { stamp } from './states.mjs';

const CHANGES = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  assert.deepEqual(fake.protocols, ['garaged.v1']);
  fake.change({ cars: { leaf: { signals: { soc_dash: { value: 57, age_s: 0 }, charger_power: { value: 6.4, age_s: 0 } } } } });
  await valueIs(page, 'soc_dash', 57);
  await says(page, 'Charging 6.4 kW');
  fake.change({ cars: { leaf: { state: 'asleep', charge: null, signals: { plugged: { value: false, age_s: 0 } } } } });
  await says(page, 'Asleep, not plugged in');
  fake.change({ cars: { leaf: { signals: { soc_dash: { value: null, age_s: null } } } } });
  await valueIs(page, 'soc', 54.1);
  await says(page, 'battery’s own figure');
};

const FLOOD = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  for (let i = 0; i < 300; i += 1) {
    fake.change({ cars: { leaf: { signals: { speed: { value: i, age_s: 0 } } } } });
  }
  await valueIs(page, 'speed', 299);
};

const EVENTS = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  fake.event('leaf', 'charge_finished');
  await says(page, 'Leaf: charging has finished');
};

const RUBBISH = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  for (const each of ['no json', '[]', 'null', '{"type":"change"}', '{"type":"change","cars":7}', '{"type":"event"}', '{"type":"new"}']) {
    fake.broadcast(each);
  }
  fake.change({ cars: { leaf: { signals: { soc_dash: { value: 58, age_s: 0 } } } } });
  await valueIs(page, 'soc_dash', 58);
};

const POLL = async ({ fake, open }) => {
  fake.websocket = false;
  const page = await open();
  await lineIs(page, 'Live, polling');
  assert.equal(fake.count(/^UPGRADE/), 2, 'the websocket was tried twice');
  for (let i = 0; i < 100 && fake.waiting.size === 0; i += 1) {
    await page.waitForTimeout(50);
  }
  assert.equal(fake.waiting.size, 1, 'a long poll waits');
  fake.change({ cars: { leaf: { signals: { soc_dash: { value: 59, age_s: 0 } } } } });
  await valueIs(page, 'soc_dash', 59);
  fake.change({ cars: { leaf: { signals: { soc_dash: { value: 60, age_s: 0 } } } } });
  await valueIs(page, 'soc_dash', 60);
  assert.ok(fake.count(/state\?wait=25&after=\d+/) >= 2);
};

const DONGLE = async ({ fake, open, shots }) => {
  const page = await open();
  await lineIs(page, 'Live');
  const since = stamp(Date.parse(fake.state.time) - 600000);
  fake.change({ cars: { leaf: { state: 'unknown', garage: null, link: { state: 'down', reason: 'no answer from 192.168.0.10:35000', since } } } });
  await says(page, /Dongle unreachable: no answer from 192.168.0.10:35000, since \d\d:\d\d/);
  assert.equal(await text(page, '#headline'), 'Dongle unreachable');
  await says(page, 'these figures are the last ones');
  await page.screenshot({ path: join(shots, 'dongle-down-360.png') });
  fake.change({ cars: { leaf: { state: 'asleep', garage: true, link: { state: 'up', reason: null } } } });
  await says(page, 'Asleep');
  assert.equal(await page.locator('#link').count(), 0);
};

const KILLED = async ({ fake, open, shots }) => {
  const page = await open();
  await lineIs(page, 'Live');
  const port = fake.port;
  await fake.stop();
  await lineIs(page, 'Reconnecting');
  await says(page, /garaged is not reachable since \d\d:\d\d/);
  await says(page, 'Last known: charging 3.3 kW');
  assert.doesNotMatch(await text(page, '#open-charge'), /Power now|so far/, 'a charge that nobody hears does not go on');
  const right = await page.evaluate(() => document.getElementById('settings').getBoundingClientRect().right);
  assert.ok(right <= 352, `the longest state leaves room for the settings: ${right}`);
  await page.screenshot({ path: join(shots, 'garaged-gone-360.png') });
  await page.waitForFunction(() => /Last reading ([5-9]|\d\d) s ago/.test(document.getElementById('freshness').textContent));
  fake.state.seq = 3;
  fake.state.cars.leaf.signals.soc_dash.value = 61;
  await fake.start(port);
  await lineIs(page, 'Live', 20000);
  await valueIs(page, 'soc_dash', 61);
  assert.equal(await page.locator('#lost').count(), 0);
};

const LATER = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  await fake.stop();
  await lineIs(page, 'Reconnecting');
  await page.clock.install();
  await page.clock.fastForward('02:00:00');
  await says(page, 'Last reading 2 h ago');
  assert.match(await text(page, '[data-signal=odometer]'), /2 h ago/);
};

/** The chart's line ends where the value was read, and says so. */
const OLD_POINT = async ({ fake, open }) => {
  const now = Date.parse(fake.state.time);
  fake.history = fake.history.filter(([at]) => Date.parse(at) < now - 7200000);
  fake.state.cars.leaf.signals.soc.age_s = 1500;
  const page = await open();
  const ends = [1570, 1510, 1500, 1490].map((age) => stamp(now - age * 1000).slice(11, 16));
  await says(page, new RegExp(`to 54\\.1 % \\((\\d+ \\w+, )?(${ends.join('|')})\\)`));
};

const RESTARTED = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  fake.state.cars.leaf.signals.soc_dash.value = 62;
  fake.state.seq += 1;
  fake.closeSockets(1001);
  await valueIs(page, 'soc_dash', 62);
  await lineIs(page, 'Live');
};

/** The long poll tells no events: that the car has stopped charging is news of the diary all the same. */
const POLLED_NEWS = async ({ fake, open }) => {
  fake.websocket = false;
  const page = await open({}, '#/charges');
  await lineIs(page, 'Live, polling');
  const charge = fake.diary.charges.find((each) => each.state === 'closed');
  await page.waitForSelector(`[data-charge="${charge.id}"]`);
  charge.place = 'Lillehammer';
  fake.change({ cars: { leaf: { state: 'asleep', charge: null } } });
  await says(page, 'Lillehammer');
};

/** What happened while the page was paused, no event tells: the lists are asked for again. */
const AFTER_PAUSE = async ({ fake, open }) => {
  const page = await open({}, '#/charges');
  const charge = fake.diary.charges.find((each) => each.state === 'closed');
  await page.waitForSelector(`[data-charge="${charge.id}"]`);
  await page.click('#live');
  await lineIs(page, 'Paused');
  charge.place = 'Lillehammer';
  await page.click('#live');
  await lineIs(page, 'Live');
  await says(page, 'Lillehammer');
};

const PAUSED = async ({ fake, open }) => {
  const page = await open();
  await lineIs(page, 'Live');
  await page.click('#live');
  await lineIs(page, 'Paused');
  for (let i = 0; i < 100 && fake.sockets.size > 0; i += 1) {
    await page.waitForTimeout(20);
  }
  assert.equal(fake.sockets.size, 0, 'a pause leaves garaged alone');
  fake.change({ cars: { leaf: { signals: { soc_dash: { value: 63, age_s: 0 } } } } });
  await page.click('#live');
  await valueIs(page, 'soc_dash', 63);
  await lineIs(page, 'Live');
};

export async function liveCases(run) {
  await run('change messages update what they name', CHANGES);
  await run('a flood of changes ends at the last', FLOOD);
  await run('events are said', EVENTS);
  await run('rubbish on the socket changes nothing', RUBBISH);
  await run('without a websocket the long poll carries on', POLL);
  await run('a dongle that is gone, in words', DONGLE);
  await run('garaged killed and back', KILLED);
  await run('ages grow while nothing comes', LATER);
  await run('an old reading stands in the chart where it was read', OLD_POINT);
  await run('a closed socket is opened again', RESTARTED);
  await run('pause and resume', PAUSED);
  await run('what happened during a pause', AFTER_PAUSE);
  await run('what happened, by the long poll', POLLED_NEWS);
}
