import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock } from '../src/format';
import { useMessages } from '../src/i18n';
import { readHouse } from '../src/merge';
import type { Car, House } from '../src/model';
import { doorState, doorWords } from '../src/parts/doors';
import type { Contact } from '../src/words';
import { chargeFigure, disputeWords, eventWords, freshness, headline, linkReason, lostWords, minutesLeft, pauseWords, qualityWords, recordingWords, restReason, serverNow } from '../src/words';

const T0 = { mono: 0, wall: 1_000_000 };
const KM = { distance: 'km', temperature: 'C' } as const;
const LIVE: Contact = { phase: 'live', lost: null, problem: null };
const LOST: Contact = { phase: 'reconnecting', lost: { mono: 60000, wall: 1_060_000 }, problem: null };

interface Raw {
  value: unknown;
  age_s?: number;
  quality?: string;
  unit?: string;
  source?: string;
  others?: unknown;
}

function houseOf(car: Record<string, unknown>, signals: Record<string, Raw> = {}): House {
  const timed = Object.fromEntries(Object.entries(signals).map(([name, each]) => [name, { age_s: 0, ...each }]));
  const link = { state: 'up', reason: null, since: '2026-11-22T06:00:10+01:00' };
  const cars = { leaf: { name: 'Leaf', state: 'asleep', link, ...car, signals: timed } };
  return readHouse({ seq: 1, time: '2026-11-22T07:55:00+01:00', clock: 'ok', cars }, T0) as House;
}

function carOf(car: Record<string, unknown>, signals: Record<string, Raw> = {}): Car {
  return houseOf(car, signals).cars['leaf'] as Car;
}

test('the dashboard’s figure goes first, and which one it is is said', () => {
  const both = { soc: { value: 54.1 }, soc_dash: { value: 56 } };
  assert.deepEqual([chargeFigure(carOf({}, both)).name, chargeFigure(carOf({}, both)).caption], ['soc_dash', 'as on the dashboard']);
  assert.equal(chargeFigure(carOf({}, { ...both, soc_dash: { value: null } })).caption, 'battery’s own figure');
  assert.equal(chargeFigure(carOf({}, { soc_dash: { value: 56, quality: 'estimated' } })).caption, 'as on the dashboard, estimated');
  assert.equal(chargeFigure(carOf({}, { soc: { value: null } })).caption, 'unknown');
  const old = { ...both, soc_dash: { value: 56, quality: 'old' } };
  assert.equal(chargeFigure(carOf({}, old)).name, 'soc', 'an old figure does not hide a fresh one');
  assert.equal(chargeFigure(carOf({}, { ...old, soc: { value: 54.1, quality: 'old' } })).name, 'soc_dash');
});

test('charging in a sentence, with as much as is known', () => {
  const car = (signals: Record<string, Raw>) => headline(carOf({ state: 'charging' }, signals), KM, LIVE, T0);
  assert.equal(car({ charger_power: { value: 3.3 }, charge_minutes: { value: 130 } }), 'Charging 3.3 kW, full in 2 h 10 min');
  assert.equal(car({ pack_power: { value: 3.17 } }), 'Charging 3.17 kW');
  assert.equal(car({ charger_power: { value: 3.3, quality: 'old' } }), 'Charging', 'an old power is no power');
  assert.equal(car({ charge_minutes: { value: 130, quality: 'old' } }), 'Charging');
  assert.equal(car({ charger_power: { value: null }, charge_minutes: { value: null } }), 'Charging');
});

test('minutes left run on with the reading’s age', () => {
  const car = carOf({ state: 'charging' }, { charge_minutes: { value: 30, age_s: 60 } });
  assert.equal(minutesLeft(car, T0), 29);
  assert.equal(minutesLeft(car, { mono: 600000, wall: T0.wall }), 19);
  assert.equal(minutesLeft(car, { mono: 9e9, wall: T0.wall }), 0);
});

