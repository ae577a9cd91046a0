/* The stretch of the diary that a page shows: a month by its days, a year by its months, everything by its years. Pure. */
import { addMonths, dayInMonth, daysIn, monthName } from './calendar';
import { t } from './i18n';

/** How wide a bar is. */
export type Grain = 'day' | 'week' | 'month' | 'year';

export type Period = { kind: 'month'; key: string } | { kind: 'year'; key: string } | { kind: 'all'; key: 'all' };

const ALL: Period = { kind: 'all', key: 'all' };

/** Years that a diary can have: calendars reckon with them, and an address may have any. */
const YEAR = '(?:19[7-9]|20\\d|21\\d)\\d';
const A_YEAR = new RegExp(`^${YEAR}$`);
const A_MONTH = new RegExp(`^${YEAR}-(?:0[1-9]|1[0-2])$`);
const A_DAY = new RegExp(`^${YEAR}-(?:0[1-9]|1[0-2])-\\d\\d$`);

/** Reads `2026-11`, `2026` or `all`; anything else is the month of `today`, or everything while today isn't known. */
export function readPeriod(text: string | undefined, today: string | null): Period {
  if (text === 'all') {
    return ALL;
  }
  if (text !== undefined && A_MONTH.test(text)) {
    return { kind: 'month', key: text };
  }
  if (text !== undefined && A_YEAR.test(text)) {
    return { kind: 'year', key: text };
  }
  return today === null ? ALL : { kind: 'month', key: today.slice(0, 7) };
}

/** The widths that a period may be drawn in; the first one is usual. */
export function grainsOf(period: Period): readonly Grain[] {
  switch (period.kind) {
    case 'month':
      return ['day', 'week'];
    case 'year':
      return ['month', 'week', 'day'];
    case 'all':
      return ['year', 'month'];
  }
}

export function readGrain(text: string | undefined, period: Period): Grain {
  const all = grainsOf(period);
  return all.find((each) => each === text) ?? (all[0] as Grain);
}

/** Weeks end where they like: they are summed out of days, as days are. */
export function isOfDays(grain: Grain): boolean {
  return grain === 'day' || grain === 'week';
}

/** A single day, `2026-11-22`, where the address names one that there is. */
export function readDay(text: string | undefined): string | null {
  const found = A_DAY.test(text ?? '') ? (text ?? '') : null;
  const day = Number(found?.slice(8));
  return found !== null && day >= 1 && day <= daysIn(found.slice(0, 7)) ? found : null;
}

/** "November 2026", "2026", "All years". */
export function periodName(period: Period): string {
  switch (period.kind) {
    case 'month':
      return monthName(period.key);
    case 'year':
      return period.key;
    case 'all':
      return t('All years');
  }
}

/** First and last day, both inclusive; null for everything. */
export function periodDays(period: Period): { from: string; to: string } | null {
  switch (period.kind) {
    case 'month':
      return { from: `${period.key}-01`, to: dayInMonth(period.key, daysIn(period.key)) };
    case 'year':
      return { from: `${period.key}-01-01`, to: `${period.key}-12-31` };
    case 'all':
      return null;
  }
}

/** The period before (-1) or after (1) this one; null where there is none between `first` and `last` month. */
export function stepPeriod(period: Period, by: -1 | 1, first: string, last: string): Period | null {
  if (period.kind === 'all') {
    return null;
  }
  if (period.kind === 'month') {
    const key = addMonths(period.key, by);
    return key < first || key > last ? null : { kind: 'month', key };
  }
  const key = String(Number(period.key) + by).padStart(4, '0');
  return key < first.slice(0, 4) || key > last.slice(0, 4) ? null : { kind: 'year', key };
}

/** The same place in time at another width: the year of a month, the newest month of a year. */
export function widenPeriod(period: Period, kind: Period['kind'], last: string): Period {
  const near = period.kind === 'all' ? last : period.key;
  switch (kind) {
    case 'month':
      return { kind, key: near.length === 7 ? near : near === last.slice(0, 4) ? last : `${near}-12` };
    case 'year':
      return { kind, key: near.slice(0, 4) };
    case 'all':
      return ALL;
  }
}
