/* What the page says in sentences: the car's state, why nothing newer is known, which figure a charge is. Pure. */
import type { Stamp } from './ages';
import { elapsedSeconds, youngestAge } from './ages';
import { age, capital, clock, dayClock, duration, moment, number } from './format';
import type { Moment } from './format';
import { t, tServed } from './i18n';
import type { Car, CarEvent, House, Quality, Signal } from './model';
import type { Units } from './units';
import { shown } from './units';

/** How the page stands to garaged itself. */
export type Phase = 'connecting' | 'live' | 'polling' | 'reconnecting' | 'paused';

export interface Contact {
  phase: Phase;
  /** Since when nothing came, while reconnecting. */
  lost: Stamp | null;
  /** What the server answered instead, in words. */
  problem: string | null;
}

/** A signal's number when it is one, else null. */
export function numberOf(signal: Signal | undefined): number | null {
  return typeof signal?.value === 'number' ? signal.value : null;
}

/** True when a value may be spoken of as the present. */
export function present(signal: Signal | undefined): boolean {
  return signal !== undefined && signal.value !== null && signal.quality !== 'old';
}

export interface Figure {
  name: 'soc_dash' | 'soc' | null;
  signal: Signal | null;
  caption: string;
}

/** The charge to show: what the dashboard shows when known, else the battery's own figure, and which it is. A car
 *  that charges may be polled for the second and keep silent about the first: then the fresh one is shown. */
export function chargeFigure(car: Car): Figure {
  const dash = car.signals['soc_dash'];
  const own = car.signals['soc'];
  if (dash && numberOf(dash) !== null && (present(dash) || !present(own))) {
    const caption = dash.quality === 'estimated' ? t('as on the dashboard, estimated') : t('as on the dashboard');
    return { name: 'soc_dash', signal: dash, caption };
  }
  if (own && numberOf(own) !== null) {
    const caption = own.quality === 'estimated' ? t('battery’s own figure, estimated') : t('battery’s own figure');
    return { name: 'soc', signal: own, caption };
  }
  return { name: null, signal: null, caption: t('unknown') };
}

/** What the server's clock shows now; null while it isn't set. */
export function serverNow(house: House, now: Stamp): Moment | null {
  const said = moment(house.time);
  if (!said || house.clock === 'unset') {
    return null;
  }
  return { ms: said.ms + elapsedSeconds(house.stamp, now) * 1000, offset: said.offset };
}

/** Minutes to full, counted on since the car said so; null when unknown or old. */
export function minutesLeft(car: Car, now: Stamp): number | null {
  const signal = car.signals['charge_minutes'];
  const minutes = numberOf(signal);
  if (minutes === null || !signal || signal.quality === 'old') {
    return null;
  }
  const since = signal.stamp ? elapsedSeconds(signal.stamp, now) + (signal.age_s ?? 0) : 0;
  return Math.max(0, minutes - since / 60);
}

/** The power into the battery in kW: the charger's own figure, else the battery's. */
export function chargePower(car: Car): number | null {
  const charger = car.signals['charger_power'];
  if (present(charger) && numberOf(charger) !== null) {
    return numberOf(charger);
  }
  const pack = car.signals['pack_power'];
  const power = numberOf(pack);
  return present(pack) && power !== null && power > 0 ? power : null;
}

function charging(car: Car, now: Stamp): string {
  const power = chargePower(car);
  const left = minutesLeft(car, now);
  const start = power === null ? t('Charging') : t('Charging {power}', { power: `${number(power, 1, 2)} kW` });
  return left === null || left < 1 ? start : t('{charging}, full in {duration}', { charging: start, duration: duration(left) });
}

function driving(car: Car, units: Units): string {
  const speed = car.signals['speed'];
  const value = numberOf(speed);
  if (value === null || !present(speed)) {
    return t('Driving');
  }
  const quantity = shown(value, 'km/h', units);
  return t('Driving, {speed}', { speed: `${number(quantity.value, 0, quantity.decimals ?? 0)} ${quantity.unit}` });
}

