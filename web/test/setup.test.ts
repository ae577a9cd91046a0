import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chipsOf } from '../src/dongle_tests';
import { clock, useHours } from '../src/format';
import { abilitiesOf, findGeneration, GENERATIONS } from '../src/generations';
import { compareOdometer, readOdometer } from '../src/odometer';
import { readPrefs } from '../src/prefs';
import { neighbours, readStep } from '../src/setup';
import { STEPS } from '../src/steps';
import { shown } from '../src/units';

test('steps follow one another, and an unknown one is the first', () => {
  assert.deepEqual(neighbours('people'), { before: null, after: 'dongle' });
  assert.deepEqual(neighbours('import'), { before: 'broker', after: null });
  assert.equal(readStep('nowhere'), 'people');
  assert.deepEqual(STEPS.map(readStep), [...STEPS]);
});

test('what a dongle calls itself has its firmware apart', () => {
  assert.deepEqual(chipsOf('ELM327 v1.5, STN1130 v4.0.1'), [{ name: 'ELM327', firmware: '1.5' }, { name: 'STN1130', firmware: '4.0.1' }]);
  assert.deepEqual(chipsOf('SLCAN V1013'), [{ name: 'SLCAN', firmware: '1013' }]);
  assert.deepEqual(chipsOf('OBDII to RS232 Interpreter'), [{ name: 'OBDII to RS232 Interpreter', firmware: null }]);
  assert.deepEqual(chipsOf(null), []);
});

test('an odometer is read as it is typed', () => {
  for (const [typed, value] of [['54321', 54321], ['54,321', 54321], ['54 321', 54321], ['54.321', 54321], ['54321.7', 54321], ['0', 0]] as const) {
    assert.equal(readOdometer(typed), value, typed);
  }
  for (const typed of ['', 'much', '-5', '12345678', '1e5']) {
    assert.equal(readOdometer(typed), null, typed);
  }
});

test('the dashboard is compared with the car, in both units', () => {
  assert.equal(compareOdometer(54321, 54320, 'km'), 'same');
  assert.equal(compareOdometer(54321, 33754, 'mi'), 'same');
  assert.equal(compareOdometer(54321, 54321, 'mi'), 'other_unit', 'miles were taken for kilometres');
  assert.equal(compareOdometer(54321, 33754, 'km'), 'other_unit', 'kilometres were taken for miles');
  assert.equal(compareOdometer(54321, 54400, 'km'), 'driven');
  assert.equal(compareOdometer(54321, 54200, 'km'), 'different', 'no car drives backwards');
  assert.equal(compareOdometer(54321, 123, 'km'), 'different');
});

test('each generation says of every subject whether it comes', () => {
  assert.deepEqual(GENERATIONS.map((each) => each.id), ['ZE0', 'AZE0', 'eNV200', 'ZE1']);
  for (const each of GENERATIONS) {
    assert.equal(abilitiesOf(each, null).length, Object.keys(each.ways).length);
  }
  const ze1 = findGeneration('ZE1');
  assert.ok(ze1);
  assert.ok(Object.values(ze1.ways).every((way) => way !== 'heard'), 'nothing is heard of a ZE1');
  assert.equal(ze1.ways.gids, 'none');
  assert.equal(findGeneration('auto'), null);
});

test('what a car has told comes first, what it never will comes last', () => {
  const ze0 = findGeneration('ZE0');
  assert.ok(ze0);
  const car = { signals: { locked: { value: false }, gids: { value: null } } } as unknown as Parameters<typeof abilitiesOf>[1];
  const all = abilitiesOf(ze0, car);
  assert.equal(all[0]?.name, 'doors');
  assert.deepEqual(all.filter((each) => each.told).map((each) => each.name), ['doors'], 'unknown is not told');
  assert.equal(all[all.length - 1]?.way, 'none');
});

test('consumption both ways, in both distances', () => {
  const to = (distance: 'km' | 'mi', consumption: 'energy' | 'distance' | null) => shown(16, 'kWh/100 km', { distance, temperature: 'C', consumption });
  assert.deepEqual(to('km', null), { value: 16, unit: 'kWh/100 km', decimals: null });
  assert.deepEqual(to('km', 'distance'), { value: 6.25, unit: 'km/kWh', decimals: 1 });
  assert.equal(to('mi', null).unit, 'mi/kWh');
  assert.equal(to('mi', 'energy').unit, 'kWh/100 mi');
  assert.ok(Math.abs(to('mi', 'energy').value - 25.7495) < 0.001);
});

test('times of day by 12 or 24 hours, as was chosen', () => {
  const at = { ms: Date.UTC(2026, 10, 22, 12, 5), offset: 60 };
  useHours('24');
  assert.equal(clock(at, 'en-US'), '13:05');
  useHours('12');
  assert.match(clock(at, 'en-GB'), /^01:05\s?pm$/i);
  useHours('auto');
  assert.equal(clock(at, 'en-GB'), '13:05');
});

test('what this browser went through is read word by word', () => {
  const prefs = readPrefs('{"passed":["units","nowhere",7],"compared":["leaf",1],"hours":"12","consumption":"distance"}');
  assert.deepEqual(prefs.passed, ['units']);
  assert.deepEqual(prefs.compared, ['leaf']);
  assert.equal(prefs.hours, '12');
  assert.equal(prefs.consumption, 'distance');
  const empty = readPrefs('{"passed":"all"}');
  assert.deepEqual([empty.passed, empty.compared, empty.hours, empty.consumption], [[], [], 'auto', null]);
});
