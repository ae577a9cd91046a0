import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Moment } from '../src/format';
import { moment } from '../src/format';
import { gapCount, historyPath, hourRows, plotOf, readSeries, summary, withLive } from '../src/history';
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
  const words = summary(series, now);
  assert.match(words, /^From 54\.1.% \(07:00[^)]*\) to 60.% \(10:30[^)]*\); lowest 54, highest 60\.5.%\. Dashed: not heard \(once\)\.$/);
  assert.equal(summary({ ...series, points: [] }, now), 'Nothing recorded in the last 24 hours.');
});

test('the chart as a table, hours by the house’s clock', () => {
  const rows = hourRows(series, 60);
  assert.equal(rows.length, 2);
  assert.deepEqual(rows[1], { ms: Date.parse('2026-11-22T07:00:00+01:00'), first: 54.1, last: 54.2, min: 54, max: 54.3 });
  const half = hourRows(series, 330);
  assert.equal(half[0]?.ms, Date.parse('2026-11-22T15:00:00+05:30'));
});

test('the live value is added only when it is newer', () => {
  const last = Date.parse('2026-11-22T10:30:00+01:00') / 1000;
  assert.equal(withLive(series, { t: last + 10, value: 61 }), series);
  assert.equal(withLive(series, null), series);
  assert.equal(withLive(series, { t: last + 60, value: 61 }).points.length, 4);
});
