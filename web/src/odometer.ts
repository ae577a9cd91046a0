/* Whether the odometer that the car tells is the one on its dashboard: the same figure, or the same in the other unit. Pure. */
import { KM_PER_MILE } from './units';
import type { Units } from './units';

/** The car may have been driven between the reading and the look: so far it may differ, upwards. */
const SLACK_KM = 2;
const DRIVEN_KM = 500;

export type Comparison =
  /** It is the same. */
  | 'same'
  /** The dashboard is ahead by what one drives: the reading is from before. */
  | 'driven'
  /** The figures are equal, but one of them is in miles: the car counts another unit than it was believed to. */
  | 'other_unit'
  /** Neither. */
  | 'different';

function inKm(value: number, unit: Units['distance']): number {
  return unit === 'mi' ? value * KM_PER_MILE : value;
}

/** `heard`: km as garaged has it. `seen`: what the dashboard shows, in its unit. */
export function compareOdometer(heard: number, seen: number, unit: Units['distance']): Comparison {
  const ahead = inKm(seen, unit) - heard;
  if (Math.abs(ahead) <= SLACK_KM) {
    return 'same';
  }
  const swapped = unit === 'mi' ? seen - heard : seen - heard / KM_PER_MILE;
  if (Math.abs(swapped) <= SLACK_KM) {
    return 'other_unit';
  }
  return ahead > 0 && ahead <= DRIVEN_KM ? 'driven' : 'different';
}

/** A whole number as somebody types it: "54,321", "54 321", "54.321", "54321.7". null when it is none. */
export function readOdometer(typed: string): number | null {
  const whole = typed.trim().replace(/[.,]\d$/, '');
  const digits = whole.replace(/[\s.,'’]/g, '');
  return /^\d{1,7}$/.test(digits) ? Number(digits) : null;
}
