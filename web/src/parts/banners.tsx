/* What has to be known before any figure is read: a made-up car, a clock that isn't set, no contact, a damaged
 * diary, and what the owner wanted to be told. */
import { capital, dayClock, moment } from '../format';
import { brokerWords, diaryWords } from '../house_words';
import { t, tServed } from '../i18n';
import type { Car, House } from '../model';
import type { Contact } from '../words';
import { linkReason, lostWords, pauseWords, serverNow } from '../words';
import { Icon } from './icons';
import type { IconName } from './icons';
import type { View } from './value';

interface BannerProps {
  id: string;
  icon: IconName;
  kind: 'quiet' | 'good' | 'warn';
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
  const words = diaryWords(house.diary);
  const reason = house.diary.reason ? ` (${tServed(house.diary.reason)})` : '';
  const begunAnew = house.diary.state === 'ok' && words.mood === 'wait';
  if (house.diary.state !== 'failed' && !begunAnew) {
    return null;
  }
  const title = begunAnew ? t('The diary was begun anew.') : t('The diary can’t be written: {state}.', { state: words.state.toLowerCase() });
  return { id: 'diary', icon: 'warning', kind: 'warn', title, text: `${words.means}${reason}` };
}

/** Only where a broker is wanted and isn't there: what Home Assistant misses. */
function brokerBanner(house: House): BannerProps | null {
  if (house.mqtt.state !== 'down') {
    return null;
  }
  const reason = house.mqtt.reason;
  return { id: 'broker', icon: 'broker', kind: 'quiet', title: reason ? t('The broker is not reachable: {reason}.', { reason: tServed(reason) }) : t('The broker is not reachable.'), text: brokerWords(house.mqtt).means };
}

const GOOD_NOTICES = new Set(['charge_finished']);

/** What the owner wanted to be told, of every car: with its name where there are several. */
function noticeBanners(house: House, view: View): BannerProps[] {
  const now = serverNow(house, view.now);
  const many = Object.keys(house.cars).length > 1;
  return Object.entries(house.cars).flatMap(([id, car]) =>
    car.notices.filter((notice) => notice.kind !== 'identity_changed').map((notice) => {
      const at = moment(notice.since);
      const good = GOOD_NOTICES.has(notice.kind);
      return {
        id: `notice-${id}-${notice.kind}`,
        icon: good ? ('bell' as const) : ('warning' as const),
        kind: good ? ('good' as const) : ('warn' as const),
        title: many ? `${car.name}: ${tServed(notice.text)}` : capital(tServed(notice.text)),
        text: at && now ? t('Since {time}.', { time: dayClock(at, now) }) : '',
      };
    }),
  );
}

/** Said whether or not the owner wanted to be told: the diary stands still. */
function identityBanners(house: House): BannerProps[] {
  return Object.entries(house.cars)
    .filter(([, car]) => car.identity === 'changed')
    .map(([id, car]) => ({
      id: `identity-${id}`,
      icon: 'warning' as const,
      kind: 'warn' as const,
      title: t('{car}: another car or another battery than the diary’s.', { car: car.name }),
      text: t('Nothing is stored until you run “{command}” on the computer that runs garaged.', { command: `garagectl car accept ${id}` }),
    }));
}

function linkBanner(house: House, car: Car | null, contact: Contact, view: View): BannerProps | null {
  if (!car || contact.lost || car.link.state !== 'down') {
    return null;
  }
  const now = serverNow(house, view.now);
  const paused = pauseWords(car, now);
  if (paused !== null) {
    return { id: 'link', icon: 'dongle', kind: 'quiet', title: `${paused}.`, text: t('garaged takes it back by itself; these figures are the last ones.') };
  }
  const reason = linkReason(car, now) ?? '';
  return { id: 'link', icon: 'warning', kind: 'warn', title: t('Dongle unreachable:'), text: t('{reason}. garaged keeps trying; these figures are the last ones.', { reason }) };
}

const PLAIN: BannerProps = {
  id: 'plain',
  icon: 'warning',
  kind: 'warn',
  title: t('Not encrypted.'),
  text: t('Passwords and all that you see cross the network in clear: set web.tls = "auto" in garaged.conf.'),
};

function all(house: House, car: Car | null, contact: Contact, view: View, plain: boolean): BannerProps[] {
  const list: (BannerProps | null)[] = [
    plain ? PLAIN : null,
    house.demo ? { id: 'demo', icon: 'info', kind: 'quiet', title: t('A made-up car.'), text: t('This is the demo: car and diary are made-up data, nothing here is real.') } : null,
    contact.lost ? { id: 'lost', icon: 'warning', kind: 'warn', title: `${lostWords(house, contact) ?? ''}.`, text: t('What you see is what it said last; trying again.') } : null,
    linkBanner(house, car, contact, view),
    ...identityBanners(house),
    house.clock === 'unset'
      ? { id: 'clock', icon: 'clock', kind: 'warn', title: t('The clock is not set yet.'), text: t('Times are not shown; readings get theirs once the clock is right.') }
      : null,
    diaryBanner(house),
    brokerBanner(house),
    ...noticeBanners(house, view),
  ];
  return list.filter((each): each is BannerProps => each !== null);
}

interface BannersProps {
  house: House;
  car: Car | null;
  contact: Contact;
  view: View;
  /** On the first page the demo says in full what the top line says in short everywhere. */
  first: boolean;
  /** Session.plain */
  plain: boolean;
}

export function Banners({ house, car, contact, view, first, plain }: BannersProps) {
  return (
    <div class="banners">
      {all(house, car, contact, view, plain).filter((each) => first || each.id !== 'demo').map((each) => (
        <Banner key={each.id} {...each} />
      ))}
    </div>
  );
}
