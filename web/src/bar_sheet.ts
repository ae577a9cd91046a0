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

export function barSheet(bars: readonly Bar[], { value, words }: BarWords, pick: Sheet['pick']): Sheet {
  const values = bars.map(value);
  const range = roundRange(values, true);
  const decimals = roundStep(range.max - range.min, 4) >= 1 ? 0 : 1;
  return {
    xs: bars.map((_, i) => i),
    from: -0.5,
    to: bars.length - 0.5,
    kind: 'names',
    label: (x) => bars[x]?.short ?? '',
    offset: () => 0,
    lines: [{ values, kind: 'bars', axis: 'left' }],
    band: null,
    left: { ...range, words: (each) => number(each, decimals, decimals) },
    right: null,
    words: (index) => {
      const bar = bars[index];
      return bar ? `${bar.long}: ${words(bar)}` : '';
    },
    zoom: null,
    pick,
  };
}
