/* What a charge lost on the way from the wall into the battery. Pure. */
import type { Charge } from './diary';

export interface Stage {
  name: 'wall' | 'charger' | 'battery';
  kwh: number;
}

export interface Loss {
  from: Stage['name'];
  to: Stage['name'];
  /** Negative: the two figures can't both be right. */
  kwh: number;
  /** Of what went in, 0..1. */
  share: number;
}

/** What is known of the way, from the wall on. */
export function stagesOf(charge: Pick<Charge, 'wall' | 'charger' | 'battery'>): Stage[] {
  const all: [Stage['name'], number | null][] = [
    ['wall', charge.wall],
    ['charger', charge.charger],
    ['battery', charge.battery],
  ];
  return all.flatMap(([name, kwh]) => (kwh === null || kwh < 0 ? [] : [{ name, kwh }]));
}

function lossBetween(from: Stage, to: Stage): Loss {
  const kwh = from.kwh - to.kwh;
  return { from: from.name, to: to.name, kwh, share: kwh / from.kwh };
}

/** One for each step of the way of which both ends are known. */
export function lossesOf(stages: readonly Stage[]): Loss[] {
  return stages.slice(1).flatMap((to, i) => {
    const from = stages[i] as Stage;
    return from.kwh > 0 ? [lossBetween(from, to)] : [];
  });
}

/** From the first to the last of them; null with fewer than two. */
export function wholeLoss(stages: readonly Stage[]): Loss | null {
  const first = stages[0];
  const last = stages[stages.length - 1];
  return first && last && first !== last && first.kwh > 0 ? lossBetween(first, last) : null;
}
