/* A tariff while it is typed: texts of fields, what is wrong with them, and the tariff that they make. Pure. */
import { t, tServed } from './i18n';
import type { Band, DayWord, Tariff, Tariffs } from './tariffs';
import { DAYS } from './tariffs';
import { readAmount } from './typed_charge';

export interface BandDraft {
  /** "every", "work", "weekend", or "own" with `days`. */
  when: When;
  days: DayWord[];
  from: string;
  to: string;
  price: string;
}

export interface TariffDraft {
  validFrom: string;
  currency: string;
  price: string;
  fee: string;
  bands: BandDraft[];
  /** One a line. */
  holidays: string;
}

/** By field: `price`, `bands.0.to`, … */
export type DraftProblems = Readonly<Record<string, string>>;

export const WHENS = ['every', 'work', 'weekend', 'own'] as const;
export type When = (typeof WHENS)[number];

const WORK: readonly DayWord[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const WEEKEND: readonly DayWord[] = ['sat', 'sun', 'holiday'];
const PRICE_MOST = 100000;
export const BANDS_MOST = 16;
const HOLIDAYS_MOST = 400;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

function same(a: readonly DayWord[], b: readonly DayWord[]): boolean {
  return a.join(' ') === b.join(' ');
}

function whenOf(days: readonly DayWord[] | null): When {
  if (days === null || same(days, DAYS)) {
    return 'every';
  }
  return same(days, WORK) ? 'work' : same(days, WEEKEND) ? 'weekend' : 'own';
}

function bandDraft(band: Band): BandDraft {
  return { when: whenOf(band.days), days: band.days ?? [...DAYS], from: band.from ?? '', to: band.to ?? '', price: String(band.price) };
}

/** The usual wish: cheaper at night. */
export function freshBand(): BandDraft {
  return { when: 'every', days: [...DAYS], from: '22:00', to: '06:00', price: '' };
}

export function draftOf(tariff: Tariff, holidays: readonly string[]): TariffDraft {
  const { validFrom, currency, price, fee, bands } = tariff;
  return { validFrom, currency, price: String(price), fee: fee === 0 ? '' : String(fee), bands: bands.map(bandDraft), holidays: holidays.join('\n') };
}

/** A tariff to come: as the newest one, from a day on; or nothing but a currency. */
export function freshDraft(tariffs: Tariffs, today: string): TariffDraft {
  const newest = tariffs.list[tariffs.list.length - 1];
  const validFrom = newest ? today : `${today.slice(0, 4)}-01-01`;
  const plain: Tariff = { validFrom, currency: 'EUR', price: 0, fee: 0, bands: [] };
  const draft = draftOf(newest ? { ...newest, validFrom } : plain, tariffs.holidays);
  return newest ? draft : { ...draft, price: '' };
}

function priceProblem(text: string): string | null {
  const value = readAmount(text);
  return value !== null && value >= 0 && value <= PRICE_MOST ? null : t('A number like 0.30.');
}

function timesProblem({ from, to }: BandDraft): string | null {
  const none = from === '' && to === '';
  return none || (CLOCK.test(from) && CLOCK.test(to)) ? null : t('Both times like 22:00, or neither for the whole day.');
}

function bandProblems(band: BandDraft, i: number): [string, string | null][] {
  return [
    [`bands.${i}.price`, priceProblem(band.price)],
    [`bands.${i}.from`, timesProblem(band)],
    [`bands.${i}.days`, band.when === 'own' && band.days.length === 0 ? t('At least one day.') : null],
  ];
}

function holidayLines(text: string): string[] {
  return text.split(/[\s,;]+/).filter((each) => each !== '');
}

function holidaysProblem(text: string): string | null {
  const lines = holidayLines(text);
  const wrong = lines.find((each) => !DAY.test(each));
  if (wrong !== undefined) {
    return t('“{day}” is no day like 2026-12-25.', { day: wrong });
  }
  return lines.length > HOLIDAYS_MOST ? t('At most {most} days.', { most: HOLIDAYS_MOST }) : null;
}

/** Why this can't be kept beside `others`, the days from which other tariffs hold; empty when it can. */
export function draftProblems(draft: TariffDraft, others: readonly string[]): DraftProblems {
  const all: [string, string | null][] = [
    ['valid_from', !DAY.test(draft.validFrom) ? t('A day.') : others.includes(draft.validFrom) ? t('Another price begins on this day already.') : null],
    ['currency', /^[A-Z]{3}$/.test(draft.currency) ? null : t('Three letters, like EUR.')],
    ['price', priceProblem(draft.price)],
    ['session_fee', draft.fee.trim() === '' ? null : priceProblem(draft.fee)],
    ['holidays', holidaysProblem(draft.holidays)],
    ...draft.bands.flatMap(bandProblems),
  ];
  return Object.fromEntries(all.filter((each): each is [string, string] => each[1] !== null));
}

function daysOf({ when, days }: BandDraft): DayWord[] | null {
  switch (when) {
    case 'every':
      return null;
    case 'work':
      return [...WORK];
    case 'weekend':
      return [...WEEKEND];
    case 'own':
      return DAYS.filter((each) => days.includes(each));
  }
}

function bandOf(draft: BandDraft): Band {
  return { days: daysOf(draft), from: draft.from || null, to: draft.to || null, price: readAmount(draft.price) ?? 0 };
}

/** All prices with this one in the place of `replaced`, or beside the others. */
export function withDraft(tariffs: Tariffs, draft: TariffDraft, replaced: string | null): Tariffs {
  const one: Tariff = {
    validFrom: draft.validFrom,
    currency: draft.currency,
    price: readAmount(draft.price) ?? 0,
    fee: readAmount(draft.fee) ?? 0,
    bands: draft.bands.map(bandOf),
  };
  const others = tariffs.list.filter((each) => each.validFrom !== replaced);
  const list = [...others, one].sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  return { list, holidays: [...new Set(holidayLines(draft.holidays))].sort() };
}

/** garaged names the place before its reason: "tariffs[1].bands[0].price: not a number …". */
export function problemInDraft(message: string, index: number): DraftProblems {
  const found = /^(?:tariffs\[(\d+)\]\.)?([a-z_[\]0-9.]+): (.+)$/.exec(message);
  const field = found?.[2]?.replace(/\[(\d+)\]/g, '.$1');
  const ours = found !== null && (found[1] === undefined || Number(found[1]) === index);
  return ours && field !== undefined && found[3] !== undefined && /^(valid_from|currency|price|session_fee|holidays|bands\.)/.test(field) ? { [field]: tServed(found[3]) } : {};
}