function plugWords(car: Car): string | null {
  const plugged = car.signals['plugged'];
  if (!plugged || plugged.value === null) {
    return null;
  }
  if (plugged.value === false) {
    return t('not plugged in');
  }
  switch (car.signals['charge_state']?.value) {
    case 'waiting':
      return t('plugged in and waiting to charge');
    case 'complete':
      return t('charged and plugged in');
    case 'fault':
      return t('plugged in and stopped by a fault');
    default:
      return t('plugged in');
  }
}

/** "Asleep, plugged in when last heard". */
function withPlug(state: string, car: Car): string {
  const plug = plugWords(car);
  if (plug === null) {
    return state;
  }
  const old = car.signals['plugged']?.quality === 'old';
  return old ? t('{state}, {plug} when last heard', { state, plug }) : t('{state}, {plug}', { state, plug });
}

function stateSentence(car: Car, units: Units, now: Stamp): string {
  switch (car.state) {
    case 'charging':
      return charging(car, now);
    case 'driving':
      return driving(car, units);
    case 'on':
      return withPlug(t('Switched on'), car);
    case 'awake':
      return withPlug(t('Awake'), car);
    case 'asleep':
      return withPlug(t('Asleep'), car);
    case 'away':
      return t('Out of the garage');
    case 'unknown':
      return t('What the car is doing is unknown');
  }
}

const STATES: Record<Car['state'], string> = {
  away: t('Away'),
  asleep: t('Asleep'),
  awake: t('Awake'),
  on: t('On'),
  driving: t('Driving'),
  charging: t('Charging'),
  unknown: t('Unknown'),
};

/** The state in a word. */
export function stateWord(car: Car): string {
  return STATES[car.state];
}

const STANDS_STILL_S = 60;

/** Nothing new comes of this car: what is known of it is the last, not the present. Also of a page that was paused long ago. */
export function isSilent(car: Car, contact: Contact, now: Stamp): boolean {
  const pauses = contact.phase === 'paused' || contact.phase === 'connecting';
  return contact.lost !== null || car.link.state !== 'up' || (pauses && (youngestAge(car, now) ?? 0) >= STANDS_STILL_S);
}

/** One sentence for what the car is doing, marked as the last known where it isn't heard any more. */
export function headline(car: Car, units: Units, contact: Contact, now: Stamp): string {
  const sentence = stateSentence(car, units, now);
  if (car.state === 'unknown' && car.link.state === 'down') {
    return pauseWords(car, null) === null ? t('Dongle unreachable') : t('Dongle lent');
  }
  if (car.state === 'unknown' && car.link.state === 'starting') {
    return t('Waiting for the dongle');
  }
  return isSilent(car, contact, now) && car.state !== 'unknown' ? t('Last known: {state}', { state: sentence.charAt(0).toLowerCase() + sentence.slice(1) }) : sentence;
}

/** "garaged is not reachable since 07:55" in the house's time (the browser's while that isn't set), or null when it is. */
export function lostWords(house: House, contact: Contact): string | null {
  if (!contact.lost) {
    return null;
  }
  const local = { ms: contact.lost.wall, offset: -new Date(contact.lost.wall).getTimezoneOffset() };
  const since = clock(serverNow(house, contact.lost) ?? local);
  const words = t('garaged is not reachable since {time}', { time: since });
  return contact.problem ? `${words} (${contact.problem})` : words;
}

/** "no answer from 192.168.0.10, since 07:12": why the dongle isn't there, or null when it is. */
export function linkReason(car: Car, now: Moment | null): string | null {
  if (car.link.state === 'up') {
    return null;
  }
  const at = moment(car.link.since);
  const since = at && now ? t('since {time}', { time: dayClock(at, now) }) : null;
  const words = [car.link.reason && tServed(car.link.reason), since].filter((each) => each).join(', ');
  return words === '' ? t('no reason given') : words;
}

/** "23 min left", or "40 s left". */
function leftWords(until: string, now: Moment | null): string | null {
  const at = moment(until);
  if (!at || !now) {
    return null;
  }
  const seconds = Math.max(0, Math.ceil((at.ms - now.ms) / 1000));
  return t('{duration} left', { duration: seconds < 60 ? t('{n} s', { n: seconds }) : duration(Math.ceil(seconds / 60)) });
}

