/* What a chart is to draw, without a word of the library that does: the pages make it, plot.ts paints it. */

export interface Line {
  values: readonly (number | null | undefined)[];
  kind: 'line' | 'bars' | 'bridge';
  /** `main` and `second` by their axis, left and right. */
  axis: 'left' | 'right';
  fill?: boolean;
  /** So many points that a thick line would hide them. */
  fine?: boolean;
  /** Of bars two behind each other: the wide ones with an outline, and the slim ones before them. */
  width?: 'wide' | 'slim';
}

/** A stretch of the background, with its words at its top where they fit. */
export interface Stripe {
  from: number;
  to: number;
  tone: 'low' | 'mid' | 'high';
  words: string;
}

export interface Axis {
  min: number;
  max: number;
  words: (value: number) => string;
}

export interface Sheet {
  xs: readonly number[];
  from: number;
  to: number;
  /** Moments in seconds, places 0, 1, 2 … with a name each, or a figure that grows. */
  kind: 'time' | 'names' | 'numbers';
  /** Of places, those that are named; null: as many as there is room for. */
  marks?: readonly number[] | null;
  /** Under the axis; for moments with the distance to the next label in seconds. */
  label: (x: number, step: number) => string;
  /** Minutes east of UTC at a moment. */
  offset: (x: number) => number;
  lines: readonly Line[];
  /** Shaded between lowest and highest. */
  band: { low: readonly (number | null)[]; high: readonly (number | null)[] } | null;
  /** Behind everything. */
  stripes?: readonly Stripe[];
  left: Axis;
  right: Axis | null;
  /** What stands under the cursor, in words. */
  words: (index: number) => string;
  /** The owner drew a stretch. */
  zoom: ((from: number, to: number) => void) | null;
  /** The owner chose one. */
  pick: ((index: number) => void) | null;
}

type Values = readonly (number | null | undefined)[];

function sameValues(a: Values, b: Values): boolean {
  return a === b || (a.length === b.length && a.every((each, i) => Object.is(each, b[i])));
}

/** Whether both draw the same lines over the same stretch. */
export function sameFigures(a: Sheet, b: Sheet): boolean {
  const frame = (each: Sheet) => [each.from, each.to, each.left.min, each.left.max, each.right?.min, each.right?.max];
  const values = (each: Sheet): Values[] => [frame(each), each.xs, ...(each.band ? [each.band.low, each.band.high] : []), ...each.lines.map((line) => line.values)];
  const [mine, theirs] = [values(a), values(b)];
  return mine.length === theirs.length && mine.every((each, i) => sameValues(each, theirs[i] as Values));
}

/** A round step of an axis that divides `span` into at most `most` parts. */
export function roundStep(span: number, most: number): number {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const found = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough * 0.999);
  return (found ?? 10) * power;
}

/** Axis ends on round figures around the values; from zero where `zero` asks for it. */
export function roundRange(values: readonly (number | null | undefined)[], zero: boolean): { min: number; max: number } {
  const known = values.filter((each): each is number => typeof each === 'number');
  if (known.length === 0 || (zero && known.every((each) => each === 0))) {
    return { min: 0, max: 1 };
  }
  const low = zero ? Math.min(0, ...known) : Math.min(...known);
  const high = zero ? Math.max(0, ...known) : Math.max(...known);
  const span = high - low || Math.abs(high) * 0.1 || 1;
  const step = roundStep(span, 4);
  const min = Math.floor(low / step + 1e-9) * step;
  const max = Math.ceil(high / step - 1e-9) * step;
  return { min: min === max ? min - step : min, max: min === max ? max + step : max };
}
