/* The last day of one signal: what to ask, how to read the answer, and what a chart, a table and a sentence need. Pure. */
import { dayClock, number } from './format';
import type { Moment } from './format';
import { isPlain } from './merge';

export interface Point {
  /** Seconds since 1970. */
  t: number;
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

function readPoint(raw: unknown): Point | null {
  if (!Array.isArray(raw) || typeof raw[0] !== 'string' || typeof raw[1] !== 'number') {
    return null;
  }
  const t = Date.parse(raw[0]) / 1000;
  const [, mean, min, max] = raw as [string, number, unknown, unknown];
  if (Number.isNaN(t)) {
    return null;
  }
  return { t, mean, min: typeof min === 'number' ? min : mean, max: typeof max === 'number' ? max : mean };
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
}

/** Lays the points out as two lines: one through what was heard, one across what wasn't. */
export function plotOf(series: Series): Plot {
  const plot: Plot = { xs: [], heard: [], bridge: [] };
  const gap = gapSeconds(series);
  const push = (x: number, heard: number | null, bridge: number | null | undefined) => {
    plot.xs.push(x);
    plot.heard.push(heard);
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
    push(point.t, point.mean, broken || leaves ? point.mean : null);
  });
  return plot;
}

/** How many stretches of the window weren't heard. */
export function gapCount(series: Series): number {
  const gap = gapSeconds(series);
  return series.points.filter((point, i) => i > 0 && point.t - (series.points[i - 1] as Point).t > gap).length;
}

/** The chart in a sentence. */
export function summary(series: Series, now: Moment): string {
  const first = series.points[0];
  const last = series.points[series.points.length - 1];
  if (!first || !last) {
    return 'Nothing recorded in the last 24 hours.';
  }
  const at = (point: Point) => dayClock({ ms: point.t * 1000, offset: now.offset }, now);
  const low = Math.min(...series.points.map((point) => point.min));
  const high = Math.max(...series.points.map((point) => point.max));
  const unit = series.unit ? `\u202f${series.unit}` : '';
  const gaps = gapCount(series);
  const silent = gaps === 0 ? '' : ` Dashed: not heard (${gaps === 1 ? 'once' : `${gaps} times`}).`;
  return (
    `From ${number(first.mean, 0, 1)}${unit} (${at(first)}) to ${number(last.mean, 0, 1)}${unit} (${at(last)}); ` +
    `lowest ${number(low, 0, 1)}, highest ${number(high, 0, 1)}${unit}.${silent}`
  );
}

export interface HourRow {
  /** Start of the hour in ms since 1970. */
  ms: number;
  first: number;
  last: number;
  min: number;
  max: number;
}

/** The chart as a table: one row an hour in which something was heard, newest first. */
export function hourRows(series: Series, offset: number): HourRow[] {
  const rows = new Map<number, HourRow>();
  const shift = offset * 60;
  for (const point of series.points) {
    const hour = Math.floor((point.t + shift) / 3600) * 3600 - shift;
    const row = rows.get(hour);
    if (!row) {
      rows.set(hour, { ms: hour * 1000, first: point.mean, last: point.mean, min: point.min, max: point.max });
      continue;
    }
    row.last = point.mean;
    row.min = Math.min(row.min, point.min);
    row.max = Math.max(row.max, point.max);
  }
  return [...rows.values()].reverse();
}

/** Adds the live value to the end, once it is clearly newer than the last point. */
export function withLive(series: Series, live: { t: number; value: number } | null): Series {
  const last = series.points[series.points.length - 1];
  if (!live || (last && live.t < last.t + 30)) {
    return series;
  }
  const point = { t: live.t, mean: live.value, min: live.value, max: live.value };
  return { ...series, points: [...series.points, point] };
}
