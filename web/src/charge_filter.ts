/* Which charges are looked at: all, those whose end is missing, or those that wait for the owner's word. Pure. */
import type { Charge } from './diary';
import { t } from './i18n';

export const FILTERS = ['all', 'incomplete', 'confirm'] as const;
export type Filter = (typeof FILTERS)[number];

export const FILTER_WORDS: Readonly<Record<Filter, string>> = { all: t('All'), incomplete: t('Incomplete'), confirm: t('To confirm') };

/** What stands there when none is. */
export const FILTER_EMPTY: Readonly<Record<Filter, string>> = {
  all: t('No charge in this time. Each one appears here when it has ended; one that nobody watched, when the car is heard again.'),
  incomplete: t('Nothing incomplete in this time. A charge whose end garaged missed would stand here.'),
  confirm: t('Nothing to confirm in this time. A charge that nobody watched, or that can’t be quite so, stands here until you type in what the wall gave or what it cost.'),
};

export function readFilter(text: string | undefined): Filter {
  return FILTERS.find((each) => each === text) ?? 'all';
}

/** garaged could only conclude it, and the owner has not said yet what the wall gave or what it cost. */
export function toConfirm(charge: Charge): boolean {
  const unsure = charge.how === 'inferred' || charge.flags.includes('implausible');
  return unsure && charge.state !== 'open' && charge.costFrom !== 'typed' && charge.wall === null;
}

export function passes(charge: Charge, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'incomplete':
      return charge.state === 'incomplete';
    case 'confirm':
      return toConfirm(charge);
  }
}
