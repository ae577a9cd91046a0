/* How long to wait before the next try: doubling to a ceiling, and never in step with other pages. Pure. */

const FIRST_MS = 500;
const CEILING_MS = 30000;
const JITTER = 0.3;

/** Wait before try number `attempt` (0 = the first); `random` in 0..1. */
export function backoffMs(attempt: number, random: number): number {
  const plain = Math.min(CEILING_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(plain * (1 - JITTER + 2 * JITTER * random));
}
