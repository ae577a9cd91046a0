import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellWords, extremesOf, readCells } from '../src/cells';
import { curveSheet, curveSummary, pointWords, readCurve } from '../src/curve';
import { HEALTH_FIGURES, healthName, healthSheet, healthSummary, lastKnown, measuredWords, thinned } from '../src/health';
import type { Health } from '../src/diary';
import { readHealth } from '../src/diary';
import { DAY_S, readSeries } from '../src/history';
import type { Series } from '../src/history';
import { historySheet } from '../src/history_sheet';
import { roundRange, roundStep, sameFigures } from '../src/sheet';
import { canZoom, movedStretch, readStretch, stretchBetween, writeStretch, zoomedStretch } from '../src/span';

test('round steps and ranges', () => {
  assert.deepEqual([roundStep(100, 4), roundStep(14, 4), roundStep(0.018, 4)].map((each) => Number(each.toPrecision(3))), [25, 5, 0.005]);
  assert.deepEqual(roundRange([3, 14.2], true), { min: 0, max: 15 });
  assert.deepEqual(roundRange([], true), { min: 0, max: 1 });
  const flat = roundRange([372.5, null, 372.5], false);
  assert.ok(flat.min < 372.5 && flat.max > 372.5, JSON.stringify(flat));
  const below = roundRange([-7, -2], false);
  assert.ok(below.min <= -7 && below.max >= -2);
  assert.deepEqual(roundRange([0, 0], true), { min: 0, max: 1 });
});

const curve = readCurve({ curve: [['2026-11-22T09:10:00+01:00', 54.1, 3.3], ['rubbish'], ['2026-11-22T09:00:00+01:00', 53.5, null], ['2026-11-23T01:00:00+01:00', null, 1.2]] });

test('a curve is read in order, what isn’t known stays so', () => {
  assert.deepEqual(curve.map((each) => [each.soc, each.kw]), [[53.5, null], [54.1, 3.3], [null, 1.2]]);
  assert.deepEqual(readCurve({}), []);
  const sheet = curveSheet(curve);
  assert.deepEqual([sheet.lines.length, sheet.right?.min, sheet.right?.max], [2, 0, 4]);
  assert.equal(curveSheet(curve.slice(0, 1)).right, null, 'no power, no axis for it');
  assert.match(curveSummary(curve), /^From 53\.5.% \(09:00.*\) to 54\.1.% \(09:10.*\)\. Power up to 3\.3.kW\.$/);
  assert.equal(curveSummary([]), '');
  const [first, , last] = curve;
  assert.match(last && first ? pointWords(last, first.at) : '', /^23 Nov, 01:00.*: 1\.2.kW$/);
});

function healths(days: number): Health[] {
  return Array.from({ length: days }, (_, i) => readHealth({ day: new Date(Date.UTC(2026, 10, 22) - i * 86400000).toISOString().slice(0, 10), soh: 85 + i / 100 }) as Health);
}

test('the last word on each figure, of this battery only', () => {
  const items = [{ day: '2026-11-22', serial: 2, soh: 99 }, { day: '2026-11-21', serial: 2, hx: 90 }, { day: '2026-11-20', serial: 1, hx: 60, cell_min: 3.8 }];
  const all = items.map(readHealth) as Health[];
  assert.equal(lastKnown(all, (item) => item.soh)?.item.day, '2026-11-22');
  assert.deepEqual([lastKnown(all, (item) => item.hx)?.value, lastKnown(all, (item) => item.cellMin)], [90, null]);
  assert.equal(lastKnown([], (item) => item.soh), null);
});

test('of many days the last of each month stands for it', () => {
  const year = healths(366);
  const thin = thinned(year);
  assert.equal(thin.length, 13);
  assert.equal(thin[thin.length - 1]?.day, '2026-11-22');
  assert.equal(healthName(thin[0] as Health, year, thin), 'November 2025');
  const few = healths(30);
  assert.deepEqual(thinned(few).map((each) => each.day), [...few].reverse().map((each) => each.day));
  const figure = HEALTH_FIGURES[0];
  const name = (item: Health) => item.day;
  assert.equal(healthSummary(thinned(few), figure, name), 'From 85.3\u202f% (2026-10-24) to 85\u202f% (2026-11-22).');
  assert.equal(healthSummary([], figure, name), '');
  assert.equal(healthSheet(thin, figure, { name, axis: 'day', far: (km) => km }).xs.length, 13);
});

test('what charges measured is told with its scatter and their count', () => {
  const words = (raw: object) => measuredWords(readHealth({ day: '2026-11-22', ...raw }) as Health);
  assert.equal(words({ measured_kwh: 19.88, measured_scatter_kwh: 0.21, measured_charges: 10 }), '19.9\u202fkWh ± 0.2 (10 charges)');
  assert.equal(words({ measured_kwh: 20, measured_scatter_kwh: null, measured_charges: 1 }), '20.0\u202fkWh (1 charge)');
  assert.equal(words({}), null, 'an older garaged tells none');
});

const NOW = Date.parse('2026-11-22T12:00:30Z') / 1000;

test('a stretch of history comes from the address and goes back there', () => {
  const live = readStretch({ span: 'week' }, NOW);
  assert.deepEqual([live.span, live.live, live.to - live.from], ['week', true, 7 * DAY_S]);
  assert.deepEqual(writeStretch(live), { span: 'week' });
  const then = readStretch({ span: 'day', to: '2026-03-01T00:00Z' }, NOW);
  assert.deepEqual(writeStretch(then), { span: 'day', to: '2026-03-01T00:00Z' });
  const drawn = { from: '2026-03-01T00:00Z', to: '2026-03-01T02:30Z' };
  assert.deepEqual(writeStretch(readStretch(drawn, NOW)), drawn);
  for (const bad of [{ span: 'age' }, { from: 'x', to: 'y' }, { from: drawn.to, to: drawn.from }, { from: '1970-01-01T00:00Z', to: drawn.to }]) {
    assert.equal(readStretch(bad, NOW).span, 'day', JSON.stringify(bad));
  }
  assert.equal(readStretch({ span: 'decade', to: '0000-01-01T00:00Z' }, NOW).live, true, 'no year that calendars reckon with');
});

