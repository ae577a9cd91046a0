/* The pages that are not needed to show the first figures: fetched when one is opened, or once there is nothing else to
 * do, so that they are there when garaged isn't. */
import { Later } from '../parts/lazy';
import type { CarPageProps } from './page';

export const REST = new Later<CarPageProps>(() => import('./rest'));

const QUIET_MS = 2000;

/** What fails is fetched when it is opened. */
export function fetchLater(): void {
  const fetch = () => void REST.fetch().catch(() => undefined);
  if ('requestIdleCallback' in window) {
    requestIdleCallback(fetch);
  } else {
    setTimeout(fetch, QUIET_MS); // Safari
  }
}
