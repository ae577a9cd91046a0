/* Weeks as ISO 8601 counts them: from Monday on, the first one of a year holds its 4 January. Pure. */
import { dayName } from './calendar';
import { t } from './i18n';

const DAY_MS = 86400000;

export function addDays(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);
}

/** 0 is Monday. */
export function dayOfWeek(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** The Monday that a day's week begins with: its key. */
export function weekOf(day: string): string {
  return addDays(day, -dayOfWeek(day));
}

/** 1 to 53. */
export function weekNumber(monday: string): number {
  const thursday = addDays(monday, 3);
  const first = weekOf(`${thursday.slice(0, 4)}-01-04`);
  return Math.round((Date.parse(monday) - Date.parse(first)) / (7 * DAY_MS)) + 1;
}

/** Those of its days that a month or a year has: "week 47, 16 Nov to 22 Nov 2026", "week 49, 30 Nov 2026". */
export function cutWeekName(monday: string, period: string): string {
  const own = Array.from({ length: 7 }, (_, i) => addDays(monday, i)).filter((day) => day.startsWith(period));
  const [first, last] = [own[0] ?? monday, own[own.length - 1] ?? monday];
  const number = weekNumber(monday);
  return first === last ? t('week {number}, {day}', { number, day: dayName(first) }) : t('week {number}, {from} to {to}', { number, from: dayName(first, last.slice(0, 4)), to: dayName(last) });
}

/** Every Monday whose week has a day of this year, or of this month. */
export function weeksOf(key: string): string[] {
  const [first, last] = key.length === 4 ? [`${key}-01-01`, `${key}-12-31`] : [`${key}-01`, `${key}-31`];
  const mondays: string[] = [];
  for (let monday = weekOf(first); monday <= last; monday = addDays(monday, 7)) {
    mondays.push(monday);
  }
  return mondays;
}
