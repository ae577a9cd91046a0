/* The cells of the battery as they were told last: which are the weakest and the strongest, and how far apart. Pure. */
import type { Plain } from './diary';
import { num, str } from './diary';
import { number } from './format';
import { t } from './i18n';

export interface Cells {
  at: string;
  /** V; null: not told. */
  volts: (number | null)[];
}

export function readCells(raw: Plain): Cells | null {
  const at = str(raw, 'at');
  const list = raw['cells'];
  if (at === null || !Array.isArray(list)) {
    return null;
  }
  return { at, volts: list.map((_, i) => num(list as unknown as Plain, String(i))) };
}

export interface Extremes {
  /** Counted from 1, as on the battery. */
  weakest: number;
  strongest: number;
  min: number;
  max: number;
}

/** null where no cell is known. */
export function extremesOf({ volts }: Cells): Extremes | null {
  let found: Extremes | null = null;
  volts.forEach((each, i) => {
    if (each === null) {
      return;
    }
    const before = found ?? { weakest: i + 1, strongest: i + 1, min: each, max: each };
    found = {
      weakest: each < before.min ? i + 1 : before.weakest,
      strongest: each > before.max ? i + 1 : before.strongest,
      min: Math.min(each, before.min),
      max: Math.max(each, before.max),
    };
  });
  return found;
}

export function voltWords(volts: number | null): string {
  return volts === null ? t('unknown') : `${number(volts, 3, 3)}\u202fV`;
}

export function cellWords(cells: Cells): string {
  const found = extremesOf(cells);
  if (found === null) {
    return t('No cell is known.');
  }
  return t('Weakest: cell {weakest}, {min}. Strongest: cell {strongest}, {max}. They are {spread} mV apart.', {
    weakest: found.weakest,
    min: voltWords(found.min),
    strongest: found.strongest,
    max: voltWords(found.max),
    spread: number((found.max - found.min) * 1000, 0, 0),
  });
}
