/* Prices in words: of a kWh, of a time of the day, of a tariff. Pure. */
import { clock, number } from './format';
import { locale, t } from './i18n';
import type { Band, DayWord, Tariff } from './tariffs';
import { DAYS } from './tariffs';
import { numberWriter } from './writers';

const MOST_DECIMALS = 4;

/** "€0.214"; money of a kWh has more decimals than a purse. */
export function priceWords(price: number, currency: string): string {
  try {
    return numberWriter(locale(), { style: 'currency', currency, maximumFractionDigits: MOST_DECIMALS }).format(price);
  } catch {
    return `${number(price, 2, MOST_DECIMALS)}${currency === '' ? '' : ` ${currency}`}`;
  }
}

export function pricePerKwh(price: number, currency: string): string {
  return t('{price} a kWh', { price: priceWords(price, currency) });
}

export const DAY_WORDS: Readonly<Record<DayWord, string>> = {
  mon: t('Mon'),
  tue: t('Tue'),
  wed: t('Wed'),
  thu: t('Thu'),
  fri: t('Fri'),
  sat: t('Sat'),
  sun: t('Sun'),
  holiday: t('Holidays'),
};

const WORK_DAYS = 'mon tue wed thu fri';

/** "Sat, Sun, Holidays", "Mon to Fri"; null: every day. */
function daysWords(days: readonly DayWord[] | null): string | null {
  if (days === null || days.length === DAYS.length) {
    return null;
  }
  return days.join(' ') === WORK_DAYS ? t('Mon to Fri') : days.map((each) => DAY_WORDS[each]).join(', ');
}

/** A time of the day as this browser writes times. */
function timeWords(text: string, locale: string | undefined): string {
  const [hours, minutes] = text.split(':').map(Number);
  return clock({ ms: ((hours ?? 0) * 60 + (minutes ?? 0)) * 60000, offset: 0 }, locale);
}

/** "22:00 to 06:00", "Sat, Sun: 08:00 to 20:00", "Sat, Sun", "all day". */
export function bandWords(band: Band, locale?: string): string {
  const days = daysWords(band.days);
  const times = band.from === null || band.to === null || band.from === band.to ? null : t('{begin} to {end}', { begin: timeWords(band.from, locale), end: timeWords(band.to, locale) });
  if (days !== null && times !== null) {
    return t('{days}: {times}', { days, times });
  }
  return days ?? times ?? t('all day');
}

/** What a tariff says, a line each: its bands, then what holds else. */
export function tariffLines(tariff: Tariff): { name: string; price: string }[] {
  const bands = tariff.bands.map((band) => ({ name: bandWords(band), price: pricePerKwh(band.price, tariff.currency) }));
  const rest = { name: bands.length === 0 ? t('At all times') : t('At all other times'), price: pricePerKwh(tariff.price, tariff.currency) };
  const fee = tariff.fee > 0 ? [{ name: t('Each charge'), price: priceWords(tariff.fee, tariff.currency) }] : [];
  return [...bands, rest, ...fee];
}
