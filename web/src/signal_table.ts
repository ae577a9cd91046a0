/* Every signal of a car as a row, found by words: by name, source or quality. Pure. */
import { plainWords } from './format';
import type { Car, Signal } from './model';

export type Sieve = 'all' | 'doubtful' | 'unknown';
export const SIEVES: readonly Sieve[] = ['all', 'doubtful', 'unknown'];

export interface SignalRow {
  name: string;
  label: string;
  signal: Signal;
}

/** unknown: never heard, or the car says "not available"; doubtful: known, and not plainly so. */
function passes(sieve: Sieve, { value, quality }: Signal): boolean {
  switch (sieve) {
    case 'all':
      return true;
    case 'unknown':
      return value === null;
    case 'doubtful':
      return value !== null && quality !== undefined && quality !== 'ok';
  }
}

function holds(row: SignalRow, word: string): boolean {
  const all = [row.name, row.label, row.signal.source ?? '', row.signal.quality ?? ''];
  return all.some((each) => each.toLowerCase().includes(word));
}

/** The rows that pass, by name. */
export function signalRows(car: Car, wanted: string, sieve: Sieve): SignalRow[] {
  const words = wanted.toLowerCase().split(/\s+/).filter((each) => each !== '');
  return Object.entries(car.signals)
    .map(([name, signal]) => ({ name, label: plainWords(name), signal }))
    .filter((row) => passes(sieve, row.signal) && words.every((word) => holds(row, word)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
