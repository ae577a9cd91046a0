/* The ways between the pages: tabs at the bottom of a phone, a bar at the side of a wide screen. One list for both. */
import { t } from '../i18n';
import type { PageName } from '../route';
import { linkTo } from '../route';
import { Icon } from './icons';
import type { IconName } from './icons';

export interface Place {
  page: PageName;
  label: string;
  icon: IconName;
  /** Has a tab of its own on a phone; the others stand on the page "More" there. */
  tab: boolean;
  /** What it is for, on the page "More". */
  about: string;
}

/** Every page one can go to, in order. A new page is a new row. */
export const PLACES: readonly Place[] = [
  { page: 'now', label: t('Now'), icon: 'car', tab: true, about: t('What the car is doing') },
  { page: 'charges', label: t('Charges'), icon: 'plug', tab: true, about: t('What went into the battery') },
  { page: 'mileage', label: t('Mileage'), icon: 'road', tab: true, about: t('How far, and with how much') },
  { page: 'energy', label: t('Energy & cost'), icon: 'coin', tab: false, about: t('Months and years, and what they cost') },
  { page: 'battery', label: t('Battery'), icon: 'battery', tab: true, about: t('How it ages') },
  { page: 'history', label: t('History'), icon: 'history', tab: false, about: t('Any signal over a day, a month, ten years') },
  { page: 'notices', label: t('Notices'), icon: 'bell', tab: false, about: t('What garaged tells you about') },
  { page: 'system', label: t('System'), icon: 'gauge', tab: false, about: t('The way from the car to you, counted') },
  { page: 'setup', label: t('Setup'), icon: 'steps', tab: false, about: t('Dongle, car, units, tariff, Home Assistant: step by step') },
];

const MORE: Place = { page: 'more', label: t('More'), icon: 'more', tab: true, about: '' };

/** Whether this entry stands for the page: "More" does for those without a tab, on a phone. */
function Entry({ place, page, car }: { place: Place; page: PageName; car: string | null }) {
  const within = place.page === 'more' && PLACES.some((each) => each.page === page && !each.tab);
  const current = place.page === page ? 'page' : within ? 'true' : undefined;
  const where = place.page === 'more' ? 'nav__item--phone' : place.tab ? '' : 'nav__item--wide';
  return (
    <li class={`nav__item ${where}`}>
      <a class="nav__link" href={linkTo(place.page, { car })} aria-current={current}>
        <Icon name={place.icon} size={22} />
        <span>{place.label}</span>
      </a>
    </li>
  );
}

export function Nav({ page, car }: { page: PageName; car: string | null }) {
  return (
    <nav class="nav" aria-label={t('Pages')}>
      <ul class="nav__list">
        {[...PLACES, MORE].map((place) => (
          <Entry key={place.page} place={place} page={page} car={car} />
        ))}
      </ul>
    </nav>
  );
}
