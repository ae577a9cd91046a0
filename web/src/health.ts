/* How the battery ages, day by day: which figure to look at, how many points are enough, the chart and the sentence. Pure. */
import { dayName, monthName } from './calendar';
import type { Health } from './diary';
import { number } from './format';
import { axisTime } from './history';
import type { Sheet } from './sheet';
import { roundRange, roundStep } from './sheet';

export const HEALTH_FIGURES = [
  { name: 'soh', label: 'Health (SOH)', short: 'SOH', unit: '%', decimals: 1, read: (item: Health) => item.soh },
  { name: 'capacity', label: 'Capacity', short: 'Capacity', unit: 'Ah', decimals: 1, read: (item: Health) => item.capacity },
  { name: 'hx', label: 'Hx', short: 'Hx', unit: '%', decimals: 2, read: (item: Health) => item.hx },
  { name: 'full', label: 'Energy when full', short: 'Full', unit: 'kWh', decimals: 1, read: (item: Health) => item.full },
] as const;

export type HealthFigure = (typeof HEALTH_FIGURES)[number];

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
  return `${number(item.measured, 1, 1)}\u202fkWh${scatter} (${item.measuredCharges} ${item.measuredCharges === 1 ? 'charge' : 'charges'})`;
}

function secondsOf(day: string): number {
  return Date.parse(`${day}T12:00:00Z`) / 1000;
}

export function healthSheet(items: readonly Health[], figure: HealthFigure, name: (item: Health) => string): Sheet {
  const values = items.map(figure.read);
  const range = roundRange(values, false);
  const step = roundStep(range.max - range.min, 4);
  const decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  const first = items[0];
  const last = items[items.length - 1];
  return {
    xs: items.map((each) => secondsOf(each.day)),
    from: first ? secondsOf(first.day) - 43200 : 0,
    to: last ? secondsOf(last.day) + 43200 : 1,
    kind: 'time',
    label: (x, width) => axisTime(x, width, 0),
    offset: () => 0,
    lines: [{ values, kind: 'line', axis: 'left' }],
    band: null,
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
  return first === last ? `${say(last)}.` : `From ${say(first)} to ${say(last)}.`;
}
