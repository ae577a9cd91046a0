/* Days and months as the diary writes them, `2026-11-22` and `2026-11`, without any clock. Pure. */
import type { Moment } from './format';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

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
  const [year, number] = parts(month);
  return `${MONTHS[number - 1] ?? month} ${year}`;
}

/** "Nov". */
export function monthShort(month: string): string {
  return (MONTHS[parts(month)[1] - 1] ?? month).slice(0, 3);
}

/** "22 Nov 2026", or without the year that goes without saying. */
export function dayName(day: string, usualYear = ''): string {
  const [year, month, number] = parts(day);
  const name = `${number} ${(MONTHS[month - 1] ?? '').slice(0, 3)}`;
  return String(year) === usualYear ? name : `${name} ${year}`;
}

/** "Sun". */
export function weekday(day: string): string {
  return (WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '').slice(0, 3);
}
