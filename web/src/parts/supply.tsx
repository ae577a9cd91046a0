/* The 12 V battery over a day: a line without axes, and whether it falls. Drawn only where the car tells it. */
import type { App } from '../app';
import type { Moment } from '../format';
import { number } from '../format';
import { DAY_S, historyPath, readSeries } from '../history';
import { useAsOf } from '../as_of';
import { t } from '../i18n';
import { useLoad } from '../load';
import { trendOf, trendWords } from '../trend';
import { Card } from './card';

const AGAIN_MS = 600000;
const WIDTH = 240;
const HEIGHT = 48;

/** The points as a path, from the oldest to the newest. */
function pathOf(points: readonly { t: number; mean: number }[]): string {
  const first = points[0];
  const last = points[points.length - 1];
  if (!first || !last || last.t === first.t) {
    return '';
  }
  const values = points.map((each) => each.mean);
  const low = Math.min(...values);
  const span = Math.max(0.4, Math.max(...values) - low);
  const x = (seconds: number) => ((seconds - first.t) / (last.t - first.t)) * WIDTH;
  const y = (value: number) => HEIGHT - 4 - ((value - low) / span) * (HEIGHT - 8);
  return points.map((each, i) => `${i === 0 ? 'M' : 'L'}${x(each.t).toFixed(1)} ${y(each.mean).toFixed(1)}`).join('');
}

interface SupplyProps {
  app: App;
  id: string;
  now: Moment;
  paused: boolean;
}

export function Supply({ app, id, now, paused }: SupplyProps) {
  const asOf = useAsOf(Math.floor(now.ms / 1000), AGAIN_MS, paused);
  const series = useLoad(app, historyPath(id, 'aux_voltage', asOf - DAY_S, asOf), readSeries, { name: `supply ${id}` }).data;
  const trend = series && trendOf(series.points);
  if (!series || !trend) {
    return null;
  }
  const words = t('{trend}: lowest {low} V, highest {high} V.', { trend: trendWords(trend.way), low: number(trend.low, 1, 2), high: number(trend.high, 1, 2) });
  return (
    <Card id="supply" title={t('12 V battery, last 24 hours')} icon="twelve">
      <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={words}>
        <path class="spark__line" d={pathOf(series.points)} />
      </svg>
      <p class="chart__summary">{words}</p>
    </Card>
  );
}
