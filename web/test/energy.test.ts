import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outing, Sums } from '../src/diary';
import { readOuting, readSums } from '../src/diary';
import { carbon, change, changeWords, costPerHundred, differenceOf, measuresOf, monthRows, spanBefore, spanName, yearRows } from '../src/energy';
import { readSeries } from '../src/history';
import type { Series } from '../src/history';
import { byYear } from '../src/totals';
import { binName, binsOf, spread, temperatureAt } from '../src/warmth';

const KM = { distance: 'km', temperature: 'C' } as const;
const MILES = { distance: 'mi', temperature: 'F' } as const;

function month(key: string, km: number, cost: number | null = 12): Sums {
  return readSums({ month: key, distance_km: km, supplied_kwh: 60, cost, currency: 'EUR', consumption_kwh: km * 0.16, consumption_km: km }) as Sums;
}

const YEARS = Array.from({ length: 23 }, (_, i) => month(`${2025 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`, 100 + i));

test('money for a hundred, and CO₂, only where all of it is known', () => {
  assert.equal(costPerHundred(month('2026-01', 200), KM), 6);
  assert.equal(costPerHundred(month('2026-01', 200), MILES), 6 * 1.609344);
  assert.equal(costPerHundred(month('2026-01', 0), KM), null);
  assert.equal(costPerHundred(month('2026-01', 200, null), KM), null);
  assert.deepEqual([carbon(month('2026-01', 200), 250), carbon(month('2026-01', 200), null)], [15, null]);
});

test('kroner are not held against euros', () => {
  const kroner = { ...month('2026-01', 200, 130), currency: 'NOK' };
  const [newest] = monthRows([month('2026-02', 200), kroner, month('2025-12', 1)], '2026', null);
  assert.deepEqual([newest?.before?.distance, newest?.before?.cost], [200, null]);
});

test('a figure against the one before', () => {
  assert.deepEqual([change(112, 100), change(88, 100), change(100.2, 100)], ['+12\u202f%', '\u221212\u202f%', 'as before']);
  assert.deepEqual([change(null, 100), change(100, null), change(100, 0)], [null, null, null]);
});

test('a month is held against the one before, but for the one the diary began in', () => {
  const rows = monthRows(YEARS, '2025', '2026-11-22');
  assert.deepEqual(rows.slice(-3).map((each) => [each.sums.key, each.before?.key ?? null]), [['2025-03', '2025-02'], ['2025-02', null], ['2025-01', null]]);
  const running = monthRows(YEARS, '2026', '2026-11-22')[0];
  assert.equal(running?.runs, true);
  const now = measuresOf(month('2026-11', 50), KM, null);
  const before = measuresOf(month('2026-10', 100), KM, null);
  assert.equal(differenceOf('distance', now, before, true), '', 'half a month is not half as much');
  assert.equal(differenceOf('costRate', now, before, true), '+100\u202f%');
  assert.equal(differenceOf('distance', now, before, false), '\u221250\u202f%');
});

test('a period that runs is held against as much of the one before', () => {
  const before = (key: string, first = '2020-01', today = '2026-03-31') => spanBefore(key.length === 7 ? { kind: 'month', key } : { kind: 'year', key }, first, today);
  assert.deepEqual(before('2026-03'), { from: '2026-02-01', to: '2026-02-28' });
  assert.deepEqual(before('2026-02'), { from: '2026-01-01', to: '2026-01-31' });
  assert.deepEqual(before('2026'), { from: '2025-01-01', to: '2025-03-31' });
  assert.deepEqual(before('2025'), { from: '2024-01-01', to: '2024-12-31' });
  assert.equal(before('2026-03', '2026-02'), null, 'the diary began in it');
  assert.equal(before('2026', '2025-02'), null, 'of which too little is known');
  assert.equal(spanBefore({ kind: 'all', key: 'all' }, '2020-01', null), null);
});

test('the span before has a name', () => {
  assert.equal(spanName({ from: '2026-10-01', to: '2026-10-31' }), 'October 2026');
  assert.equal(spanName({ from: '2025-01-01', to: '2025-12-31' }), '2025');
  assert.equal(spanName({ from: '2026-10-01', to: '2026-10-22' }), '1 Oct to 22 Oct 2026');
  assert.equal(changeWords(112, 100, '100 km'), '+12\u202f%, was 100 km');
  assert.equal(changeWords(112, null, '–'), null);
});

test('years beside the one before, if that was whole', () => {
  assert.deepEqual(yearRows(byYear(YEARS), YEARS, '2026-11-22').map((each) => [each.sums.key, each.before?.key ?? null, each.runs]), [['2026', '2025', true], ['2025', null, false]]);
});

function outing(id: number, from: string, km: number, kwh: number): Outing {
  return readOuting({ id, from, to: from, distance_km: km, energy_soc_kwh: kwh, consumption_kwh_100km: (kwh / km) * 100, day: from.slice(0, 10) }) as Outing;
}

const DAY = 86400;
const warmth = readSeries({
  signal: 'ambient_temp',
  unit: '°C',
  step_s: DAY,
  points: [['2026-01-10T00:00:00+01:00', -3, -6, 0], ['2026-07-10T00:00:00+02:00', 21, 15, 28]],
}) as Series;

test('outings are sorted by how warm it was on their day', () => {
  const outings = [
    outing(1, '2026-01-10T09:00:00+01:00', 20, 4),
    outing(2, '2026-01-11T09:00:00+01:00', 10, 2.6),
    outing(3, '2026-07-10T09:00:00+02:00', 50, 7),
    outing(4, '2026-04-10T09:00:00+02:00', 50, 7),
  ];
  const bins = binsOf(outings, warmth);
  assert.deepEqual(bins.map((each) => [each.from, each.outings, each.distance, Math.round(each.rate * 10) / 10]), [[-5, 2, 30, 22], [20, 1, 50, 14]]);
  assert.equal(temperatureAt(warmth, Date.parse('2026-04-10T09:00:00Z')), null, 'nothing was heard then');
  assert.equal(spread(bins).length, 6);
  assert.equal(spread([]).length, 0);
  assert.deepEqual(bins.map((each) => binName(each, KM)), ['\u22125 to 0\u202f°C', '20 to 25\u202f°C']);
  assert.equal(binName(bins[0] as never, MILES), '23 to 32\u202f°F');
});
