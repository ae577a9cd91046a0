/* The last lines of garaged's own log (GET log), read leniently. Pure. */
import { dayName } from './calendar';
import { str } from './diary';
import type { Moment } from './format';
import { moment } from './format';
import { isPlain } from './merge';

export const LOG_LEVELS = ['error', 'warning', 'notice', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogLine {
  /** null: the clock isn't right yet. */
  time: string | null;
  level: LogLevel;
  text: string;
}

/** To the second, as the house's clock shows it; with its day when that is another. null: nobody knows. */
export function lineTime(line: LogLine, now: Moment | null): string | null {
  const at = moment(line.time);
  if (!at || !now || line.time === null) {
    return null;
  }
  const day = (each: Moment) => Math.floor((each.ms + each.offset * 60000) / 86400000);
  const clock = line.time.slice(11, 19);
  return day(at) === day(now) ? clock : `${dayName(line.time.slice(0, 10))}, ${clock}`;
}

/** Newest first. */
export function readLog(raw: unknown): LogLine[] | null {
  if (!isPlain(raw) || !Array.isArray(raw['items'])) {
    return null;
  }
  return raw['items'].filter(isPlain).map((each) => ({
    time: str(each, 't'),
    level: LOG_LEVELS.find((level) => level === each['level']) ?? 'info',
    text: str(each, 'text') ?? '',
  }));
}

/** Lines at least as grave as `level` that have all words of `wanted`. */
export function pickLines(lines: readonly LogLine[], level: LogLevel, wanted: string): LogLine[] {
  const words = wanted.toLowerCase().split(/\s+/).filter((each) => each !== '');
  const most = LOG_LEVELS.indexOf(level);
  return lines.filter((line) => LOG_LEVELS.indexOf(line.level) <= most && words.every((word) => line.text.toLowerCase().includes(word)));
}
