/* A period of the diary as bars: one for each day, month or year, also where nothing was. Pure. */
import { addMonths, dayInMonth, dayName, daysIn, monthName, monthShort, weekday } from './calendar';
import type { Sums } from './diary';
import { number } from './format';
import { tn } from './i18n';
import type { Grain, Period } from './period';
import { byYear, sumOf } from './totals';
import { addDays, cutWeekName, weekNumber, weekOf, weeksOf } from './weeks';

export interface Bar {
  /** The day, month or year. */
  key: string;
  /** Under the axis. */
  short: string;
  /** Where there are too many to name each, these are named. */
  mark?: boolean;
  /** In the table and under the cursor. */
  long: string;
  sums: Sums | null;
}

type Found = Map<string, Sums>;

function dayBar(key: string, short: string, found: Found): Bar {
  return { key, short, long: `${weekday(key)} ${dayName(key)}`, sums: found.get(key) ?? null };
}

function daysOfMonth(month: string, found: Found): Bar[] {
  return Array.from({ length: daysIn(month) }, (_, i) => dayBar(dayInMonth(month, i + 1), String(i + 1), found));
}

function daysOfYear(year: string, found: Found): Bar[] {
  const first = `${year}-01-01`;
  const count = (Date.parse(`${Number(year) + 1}-01-01`) - Date.parse(first)) / 86400000;
  return Array.from({ length: count }, (_, i) => addDays(first, i)).map((key) => dayBar(key, monthShort(key.slice(0, 7)), found)).map((bar) => ({ ...bar, mark: bar.key.endsWith('-01') }));
}

/** The first and the last week are named by those of their days that the period has: only they are summed. */
function weeks(period: Period, items: readonly Sums[]): Bar[] {
  return weeksOf(period.key).map((key) => {
    const of = items.filter((each) => weekOf(each.key) === key);
    return { key, short: String(weekNumber(key)), long: cutWeekName(key, period.key), sums: of.length === 0 ? null : sumOf(of, key) };
  });
}

function monthBar(key: string, short: string, found: Found): Bar {
  return { key, short, long: monthName(key), sums: found.get(key) ?? null };
}

function monthsOfYear(year: string, found: Found): Bar[] {
  return Array.from({ length: 12 }, (_, i) => addMonths(`${year}-01`, i)).map((key) => monthBar(key, monthShort(key), found));
}

const NAMED_MONTHS_MOST = 18;

/** From the first to the last there is; of many, each January is named by its year. */
function allMonths(found: Found): Bar[] {
  const keys = [...found.keys()].sort();
  const last = keys[keys.length - 1] ?? '';
  const bars: Bar[] = [];
  for (let key = keys[0] ?? '9'; key <= last; key = addMonths(key, 1)) {
    bars.push(monthBar(key, monthShort(key), found));
  }
  return bars.length <= NAMED_MONTHS_MOST ? bars : bars.map((bar) => ({ ...bar, short: bar.key.slice(0, 4), mark: bar.key.endsWith('-01') }));
}

function years(items: readonly Sums[]): Bar[] {
  const found = new Map(byYear(items).map((each) => [each.key, each]));
  const keys = [...found.keys()].map(Number);
  const first = Math.min(...keys);
  const count = keys.length === 0 ? 0 : Math.max(...keys) - first + 1;
  return Array.from({ length: count }, (_, i) => {
    const key = String(first + i);
    return { key, short: key, long: key, sums: found.get(key) ?? null };
  });
}

/** The bars of a period out of its days (a month; a year by day or week) or months (a year, or everything). */
export function barsOf(period: Period, grain: Grain, items: readonly Sums[]): Bar[] {
  const found = new Map(items.map((each) => [each.key, each]));
  switch (grain) {
    case 'day':
      return period.kind === 'year' ? daysOfYear(period.key, found) : daysOfMonth(period.key, found);
    case 'week':
      return weeks(period, items);
    case 'month':
      return period.kind === 'year' ? monthsOfYear(period.key, found) : allMonths(found);
    case 'year':
      return years(items);
  }
}

/** "On 12 of 30 days; most on Sun 22 Nov 2026: 14.2 kWh." The unit comes with what `words` makes of a value. */
export function barSummary(grain: Grain, bars: readonly Bar[], pick: (sums: Sums) => number | null, words: (value: number) => string): string {
  const known = bars.flatMap((bar) => {
    const value = bar.sums === null ? null : pick(bar.sums);
    return value !== null && value > 0 ? [{ bar, value }] : [];
  });
  const first = known[0];
  if (!first) {
    return '';
  }
  const most = known.reduce((best, each) => (each.value > best.value ? each : best), first);
  const values = { known: number(known.length), when: most.bar.long, amount: words(most.value) };
  switch (grain) {
    case 'day':
      return tn(bars.length, 'On {known} of {n} day; most on {when}: {amount}.', 'On {known} of {n} days; most on {when}: {amount}.', values);
    case 'week':
      return tn(bars.length, 'In {known} of {n} week; most in {when}: {amount}.', 'In {known} of {n} weeks; most in {when}: {amount}.', values);
    case 'month':
      return tn(bars.length, 'In {known} of {n} month; most in {when}: {amount}.', 'In {known} of {n} months; most in {when}: {amount}.', values);
    case 'year':
      return tn(bars.length, 'In {known} of {n} year; most in {when}: {amount}.', 'In {known} of {n} years; most in {when}: {amount}.', values);
  }
}
