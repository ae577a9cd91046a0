/* Which way a voltage went over a day: its last third against its first. Pure. */
import type { Point } from './history';
import { t } from './i18n';

export type Way = 'falling' | 'steady' | 'rising';

export interface Trend {
  way: Way;
  low: number;
  high: number;
}

const POINTS_LEAST = 6;
/** V: what an hour in the cold does to a battery at rest is less. */
const NOTEWORTHY = 0.15;

function mean(points: readonly Point[]): number {
  return points.reduce((sum, each) => sum + each.mean, 0) / points.length;
}

/** null where too little was heard. */
export function trendOf(points: readonly Point[]): Trend | null {
  if (points.length < POINTS_LEAST) {
    return null;
  }
  const third = Math.floor(points.length / 3);
  const change = mean(points.slice(-third)) - mean(points.slice(0, third));
  const way = change > NOTEWORTHY ? 'rising' : change < -NOTEWORTHY ? 'falling' : 'steady';
  return { way, low: Math.min(...points.map((each) => each.min)), high: Math.max(...points.map((each) => each.max)) };
}

export function trendWords(way: Way): string {
  switch (way) {
    case 'falling':
      return t('Falling');
    case 'steady':
      return t('Steady');
    case 'rising':
      return t('Rising');
  }
}
