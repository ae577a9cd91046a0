/* The way a reading takes, link by link, each with its state and since when: car, dongle, garaged, diary, broker, this page. */
import { dayClock, moment } from '../format';
import type { StateWords } from '../house_words';
import { brokerWords, diaryWords } from '../house_words';
import type { LinkName, Troubles } from '../chain_words';
import { t, tServed } from '../i18n';
import type { Car, House } from '../model';
import { freshness, garageWords, pauseWords, serverNow, stateWord } from '../words';
import type { Contact } from '../words';
import { Card } from './card';
import { Icon } from './icons';
import type { IconName } from './icons';
import type { View } from './value';

type Mood = 'good' | 'wait' | 'bad' | 'none';

interface LinkProps {
  link: LinkName;
  icon: IconName;
  name: string;
  state: string;
  detail: string | null;
  mood: Mood;
}

/** Only where there is room, and something is counted at all. */
function TroubleLine({ troubles }: { troubles: string[] | undefined }) {
  if (!troubles) {
    return null;
  }
  return troubles.length === 0 ? (
    <span class="chain__detail chain__well">{t('No errors since the start')}</span>
  ) : (
    <span class="chain__detail chain__troubles">
      <Icon name="warning" size={14} /> {troubles.join(' · ')}
    </span>
  );
}

function ChainLink({ icon, name, state, detail, mood, troubles }: LinkProps & { troubles: string[] | undefined }) {
  return (
    <li class={`chain__link chain__link--${mood}`}>
      <span class="chain__sign">
        <Icon name={icon} />
      </span>
      <span class="chain__name">{name}</span>
      <span class="chain__state">{state}</span>
      {detail === null ? null : <span class="chain__detail">{detail}</span>}
      <TroubleLine troubles={troubles} />
    </li>
  );
}

function carLink(car: Car, age: string | null): LinkProps {
  const generation = car.generation && car.generation !== 'auto' ? t('recognised as {generation}', { generation: car.generation }) : null;
  const known = car.state !== 'unknown';
  const detail = [age, garageWords(car), car.state_reason ? tServed(car.state_reason) : null, generation].filter((each) => each !== null).join(' · ');
  return { link: 'car', icon: 'car', name: car.name, state: stateWord(car), detail, mood: known ? 'good' : 'none' };
}

function dongleLink(house: House, car: Car, view: View): LinkProps {
  const at = moment(car.link.since);
  const now = serverNow(house, view.now);
  const since = at && now ? t('since {time}', { time: dayClock(at, now) }) : null;
  const words = { up: t('Connected'), down: t('Unreachable'), starting: t('Starting') } as const;
  const moods = { up: 'good', down: 'bad', starting: 'wait' } as const;
  const detail = [car.link.reason && tServed(car.link.reason), since].filter((each) => each).join(' · ');
  if (pauseWords(car, now) !== null) {
    return { link: 'dongle', icon: 'dongle', name: t('Dongle'), state: t('Lent'), detail: detail || null, mood: 'wait' };
  }
  return { link: 'dongle', icon: 'dongle', name: t('Dongle'), state: words[car.link.state], detail: detail || null, mood: moods[car.link.state] };
}

function houseLink(house: House, contact: Contact): LinkProps {
  if (contact.lost) {
    return { link: 'house', icon: 'house', name: 'garaged', state: t('Not reachable'), detail: contact.problem, mood: 'bad' };
  }
  return { link: 'house', icon: 'house', name: 'garaged', state: t('Running'), detail: house.demo ? t('made-up data') : null, mood: 'good' };
}

/** Diary and broker: where readings go from garaged. What they mean is only said where there is room. */
function stateLink(link: LinkName, icon: IconName, name: string, words: StateWords, reason: string | null | undefined, whole: boolean): LinkProps {
  const means = whole || words.mood === 'bad' ? words.means : null;
  return { link, icon, name, state: words.state, detail: [means, reason && tServed(reason)].filter((each) => each).join(' · ') || null, mood: words.mood };
}

function pageLink(contact: Contact): LinkProps {
  const each: Record<Contact['phase'], [string, Mood, string | null]> = {
    connecting: [t('Connecting'), 'wait', null],
    live: [t('Live'), 'good', null],
    polling: [t('Live by polling'), 'wait', t('the websocket does not get through')],
    reconnecting: [t('Reconnecting'), 'bad', null],
    paused: [t('Paused'), 'none', t('figures stand still until resumed')],
  };
  const [state, mood, detail] = each[contact.phase];
  return { link: 'page', icon: 'screen', name: t('This page'), state, detail, mood };
}

interface ChainProps {
  house: House;
  car: Car;
  contact: Contact;
  view: View;
  /** Each link with what it means. */
  whole?: boolean;
  /** What went wrong, by link. */
  troubles?: Troubles;
  homeassistant?: StateWords;
}

export function Chain({ house, car, contact, view, whole = false, troubles = {}, homeassistant }: ChainProps) {
  const links = [
    carLink(car, whole ? freshness(car, contact, view.now) : null),
    dongleLink(house, car, view),
    houseLink(house, contact),
    stateLink('diary', 'book', t('Diary'), diaryWords(house.diary), house.diary.reason, whole),
    stateLink('broker', 'broker', t('Broker (MQTT)'), brokerWords(house.mqtt), house.mqtt.reason, whole),
    ...(homeassistant ? [stateLink('homeassistant', 'homeassistant', 'Home Assistant', homeassistant, null, whole)] : []),
    pageLink(contact),
  ];
  return (
    <Card id="chain" title={t('From the car to you')} kind="chain-card">
      <ol class="chain">
        {links.map((link) => (
          <ChainLink key={link.link} {...link} troubles={troubles[link.link]} />
        ))}
      </ol>
    </Card>
  );
}
