/* Days and months as the diary writes them, `2026-11-22` and `2026-11`, without any clock. Pure. */
import type { Moment } from './format';
import { locale } from './i18n';
import { dateWriter } from './writers';

const LONG_MONTH = { month: 'long', year: 'numeric' } as const;
const MONTH = { month: 'short' } as const;
const DAY = { day: 'numeric', month: 'short' } as const;
const DAY_OF_YEAR = { ...DAY, year: 'numeric' } as const;
const FULL_DAY = { weekday: 'long', ...DAY_OF_YEAR, month: 'long' } as const;
const WEEKDAY = { weekday: 'short' } as const;

function write(day: string, form: Intl.DateTimeFormatOptions): string {
  return dateWriter(locale(), { ...form, timeZone: 'UTC' }).format(Date.parse(`${day}T00:00:00Z`)).replace(/\bSept\b/, 'Sep');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The local day of a moment. */
export function dayOf(at: Moment): string {
  return new Date(at.ms + at.offset * 60000).toISOString().slice(0, 10);
}

function parts(text: string): [number, number, number] {
  const [year, month, day] = text.split('-').map(Number);
  return [year ?? 0, month ?? 1, day ?? 1];
}

/** How many days a month has. */
export function daysIn(month: string): number {
  const [year, number] = parts(month);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
}

/** The month that lies `by` months later. */
export function addMonths(month: string, by: number): string {
  const [year, number] = parts(month);
  const index = year * 12 + (number - 1) + by;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${two((index % 12) + 1)}`;
}

export function dayInMonth(month: string, day: number): string {
  return `${month}-${two(day)}`;
}

/** "November 2026". */
export function monthName(month: string): string {
  return write(`${month}-01`, LONG_MONTH);
}

/** "Nov". */
export function monthShort(month: string): string {
  return write(`${month}-01`, MONTH);
}

/** "22 Nov 2026", or without the year that goes without saying. */
export function dayName(day: string, usualYear = ''): string {
  return write(day, day.slice(0, 4) === usualYear ? DAY : DAY_OF_YEAR);
}

/** "Sunday 22 November 2026". */
export function dayInFull(day: string): string {
  return write(day, FULL_DAY);
}

/** "Sun". */
export function weekday(day: string): string {
  return write(day, WEEKDAY);
}
