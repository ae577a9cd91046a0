import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, barSummary } from '../src/bars';
import type { Outing, Sums } from '../src/diary';
import { readOuting, readSums } from '../src/diary';
import { unattributedWords } from '../src/mileage_words';
import { dayByKey, monthGrid, shadeEnds, shadeOf } from '../src/month_grid';
import { readDay } from '../src/period';
import { asTag, hasTag, NO_TAG, sumsOfOutings, tagCounts, tagProblem } from '../src/tags';

const day = (key: string, km: number) => readSums({ day: key, distance_km: km, outings: 1 }) as Sums;

test('bars by week of a month have its days alone, a year’s days are named by their months', () => {
  const month = { kind: 'month', key: '2026-11' } as const;
  const bars = barsOf(month, 'week', [day('2026-11-01', 5), day('2026-11-02', 7), day('2026-11-08', 1)]);
  assert.deepEqual(bars.map((each) => each.short), ['44', '45', '46', '47', '48', '49']);
  assert.deepEqual(bars.map((each) => each.sums?.distance ?? null), [5, 8, null, null, null, null]);
  assert.equal(barSummary('week', bars, (each) => each.distance, (km) => `${km} km`), 'In 2 of 6 weeks; most in week 45, 2 Nov to 8 Nov 2026: 8 km.');
  const days = barsOf({ kind: 'year', key: '2028' }, 'day', []);
  assert.deepEqual([days.length, days.filter((each) => each.mark).map((each) => each.short).join(' ')], [366, 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec']);
  const all = barsOf({ kind: 'all', key: 'all' }, 'month', [readSums({ month: '2016-11' }) as Sums, readSums({ month: '2026-10' }) as Sums]);
  assert.deepEqual([all.length, all.filter((each) => each.mark).length], [120, 10]);
});

test('a day is read where there is one', () => {
  assert.equal(readDay('2028-02-29'), '2028-02-29');
  for (const text of ['2026-02-29', '2026-11-00', '2026-11', '2026-13-01', '0000-01-01', '9999-12-31', undefined]) {
    assert.equal(readDay(text), null);
  }
});

test('a calendar’s weeks, shades and what is before and ahead', () => {
  const grid = monthGrid({ month: '2026-11', items: [day('2026-11-14', 12), day('2026-11-15', 300)], first: '2026-11-14', today: '2026-11-20', figure: (sums) => sums.distance });
  assert.deepEqual(grid.weeks.map((each) => each.week), ['2026-10-26', '2026-11-02', '2026-11-09', '2026-11-16', '2026-11-23', '2026-11-30']);
  assert.ok(grid.weeks.every((each) => each.days.length === 7));
  const days = grid.weeks.flatMap((each) => each.days).filter((each) => each !== null);
  assert.deepEqual([13, 14, 20, 21].map((each) => days[each - 1]?.when), ['before', 'kept', 'kept', 'ahead']);
  assert.ok((days[14]?.shade ?? 0) > (days[13]?.shade ?? 0) && days[15]?.shade === 0);
  const ends = shadeEnds([9, 28, 28, 36, 41, 300]);
  assert.deepEqual([shadeOf(null, ends), shadeOf(0, ends), shadeOf(9, ends), shadeOf(28, ends), shadeOf(300, ends)], [0, 0, 1, 2, 4], ends.join(' '));
  assert.deepEqual(shadeEnds([]), []);
});

test('keys walk through the calendar, and not out of the diary', () => {
  const walk = (key: string, from: string) => dayByKey(key, from, '2026-02', '2026-11');
  assert.deepEqual([walk('ArrowLeft', '2026-03-01'), walk('ArrowDown', '2026-02-26'), walk('Home', '2026-11-19'), walk('End', '2026-11-19')], ['2026-02-28', '2026-03-05', '2026-11-16', '2026-11-22']);
  assert.deepEqual([walk('Home', '2026-11-01'), walk('End', '2026-11-30'), walk('PageUp', '2026-03-31')], ['2026-11-01', '2026-11-30', '2026-02-28']);
  assert.deepEqual([walk('ArrowLeft', '2026-02-01'), walk('PageDown', '2026-11-30'), walk('a', '2026-11-01')], ['2026-02-01', '2026-11-30', null]);
});

const outing = (id: number, more: Record<string, unknown>) => readOuting({ id, day: '2026-11-22', distance_km: 10, tags: [], ...more }) as Outing;

test('tags are words without blanks, counted and sifted', () => {
  assert.deepEqual([asTag('  Business  trip, Oslo '), asTag('work'), asTag(' , ')], ['Business-trip-Oslo', 'work', '']);
  assert.equal(tagProblem('work', ['home']), null);
  for (const [tag, has] of [['', []], ['work', ['work']], ['x'.repeat(32), []], ['x', Array.from({ length: 16 }, (_, i) => `t${i}`)], ['ø'.repeat(16), []]] as const) {
    assert.notEqual(tagProblem(tag, has), null, tag);
  }
  const all = [outing(1, { tags: ['home'] }), outing(2, { tags: ['work', 'home'] }), outing(3, {})];
  assert.deepEqual(tagCounts(all), [{ tag: 'home', count: 2 }, { tag: 'work', count: 1 }]);
  assert.deepEqual([all.filter((each) => hasTag(each, 'work')).length, all.filter((each) => hasTag(each, NO_TAG)).length], [1, 1]);
});

test('outings are summed by day or month, what lies over two is in neither', () => {
  const all = [
    outing(1, { energy_soc_kwh: 2, consumption_kwh_100km: 20 }),
    outing(2, { energy_soc_kwh: null, energy_gids_kwh: null }),
    outing(3, { day: null, from: '2026-11-03T07:00:00+01:00', to: '2026-11-05T07:00:00+01:00', distance_km: 100 }),
    outing(4, { day: null, from: '2026-10-31T07:00:00+01:00', to: '2026-11-01T07:00:00+01:00', distance_km: 1000 }),
  ];
  const days = sumsOfOutings(all, true);
  assert.deepEqual(days.items.map((each) => [each.key, each.distance, each.used, each.ratedDistance, each.outings]), [['2026-11-22', 20, 2, 10, 2]]);
  assert.equal(days.unattributed.distance, 1100);
  const months = sumsOfOutings(all, false);
  assert.deepEqual([months.items[0]?.key, months.items[0]?.distance, months.unattributed.distance], ['2026-11', 120, 1000]);
});

test('what no bar has is said in words, nothing where there is nothing', () => {
  const rest = readSums({ day: 'x', distance_km: 525, used_kwh: null }) as Sums;
  assert.match(unattributedWords(rest, 'week', { distance: 'km', temperature: 'C' }) ?? '', /^Unattributed: 525\skm\. The car was away over midnight/);
  assert.match(unattributedWords(rest, 'month', { distance: 'km', temperature: 'C' }) ?? '', /in which month/);
  assert.equal(unattributedWords(null, 'day', { distance: 'km', temperature: 'C' }), null);
});
