/* What the chain from the car to Home Assistant says beside its states: what went wrong at each link, and what is known of the last. Pure. */
import { dayClock, moment } from './format';
import type { Moment } from './format';
import type { StateWords } from './house_words';
import { t, tn } from './i18n';
import type { House } from './model';
import type { CarCounters, SystemFacts } from './system';

export type LinkName = 'car' | 'dongle' | 'house' | 'diary' | 'broker' | 'homeassistant' | 'page';

/** What went wrong, counted since the start, by link; an empty list: nothing did. A link that counts nothing isn't in it. */
export type Troubles = Partial<Record<LinkName, string[]>>;

function said(count: number, words: (count: number) => string): string[] {
  return count > 0 ? [words(count)] : [];
}

export function troublesOf(counters: CarCounters | undefined, facts: SystemFacts): Troubles {
  const counted = new Map(counters?.counters ?? []);
  const sum = (...names: string[]) => names.reduce((all, name) => all + (counted.get(name) ?? 0), 0);
  const dropped = facts.queues.reduce((all, queue) => all + (queue.dropped ?? 0), 0);
  return {
    car: [
      ...said(sum('timeouts'), (n) => tn(n, '{n} question without an answer', '{n} questions without an answer')),
      ...said(sum('negative'), (n) => tn(n, '{n} refusal', '{n} refusals')),
    ],
    dongle: [
      ...said(sum('link_downs'), (n) => tn(n, 'lost once', 'lost {n} times')),
      ...said(sum('checksum', 'length', 'sequence'), (n) => tn(n, '{n} damaged answer', '{n} damaged answers')),
    ],
    house: [
      ...said(sum('dropped_records'), (n) => tn(n, '{n} record dropped', '{n} records dropped')),
      ...said(sum('range'), (n) => tn(n, '{n} value out of range', '{n} values out of range')),
      ...said(sum('disputed'), (n) => tn(n, '{n} dispute between sources', '{n} disputes between sources')),
      ...said(sum('gate_refused'), (n) => tn(n, '{n} frame held back by the gate', '{n} frames held back by the gate')),
    ],
    diary: said(dropped, (n) => tn(n, '{n} reading dropped', '{n} readings dropped')),
  };
}

/** Home Assistant is only seen through the broker: that it listens is its own word. */
export function homeAssistantWords(house: House, facts: SystemFacts | null, now: Moment | null): StateWords {
  const known = facts?.homeassistant ?? null;
  const birth = moment(known?.birth);
  if (house.mqtt.state === 'off') {
    return { state: t('Not used'), means: t('It hears the car through a broker, and none is named.'), mood: 'none' };
  }
  if (house.mqtt.state !== 'up') {
    return { state: t('Cut off'), means: t('Nothing gets there without the broker.'), mood: 'bad' };
  }
  if (known === null) {
    return { state: t('Not known'), means: '', mood: 'none' };
  }
  if (!known.discovery) {
    return { state: t('Not introduced'), means: t('mqtt.discovery is off in garaged.conf: its entities have to be made by hand.'), mood: 'none' };
  }
  return birth && now
    ? { state: t('Heard from'), means: t('It said {time} that it has started.', { time: dayClock(birth, now) }), mood: 'good' }
    : { state: t('Introduced'), means: t('The car is announced to it. It speaks up when it starts, and has not since garaged did.'), mood: 'good' };
}
