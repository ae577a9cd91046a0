/* The way a reading takes, link by link, each with its state and since when: car, dongle, garaged, diary, broker, this page. */
import { capital, dayClock, moment } from '../format';
import type { StateWords } from '../house_words';
import { brokerWords, diaryWords } from '../house_words';
import type { Car, House } from '../model';
import { garageWords, pauseWords, serverNow } from '../words';
import type { Contact } from '../words';
import { Card } from './card';
import { Icon } from './icons';
import type { IconName } from './icons';
import type { View } from './value';

type Mood = 'good' | 'wait' | 'bad' | 'none';

interface LinkProps {
  icon: IconName;
  name: string;
  state: string;
  detail: string | null;
  mood: Mood;
}

function ChainLink({ icon, name, state, detail, mood }: LinkProps) {
  return (
    <li class={`chain__link chain__link--${mood}`}>
      <span class="chain__sign">
        <Icon name={icon} />
      </span>
      <span class="chain__name">{name}</span>
      <span class="chain__state">{state}</span>
      {detail === null ? null : <span class="chain__detail">{detail}</span>}
    </li>
  );
}

function carLink(car: Car): LinkProps {
  const generation = car.generation && car.generation !== 'auto' ? `recognised as ${car.generation}` : null;
  const known = car.state !== 'unknown';
  const detail = [garageWords(car), car.state_reason ?? null, generation].filter((each) => each !== null).join(' · ');
  return { icon: 'car', name: car.name, state: capital(car.state), detail, mood: known ? 'good' : 'none' };
}

function dongleLink(house: House, car: Car, view: View): LinkProps {
  const at = moment(car.link.since);
  const now = serverNow(house, view.now);
  const since = at && now ? `since ${dayClock(at, now)}` : null;
  const words = { up: 'Connected', down: 'Unreachable', starting: 'Starting' } as const;
  const moods = { up: 'good', down: 'bad', starting: 'wait' } as const;
  const detail = [car.link.reason, since].filter((each) => each).join(' · ');
  if (pauseWords(car, now) !== null) {
    return { icon: 'dongle', name: 'Dongle', state: 'Lent', detail: detail || null, mood: 'wait' };
  }
  return { icon: 'dongle', name: 'Dongle', state: words[car.link.state], detail: detail || null, mood: moods[car.link.state] };
}

function houseLink(house: House, contact: Contact): LinkProps {
  if (contact.lost) {
    return { icon: 'house', name: 'garaged', state: 'Not reachable', detail: contact.problem, mood: 'bad' };
  }
  return { icon: 'house', name: 'garaged', state: 'Running', detail: house.demo ? 'made-up data' : null, mood: 'good' };
}

/** Diary and broker: where readings go from garaged. What they mean is only said where there is room. */
function stateLink(icon: IconName, name: string, words: StateWords, reason: string | null | undefined, whole: boolean): LinkProps {
  const means = whole || words.mood === 'bad' ? words.means : null;
  return { icon, name, state: words.state, detail: [means, reason].filter((each) => each).join(' · ') || null, mood: words.mood };
}

function pageLink(contact: Contact): LinkProps {
  const each: Record<Contact['phase'], [string, Mood, string | null]> = {
    connecting: ['Connecting', 'wait', null],
    live: ['Live', 'good', null],
    polling: ['Live by polling', 'wait', 'the websocket does not get through'],
    reconnecting: ['Reconnecting', 'bad', null],
    paused: ['Paused', 'none', 'figures stand still until resumed'],
  };
  const [state, mood, detail] = each[contact.phase];
  return { icon: 'screen', name: 'This page', state, detail, mood };
}

interface ChainProps {
  house: House;
  car: Car;
  contact: Contact;
  view: View;
  /** Each link with what it means. */
  whole?: boolean;
}

export function Chain({ house, car, contact, view, whole = false }: ChainProps) {
  const links = [
    carLink(car),
    dongleLink(house, car, view),
    houseLink(house, contact),
    stateLink('book', 'Diary', diaryWords(house.diary), house.diary.reason, whole),
    stateLink('broker', 'Broker (MQTT)', brokerWords(house.mqtt), house.mqtt.reason, whole),
    pageLink(contact),
  ];
  return (
    <Card id="chain" title="From the car to you" kind="chain-card">
      <ol class="chain">
        {links.map((link) => (
          <ChainLink key={link.name} {...link} />
        ))}
      </ol>
    </Card>
  );
}
