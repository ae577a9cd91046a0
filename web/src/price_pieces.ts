/* Which prices a watched charge went through, and how much of it fell into each. Pure. */
import { dayOf } from './calendar';
import type { CurvePoint } from './curve';
import type { Charge } from './diary';
import type { Moment } from './format';
import type { Priced, Tariffs } from './tariffs';
import { priceAt } from './tariffs';

const MINUTE_MS = 60000;
const LONGEST_MS = 7 * 86400000;

/** A stretch of one price. */
export interface Piece extends Priced {
  from: Moment;
  to: Moment;
  /** How cheap among those of this charge; 0 is the cheapest. */
  rank: number;
  /** How much of the charge fell into it, 0..1; null where its power isn't known. */
  share: number | null;
}

/** The owner's prices hold at home, and where nobody said where. */
export function isHome(charge: Pick<Charge, 'place'>): boolean {
  return charge.place === null || charge.place.toLowerCase() === 'home';
}

function minuteOfDay(at: Moment): number {
  return Math.floor(at.ms / MINUTE_MS + at.offset) % 1440;
}

function pricedAt(tariffs: Tariffs, at: Moment): Priced | null {
  return priceAt(tariffs, dayOf(at), minuteOfDay(at));
}

/** Minute by minute from the first to the last point, by the clock on the wall. Empty where some of it has no price. */
function walk(tariffs: Tariffs, first: Moment, last: Moment, offset: (ms: number) => number): Omit<Piece, 'rank' | 'share'>[] {
  const pieces: Omit<Piece, 'rank' | 'share'>[] = [];
  for (let ms = first.ms; ms < last.ms; ms = Math.floor(ms / MINUTE_MS + 1) * MINUTE_MS) {
    const at = { ms, offset: offset(ms) };
    const priced = pricedAt(tariffs, at);
    if (!priced) {
      return [];
    }
    const before = pieces[pieces.length - 1];
    if (before && before.price === priced.price && before.tariff.currency === priced.tariff.currency) {
      continue;
    }
    if (before) {
      before.to = at;
    }
    pieces.push({ ...priced, from: at, to: last });
  }
  return pieces;
}

/** What flowed in between two points; by the charge where no power is known. */
function flowed(a: CurvePoint, b: CurvePoint, byPower: boolean): number {
  return byPower ? Math.max(0, a.kw ?? 0) * (b.at.ms - a.at.ms) : Math.max(0, (b.soc ?? 0) - (a.soc ?? b.soc ?? 0));
}

function shares(curve: readonly CurvePoint[], pieces: readonly { from: Moment; to: Moment }[]): number[] | null {
  const byPower = curve.some((each) => (each.kw ?? 0) > 0);
  const sums = pieces.map((piece) =>
    curve.slice(1).reduce((sum, b, i) => {
      const a = curve[i] as CurvePoint;
      const length = b.at.ms - a.at.ms;
      const within = Math.min(b.at.ms, piece.to.ms) - Math.max(a.at.ms, piece.from.ms);
      return within > 0 && length > 0 ? sum + (flowed(a, b, byPower) * within) / length : sum;
    }, 0),
  );
  const total = sums.reduce((sum, each) => sum + each, 0);
  return total > 0 ? sums.map((each) => each / total) : null;
}

/** The prices of a charge in their order; empty where none is known or none applies. */
export function pricePieces(charge: Charge, curve: readonly CurvePoint[], tariffs: Tariffs): Piece[] {
  const first = curve[0];
  const last = curve[curve.length - 1];
  if (!first || !last || !isHome(charge) || last.at.ms - first.at.ms > LONGEST_MS) {
    return [];
  }
  const offset = (ms: number) => (ms < last.at.ms ? (curve.find((_, i) => (curve[i + 1]?.at.ms ?? Infinity) > ms) ?? first) : last).at.offset;
  const pieces = walk(tariffs, first.at, last.at, offset);
  const prices = [...new Set(pieces.map((each) => each.price))].sort((a, b) => a - b);
  const parts = shares(curve, pieces);
  return pieces.map((each, i) => ({ ...each, rank: prices.indexOf(each.price), share: parts?.[i] ?? null }));
}
