import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barSheet } from '../src/bar_sheet';
import { barsOf, barSummary } from '../src/bars';
import { addMonths, dayName, dayOf, daysIn, monthName, weekday } from '../src/calendar';
import type { Sums } from '../src/diary';
import { readSums } from '../src/diary';
import { periodDays, periodName, readGrain, readPeriod, stepPeriod, widenPeriod } from '../src/period';
import { byYear, consumptionOf, sumOf, wholeOf } from '../src/totals';
import { cutWeekName, weekNumber, weekOf, weeksOf } from '../src/weeks';

function sums(key: string, more: Record<string, unknown> = {}): Sums {
  return readSums({ [key.length === 7 ? 'month' : 'day']: key, charges: 1, outings: 1, ...more }) as Sums;
}

test('days and months', () => {
  assert.deepEqual([daysIn('2026-11'), daysIn('2028-02'), daysIn('2100-02')], [30, 29, 28]);
  assert.deepEqual([addMonths('2026-11', 2), addMonths('2026-01', -1), addMonths('2026-01', -13)], ['2027-01', '2025-12', '2024-12']);
  assert.deepEqual([monthName('2026-11'), dayName('2026-11-02'), dayName('2026-11-02', '2026'), weekday('2026-11-22')], ['November 2026', '2 Nov 2026', '2 Nov', 'Sun']);
  assert.equal(dayOf({ ms: Date.parse('2026-11-22T23:30:00Z'), offset: 60 }), '2026-11-23', 'by the clock of the house');
});

test('a period is read from the address, else it is this month, else everything', () => {
  assert.deepEqual(readPeriod('2026-02', '2026-11-22'), { kind: 'month', key: '2026-02' });
  assert.deepEqual(readPeriod('2025', '2026-11-22'), { kind: 'year', key: '2025' });
  assert.deepEqual(readPeriod('all', '2026-11-22'), { kind: 'all', key: 'all' });
  for (const text of [undefined, '', '2026-13', '26', 'x', '0000', '9999', '0001-01', '9999-12']) {
    assert.deepEqual(readPeriod(text, '2026-11-22'), { kind: 'month', key: '2026-11' });
  }
  assert.equal(readPeriod(undefined, null).kind, 'all');
  assert.equal(periodName({ kind: 'year', key: '2026' }), '2026');
});

test('a period’s days are inclusive', () => {
  assert.deepEqual(periodDays({ kind: 'month', key: '2028-02' }), { from: '2028-02-01', to: '2028-02-29' });
  assert.deepEqual(periodDays({ kind: 'year', key: '2026' }), { from: '2026-01-01', to: '2026-12-31' });
  assert.equal(periodDays({ kind: 'all', key: 'all' }), null);
});

test('steps end where the diary does', () => {
  const month = { kind: 'month', key: '2026-01' } as const;
  assert.equal(stepPeriod(month, -1, '2025-12', '2026-03')?.key, '2025-12');
  assert.equal(stepPeriod(month, -1, '2026-01', '2026-03'), null);
  assert.equal(stepPeriod({ kind: 'year', key: '2026' }, 1, '2025-12', '2026-03'), null);
  assert.equal(stepPeriod({ kind: 'all', key: 'all' }, 1, '2025-12', '2026-03'), null);
});

test('another width shows the same time', () => {
  assert.equal(widenPeriod({ kind: 'month', key: '2025-03' }, 'year', '2026-11').key, '2025');
  assert.equal(widenPeriod({ kind: 'year', key: '2026' }, 'month', '2026-11').key, '2026-11');
  assert.equal(widenPeriod({ kind: 'year', key: '2025' }, 'month', '2026-11').key, '2025-12');
  assert.equal(widenPeriod({ kind: 'all', key: 'all' }, 'month', '2026-11').key, '2026-11');
});

