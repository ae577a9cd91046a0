/* Numbers, times and ages as words. In the page's language. */
import { locale as spoken, t, tn } from './i18n';
import { dateWriter, numberWriter } from './writers';

/** Thousands by comma, at most `most` and at least `least` decimals (values come rounded already). */
export function number(value: number, least = 0, most = 2): string {
  const fixed = numberWriter(spoken(), { minimumFractionDigits: least, maximumFractionDigits: most });
  const out = fixed.format(value).replace(/^-/, '\u2212');
  return /^\u2212[0.,]+$/.test(out) ? out.slice(1) : out;
}

/** 130 -> "2 h 10 min". */
export function duration(minutes: number): string {
  const whole = Math.max(0, Math.round(minutes));
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  if (hours === 0) {
    return t('{n} min', { n: rest });
  }
  return rest === 0 ? t('{n} h', { n: hours }) : t('{hours} h {minutes} min', { hours, minutes: rest });
}

function longAge(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return t('{n} min', { n: minutes });
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    return hours < 3 && minutes % 60 > 0 ? t('{hours} h {minutes} min', { hours, minutes: minutes % 60 }) : t('{n} h', { n: hours });
  }
  const days = Math.floor(hours / 24);
  return tn(days, '{n} day', '{n} days');
}

/** "just now", "12 s ago", "3 h ago": to the second in the first minute. */
export function age(seconds: number): string {
  if (seconds < 5) {
    return t('just now');
  }
  return t('{age} ago', { age: seconds < 60 ? t('{n} s', { n: Math.floor(seconds) }) : longAge(seconds) });
}

/** The same where many stand side by side: nothing ticks within the first minute. */
export function calmAge(seconds: number): string {
  return seconds < 60 ? t('just now') : t('{age} ago', { age: longAge(seconds) });
}

/** A moment as the server's zone has it: ms since 1970 and minutes east of UTC. */
export interface Moment {
  ms: number;
  offset: number;
}

/** Reads an RFC 3339 time with its offset; null when it isn't one. */
export function moment(text: string | null | undefined): Moment | null {
  if (!text) {
    return null;
  }
  const ms = Date.parse(text);
  const zone = /(?:Z|([+-])(\d\d):(\d\d))$/i.exec(text);
  if (Number.isNaN(ms) || !zone) {
    return null;
  }
  const minutes = zone[1] ? Number(zone[2]) * 60 + Number(zone[3]) : 0;
  return { ms, offset: zone[1] === '-' ? -minutes : minutes };
}

export type Hours = 'auto' | '12' | '24';

const held: { hours: Hours } = { hours: 'auto' };

/** How times of day are written from now on. */
export function useHours(hours: Hours): void {
  held.hours = hours;
}

/** The time of day in the server's zone, 12 or 24 hours as was chosen, else as the browser is set. */
export function clock(at: Moment, locale?: string): string {
  const shifted = new Date(at.ms + at.offset * 60000);
  const cycle = held.hours === 'auto' ? {} : { hourCycle: held.hours === '12' ? ('h12' as const) : ('h23' as const) };
  return dateWriter(locale, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC', ...cycle }).format(shifted);
}

/** Further away than this the year doesn't go without saying. */
const MOST_OF_A_YEAR_MS = 300 * 86400000;

/** "07:55", or "21 Nov, 07:55" when it was another day, or "21 Nov 2025, 07:55". */
export function dayClock(at: Moment, now: Moment, locale?: string): string {
  const day = (each: Moment) => Math.floor((each.ms + each.offset * 60000) / 86400000);
  if (day(at) === day(now)) {
    return clock(at, locale);
  }
  const year = Math.abs(now.ms - at.ms) > MOST_OF_A_YEAR_MS ? ({ year: 'numeric' } as const) : {};
  const date = dateWriter(spoken(), { day: 'numeric', month: 'short', ...year, timeZone: 'UTC' });
  return `${date.format(new Date(at.ms + at.offset * 60000))}, ${clock(at, locale)}`;
}

/** "charge_started" -> "charge started". */
export function plainWords(name: string): string {
  return name.replace(/_/g, ' ');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
