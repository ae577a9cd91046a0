/* What has to be known before any figure is read: a made-up car, a clock that isn't set, no contact, a damaged diary. */
import type { Car, House } from '../model';
import type { Contact } from '../words';
import { linkReason, lostWords, serverNow } from '../words';
import { Icon } from './icons';
import type { IconName } from './icons';
import type { View } from './value';

interface BannerProps {
  id: string;
  icon: IconName;
  kind: 'quiet' | 'warn';
  title: string;
  text: string;
}

function Banner({ id, icon, kind, title, text }: BannerProps) {
  return (
    <div class={`banner banner--${kind}`} id={id}>
      <Icon name={icon} />
      <p>
        <strong>{title}</strong> {text}
      </p>
    </div>
  );
}

function diaryBanner(house: House): BannerProps | null {
  const reason = house.diary.reason ? ` (${house.diary.reason})` : '';
  if (house.diary.state === 'failed') {
    return { id: 'diary', icon: 'warning', kind: 'warn', title: 'The diary can’t be written.', text: `Live figures go on, nothing is kept${reason}.` };
  }
  return null;
}

function linkBanner(house: House, car: Car | null, contact: Contact, view: View): BannerProps | null {
  if (!car || contact.lost || car.link.state !== 'down') {
    return null;
  }
  const reason = linkReason(car, serverNow(house, view.now)) ?? '';
  return { id: 'link', icon: 'warning', kind: 'warn', title: 'Dongle unreachable:', text: `${reason}. garaged keeps trying; these figures are the last ones.` };
}

function all(house: House, car: Car | null, contact: Contact, view: View): BannerProps[] {
  const list: (BannerProps | null)[] = [
    house.demo ? { id: 'demo', icon: 'info', kind: 'quiet', title: 'A made-up car.', text: 'This is the demo: nothing here is real.' } : null,
    contact.lost ? { id: 'lost', icon: 'warning', kind: 'warn', title: `${lostWords(house, contact) ?? ''}.`, text: 'What you see is what it said last; trying again.' } : null,
    linkBanner(house, car, contact, view),
    house.clock === 'unset'
      ? { id: 'clock', icon: 'clock', kind: 'warn', title: 'The clock is not set yet.', text: 'Times are not shown; readings get theirs once the clock is right.' }
      : null,
    diaryBanner(house),
  ];
  return list.filter((each): each is BannerProps => each !== null);
}

export function Banners({ house, car, contact, view }: { house: House; car: Car | null; contact: Contact; view: View }) {
  return (
    <div class="banners">
      {all(house, car, contact, view).map((each) => (
        <Banner key={each.id} {...each} />
      ))}
    </div>
  );
}
