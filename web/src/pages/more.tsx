/* On a phone: the pages that have no tab of their own. */
import { t } from '../i18n';
import { Icon } from '../parts/icons';
import { PLACES } from '../parts/nav';
import { linkTo } from '../route';
import type { CarPageProps } from './page';
import { PageHead } from './page';

export function MorePage({ linkCar }: CarPageProps) {
  return (
    <>
      <PageHead title={t('More')} />
      <ul class="card entries">
        {PLACES.filter((place) => !place.tab).map((place) => (
          <li class="entry" key={place.page}>
            <a class="entry__link" href={linkTo(place.page, { car: linkCar })}>
              <span class="entry__sign">
                <Icon name={place.icon} />
              </span>
              <span class="entry__main">
                <span class="entry__title">{place.label}</span>
                <span class="entry__note">{place.about}</span>
              </span>
              <Icon name="forth" size={16} />
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