test('each state has its sentence', () => {
  const say = (state: string, signals: Record<string, Raw> = {}) => headline(carOf({ state }, signals), KM, LIVE, T0);
  assert.equal(say('asleep'), 'Asleep');
  assert.equal(say('asleep', { plugged: { value: true } }), 'Asleep, plugged in');
  assert.equal(say('asleep', { plugged: { value: true, quality: 'old' } }), 'Asleep, plugged in when last heard');
  assert.equal(say('awake', { plugged: { value: true }, charge_state: { value: 'waiting' } }), 'Awake, plugged in and waiting to charge');
  assert.equal(say('on', { plugged: { value: null } }), 'Switched on');
  assert.equal(say('driving', { speed: { value: 48 } }), 'Driving, 48 km/h');
  assert.equal(say('away'), 'Out of the garage');
  assert.equal(say('unknown'), 'What the car is doing is unknown');
});

test('nothing is told as the present once the line is broken', () => {
  const car = carOf({ state: 'charging' }, { charger_power: { value: 3.3 } });
  assert.equal(headline(car, KM, LOST, T0), 'Last known: charging 3.3 kW');
  const paused: Contact = { ...LIVE, phase: 'paused' };
  assert.equal(headline(car, KM, paused, { mono: 59000, wall: 1_059_000 }), 'Charging 3.3 kW');
  assert.equal(headline(car, KM, paused, { mono: 60000, wall: 1_060_000 }), 'Last known: charging 3.3 kW', 'a page that stands still says so');
  const down = carOf({ state: 'charging', link: { state: 'down', reason: 'no answer', since: '2026-11-21T23:00:00+01:00' } });
  assert.equal(headline(down, KM, LIVE, T0), 'Last known: charging');
  assert.equal(headline({ ...down, state: 'unknown' }, KM, LIVE, T0), 'Dongle unreachable');
  const lent = { ...down.link, reason: 'paused until 18:30: another program may use the dongle' };
  assert.equal(headline({ ...down, state: 'unknown', link: lent }, KM, LIVE, T0), 'Dongle lent');
});

