/* A period of the diary as bars: one for each day, month or year, also where nothing was. Pure. */
import { addMonths, dayInMonth, dayName, daysIn, monthName, monthShort, weekday } from './calendar';
import type { Sums } from './diary';
import { number } from './format';
import type { Period } from './period';
import { byYear } from './totals';

export interface Bar {
  /** The day, month or year. */
  key: string;
  /** Under the axis. */
  short: string;
  /** In the table and under the cursor. */
  long: string;
  sums: Sums | null;
}

function days(month: string, found: Map<string, Sums>): Bar[] {
  return Array.from({ length: daysIn(month) }, (_, i) => {
    const key = dayInMonth(month, i + 1);
    return { key, short: String(i + 1), long: `${weekday(key)} ${dayName(key)}`, sums: found.get(key) ?? null };
  });
}

function months(year: string, found: Map<string, Sums>): Bar[] {
  return Array.from({ length: 12 }, (_, i) => {
    const key = addMonths(`${year}-01`, i);
    return { key, short: monthShort(key), long: monthName(key), sums: found.get(key) ?? null };
  });
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

/** The bars of a period out of its days (a month) or months (a year, or everything). */
export function barsOf(period: Period, items: readonly Sums[]): Bar[] {
  const found = new Map(items.map((each) => [each.key, each]));
  switch (period.kind) {
    case 'month':
      return days(period.key, found);
    case 'year':
      return months(period.key, found);
    case 'all':
      return years(items);
  }
}

const NOUNS = { month: 'day', year: 'month', all: 'year' } as const;

/** "On 12 of 30 days; most on Sun 22 Nov 2026: 14.2 kWh." The unit comes with what `words` makes of a value. */
export function barSummary(period: Period, bars: readonly Bar[], pick: (sums: Sums) => number | null, words: (value: number) => string): string {
  const known = bars.flatMap((bar) => {
    const value = bar.sums === null ? null : pick(bar.sums);
    return value !== null && value > 0 ? [{ bar, value }] : [];
  });
  const first = known[0];
  if (!first) {
    return '';
  }
  const most = known.reduce((best, each) => (each.value > best.value ? each : best), first);
  const noun = NOUNS[period.kind];
  const join = period.kind === 'month' ? 'on' : 'in';
  return `${join === 'on' ? 'On' : 'In'} ${number(known.length)} of ${number(bars.length)} ${noun}${bars.length === 1 ? '' : 's'}; most ${join} ${most.bar.long}: ${words(most.value)}.`;
}
