/* The pages that are not needed to show the first figures: fetched when they are opened, or once there is nothing else
 * to do, so that they are there when garaged isn't. */
import { t } from '../i18n';
import { Later } from '../parts/lazy';
import type { CarPageProps } from './page';

export const LATER = {
  charges: new Later<CarPageProps>(t('the charges'), () => import('./charges')),
  charge: new Later<CarPageProps & { charge: number }>(t('the charge'), () => import('./charge')),
  mileage: new Later<CarPageProps>(t('the mileage'), () => import('./mileage')),
  energy: new Later<CarPageProps>(t('energy and cost'), () => import('./energy')),
  history: new Later<CarPageProps>(t('the history'), () => import('./history')),
  battery: new Later<CarPageProps>(t('the battery'), () => import('./battery')),
  system: new Later<CarPageProps>(t('the system’s page'), () => import('./system')),
  notices: new Later<CarPageProps>(t('the notices'), () => import('./notices')),
  setup: new Later<CarPageProps>(t('the setup'), () => import('./setup')),
};

const QUIET_MS = 2000;

function whenIdle(then: () => void): void {
  if ('requestIdleCallback' in window) {
    requestIdleCallback(then);
  } else {
    setTimeout(then, QUIET_MS); // Safari
  }
}

/** One after the other; what fails is fetched when it is opened. */
export function fetchLater(): void {
  const rest = Object.values(LATER);
  const next = () => {
    void rest
      .shift()
      ?.fetch()
      .catch(() => undefined)
      .then(() => whenIdle(next));
  };
  whenIdle(next);
}
