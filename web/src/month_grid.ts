/* A month as a calendar draws it: weeks from Monday to Sunday, each day with how far it was and how dark that makes it. Pure. */
import { addMonths, dayInMonth, daysIn } from './calendar';
import type { Sums } from './diary';
import { roundStep } from './sheet';
import { addDays, dayOfWeek, weekOf } from './weeks';

/** Shades above nothing. */
export const SHADES = 4;

export interface GridDay {
  day: string;
  sums: Sums | null;
  /** 0: nothing, or not known. */
  shade: number;
  /** before: the diary had not begun. ahead: it is yet to come. */
  when: 'before' | 'kept' | 'ahead';
}

export interface GridWeek {
  /** Its Monday. */
  week: string;
  /** Monday to Sunday; null belongs to another month. */
  days: (GridDay | null)[];
}

export interface Grid {
  weeks: GridWeek[];
  /** Where each shade ends, as it is shown; empty where nothing was driven. */
  ends: number[];
}

interface GridOf {
  month: string;
  items: readonly Sums[];
  /** The first day that the diary has anything of. */
  first: string;
  today: string;
  /** As this browser shows it, so that the ends of the shades are round there. */
  figure: (sums: Sums) => number | null;
}

/** Four days of five fit into the shades below the darkest: one long journey doesn't make all others pale. */
const USUAL_SHARE = 0.8;

/** Round ends of the shades; the last has none. */
export function shadeEnds(values: readonly number[]): number[] {
  const driven = values.filter((each) => each > 0).sort((a, b) => a - b);
  const usual = driven[Math.max(0, Math.ceil(driven.length * USUAL_SHARE) - 1)];
  const step = usual === undefined ? 0 : Math.max(1, roundStep(usual, SHADES - 1));
  return usual === undefined ? [] : Array.from({ length: SHADES }, (_, i) => (i === SHADES - 1 ? Infinity : step * (i + 1)));
}

export function shadeOf(value: number | null, ends: readonly number[]): number {
  const at = value === null || value <= 0 ? -1 : ends.findIndex((end) => value <= end);
  return at + 1;
}

function whenOf(day: string, first: string, today: string): GridDay['when'] {
  return day > today ? 'ahead' : day < first ? 'before' : 'kept';
}

export function monthGrid({ month, items, first, today, figure }: GridOf): Grid {
  const found = new Map(items.map((each) => [each.key, each]));
  const ends = shadeEnds(items.map((each) => figure(each) ?? 0));
  const lead = dayOfWeek(`${month}-01`);
  const cells: (GridDay | null)[] = Array.from({ length: lead }, () => null);
  for (let i = 1; i <= daysIn(month); i += 1) {
    const day = dayInMonth(month, i);
    const sums = found.get(day) ?? null;
    cells.push({ day, sums, shade: sums ? shadeOf(figure(sums), ends) : 0, when: whenOf(day, first, today) });
  }
  while (cells.length % 7 > 0) {
    cells.push(null);
  }
  const weeks = Array.from({ length: cells.length / 7 }, (_, i) => {
    const days = cells.slice(i * 7, i * 7 + 7);
    return { week: weekOf(days.find((each) => each !== null)?.day ?? ''), days };
  });
  return { weeks, ends };
}

/** The same day of another month, or that month's last. */
function inMonth(day: string, month: string): string {
  return dayInMonth(month, Math.min(Number(day.slice(8)), daysIn(month)));
}

/** Where a key leads from a day, between two months; null: the key isn't one of a calendar. */
export function dayByKey(key: string, day: string, first: string, last: string): string | null {
  const month = day.slice(0, 7);
  const place = dayOfWeek(day);
  const ways: Record<string, () => string> = {
    ArrowLeft: () => addDays(day, -1),
    ArrowRight: () => addDays(day, 1),
    ArrowUp: () => addDays(day, -7),
    ArrowDown: () => addDays(day, 7),
    Home: () => addDays(day, -Math.min(place, Number(day.slice(8)) - 1)),
    End: () => addDays(day, Math.min(6 - place, daysIn(month) - Number(day.slice(8)))),
    PageUp: () => inMonth(day, addMonths(month, -1)),
    PageDown: () => inMonth(day, addMonths(month, 1)),
  };
  const to = ways[key]?.() ?? null;
  return to === null || (to.slice(0, 7) >= first && to.slice(0, 7) <= last) ? to : day;
}
