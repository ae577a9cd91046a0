/* Sums over days and months: what isn't known stays unknown, what is known in part is summed. Pure. */
import type { Listing, Sums } from './diary';

const FIGURES = ['distance', 'used', 'battery', 'charger', 'wall', 'supplied', 'ratedEnergy', 'ratedDistance'] as const;

function addKnown(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b;
}

type Money = Pick<Sums, 'cost' | 'costMax' | 'currency'>;

const NO_MONEY: Money = { cost: null, costMax: null, currency: null };

/** From the least to the most it can be; money of two currencies can't be added: then the cost is unknown. */
function costOf(items: readonly Sums[]): Money {
  const paid = items.filter((each) => each.cost !== null);
  const currency = paid[0]?.currency ?? null;
  if (paid.length === 0 || paid.some((each) => each.currency !== currency)) {
    return NO_MONEY;
  }
  const most = paid.reduce((sum, each) => sum + (each.costMax ?? each.cost ?? 0), 0);
  const cost = paid.reduce((sum, each) => sum + (each.cost ?? 0), 0);
  return { cost, costMax: paid.some((each) => each.costMax !== null) ? most : null, currency };
}

export function emptySums(key: string): Sums {
  const figures = { distance: null, used: null, battery: null, charger: null, wall: null, supplied: null, ratedEnergy: null, ratedDistance: null };
  return { key, ...figures, ...NO_MONEY, charges: 0, outings: 0 };
}

/** Sums as garaged tells them of any span, where nothing is zero: here it stays unknown, as in a day without data. */
export function restOf(rest: Sums): Sums {
  const hasCharges = rest.charges > 0 || (rest.battery ?? 0) > 0;
  const hasOutings = rest.outings > 0 || (rest.distance ?? 0) > 0;
  return {
    ...rest,
    ...(hasCharges ? {} : { battery: null, charger: null, wall: null, supplied: null }),
    ...(hasCharges && rest.currency !== null ? {} : NO_MONEY),
    ...(hasOutings ? {} : { distance: null, used: null, ratedEnergy: null, ratedDistance: null }),
  };
}

/** A whole span: its parts, and what lay in it and belongs to none of them. */
export function wholeOf(list: Pick<Listing<Sums>, 'items' | 'unattributed'>, key: string): Sums {
  return sumOf([...list.items, restOf(list.unattributed)], key);
}

/** All of them as one, called `key`. */
export function sumOf(items: readonly Sums[], key: string): Sums {
  return items.reduce((sum, each) => {
    const next: Sums = { ...sum, charges: sum.charges + each.charges, outings: sum.outings + each.outings };
    for (const figure of FIGURES) {
      next[figure] = addKnown(sum[figure], each[figure]);
    }
    return next;
  }, { ...emptySums(key), ...costOf(items) });
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