test('sums: unknown stays unknown, known in part is summed, two currencies are not', () => {
  const a = sums('2026-11-01', { distance_km: 10, cost: 1, currency: 'EUR' });
  const b = sums('2026-11-02', { distance_km: null, used_kwh: 5, cost: 2, currency: 'EUR' });
  const both = sumOf([a, b], 'x');
  assert.deepEqual([both.distance, both.used, both.battery, both.cost, both.charges], [10, 5, null, 3, 2]);
  const nok = sums('2026-11-03', { cost: 3, currency: 'NOK' });
  assert.equal(sumOf([a, nok, a], 'x').cost, null);
  assert.deepEqual(byYear([sums('2026-11'), sums('2025-12'), sums('2026-01')]).map((each) => [each.key, each.charges]), [['2026', 2], ['2025', 1]]);
});

test('a sum of costs lies between the least and the most of each', () => {
  const sure = sums('2026-11-01', { cost: 2, currency: 'EUR' });
  const range = sums('2026-11-02', { cost: 1, cost_max: 1.5, currency: 'EUR' });
  const free = sums('2026-11-03', { battery_kwh: 3 });
  const all = sumOf([free, sure, range], 'x');
  assert.deepEqual([all.cost, all.costMax, all.currency], [3, 3.5, 'EUR']);
  assert.deepEqual([sumOf([sure, free], 'x').costMax, sumOf([free], 'x').cost], [null, null]);
});

test('a whole span has what belongs to no day, and nothing is not zero there', () => {
  const day = sums('2026-11-01', { distance_km: 10, battery_kwh: 3, cost: 1, currency: 'EUR', charges: 1 });
  const none = sums('2026-11-30', { distance_km: 0, used_kwh: 0, battery_kwh: 0, charger_kwh: 0, wall_kwh: 0, cost: 0, currency: null, charges: 0, outings: 0 });
  const nothing = wholeOf({ items: [], unattributed: none }, 'x');
  assert.deepEqual([nothing.distance, nothing.battery, nothing.wall, nothing.cost], [null, null, null, null]);
  const rest = { ...none, charges: 2, battery: 5, charger: null, wall: null, cost: 1, costMax: 2, currency: 'EUR' };
  const all = wholeOf({ items: [day], unattributed: rest }, 'x');
  assert.deepEqual([all.charges, all.battery, all.cost, all.costMax, all.wall, all.distance], [3, 8, 2, 3, null, 10]);
});

test('consumption only where both sides are known', () => {
  assert.equal(consumptionOf({ ratedDistance: 50, ratedEnergy: 8 }), 16);
  for (const each of [{ ratedDistance: 0, ratedEnergy: 1 }, { ratedDistance: null, ratedEnergy: 1 }, { ratedDistance: 10, ratedEnergy: null }]) {
    assert.equal(consumptionOf(each), null);
  }
  const known = { distance_km: 100, used_kwh: 15, consumption_km: 100, consumption_kwh: 15 };
  const mixed = { distance_km: 500, used_kwh: 3, consumption_km: 20, consumption_kwh: 3 };
  const days = [sums('2026-11-01', known), sums('2026-11-02', mixed), sums('2026-11-03', { distance_km: 70 })];
  assert.equal(consumptionOf(sumOf(days, '')), 15, 'outings of unknown energy don’t make it look thrifty');
});

