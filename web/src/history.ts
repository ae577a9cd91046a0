/* One signal over a stretch of time: what to ask, how to read the answer, and what a chart, a table and a sentence need. Pure. */
import { dayName, dayOf, monthName, weekday } from './calendar';
import { clock, dayClock, number } from './format';
import type { Moment } from './format';
import { t, tn } from './i18n';
import { isPlain } from './merge';
import type { Units } from './units';
import { shown } from './units';

export interface Point {
  /** Seconds since 1970. */
  t: number;
  /** Minutes east of UTC, then and there. */
  offset: number;
  mean: number;
  min: number;
  max: number;
}

export interface Series {
  signal: string;
  unit: string;
  stepS: number;
  points: Point[];
}

export const DAY_S = 86400;
const POINTS = 480;
const GAP_S = 1200;

function utc(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The request for one signal of one car in a window. */
export function historyPath(car: string, signal: string, fromS: number, toS: number): string {
  const query = new URLSearchParams({ car, signal, from: utc(fromS), to: utc(toS), points: String(POINTS) });
  return `history?${query.toString()}`;
}

function offsetOf(time: string): number {
  const zone = /([+-])(\d\d):(\d\d)$/.exec(time);
  const minutes = zone ? Number(zone[2]) * 60 + Number(zone[3]) : 0;
  return zone?.[1] === '-' ? -minutes : minutes;
}

function readPoint(raw: unknown): Point | null {
  if (!Array.isArray(raw) || typeof raw[0] !== 'string' || typeof raw[1] !== 'number') {
    return null;
  }
  const t = Date.parse(raw[0]) / 1000;
  const [time, mean, min, max] = raw as [string, number, unknown, unknown];
  if (Number.isNaN(t)) {
    return null;
  }
  return { t, offset: offsetOf(time), mean, min: typeof min === 'number' ? min : mean, max: typeof max === 'number' ? max : mean };
}

/** Reads the answer of CONTRACT 5; null when it isn't one. Points come out in order of time. */
export function readSeries(raw: unknown): Series | null {
  if (!isPlain(raw) || !Array.isArray(raw['points'])) {
    return null;
  }
  const points = raw['points'].map(readPoint).filter((each): each is Point => each !== null);
  points.sort((a, b) => a.t - b.t);
  return {
    signal: String(raw['signal'] ?? ''),
    unit: String(raw['unit'] ?? ''),
    stepS: typeof raw['step_s'] === 'number' ? raw['step_s'] : 0,
    points,
  };
}

/** The same in what this browser shows. */
export function inUnits(series: Series, units: Units): Series {
  const turn = (value: number) => shown(value, series.unit, units).value;
  const points = series.points.map((each) => ({ ...each, mean: turn(each.mean), min: turn(each.min), max: turn(each.max) }));
  return { ...series, unit: shown(0, series.unit, units).unit, points };
}

/** Points further apart than this are two stretches: in between the car wasn't heard. */
export function gapSeconds(series: Series): number {
  return Math.max(GAP_S, 3 * series.stepS);
}

export interface Plot {
  xs: number[];
  /** What was heard; null breaks the line. */
  heard: (number | null)[];
  /** Joins the stretches; undefined lets the line run on, null breaks it. */
  bridge: (number | null | undefined)[];
  low: (number | null)[];
  high: (number | null)[];
}

/** Lays the points out as two lines: one through what was heard, one across what wasn't. */
export function plotOf(series: Series): Plot {
  const plot: Plot = { xs: [], heard: [], bridge: [], low: [], high: [] };
  const gap = gapSeconds(series);
  const push = (x: number, point: Point | null, bridge: number | null | undefined) => {
    plot.xs.push(x);
    plot.heard.push(point?.mean ?? null);
    plot.low.push(point?.min ?? null);
    plot.high.push(point?.max ?? null);
    plot.bridge.push(bridge);
  };
  series.points.forEach((point, i) => {
    const before = series.points[i - 1];
    const after = series.points[i + 1];
    const broken = before !== undefined && point.t - before.t > gap;
    if (broken) {
      push((before.t + point.t) / 2, null, undefined);
    }
    const leaves = after !== undefined && after.t - point.t > gap;
    push(point.t, point, broken || leaves ? point.mean : null);
  });
  return plot;
}

/** How many stretches of the window weren't heard. */
export function gapCount(series: Series): number {
  const gap = gapSeconds(series);
  return series.points.filter((point, i) => i > 0 && point.t - (series.points[i - 1] as Point).t > gap).length;
}

/** Decimals that tell the values of this series apart. */
export function decimalsOf(series: Series): number {
  const values = series.points.flatMap((each) => [each.min, each.max]);
  const span = values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
  if (series.unit === 'V' && Math.max(...values, 0) < 5) {
    return 3;
  }
  if (Math.max(...values, 0) >= 1000) {
    return 0;
  }
  return span > 0 && span < 1 ? 2 : 1;
}

/** A moment of the series as far as it matters at this width. */
export function pointTime(point: Point, widthS: number, now: Moment): string {
  const at = { ms: point.t * 1000, offset: point.offset };
  return widthS > 62 * DAY_S ? dayName(dayOf(at)) : dayClock(at, { ms: now.ms, offset: point.offset });
}

/** The chart in a sentence; "" without points. */
export function summary(series: Series, widthS: number, now: Moment): string {
  const first = series.points[0];
  const last = series.points[series.points.length - 1];
  if (!first || !last) {
    return '';
  }
  const most = decimalsOf(series);
  const unit = series.unit ? `\u202f${series.unit}` : '';
  const say = (value: number) => number(value, 0, most);
  const low = Math.min(...series.points.map((point) => point.min));
  const high = Math.max(...series.points.map((point) => point.max));
  const gaps = gapCount(series);
  const silent = gaps === 0 ? '' : ` ${tn(gaps, 'Dashed: not heard (once).', 'Dashed: not heard ({n} times).')}`;
  return (
    t('From {from} ({begin}) to {to} ({end}); lowest {low}, highest {high}.', {
      from: `${say(first.mean)}${unit}`,
      begin: pointTime(first, widthS, now),
      to: `${say(last.mean)}${unit}`,
      end: pointTime(last, widthS, now),
      low: say(low),
      high: `${say(high)}${unit}`,
    }) + silent
  );
}

export interface Row {
  /** What stands before the row. */
  name: string;
  first: number;
  last: number;
  min: number;
  max: number;
}

type Bucket = 'single' | 'hour' | 'day' | 'month';

function bucketOf(widthS: number): Bucket {
  if (widthS <= 3 * 3600) {
    return 'single';
  }
  return widthS <= 2 * DAY_S ? 'hour' : widthS <= 62 * DAY_S ? 'day' : 'month';
}

function bucketName(point: Point, bucket: Bucket, now: Moment): string {
  const at = { ms: point.t * 1000, offset: point.offset };
  const day = dayOf(at);
  switch (bucket) {
    case 'single':
      return dayClock(at, now);
    case 'hour':
      return dayClock({ ...at, ms: Math.floor((at.ms + at.offset * 60000) / 3600000) * 3600000 - at.offset * 60000 }, now);
    case 'day':
      return `${weekday(day)} ${dayName(day)}`;
    case 'month':
      return monthName(day.slice(0, 7));
  }
}

/** What the first column of the table holds. */
export function rowHead(widthS: number): string {
  return { single: t('Time'), hour: t('Hour'), day: t('Day'), month: t('Month') }[bucketOf(widthS)];
}

/** The chart as a table: one row for each hour, day or month in which something was heard, newest first. */
export function rowsOf(series: Series, widthS: number, now: Moment): Row[] {
  const rows = new Map<string, Row>();
  const bucket = bucketOf(widthS);
  for (const point of series.points) {
    const name = bucketName(point, bucket, now);
    const row = rows.get(name);
    if (!row) {
      rows.set(name, { name, first: point.mean, last: point.mean, min: point.min, max: point.max });
      continue;
    }
    row.last = point.mean;
    row.min = Math.min(row.min, point.min);
    row.max = Math.max(row.max, point.max);
  }
  return [...rows.values()].reverse();
}

/** Adds the live value to the end, once it is clearly newer than the last point. */
export function withLive(series: Series, live: { t: number; value: number } | null, offset: number): Series {
  const last = series.points[series.points.length - 1];
  if (!live || (last && live.t < last.t + 30)) {
    return series;
  }
  const point = { t: live.t, offset, mean: live.value, min: live.value, max: live.value };
  return { ...series, points: [...series.points, point] };
}

/** The zone's offset at any moment of a series: that of the nearest point before, else of the first, else `usual`. */
export function offsetAt(series: Series, usual: number): (seconds: number) => number {
  const changes: Point[] = [];
  for (const point of series.points) {
    if (changes[changes.length - 1]?.offset !== point.offset) {
      changes.push(point);
    }
  }
  return (seconds) => {
    let found = changes[0]?.offset ?? usual;
    for (const change of changes) {
      found = change.t <= seconds ? change.offset : found;
    }
    return found;
  };
}

/** Under a time axis: the hour, the day, the month or the year, by the distance between two of them. */
export function axisTime(seconds: number, stepS: number, offset: number): string {
  const at = { ms: seconds * 1000, offset };
  const day = dayOf(at);
  if (stepS < DAY_S) {
    const midnight = (seconds + offset * 60) % DAY_S === 0;
    return midnight ? dayName(day, day.slice(0, 4)) : clock(at);
  }
  if (stepS < 28 * DAY_S) {
    return dayName(day, day.slice(0, 4));
  }
  return day.slice(5, 7) === '01' ? day.slice(0, 4) : monthName(day.slice(0, 7)).slice(0, 3);
}