/** That the dongle is lent, and for how long; null when it isn't. */
export function pauseWords(car: Car, now: Moment | null): string | null {
  const until = car.link.paused_until;
  if (!until) {
    return car.link.reason?.startsWith('paused') ? capital(tServed(car.link.reason)) : null;
  }
  return [capital(car.link.reason ? tServed(car.link.reason) : t('Lent')), leftWords(until, now)].filter((each) => each).join(', ');
}

export function recordingWords(car: Car, now: Moment | null): string | null {
  const until = car.link.recording_until;
  return until ? [t('Recording'), leftWords(until, now)].filter((each) => each).join(', ') : null;
}

/** Why nothing newer is known of a car whose dongle answers: the server's words, else what its state says. */
export function restReason(car: Car, contact: Contact): string | null {
  if (contact.lost || car.link.state === 'down') {
    return null;
  }
  if (car.link.state === 'starting' && car.link.reason) {
    return tServed(car.link.reason);
  }
  return car.state_reason ? tServed(car.state_reason) : null;
}

/** "Last reading 3 s ago", with its reason once it is old. */
export function freshness(car: Car, contact: Contact, now: Stamp): string {
  const youngest = youngestAge(car, now);
  if (youngest === null) {
    return t('No reading yet');
  }
  const said = t('Last reading {age}', { age: age(youngest) });
  const asleep = car.state === 'asleep' && !car.state_reason && !contact.lost && car.link.state === 'up';
  return youngest >= 60 && asleep ? t('{reading}: car asleep', { reading: said }) : said;
}

const QUALITY_LABELS: Record<Quality, string> = { ok: '', old: t('old'), assumed: t('assumed'), estimated: t('estimated'), disputed: t('disputed') };
const QUALITY_WORDS: Record<Quality, string> = {
  ok: '',
  old: t('old: not heard for longer than this value stays true'),
  assumed: t('assumed: the car has not said all that is needed to be sure'),
  estimated: t('estimated: worked out from other readings'),
  disputed: t('disputed: two sources of the car do not agree'),
};

/** A quality as it stands beside a value, and what it means for whoever asks. The dongle's voltmeter, source
 * "adapter", is assumed until it was compared with the car's own figure. */
export function qualityWords(quality: Quality, source?: string | null): { label: string; meaning: string } {
  if (quality === 'assumed' && source === 'adapter') {
    return { label: t('not calibrated'), meaning: t('not calibrated: the dongle’s voltmeter was not compared with the car yet') };
  }
  return { label: QUALITY_LABELS[quality], meaning: QUALITY_WORDS[quality] };
}

/** "54.1 (55B) or 29.9 (79B 2101)" where the server names what the others say. */
export function disputeWords(signal: Signal): string | null {
  if (signal.quality !== 'disputed' || !signal.others || signal.others.length === 0) {
    return null;
  }
  const unit = signal.unit ? ` ${signal.unit}` : '';
  const say = (value: unknown, source: unknown) =>
    `${typeof value === 'number' ? number(value) : String(value)}${unit}${source ? ` (${String(source)})` : ''}`;
  const all = [say(signal.value, signal.source), ...signal.others.map((each) => say(each.value, each.source))];
  return all.reduce((one, other) => t('{one} or {other}', { one, other }));
}

/** Where the car stands, as far as it is known. */
export function garageWords(car: Car): string | null {
  if (car.garage === undefined) {
    return null;
  }
  if (car.garage === null) {
    return t('Garage: unknown');
  }
  return car.garage ? t('In the garage') : t('Out');
}

const EVENTS: Record<string, string> = {
  charge_started: t('charging has started'),
  charge_finished: t('charging has finished'),
  charge_interrupted: t('charging was interrupted'),
  outing_finished: t('is back'),
};

/** An event of the socket as a short line. */
export function eventWords(event: Pick<CarEvent, 'event' | 'text'>, car: string | null): string {
  const words = (event.text ? tServed(event.text) : undefined) ?? EVENTS[event.event] ?? event.event.replace(/_/g, ' ');
  return capital(car ? `${car}: ${words}` : words);
}
