/* Consumption by the temperature outside: outings sorted into bins of five degrees by the day's mean. Pure. */
import type { Outing } from './diary';
import { outingEnergy } from './diary_words';
import { moment, number } from './format';
import type { Series } from './history';
import { t } from './i18n';
import type { Units } from './units';
import { shown } from './units';

export interface Bin {
  /** °C, its lower end. */
  from: number;
  distance: number;
  energy: number;
  outings: number;
  /** kWh for 100 km. */
  rate: number;
}

export const BIN_WIDTH = 5;

/** The temperature at a moment: of the point that holds it or is nearest, at most a day away. */
export function temperatureAt(series: Series, ms: number): number | null {
  const seconds = ms / 1000;
  let best: { away: number; mean: number } | null = null;
  for (const point of series.points) {
    const away = Math.max(point.t - seconds, seconds - point.t - series.stepS, 0);
    if (away <= 86400 && (best === null || away < best.away)) {
      best = { away, mean: point.mean };
    }
  }
  return best === null ? null : best.mean;
}

/** Coldest first. An outing without distance, energy or temperature is in none. */
export function binsOf(outings: readonly Outing[], series: Series): Bin[] {
  const bins = new Map<number, Bin>();
  for (const outing of outings) {
    const at = moment(outing.from);
    const energy = outingEnergy(outing);
    const warmth = at && temperatureAt(series, at.ms);
    if (warmth === null || energy === null || outing.distance === null || outing.distance <= 0 || outing.consumption === null) {
      continue;
    }
    const from = Math.floor(warmth / BIN_WIDTH) * BIN_WIDTH;
    const bin = bins.get(from) ?? { from, distance: 0, energy: 0, outings: 0, rate: 0 };
    const next = { ...bin, distance: bin.distance + outing.distance, energy: bin.energy + energy, outings: bin.outings + 1 };
    bins.set(from, { ...next, rate: (next.energy / next.distance) * 100 });
  }
  return [...bins.values()].sort((a, b) => a.from - b.from);
}

/** "5 to 10 °C". */
export function binName(bin: Bin, units: Units): string {
  const from = shown(bin.from, '°C', units);
  const to = shown(bin.from + BIN_WIDTH, '°C', units);
  return t('{from} to {to}', { from: number(from.value, 0, 0), to: `${number(to.value, 0, 0)}\u202f${to.unit}` });
}

/** Also where nothing was driven between two that are known: a place on the axis. */
export function spread(bins: readonly Bin[]): (Bin | null)[] {
  const first = bins[0];
  const last = bins[bins.length - 1];
  if (!first || !last) {
    return [];
  }
  return Array.from({ length: (last.from - first.from) / BIN_WIDTH + 1 }, (_, i) => bins.find((each) => each.from === first.from + i * BIN_WIDTH) ?? null);
}
