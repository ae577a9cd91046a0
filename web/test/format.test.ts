import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageSeconds, elapsedSeconds, youngestAge } from '../src/ages';
import { backoffMs } from '../src/backoff';
import { age, calmAge, clock, dayClock, duration, moment, number } from '../src/format';
import type { Moment } from '../src/format';
import type { Car } from '../src/model';
import { readPrefs } from '../src/prefs';
import { shown } from '../src/units';

test('numbers', () => {
  assert.equal(number(117568), '117,568');
  assert.equal(number(12.4, 1, 2), '12.4');
  assert.equal(number(12, 1, 2), '12.0');
  assert.equal(number(-3.5, 0, 1), '\u22123.5');
  assert.equal(number(-0.01, 0, 1), '0');
  assert.equal(number(-0.04, 1, 1), '0.0', 'nothing is not less than nothing');
  assert.equal(number(0), '0');
});

test('durations', () => {
  assert.equal(duration(130), '2 h 10 min');
  assert.equal(duration(120), '2 h');
  assert.equal(duration(59.6), '1 h');
  assert.equal(duration(7), '7 min');
  assert.equal(duration(-3), '0 min');
});

test('ages', () => {
  assert.equal(age(2), 'just now');
  assert.equal(age(12.9), '12 s ago');
  assert.equal(age(60), '1 min ago');
  assert.equal(age(3599), '59 min ago');
  assert.equal(age(3600 * 2 + 300), '2 h 5 min ago');
  assert.equal(age(3600 * 5), '5 h ago');
  assert.equal(age(86400), '1 day ago');
  assert.equal(age(86400 * 12), '12 days ago');
  assert.equal(calmAge(59), 'just now');
  assert.equal(calmAge(61), '1 min ago');
});

test('an age grows from the moment it was received, by the clock that ran further', () => {
  const signal = { value: 1, age_s: 3, stamp: { mono: 1000, wall: 9000 } };
  assert.equal(ageSeconds(signal, { mono: 3000, wall: 11000 }), 5);
  assert.equal(ageSeconds(signal, { mono: 1000, wall: 69000 }), 63, 'the computer slept');
  assert.equal(ageSeconds(signal, { mono: 4000, wall: 0 }), 6, 'the wall clock was set back');
  assert.equal(ageSeconds({ value: 1, age_s: null }, { mono: 0, wall: 0 }), null);
  assert.equal(elapsedSeconds({ mono: 5, wall: 5 }, { mono: 0, wall: 0 }), 0);
});

test('the youngest reading counts, unknown ones do not', () => {
  const stamp = { mono: 0, wall: 0 };
  const signals = { a: { value: 1, age_s: 9, stamp }, b: { value: null, age_s: 1, stamp }, c: { value: 2, age_s: 4, stamp } };
  const car = { name: 'x', state: 'on', link: { state: 'up', reason: null }, signals, notices: [], identity: 'ok' } as Car;
  assert.equal(youngestAge(car, stamp), 4);
  assert.equal(youngestAge({ ...car, signals: {} }, stamp), null);
});

test('moments keep the offset of the house', () => {
  const at = moment('2026-11-22T07:55:01+01:00') as Moment;
  assert.equal(at.offset, 60);
  assert.equal(clock(at, 'en-GB'), '07:55');
  assert.equal(clock(moment('2026-11-22T00:05:00-03:30') as Moment, 'en-GB'), '00:05');
  assert.equal(clock(moment('2026-11-22T23:05:00Z') as Moment, 'en-GB'), '23:05');
  assert.equal(moment('yesterday'), null);
  assert.equal(moment('2026-11-22T07:55:01'), null, 'no offset, no moment');
  assert.equal(moment(null), null);
});

test('another day is named', () => {
  const now = moment('2026-11-22T00:10:00+01:00') as Moment;
  assert.equal(dayClock(moment('2026-11-22T00:01:00+01:00') as Moment, now, 'en-GB'), '00:01');
  assert.equal(dayClock(moment('2026-11-21T23:59:00+01:00') as Moment, now, 'en-GB'), '21 Nov, 23:59');
  assert.equal(dayClock(moment('2025-11-21T23:59:00+01:00') as Moment, now, 'en-GB'), '21 Nov 2025, 23:59');
});

test('units change on the screen only', () => {
  const metric = { distance: 'km', temperature: 'C' } as const;
  const other = { distance: 'mi', temperature: 'F' } as const;
  assert.deepEqual(shown(100, 'km', metric), { value: 100, unit: 'km', decimals: null });
  assert.equal(Math.round(shown(100, 'km', other).value), 62);
  assert.equal(shown(100, 'km/h', other).unit, 'mph');
  assert.equal(shown(20, '°C', other).value, 68);
  assert.equal(Math.round(shown(248.2, 'kPa', other).value), 36);
  assert.deepEqual(shown(54.1, '%', other), { value: 54.1, unit: '%', decimals: null });
});

test('waiting doubles, ends at half a minute, and is never in step', () => {
  assert.equal(backoffMs(0, 0.5), 500);
  assert.equal(backoffMs(3, 0.5), 4000);
  assert.equal(backoffMs(50, 0.5), 30000);
  assert.ok(backoffMs(6, 0) < backoffMs(6, 1));
  assert.ok(backoffMs(50, 1) <= 39000);
});

test('stored preferences of any shape do no harm', () => {
  const plain = { theme: 'auto', language: 'auto', distance: 'km', temperature: 'C', consumption: null, hours: 'auto', passed: [], compared: [], car: null };
  for (const text of [null, '', '{', 'null', '7', '{"theme":"pink","distance":5}']) {
    assert.deepEqual(readPrefs(text), plain);
  }
  assert.equal(readPrefs('{"theme":"dark","distance":"mi","temperature":"F","car":"van"}').car, 'van');
});
