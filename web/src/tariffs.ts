/* The owner's prices (GET and PUT tariffs): which holds when, as plan/tariff.h of garaged has it. Read leniently. Pure. */
import type { Plain } from './diary';
import { num, str } from './diary';
import { isPlain } from './merge';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'] as const;
export type DayWord = (typeof DAYS)[number];

/** A time of the day with a price of its own. */
export interface Band {
  /** null: every day, holidays too. */
  days: DayWord[] | null;
  /** "22:00"; both null: the whole day. From later than to goes over midnight, and its days are those on which it begins. */
  from: string | null;
  to: string | null;
  price: number;
}

export interface Tariff {
  /** The first day. */
  validFrom: string;
  currency: string;
  /** A kWh, where no band fits. */
  price: number;
  /** Each charge. */
  fee: number;
  bands: Band[];
}

export interface Tariffs {
  /** By their first day, the oldest first. */
  list: Tariff[];
  holidays: string[];
}

function readBand(raw: Plain): Band {
  const days = Array.isArray(raw['days']) ? raw['days'] : null;
  const known = days && DAYS.filter((each) => days.includes(each));
  return { days: known, from: str(raw, 'from'), to: str(raw, 'to'), price: num(raw, 'price') ?? 0 };
}

function readTariff(raw: Plain): Tariff[] {
  const validFrom = str(raw, 'valid_from');
  const bands = Array.isArray(raw['bands']) ? raw['bands'].filter(isPlain).map(readBand) : [];
  return validFrom === null ? [] : [{ validFrom, currency: str(raw, 'currency') ?? '', price: num(raw, 'price') ?? 0, fee: num(raw, 'session_fee') ?? 0, bands }];
}

export function readTariffs(raw: unknown): Tariffs | null {
  if (!isPlain(raw) || !Array.isArray(raw['tariffs'])) {
    return null;
  }
  const list = raw['tariffs'].filter(isPlain).flatMap(readTariff);
  const holidays = Array.isArray(raw['holidays']) ? raw['holidays'].filter((each): each is string => typeof each === 'string') : [];
  return { list: list.sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1)), holidays };
}

function writeBand(band: Band): Plain {
  const days = band.days === null ? {} : { days: band.days };
  return { ...days, ...(band.from === null || band.to === null ? {} : { from: band.from, to: band.to }), price: band.price };
}

/** The whole object to send back. */
export function writeTariffs({ list, holidays }: Tariffs): Plain {
  const tariffs = list.map((each) => ({ valid_from: each.validFrom, currency: each.currency, price: each.price, session_fee: each.fee, bands: each.bands.map(writeBand) }));
  return { tariffs, holidays };
}

/** Monday is 0. */
function weekdayOf(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86400000).toISOString().slice(0, 10);
}

function minuteOf(clock: string): number {
  const [hour, minute] = clock.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}

function isDayOf(band: Band, day: string, holidays: readonly string[]): boolean {
  const word = holidays.includes(day) ? 'holiday' : DAYS[weekdayOf(day)];
  return band.days === null || (word !== undefined && band.days.includes(word));
}

function fits(band: Band, day: string, minute: number, holidays: readonly string[]): boolean {
  const from = minuteOf(band.from ?? '00:00');
  const to = minuteOf(band.to ?? '00:00');
  if (from === to) {
    return isDayOf(band, day, holidays);
  }
  if (from < to) {
    return minute >= from && minute < to && isDayOf(band, day, holidays);
  }
  return (minute >= from && isDayOf(band, day, holidays)) || (minute < to && isDayOf(band, dayBefore(day), holidays));
}

/** The tariff of a local day; null before the first one. */
export function tariffOf(tariffs: Tariffs, day: string): Tariff | null {
  return tariffs.list.filter((each) => each.validFrom <= day).pop() ?? null;
}

export interface Priced {
  tariff: Tariff;
  /** null: where no band fits. */
  band: Band | null;
  price: number;
}

/** What a kWh costs at a minute of a local day. */
export function priceAt(tariffs: Tariffs, day: string, minute: number): Priced | null {
  const tariff = tariffOf(tariffs, day);
  const band = tariff?.bands.find((each) => fits(each, day, minute, tariffs.holidays)) ?? null;
  return tariff && { tariff, band, price: band?.price ?? tariff.price };
}
