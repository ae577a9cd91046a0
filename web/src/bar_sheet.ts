/* The bars of a period as a chart. Pure. */
import type { Bar } from './bars';
import { number } from './format';
import type { Sheet } from './sheet';
import { roundRange, roundStep } from './sheet';

interface BarWords {
  /** The figure that is drawn, as this browser shows it. */
  value: (bar: Bar) => number | null;
  /** A value with its unit. */
  words: (bar: Bar) => string;
}

/** The same of the time before, bar by bar, to be drawn behind. */
export interface Behind {
  values: readonly (number | null)[];
  words: (index: number) => string;
}

export function barSheet(bars: readonly Bar[], { value, words }: BarWords, pick: Sheet['pick'], behind: Behind | null = null): Sheet {
  const values = bars.map(value);
  const range = roundRange([...values, ...(behind?.values ?? [])], true);
  const decimals = roundStep(range.max - range.min, 4) >= 1 ? 0 : 1;
  return {
    xs: bars.map((_, i) => i),
    marks: bars.some((each) => each.mark) ? bars.flatMap((each, i) => (each.mark ? [i] : [])) : null,
    from: -0.5,
    to: bars.length - 0.5,
    kind: 'names',
    label: (x) => bars[x]?.short ?? '',
    offset: () => 0,
    lines: behind ? [{ values: behind.values, kind: 'bars', axis: 'left', width: 'wide' }, { values, kind: 'bars', axis: 'left', width: 'slim' }] : [{ values, kind: 'bars', axis: 'left' }],
    band: null,
    left: { ...range, words: (each) => number(each, decimals, decimals) },
    right: null,
    words: (index) => {
      const bar = bars[index];
      return bar ? [`${bar.long}: ${words(bar)}`, behind?.words(index) ?? ''].filter((each) => each !== '').join('; ') : '';
    },
    zoom: null,
    pick,
  };
}
