/* Nothing waits without a limit: after this long it says what is wrong, and offers to try again. */
import { useEffect, useState } from 'preact/hooks';

export const PATIENCE_MS = 10000;

/** Whether this has been waiting for too long; begins anew when `waiting` or `attempt` changes. */
export function useLate(waiting: boolean, attempt: unknown = null): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    const timer = waiting ? setTimeout(() => setLate(true), PATIENCE_MS) : undefined;
    return () => clearTimeout(timer);
  }, [waiting, attempt]);
  return late;
}

/** What was promised, or null when it failed or is not here in time; it may be asked for again. */
export async function inTime<T>(promise: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<null>((done) => {
    timer = setTimeout(() => done(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, limit]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
