/* What energy cost: months and years, each against the one before, and what a kWh weighs in CO₂. Pure. */
import { addMonths, dayName, daysIn, monthName } from './calendar';
import type { Sums } from './diary';
import { number } from './format';
import { t } from './i18n';
import type { Period } from './period';
import { consumptionOf } from './totals';
import type { Units } from './units';
import { KM_PER_MILE } from './units';

/** A row of the table. */
export interface EnergyRow {
  sums: Sums;
  /** null: nothing to compare with. */
  before: Sums | null;
  /** It runs still: only what is reckoned for 100 km can be compared. */
  runs: boolean;
}

/** Money for 100 km (or miles), by all that was charged and driven in that time. */
export function costPerHundred(sums: Sums, units: Units): number | null {
  if (sums.cost === null || sums.distance === null || sums.distance <= 0) {
    return null;
  }
  return (sums.cost / sums.distance) * 100 * (units.distance === 'mi' ? KM_PER_MILE : 1);
}

/** Kilogrammes, by what the electricity of this house weighs; null while nobody said that. */
export function carbon(sums: Sums, gramsPerKwh: number | null): number | null {
  return gramsPerKwh === null || sums.supplied === null ? null : (sums.supplied * gramsPerKwh) / 1000;
}

/** What is held against `now`: of money of another currency nothing can be said. */
export function comparable(before: Sums, now: Pick<Sums, 'currency'>): Sums {
  return before.currency === now.currency ? before : { ...before, cost: null, costMax: null, currency: null };
}

function against(before: Sums | null, now: Sums): Sums | null {
  return before && comparable(before, now);
}

/** The month that lies `by` months on, unless the diary began in it: then it isn't whole. */
function wholeMonth(months: readonly Sums[], key: string, by: number): Sums | null {
  const wanted = addMonths(key, by);
  const first = months.reduce((least, each) => (each.key < least ? each.key : least), '9999');
  return wanted > first ? (months.find((each) => each.key === wanted) ?? null) : null;
}

/** The months of a year, newest first, each beside the one before it. */
export function monthRows(months: readonly Sums[], year: string, today: string | null): EnergyRow[] {
  return months
    .filter((each) => each.key.startsWith(year))
    .sort((a, b) => (a.key < b.key ? 1 : -1))
    .map((sums) => ({ sums, before: against(wholeMonth(months, sums.key, -1), sums), runs: today?.startsWith(sums.key) ?? false }));
}

/** The same of years, newest first; the first one of a diary is seldom whole, which its months show. */
export function yearRows(years: readonly Sums[], months: readonly Sums[], today: string | null): EnergyRow[] {
  const whole = (year: string) => months.filter((each) => each.key.startsWith(year)).length === 12;
  return years.map((sums) => {
    const before = years.find((each) => Number(each.key) === Number(sums.key) - 1 && whole(each.key)) ?? null;
    return { sums, before: against(before, sums), runs: today?.startsWith(sums.key) ?? false };
  });
}

/** First and last day. */
export interface Span {
  from: string;
  to: string;
}

/** The last day that both have: the 31st of a month that has none is its last one. */
function sameDay(month: string, day: string): string {
  return `${month}-${String(Math.min(Number(day), daysIn(month))).padStart(2, '0')}`;
}

/** What a period is held against: the month or the year before, of one that runs only as much of it as there is of this
 * one. null: there is nothing, or the diary began later (`first`: its first month). */
export function spanBefore(period: Period, first: string, today: string | null): Span | null {
  if (period.kind === 'all') {
    return null;
  }
  const runs = today?.startsWith(period.key) ?? false;
  if (period.kind === 'month') {
    const month = addMonths(period.key, -1);
    const last = runs && today ? sameDay(month, today.slice(8)) : sameDay(month, '31');
    return month > first ? { from: `${month}-01`, to: last } : null;
  }
  const year = String(Number(period.key) - 1);
  const last = runs && today ? sameDay(`${year}-${today.slice(5, 7)}`, today.slice(8)) : `${year}-12-31`;
  return `${year}-01` >= first ? { from: `${year}-01-01`, to: last } : null;
}

/** "October 2026", "2025", "1 Oct 2026 to 22 Oct 2026". */
export function spanName({ from, to }: Span): string {
  const month = from.slice(0, 7);
  if (to === sameDay(month, '31')) {
    return monthName(month);
  }
  return from.endsWith('-01-01') && to.endsWith('-12-31') ? from.slice(0, 4) : t('{begin} to {end}', { begin: dayName(from, to.slice(0, 4)), end: dayName(to) });
}

/** "+12 %"; null where either isn't known or there was nothing before. */
export function change(now: number | null, before: number | null): string | null {
  if (now === null || before === null || before <= 0) {
    return null;
  }
  const percent = Math.round((now / before - 1) * 100);
  return percent === 0 ? t('as before') : `${percent > 0 ? '+' : ''}${number(percent)}\u202f%`;
}

/** The figures of one column, exact; `null`: not known. */
export interface Measures {
  distance: number | null;
  energy: number | null;
  rate: number | null;
  cost: number | null;
  costRate: number | null;
  carbon: number | null;
}

const RATES: readonly (keyof Measures)[] = ['rate', 'costRate'];

/** "+12 %, was 505 km"; null where that can't be said. */
export function changeWords(now: number | null, before: number | null, was: string): string | null {
  const words = change(now, before);
  return words === null ? null : t('{change}, was {before}', { change: words, before: was });
}

/** How a figure differs from the one before, "" where that can't be said. */
export function differenceOf(name: keyof Measures, now: Measures, before: Measures | null, runs: boolean): string {
  return before === null || (runs && !RATES.includes(name)) ? '' : (change(now[name], before[name]) ?? '');
}

export function measuresOf(sums: Sums, units: Units, gramsPerKwh: number | null): Measures {
  return {
    distance: sums.distance,
    energy: sums.supplied,
    rate: consumptionOf(sums),
    cost: sums.cost,
    costRate: costPerHundred(sums, units),
    carbon: carbon(sums, gramsPerKwh),
  };
}
