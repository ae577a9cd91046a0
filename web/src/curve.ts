/* A watched charge from minute to minute: charge and power. Pure. */
import { clock, dayClock, moment, number } from './format';
import { t } from './i18n';
import type { Moment } from './format';
import { axisTime } from './history';
import { isPlain } from './merge';
import type { Sheet } from './sheet';
import { roundRange } from './sheet';

export interface CurvePoint {
  at: Moment;
  soc: number | null;
  kw: number | null;
}

function readPoint(raw: unknown): CurvePoint[] {
  const [time, soc, kw] = Array.isArray(raw) ? (raw as unknown[]) : [];
  const at = typeof time === 'string' ? moment(time) : null;
  return at ? [{ at, soc: typeof soc === 'number' ? soc : null, kw: typeof kw === 'number' ? kw : null }] : [];
}

/** The `curve` of `charges/N`, in order of time; empty where there is none. */
export function readCurve(raw: unknown): CurvePoint[] {
  const list = isPlain(raw) && Array.isArray(raw['curve']) ? raw['curve'] : [];
  return list.flatMap(readPoint).sort((a, b) => a.at.ms - b.at.ms);
}

/** The words of one point: "07:10: 54.1 %, 3.3 kW". */
export function pointWords(point: CurvePoint, first: Moment): string {
  const soc = point.soc === null ? null : `${number(point.soc, 0, 1)}\u202f%`;
  const kw = point.kw === null ? null : `${number(point.kw, 1, 1)}\u202fkW`;
  return `${dayClock(point.at, first)}: ${[soc, kw].filter((each) => each !== null).join(', ') || t('unknown')}`;
}

/** The zone's offset changes amid the charge of a night in March or October. */
function offsetOf(curve: readonly CurvePoint[]): (seconds: number) => number {
  const changes = curve.filter((each, i) => each.at.offset !== curve[i - 1]?.at.offset);
  return (seconds) => (changes.filter((each) => each.at.ms / 1000 <= seconds).pop() ?? changes[0])?.at.offset ?? 0;
}

/** Charge on the left axis, power on the right. */
export function curveSheet(curve: readonly CurvePoint[]): Sheet {
  const first = curve[0];
  const last = curve[curve.length - 1];
  const offset = offsetOf(curve);
  const powers = curve.map((each) => each.kw);
  const right = powers.some((each) => each !== null) ? { ...roundRange(powers, true), words: (value: number) => `${number(value, 0, 1)}\u202fkW` } : null;
  return {
    xs: curve.map((each) => each.at.ms / 1000),
    from: (first?.at.ms ?? 0) / 1000,
    to: (last?.at.ms ?? 1000) / 1000,
    kind: 'time',
    label: (x, step) => axisTime(x, step, offset(x)),
    offset,
    lines: [
      { values: curve.map((each) => each.soc), kind: 'line', axis: 'left', fill: true },
      ...(right ? [{ values: powers, kind: 'line', axis: 'right' } as const] : []),
    ],
    band: null,
    left: { min: 0, max: 100, words: (value) => `${number(value)}\u202f%` },
    right,
    words: (index) => {
      const point = curve[index];
      return point && first ? pointWords(point, first.at) : '';
    },
    zoom: null,
    pick: null,
  };
}

/** The curve in a sentence. */
export function curveSummary(curve: readonly CurvePoint[]): string {
  const known = curve.filter((each) => each.soc !== null);
  const first = known[0];
  const last = known[known.length - 1];
  const powers = curve.map((each) => each.kw).filter((each): each is number => each !== null);
  const peak = powers.length === 0 ? '' : ` ${t('Power up to {power}.', { power: `${number(Math.max(...powers), 1, 1)}\u202fkW` })}`;
  if (!first || !last) {
    return peak.trim();
  }
  const say = (point: CurvePoint) => `${number(point.soc ?? 0, 0, 1)}\u202f%`;
  return `${t('From {from} ({begin}) to {to} ({end}).', { from: say(first), begin: clock(first.at), to: say(last), end: dayClock(last.at, first.at) })}${peak}`;
}