test('moving and zooming stay within ten minutes, ten years and the present', () => {
  const week = readStretch({ span: 'week' }, NOW);
  const before = movedStretch(week, -1, NOW);
  assert.deepEqual([before.to, before.live, before.span], [week.from, false, 'week']);
  assert.equal(movedStretch(before, 1, NOW).live, true);
  const closer = zoomedStretch(week, 'in', NOW);
  assert.equal(closer.to - closer.from, 3.5 * DAY_S);
  assert.ok(zoomedStretch(week, 'out', NOW).to <= Math.ceil(NOW / 60) * 60);
  const narrow = stretchBetween(NOW - 5000, NOW - 4990, NOW);
  assert.equal(narrow.to - narrow.from, 600);
  assert.equal(canZoom(narrow, 'in'), false);
  assert.equal(canZoom(readStretch({ span: 'decade' }, NOW), 'out'), false);
});

test('a history’s chart: charge fills its axis, others are looked at closely', () => {
  const points = [['2026-11-22T07:00:00+01:00', 54, 53, 55], ['2026-11-22T07:10:00+01:00', 56, 55, 57]];
  const frame = { from: 0, to: 1, now: { ms: Date.parse('2026-11-22T08:00:00+01:00'), offset: 60 }, zoom: null };
  const soc = historySheet(readSeries({ signal: 'soc', unit: '%', step_s: 3600, points }) as Series, frame);
  assert.deepEqual([soc.left.min, soc.left.max, soc.band?.low], [0, 100, [53, 55]]);
  const volts = historySheet(readSeries({ signal: 'pack_voltage', unit: 'V', step_s: 0, points }) as Series, frame);
  assert.deepEqual([volts.left.min, volts.left.max, volts.band], [53, 57, null]);
  assert.match(soc.words(1), /^07:10.*: 56.%$/);
});

test('health over the odometer, and how far the measured capacity scatters', () => {
  const items = [
    { day: '2026-01-01', odometer_km: 1000, measured_kwh: 20, measured_scatter_kwh: 0.5, cell_spread: 0.018 },
    { day: '2026-02-01', odometer_km: null, measured_kwh: 19.8, measured_scatter_kwh: 0.4 },
    { day: '2026-03-01', odometer_km: 3000, measured_kwh: null },
  ].map((each) => readHealth(each) as Health);
  const figure = (name: string) => HEALTH_FIGURES.find((each) => each.name === name) as (typeof HEALTH_FIGURES)[number];
  const words = { name: (item: Health) => item.day, axis: 'odometer', far: (km: number) => km / 2 } as const;
  const sheet = healthSheet(items, figure('measured'), words);
  assert.deepEqual([sheet.kind, sheet.xs, sheet.band?.low, sheet.band?.high], ['numbers', [500, 1500], [19.5, null], [20.5, null]]);
  assert.deepEqual([figure('spread').read(items[0] as Health), figure('spread').read(items[1] as Health)], [18, null]);
});

test('cells: the weakest and the strongest, what isn’t told stays unknown', () => {
  const cells = readCells({ at: '2026-11-22T10:00:00+01:00', cells: [3.88, null, 3.871, 3.889, 'x'] });
  assert.deepEqual(cells?.volts, [3.88, null, 3.871, 3.889, null]);
  assert.deepEqual(cells && extremesOf(cells), { weakest: 3, strongest: 4, min: 3.871, max: 3.889 });
  assert.match(cells ? cellWords(cells) : '', /^Weakest: cell 3, 3\.871.V\. Strongest: cell 4, 3\.889.V\. They are 18 mV apart\.$/);
  assert.equal(extremesOf({ at: '', volts: [null] }), null);
  assert.equal(readCells({ at: '2026-11-22T10:00:00+01:00' }), null);
});

test('as many points with other values are another chart', () => {
  const frame = { from: 0, to: 7200, now: { ms: 7200000, offset: 0 }, zoom: null };
  const sheet = (value: number) => historySheet(readSeries({ signal: 'soc', unit: '%', step_s: 60, points: [['1970-01-01T00:10:00Z', 50], ['1970-01-01T00:11:00Z', value]] }) as Series, frame);
  assert.equal(sameFigures(sheet(51), sheet(51)), true);
  assert.equal(sameFigures(sheet(51), sheet(52)), false);
});

test('a charge over the end of summer time keeps the clock of the wall', () => {
  const { label, offset } = curveSheet(readCurve({ curve: [['2026-10-25T01:30:00+02:00', 50, 3], ['2026-10-25T04:00:00+01:00', 70, 3]] }));
  const four = Date.parse('2026-10-25T04:00:00+01:00') / 1000;
  assert.deepEqual([label(four, 3600), offset(four), offset(four - 60)], [label(four - 3600 * 2, 3600).replace(/0\d/, '04'), 60, 120]);
});

test('over the odometer the points go on, also where it went back', () => {
  const items = healths(3).map((each, i) => ({ ...each, odometer: [100, 300, 200][i] ?? null }));
  const { xs, lines } = healthSheet(items, HEALTH_FIGURES[0], { name: (item) => item.day, axis: 'odometer', far: (km) => km });
  assert.deepEqual([xs, lines[0]?.values], [[100, 200, 300], [85, 85.02, 85.01]]);
});
