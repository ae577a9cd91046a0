import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Moment } from '../src/format';
import { moment } from '../src/format';
import { axisTime, DAY_S, decimalsOf, gapCount, historyPath, inUnits, offsetAt, plotOf, readSeries, rowsOf, summary, withLive } from '../src/history';
import type { Series } from '../src/history';

const raw = {
  car: 'leaf',
  signal: 'soc',
  unit: '%',
  step_s: 60,
  points: [
    ['2026-11-22T07:01:00+01:00', 54.2, 54, 54.3],
    ['2026-11-22T07:00:00+01:00', 54.1, 54, 54.3],
    ['2026-11-22T10:30:00+01:00', 60, 59.5, 60.5],
    'rubbish',
    ['never', 1, 1, 1],
    ['2026-11-22T10:31:00+01:00', null, 1, 1],
  ],
};
const series = readSeries(raw) as Series;
const now = moment('2026-11-22T11:00:00+01:00') as Moment;

test('the request asks in UTC, so that no sign needs escaping', () => {
  const path = historyPath('leaf', 'soc', 1_800_000_000, 1_800_086_400);
  assert.match(path, /^history\?car=leaf&signal=soc&from=2027-01-15T08%3A00%3A00Z&to=2027-01-16T08%3A00%3A00Z&points=\d+$/);
});

test('an answer is read in order, without what is no point', () => {
  assert.equal(series.points.length, 3);
  assert.equal(series.points[0]?.mean, 54.1);
  assert.equal(readSeries({}), null);
  assert.equal(readSeries(null), null);
  assert.equal(readSeries({ points: [] })?.points.length, 0);
});

test('a stretch that was not heard breaks the line and is bridged', () => {
  const plot = plotOf(series);
  assert.deepEqual(plot.heard, [54.1, 54.2, null, 60]);
  assert.deepEqual(plot.bridge, [null, 54.2, undefined, 60]);
  assert.equal(gapCount(series), 1);
  assert.ok(plot.xs.every((x, i) => i === 0 || x > (plot.xs[i - 1] as number)));
});

test('the chart in a sentence', () => {
  const words = summary(series, DAY_S, now);
  assert.match(words, /^From 54\.1.% \(07:00[^)]*\) to 60.% \(10:30[^)]*\); lowest 54, highest 60\.5.%\. Dashed: not heard \(once\)\.$/);
  assert.match(summary(series, 366 * DAY_S, now), /^From 54\.1.% \(22 Nov 2026\)/, 'of a year only the day matters');
  assert.equal(summary({ ...series, points: [] }, DAY_S, now), '');
});

test('the chart as a table: hours, days or months by the house’s clock', () => {
  const rows = rowsOf(series, DAY_S, now);
  assert.equal(rows.length, 2);
  assert.deepEqual({ ...rows[1], name: '' }, { name: '', first: 54.1, last: 54.2, min: 54, max: 54.3 });
  assert.match(rows[1]?.name ?? '', /^07:00/);
  assert.deepEqual(rowsOf(series, 31 * DAY_S, now).map((each) => each.name), ['Sun 22 Nov 2026']);
  assert.deepEqual(rowsOf(series, 366 * DAY_S, now).map((each) => each.name), ['November 2026']);
  assert.equal(rowsOf(series, 3600, now).length, 3, 'each reading of a short time');
});

test('the table says of a year what the chart draws', () => {
  const points = Array.from({ length: 480 }, (_, i) => [new Date(Date.UTC(2026, 0, 1) + i * 18 * 3600000).toISOString().replace('.000Z', '+01:00'), i, i - 1, i + 1]);
  const year = readSeries({ unit: 'km', step_s: 64800, points }) as Series;
  const rows = rowsOf(year, 366 * DAY_S, now);
  assert.equal(rows.length, 12);
  assert.equal(Math.min(...rows.map((each) => each.min)), Math.min(...year.points.map((each) => each.min)));
  assert.equal(Math.max(...rows.map((each) => each.max)), Math.max(...year.points.map((each) => each.max)));
  assert.equal(rows[0]?.last, 479);
});

test('the live value is added only when it is newer', () => {
  const last = Date.parse('2026-11-22T10:30:00+01:00') / 1000;
  assert.equal(withLive(series, { t: last + 10, value: 61 }, 60), series);
  assert.equal(withLive(series, null, 60), series);
  assert.equal(withLive(series, { t: last + 60, value: 61 }, 60).points.length, 4);
});

test('the zone’s offset follows the points over a change of clocks', () => {
  const two = readSeries({ points: [['2026-10-25T01:00:00+02:00', 1], ['2026-10-25T04:00:00+01:00', 2]] }) as Series;
  const offset = offsetAt(two, 0);
  const change = Date.parse('2026-10-25T04:00:00+01:00') / 1000;
  assert.deepEqual([offset(change - 86400), offset(change - 1), offset(change), offset(change + 1e6)], [120, 120, 60, 60]);
  assert.equal(offsetAt({ ...two, points: [] }, 330)(0), 330);
});

test('an axis of time says what matters at its width', () => {
  const at = Date.parse('2026-11-22T00:00:00+01:00') / 1000;
  assert.equal(axisTime(at, 6 * 3600, 60), '22 Nov');
  assert.match(axisTime(at + 6 * 3600, 6 * 3600, 60), /^06:00/);
  assert.equal(axisTime(at, DAY_S, 60), '22 Nov');
  assert.equal(axisTime(Date.parse('2026-11-01T00:00:00+01:00') / 1000, 30.44 * DAY_S, 60), 'Nov');
  assert.equal(axisTime(Date.parse('2026-01-01T00:00:00+01:00') / 1000, 92 * DAY_S, 60), '2026');
});

test('miles on the screen, kilometres in the diary', () => {
  const km = readSeries({ signal: 'odometer', unit: 'km', points: [['2026-11-22T07:00:00+01:00', 1609.344]] }) as Series;
  const miles = inUnits(km, { distance: 'mi', temperature: 'C' });
  assert.deepEqual([Math.round(miles.points[0]?.mean ?? 0), miles.unit], [1000, 'mi']);
  assert.equal(inUnits(km, { distance: 'km', temperature: 'F' }).points[0]?.mean, 1609.344);
});

test('as many decimals as tell the values apart', () => {
  const of = (unit: string, ...values: number[]) => decimalsOf({ signal: '', unit, stepS: 0, points: values.map((mean, t) => ({ t, offset: 0, mean, min: mean, max: mean })) });
  assert.deepEqual([of('V', 3.871, 3.889), of('%', 85, 85.4), of('km', 1, 900), of('km', 1, 117568), of('%')], [3, 2, 1, 0, 1]);
});
