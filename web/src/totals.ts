/* Sums over days and months: what isn't known stays unknown, what is known in part is summed. Pure. */
import type { Sums } from './diary';

const FIGURES = ['distance', 'used', 'battery', 'charger', 'wall', 'ratedEnergy', 'ratedDistance'] as const;

function addKnown(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b;
}

/** Money of two currencies can't be added: then the cost is unknown. */
function addCost(a: Sums, b: Sums): Pick<Sums, 'cost' | 'currency'> {
  if (a.cost === null || b.cost === null) {
    const known = a.cost === null ? b : a;
    return { cost: known.cost, currency: known.currency };
  }
  return a.currency === b.currency ? { cost: a.cost + b.cost, currency: a.currency } : { cost: null, currency: null };
}

function emptySums(key: string): Sums {
  const figures = { distance: null, used: null, battery: null, charger: null, wall: null, ratedEnergy: null, ratedDistance: null };
  return { key, ...figures, cost: null, currency: null, charges: 0, outings: 0 };
}

/** All of them as one, called `key`. */
export function sumOf(items: readonly Sums[], key: string): Sums {
  const currencies = new Set(items.filter((each) => each.cost !== null).map((each) => each.currency));
  const total = items.reduce((sum, each) => {
    const next: Sums = { ...sum, ...addCost(sum, each), charges: sum.charges + each.charges, outings: sum.outings + each.outings };
    for (const figure of FIGURES) {
      next[figure] = addKnown(sum[figure], each[figure]);
    }
    return next;
  }, emptySums(key));
  return currencies.size > 1 ? { ...total, cost: null, currency: null } : total;
}

/** Months (or days) summed by their year, newest first. */
export function byYear(items: readonly Sums[]): Sums[] {
  const years = [...new Set(items.map((each) => each.key.slice(0, 4)))].sort().reverse();
  return years.map((year) => sumOf(items.filter((each) => each.key.startsWith(year)), year));
}

/** kWh for 100 km, total by total; null where either isn't known or nothing was driven. */
export function consumptionOf(sums: Pick<Sums, 'ratedEnergy' | 'ratedDistance'>): number | null {
  const { ratedEnergy, ratedDistance } = sums;
  return ratedEnergy === null || ratedDistance === null || ratedDistance <= 0 ? null : (ratedEnergy / ratedDistance) * 100;
}
