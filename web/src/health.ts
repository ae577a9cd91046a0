/* How the battery ages, day by day: which figure to look at, how many points are enough, the chart and the sentence. Pure. */
import { dayName, monthName } from './calendar';
import type { Health } from './diary';
import { number } from './format';
import { axisTime } from './history';
import { t, tn } from './i18n';
import type { Sheet } from './sheet';
import { roundRange, roundStep } from './sheet';

export const HEALTH_FIGURES = [
  { name: 'soh', label: t('Health (SOH)'), short: t('SOH'), unit: '%', decimals: 1, read: (item: Health) => item.soh },
  { name: 'capacity', label: t('Capacity'), short: t('Capacity'), unit: 'Ah', decimals: 1, read: (item: Health) => item.capacity },
  { name: 'hx', label: t('Hx'), short: t('Hx'), unit: '%', decimals: 2, read: (item: Health) => item.hx },
  { name: 'full', label: t('Energy when full'), short: t('Full'), unit: 'kWh', decimals: 1, read: (item: Health) => item.full },
  { name: 'measured', label: t('Energy when full, measured at charges'), short: t('Measured'), unit: 'kWh', decimals: 1, read: (item: Health) => item.measured },
  { name: 'spread', label: t('Cell spread'), short: t('Spread'), unit: 'mV', decimals: 0, read: (item: Health) => (item.spread === null ? null : item.spread * 1000) },
] as const;

export type HealthFigure = (typeof HEALTH_FIGURES)[number];

/** What a point stands over: its day, or the odometer. */
export type HealthAxis = 'day' | 'odometer';

const ENOUGH = 120;

/** Oldest first, and of many days only the last of each month: what the chart shows and the table says. */
export function thinned(items: readonly Health[]): Health[] {
  const sorted = [...items].sort((a, b) => (a.day < b.day ? -1 : 1));
  return sorted.length <= ENOUGH ? sorted : sorted.filter((each, i) => each.day.slice(0, 7) !== sorted[i + 1]?.day.slice(0, 7));
}

/** The name of a point: a day, or the month it stands for. */
export function healthName(item: Health, all: readonly Health[], thin: readonly Health[]): string {
  return thin.length < all.length ? monthName(item.day.slice(0, 7)) : dayName(item.day);
}

/** The newest word on each figure: the last day may know but one of them. Of the same battery. */
export function lastKnown<T>(items: readonly Health[], read: (item: Health) => T | null): { item: Health; value: T } | null {
  for (const item of items) {
    const value = read(item);
    if (item.serial === items[0]?.serial && value !== null) {
      return { item, value };
    }
  }
  return null;
}

export function healthWords(value: number | null, figure: HealthFigure): string {
  return value === null ? '–' : `${number(value, 0, figure.decimals)}\u202f${figure.unit}`;
}

/** "19.9 kWh ± 0.2 (10 charges)": what went in at watched charges, by how far SOC rose; null: none measured it. */
export function measuredWords(item: Health): string | null {
  if (item.measured === null) {
    return null;
  }
  const scatter = item.scatter === null ? '' : ` ± ${number(item.scatter, 1, 1)}`;
  return `${number(item.measured, 1, 1)}\u202fkWh${scatter} (${tn(item.measuredCharges, '{n} charge', '{n} charges')})`;
}

function secondsOf(day: string): number {
  return Date.parse(`${day}T12:00:00Z`) / 1000;
}

/** The measured capacity scatters from charge to charge: so much above and below. */
function scatterOf(items: readonly Health[], figure: HealthFigure): Sheet['band'] {
  if (figure.name !== 'measured' || items.every((each) => each.scatter === null)) {
    return null;
  }
  const edge = (sign: number) => items.map((each) => (each.measured === null ? null : each.measured + sign * (each.scatter ?? 0)));
  return { low: edge(-1), high: edge(1) };
}

interface HealthWords {
  /** A point's name. */
  name: (item: Health) => string;
  axis: HealthAxis;
  /** Kilometres as this browser shows them. */
  far: (km: number) => number;
}

export function healthSheet(all: readonly Health[], figure: HealthFigure, { name, axis, far }: HealthWords): Sheet {
  // An odometer that was misread, or exchanged, goes back: a chart goes on only.
  const items = axis === 'day' ? all : all.filter((each) => each.odometer !== null).sort((a, b) => (a.odometer ?? 0) - (b.odometer ?? 0));
  const xs = items.map((each) => (axis === 'day' ? secondsOf(each.day) : far(each.odometer ?? 0)));
  const values = items.map(figure.read);
  const band = scatterOf(items, figure);
  const range = roundRange([...values, ...(band?.low ?? []), ...(band?.high ?? [])], false);
  const step = roundStep(range.max - range.min, 4);
  const decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  const margin = axis === 'day' ? 43200 : 1;
  return {
    xs,
    from: (xs[0] ?? 0) - margin,
    to: (xs[xs.length - 1] ?? 1) + margin,
    kind: axis === 'day' ? 'time' : 'numbers',
    label: (x, width) => (axis === 'day' ? axisTime(x, width, 0) : number(x, 0, 0)),
    offset: () => 0,
    lines: [{ values, kind: 'line', axis: 'left' }],
    band,
    left: { ...range, words: (value) => number(value, decimals, decimals) },
    right: null,
    words: (index) => {
      const item = items[index];
      return item ? `${name(item)}: ${healthWords(figure.read(item), figure)}` : '';
    },
    zoom: null,
    pick: null,
  };
}

/** "From 87.2 % (Nov 2025) to 85 % (Nov 2026)." */
export function healthSummary(items: readonly Health[], figure: HealthFigure, name: (item: Health) => string): string {
  const known = items.filter((each) => figure.read(each) !== null);
  const first = known[0];
  const last = known[known.length - 1];
  if (!first || !last) {
    return '';
  }
  const say = (item: Health) => `${healthWords(figure.read(item), figure)} (${name(item)})`;
  return first === last ? `${say(last)}.` : t('From {from} to {to}.', { from: say(first), to: say(last) });
}
