/* What was found at the dongle: what it calls itself, and one test after the other from the socket to the car, in words. Pure. */
import { youngestAge } from './ages';
import type { Stamp } from './ages';
import { age, number } from './format';
import { t, tServed } from './i18n';
import type { Car } from './model';
import type { CarCounters } from './system';

export type Outcome = 'good' | 'note' | 'bad' | 'unknown';

export interface DongleTest {
  name: string;
  outcome: Outcome;
  words: string;
}

export interface Chip {
  name: string;
  /** null: it is a mere description. */
  firmware: string | null;
}

/** "ELM327 v1.5, STN1130 v4.0.1" -> each chip with its firmware. */
export function chipsOf(adapter: string | null): Chip[] {
  const parts = adapter === null ? [] : adapter.split(',').map((each) => each.trim());
  return parts.filter((each) => each !== '').map((each) => {
    const found = /^(.*\S)\s+v?(\d[\w.]*)$/i.exec(each);
    return found ? { name: found[1] ?? each, firmware: found[2] ?? null } : { name: each, firmware: null };
  });
}

function answers(car: Car, adapter: string | null): DongleTest {
  const name = t('The dongle answers');
  if (car.link.paused_until) {
    return { name, outcome: 'note', words: t('It is lent to another program; garaged takes it back by itself.') };
  }
  switch (car.link.state) {
    case 'up':
      return { name, outcome: 'good', words: adapter === null ? t('It is connected.') : t('It calls itself {name}.', { name: adapter }) };
    case 'starting':
      return { name, outcome: 'unknown', words: t('It is being looked for; that takes up to half a minute.') };
    case 'down':
      return { name, outcome: 'bad', words: car.link.reason ? t('It does not: {reason}.', { reason: tServed(car.link.reason) }) : t('It does not, and nobody knows why.') };
  }
}

function abilities(car: Car, counters: CarCounters | undefined): DongleTest {
  const name = t('It can do what is needed');
  if (car.link.state !== 'up' || !counters) {
    return { name, outcome: 'unknown', words: t('This is tried once it answers.') };
  }
  return counters.limits === null
    ? { name, outcome: 'good', words: t('None of the faults that clones have was found.') }
    : { name, outcome: 'note', words: tServed(counters.limits) };
}

function supply(car: Car): DongleTest {
  const name = t('It has power from the car');
  const voltage = car.signals['aux_voltage'];
  if (car.link.state !== 'up' || typeof voltage?.value !== 'number') {
    return { name, outcome: 'unknown', words: t('No voltage was read yet.') };
  }
  const volts = number(voltage.value, 1, 2);
  if (voltage.source === 'adapter' && voltage.quality === 'assumed') {
    return { name, outcome: 'good', words: t('{volts} V by the dongle’s own voltmeter, which has not been compared with the car yet.', { volts }) };
  }
  const isLow = voltage.value < 12;
  return { name, outcome: isLow ? 'note' : 'good', words: isLow ? t('{volts} V: that is low. Below 12.0 V at rest garaged asks the car nothing.', { volts }) : t('{volts} V at the 12 V battery.', { volts }) };
}

function heard(car: Car, now: Stamp): DongleTest {
  const name = t('The car is heard');
  const youngest = youngestAge(car, now);
  if (youngest === null) {
    return { name, outcome: 'unknown', words: t('No reading yet. Switch the car on for a minute, with the dongle in its socket.') };
  }
  return { name, outcome: 'good', words: t('Last reading {age}.', { age: age(youngest) }) };
}

function trusted(counters: CarCounters | undefined): DongleTest | null {
  const counts = new Map(counters?.counters ?? []);
  const wrong = ['checksum', 'length', 'sequence', 'range'].reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
  const right = (counts.get('answers') ?? 0) + (counts.get('frames_heard') ?? 0);
  if (right + wrong === 0) {
    return null;
  }
  const share = wrong / (right + wrong);
  const name = t('What comes is whole');
  return share > 0.01
    ? { name, outcome: 'note', words: t('{n} of {all} messages were damaged: a bad cable, or a clone that loses bytes. None of them is believed.', { n: number(wrong), all: number(right + wrong) }) }
    : { name, outcome: 'good', words: t('{n} of {all} messages were damaged.', { n: number(wrong), all: number(right + wrong) }) };
}

/** Every test, in the order in which one looks for a fault. */
export function dongleTests(car: Car, counters: CarCounters | undefined, now: Stamp): DongleTest[] {
  const whole = trusted(counters);
  return [answers(car, counters?.adapter ?? null), supply(car), abilities(car, counters), heard(car, now), ...(whole ? [whole] : [])];
}