test('why: garaged, dongle, car', () => {
  const house = houseOf({ state: 'asleep', state_reason: 'this car is silent while off' }, { soc: { value: 5, age_s: 7200 } });
  const car = house.cars['leaf'] as Car;
  assert.equal(lostWords(house, LIVE), null);
  // Some places write 07:56 AM.
  assert.match(lostWords(house, LOST) ?? '', /^garaged is not reachable since 07:56[^(]*$/);
  assert.match(lostWords(house, { ...LOST, problem: 'garaged is busy' }) ?? '', /since 07:56.* \(garaged is busy\)$/);
  assert.equal(restReason(car, LIVE), 'this car is silent while off');
  assert.equal(restReason(car, LOST), null);
  const down = { ...car, link: { state: 'down' as const, reason: 'no answer', since: '2026-11-21T23:00:00+01:00' } };
  assert.equal(linkReason(down, serverNow(house, T0)), `no answer, since 21 Nov, ${clock({ ms: Date.parse('2026-11-21T23:00:00+01:00'), offset: 60 })}`);
  assert.equal(linkReason(car, serverNow(house, T0)), null);
});

test('the age of the last reading, with its reason once it is old', () => {
  const old = { soc: { value: 5, age_s: 7200 } };
  assert.equal(freshness(carOf({}, { soc: { value: 5, age_s: 3 } }), LIVE, T0), 'Last reading just now');
  assert.equal(freshness(carOf({ state: 'asleep' }, old), LIVE, T0), 'Last reading 2 h ago: car asleep');
  assert.equal(freshness(carOf({ state: 'asleep' }, old), LOST, T0), 'Last reading 2 h ago');
  assert.equal(freshness(carOf({}), LIVE, T0), 'No reading yet');
});

test('both sides of a dispute are named', () => {
  const others = [{ value: 29.9, source: '79B 2101' }];
  const car = carOf({}, { soc: { value: 51, unit: '%', source: '55B', quality: 'disputed', others } });
  assert.equal(disputeWords(car.signals['soc'] as NonNullable<Car['signals']['soc']>), '51 % (55B) or 29.9 % (79B 2101)');
  const alone = carOf({}, { soc: { value: 51, quality: 'disputed' } });
  assert.equal(disputeWords(alone.signals['soc'] as NonNullable<Car['signals']['soc']>), null);
});

test('the house’s clock runs on, and is not believed while unset', () => {
  const house = houseOf({});
  const at = serverNow(house, { mono: 60000, wall: T0.wall });
  assert.equal(at?.ms, Date.parse('2026-11-22T07:56:00+01:00'));
  assert.equal(serverNow({ ...house, clock: 'unset' }, T0), null);
});

test('doors: open ones by name, unknown ones counted', () => {
  const words = (signals: Record<string, Raw>) => doorWords(doorState(carOf({}, signals)));
  assert.equal(words({ trunk: { value: true }, door_rear_left: { value: false } }), 'Boot open');
  assert.equal(words({ trunk: { value: false }, door_rear_left: { value: false } }), 'All closed');
  assert.equal(words({ trunk: { value: false }, door_rear_left: { value: null } }), 'Closed, 1 unknown');
  assert.equal(words({ trunk: { value: null } }), '–');
  const [before, now] = [{ mono: 0, wall: 0 }, { mono: 3600000, wall: 3600000 }];
  const mixed = carOf({}, { trunk: { value: false, age_s: 1, stamp: before } as Raw, door_rear_left: { value: false, age_s: 2, stamp: now } as Raw });
  assert.equal(doorState(mixed).signal, mixed.signals['trunk'], 'an hour ago is older than now');
});

test('events as words', () => {
  assert.equal(eventWords({ event: 'charge_started', text: null }, 'Leaf'), 'Leaf: charging has started');
  assert.equal(eventWords({ event: 'something_new', text: null }, null), 'Something new');
  assert.equal(eventWords({ event: 'notice', text: '12 V battery low: 11.8 V' }, 'Leaf'), 'Leaf: 12 V battery low: 11.8 V');
});

test('a voltmeter that was not compared with the car is called so', () => {
  assert.equal(qualityWords('assumed', 'adapter').label, 'not calibrated');
  assert.equal(qualityWords('assumed', '5C5').label, 'assumed');
  assert.equal(qualityWords('estimated').label, 'estimated');
});

test('a lent dongle and a recording say how long', () => {
  const link = { state: 'down', reason: 'paused until 08:25: another program may use the dongle' };
  const at = (seconds: number) => ({ ms: Date.parse('2026-11-22T07:55:00+01:00') + seconds * 1000, offset: 60 });
  const lent = carOf({ link: { ...link, paused_until: '2026-11-22T08:25:00+01:00' } });
  assert.equal(pauseWords(lent, at(0)), 'Paused until 08:25: another program may use the dongle, 30 min left');
  assert.match(pauseWords(lent, at(1760)) ?? '', /, 40 s left$/);
  assert.match(pauseWords(lent, at(1900)) ?? '', /, 0 s left$/);
  assert.equal(pauseWords(carOf({ link }), null), 'Paused until 08:25: another program may use the dongle');
  useMessages('de', { 'paused until {time}: another program may use the dongle': 'bis {time} verliehen' });
  assert.equal(pauseWords(carOf({ link }), null), 'Bis 08:25 verliehen');
  useMessages('en', {});
  assert.equal(pauseWords(carOf({ link: { state: 'down', reason: 'busy: another program uses it' } }), at(0)), null);
  assert.equal(recordingWords(carOf({ link: { state: 'up', recording_until: '2026-11-22T07:56:00+01:00' } }), at(0)), 'Recording, 1 min left');
  assert.equal(recordingWords(carOf({}), at(0)), null);
});
