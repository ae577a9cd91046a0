/* Figures of the diary as text: energy, distance, consumption, money, bytes. "–" is unknown everywhere. Pure. */
import { number } from './format';
import { locale, t } from './i18n';
import type { Units } from './units';
import { CONSUMPTION, shown } from './units';
import { numberWriter } from './writers';

export const UNKNOWN = '–';
const THIN = '\u202f';

/** A figure and its unit apart, so that they can be set in two sizes; `value` as it is drawn. */
export interface Amount {
  value: number;
  text: string;
  unit: string;
}

function amount(value: number | null, unit: string, units: Units, least: number, most: number): Amount | null {
  if (value === null) {
    return null;
  }
  const quantity = shown(value, unit, units);
  return Number.isFinite(quantity.value)
    ? { value: quantity.value, text: number(quantity.value, Math.min(quantity.decimals ?? least, least), quantity.decimals ?? most), unit: quantity.unit }
    : null;
}

export function joined(what: Amount | null): string {
  return what === null ? UNKNOWN : `${what.text}${what.unit === '' ? '' : `${THIN}${what.unit}`}`;
}

const PLAIN: Units = { distance: 'km', temperature: 'C' };

export function energy(value: number | null): Amount | null {
  return amount(value, 'kWh', PLAIN, 1, 1);
}

export function distance(value: number | null, units: Units): Amount | null {
  return amount(value, 'km', units, 0, 0);
}

/** Nothing used on a way is not a consumption. */
export function consumption(value: number | null, units: Units): Amount | null {
  const what = value !== null && value > 0 ? amount(value, CONSUMPTION, units, 1, 1) : null;
  return what && { ...what, unit: what.unit.replace(' ', THIN) };
}

export function percent(value: number | null, most = 1): Amount | null {
  return amount(value, '%', PLAIN, 0, most);
}

export function temperature(value: number | null, units: Units): Amount | null {
  return amount(value, '°C', units, 0, 1);
}

export function power(value: number | null): Amount | null {
  return amount(value, 'kW', PLAIN, 1, 1);
}

/** "€12.30", or "12.30 XYZ" for a currency the browser doesn't know. */
export function money(value: number | null, currency: string | null): string {
  if (value === null) {
    return UNKNOWN;
  }
  try {
    return numberWriter(locale(), { style: 'currency', currency: currency ?? '' }).format(value);
  } catch {
    return `${number(value, 2, 2)}${currency ? ` ${currency}` : ''}`;
  }
}

/** Money that lies between two figures. */
export function moneyRange(low: number | null, high: number | null, currency: string | null): string {
  return low !== null && high !== null && high !== low ? t('{low} to {high}', { low: money(low, currency), high: money(high, currency) }) : money(low ?? high, currency);
}

/** Behind the least that something cost: the most. */
export function mostWords(most: number | null, currency: string | null): string | null {
  return most === null ? null : t('at most {sum}', { sum: money(most, currency) });
}

/** "412 B", "3.4 kB", "12 MB": by the thousand, as a card's size is printed. */
export function bytes(value: number | null): string {
  if (value === null) {
    return UNKNOWN;
  }
  const names = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let at = 0;
  while (size >= 1000 && at < names.length - 1) {
    size /= 1000;
    at += 1;
  }
  return `${number(size, 0, at === 0 || size >= 100 ? 0 : 1)}${THIN}${names[at]}`;
}