test('a bar for each day, month and year, also empty ones', () => {
  const days = barsOf({ kind: 'month', key: '2026-11' }, 'day', [sums('2026-11-22', { battery_kwh: 6 })]);
  assert.equal(days.length, 30);
  assert.deepEqual([days[21]?.long, days[21]?.sums?.battery, days[0]?.sums], ['Sun 22 Nov 2026', 6, null]);
  const months = barsOf({ kind: 'year', key: '2026' }, 'month', [sums('2026-02', { battery_kwh: 60 })]);
  assert.deepEqual(months.map((each) => each.sums?.battery ?? 0), [0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const years = barsOf({ kind: 'all', key: 'all' }, 'year', [sums('2026-02'), sums('2023-05')]);
  assert.deepEqual(years.map((each) => each.key), ['2023', '2024', '2025', '2026']);
  assert.deepEqual(barsOf({ kind: 'all', key: 'all' }, 'year', []), []);
});

test('bars in a sentence, and on an axis from zero', () => {
  const period = { kind: 'month', key: '2026-11' } as const;
  const bars = barsOf(period, 'day', [sums('2026-11-22', { battery_kwh: 6 }), sums('2026-11-20', { battery_kwh: 14.2 }), sums('2026-11-19')]);
  const words = barSummary('day', bars, (each) => each.battery, (value) => `${value} kWh`);
  assert.equal(words, 'On 2 of 30 days; most on Fri 20 Nov 2026: 14.2 kWh.');
  assert.equal(barSummary('day', barsOf(period, 'day', []), (each) => each.battery, String), '');
  const sheet = barSheet(bars, { value: (bar) => bar.sums?.battery ?? null, words: (bar) => bar.key }, null);
  assert.deepEqual([sheet.left.min, sheet.left.max, sheet.from, sheet.to], [0, 15, -0.5, 29.5]);
  assert.equal(sheet.lines[0]?.values[19], 14.2);
});

test('weeks are those of ISO 8601', () => {
  assert.deepEqual([weekOf('2026-11-22'), weekNumber('2026-11-16'), weekNumber('2024-12-30'), weekNumber('2020-12-28')], ['2026-11-16', 47, 1, 53]);
  assert.equal(cutWeekName('2026-11-16', '2026'), 'week 47, 16 Nov to 22 Nov 2026');
  assert.deepEqual([weeksOf('2026').length, weeksOf('2026')[0], weeksOf('2026').at(-1)], [53, '2025-12-29', '2026-12-28']);
  assert.deepEqual([cutWeekName('2026-11-30', '2026-11'), cutWeekName('2026-10-26', '2026-11')], ['week 49, 30 Nov 2026', 'week 44, 1 Nov 2026']);
});

test('a year by its days and weeks, everything by its months', () => {
  const year = { kind: 'year', key: '2024' } as const;
  const items = [sums('2024-02-29', { battery_kwh: 6 }), sums('2024-03-01', { battery_kwh: 4 })];
  const days = barsOf(year, 'day', items);
  assert.deepEqual([days.length, days[59]?.sums?.battery, days[60]?.short], [366, 6, 'Mar']);
  const weeks = barsOf(year, 'week', items);
  assert.deepEqual(weeks.filter((each) => each.sums !== null).map((each) => [each.short, each.sums?.battery]), [['9', 10]]);
  assert.match(barSummary('week', weeks, (each) => each.battery, String), /^In 1 of 53 weeks; most in week 9, 26 Feb to 3 Mar 2024: 10/);
  const turn = barsOf({ kind: 'year', key: '2026' }, 'week', [sums('2026-01-02', { battery_kwh: 6 })]);
  assert.deepEqual([turn[0]?.long, turn[52]?.long], ['week 1, 1 Jan to 4 Jan 2026', 'week 53, 28 Dec to 31 Dec 2026'], 'only days of this year are in their sums');
  const months = barsOf({ kind: 'all', key: 'all' }, 'month', [sums('2026-02'), sums('2025-11')]);
  assert.deepEqual(months.map((each) => each.key), ['2025-11', '2025-12', '2026-01', '2026-02']);
  assert.deepEqual([readGrain('week', year), readGrain('year', year), readGrain(undefined, { kind: 'all', key: 'all' })], ['week', 'month', 'year']);
});

test('bars of the time before stand behind, also where this one has none, and are said', () => {
  const bars = barsOf({ kind: 'year', key: '2026' }, 'month', []);
  const behind = { values: bars.map((_, i) => (i === 1 ? 9 : null)), words: (i: number) => (i === 1 ? 'before: 9' : '') };
  const sheet = barSheet(bars, { value: () => null, words: () => '–' }, null, behind);
  assert.deepEqual(sheet.lines.map((each) => each.width), ['wide', 'slim']);
  assert.equal(sheet.left.max, 10);
  assert.deepEqual([sheet.words(0), sheet.words(1)], ['January 2026: –', 'February 2026: –; before: 9']);
});
