/* How old a reading is: the server's age at the moment it spoke, plus the time since. Pure. */
import type { Car, Signal } from './model';

/** One moment on two clocks, in ms: the monotonic one may stand still while a computer sleeps, the other may be set. */
export interface Stamp {
  mono: number;
  wall: number;
}

/** Seconds from one moment to another. Of two clocks that disagree the later is believed: rather too old than too young. */
export function elapsedSeconds(from: Stamp, to: Stamp): number {
  const ms = Math.max(to.mono - from.mono, to.wall - from.wall, 0);
  return ms / 1000;
}

/** Age in seconds, or null when the server never gave one. */
export function ageSeconds(signal: Signal, now: Stamp): number | null {
  if (typeof signal.age_s !== 'number' || !signal.stamp) {
    return null;
  }
  return signal.age_s + elapsedSeconds(signal.stamp, now);
}

/** Age of the youngest reading that carries a value, or null where there is none. */
export function youngestAge(car: Car, now: Stamp): number | null {
  let youngest: number | null = null;
  for (const signal of Object.values(car.signals)) {
    if (signal.value === null) {
      continue;
    }
    const age = ageSeconds(signal, now);
    if (age !== null && (youngest === null || age < youngest)) {
      youngest = age;
    }
  }
  return youngest;
}
