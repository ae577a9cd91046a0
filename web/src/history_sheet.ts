/* One signal over time as a chart: scales, gaps, the band between lowest and highest. Pure. */
import { number } from './format';
import type { Moment } from './format';
import type { Plot, Series } from './history';
import { axisTime, decimalsOf, offsetAt, plotOf, pointTime } from './history';
import type { Axis, Sheet } from './sheet';
import { roundRange, roundStep } from './sheet';

/** More points than this, and their line is drawn fine and without a fill: the band says how far they reach. */
const MANY = 240;

/** Steps longer than this hide something between lowest and highest that is worth seeing. */
const COARSE_S = 600;

/** Charge fills its axis whatever it does; anything else is looked at closely. */
function axisOf(series: Series, plot: Plot): Axis {
  const full = series.unit === '%' && series.signal.startsWith('soc');
  const range = full ? { min: 0, max: 100 } : roundRange([...plot.low, ...plot.high], false);
  const step = full ? 25 : roundStep(range.max - range.min, 4);
  const decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3;
  return { ...range, words: (value) => number(value, decimals, decimals) };
}

export interface Frame {
  from: number;
  to: number;
  now: Moment;
  zoom: Sheet['zoom'];
}

export function historySheet(series: Series, { from, to, now, zoom }: Frame): Sheet {
  const plot = plotOf(series);
  const offset = offsetAt(series, now.offset);
  const most = decimalsOf(series);
  const unit = series.unit ? `\u202f${series.unit}` : '';
  const words = (index: number) => {
    const value = plot.heard[index];
    const t = plot.xs[index];
    if (typeof value !== 'number' || t === undefined) {
      return '';
    }
    const point = { t, offset: offset(t), mean: value, min: value, max: value };
    return `${pointTime(point, to - from, now)}: ${number(value, 0, most)}${unit}`;
  };
  return {
    xs: plot.xs,
    from,
    to,
    kind: 'time',
    label: (x, step) => axisTime(x, step, offset(x)),
    offset,
    lines: [
      { values: plot.bridge, kind: 'bridge', axis: 'left' },
      { values: plot.heard, kind: 'line', axis: 'left', fill: series.signal.startsWith('soc') && series.points.length < MANY, fine: series.points.length >= MANY },
    ],
    band: series.stepS > COARSE_S ? { low: plot.low, high: plot.high } : null,
    left: axisOf(series, plot),
    right: null,
    words,
    zoom,
    pick: null,
  };
}
