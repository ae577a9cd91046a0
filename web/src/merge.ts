/* Puts the server's messages together: a whole state, and changes laid over it. Pure: what went in stays as it was. */
import type { Stamp } from './ages';
import type { Car, CarEvent, CarState, House, Link, LinkState, Notice, Quality, Signal } from './model';

type Plain = Record<string, unknown>;

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Lays `change` over `base`: objects key by key, all else (null and lists too) replaced. */
export function overlay(base: Plain, change: Plain): Plain {
  const out: Plain = { ...base };
  for (const [key, value] of Object.entries(change)) {
    if (key === '__proto__') {
      continue;
    }
    const before = out[key];
    out[key] = isPlain(value) && isPlain(before) ? overlay(before, value) : value;
  }
  return out;
}

const CAR_STATES: readonly string[] = ['away', 'asleep', 'awake', 'on', 'driving', 'charging', 'unknown'];
const LINK_STATES: readonly string[] = ['up', 'down', 'starting'];
const QUALITIES: readonly string[] = ['ok', 'old', 'assumed', 'estimated', 'disputed'];

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function readSignal(raw: Plain, stamp: Stamp): Signal {
  const quality = QUALITIES.includes(raw['quality'] as string) ? (raw['quality'] as Quality) : 'ok';
  const value = raw['value'] === undefined || isPlain(raw['value']) ? null : (raw['value'] as Signal['value']);
  const known = raw['stamp'] as Stamp | undefined;
  const signal: Signal = { ...(raw as unknown as Signal), value, quality, stamp: known ?? stamp };
  if (!Array.isArray(signal.others)) {
    delete signal.others;
  }
  return signal;
}

function readSignals(raw: unknown, stamp: Stamp): Record<string, Signal> {
  const out: Record<string, Signal> = {};
  if (isPlain(raw)) {
    for (const [name, signal] of Object.entries(raw)) {
      if (isPlain(signal) && name !== '__proto__') {
        out[name] = readSignal(signal, stamp);
      }
    }
  }
  return out;
}

function readLink(raw: unknown): Link {
  const link = isPlain(raw) ? raw : {};
  const state = LINK_STATES.includes(link['state'] as string) ? (link['state'] as LinkState) : 'starting';
  return {
    state,
    reason: text(link['reason']),
    since: text(link['since']),
    paused_until: text(link['paused_until']),
    recording_until: text(link['recording_until']),
  };
}

function readNotices(raw: unknown): Notice[] {
  const plain = Array.isArray(raw) ? raw.filter(isPlain) : [];
  return plain.flatMap((each) => {
    const words = text(each['text']);
    return words === null ? [] : [{ kind: text(each['kind']) ?? '', text: words, since: text(each['since']) }];
  });
}

function readCar(id: string, raw: Plain, stamp: Stamp): Car {
  const state = CAR_STATES.includes(raw['state'] as string) ? (raw['state'] as CarState) : 'unknown';
  const garage = raw['garage'];
  return {
    ...(raw as unknown as Car),
    name: text(raw['name']) ?? id,
    generation: text(raw['generation']),
    state,
    state_reason: text(raw['state_reason']) ?? text(raw['reason']),
    garage: typeof garage === 'boolean' ? garage : null,
    identity: raw['identity'] === 'ok' || raw['identity'] === 'changed' ? raw['identity'] : 'unknown',
    link: readLink(raw['link']),
    signals: readSignals(raw['signals'], stamp),
    charge: isPlain(raw['charge']) ? raw['charge'] : null,
    notices: readNotices(raw['notices']),
  };
}

function part(raw: unknown): { state: string; reason: string | null } {
  const plain = isPlain(raw) ? raw : {};
  return { state: text(plain['state']) ?? 'unknown', reason: text(plain['reason']) };
}

function broker(raw: unknown): House['mqtt'] {
  const plain = isPlain(raw) ? raw : {};
  const anonymous = plain['anonymous'];
  return { ...part(raw), anonymous: typeof anonymous === 'boolean' ? anonymous : null, plain: plain['plain'] === true };
}

/** Reads a whole state; null when it isn't one. */
export function readHouse(raw: unknown, stamp: Stamp): House | null {
  if (!isPlain(raw) || !isPlain(raw['cars'])) {
    return null;
  }
  const cars: Record<string, Car> = {};
  for (const [id, car] of Object.entries(raw['cars'])) {
    if (isPlain(car) && id !== '__proto__') {
      cars[id] = readCar(id, car, stamp);
    }
  }
  return {
    seq: typeof raw['seq'] === 'number' ? raw['seq'] : 0,
    time: text(raw['time']),
    clock: raw['clock'] === 'unset' ? 'unset' : 'ok',
    demo: raw['demo'] === true,
    cars,
    mqtt: broker(raw['mqtt']),
    diary: part(raw['diary']),
    stamp,
  };
}

/** A signal whose age is in the change is as old as the change says; the others keep the moment they were received. */
function restamp(change: Plain, stamp: Stamp): Plain {
  const cars = change['cars'];
  if (!isPlain(cars)) {
    return change;
  }
  const stamped: Plain = {};
  for (const [id, car] of Object.entries(cars)) {
    if (!isPlain(car) || !isPlain(car['signals'])) {
      stamped[id] = car;
      continue;
    }
    const signals: Plain = {};
    for (const [name, signal] of Object.entries(car['signals'])) {
      signals[name] = isPlain(signal) && 'age_s' in signal ? { ...signal, stamp } : signal;
    }
    stamped[id] = { ...car, signals };
  }
  return { ...change, cars: stamped };
}

/** Lays a change message over the state. A value that is no longer disputed loses what the others said. */
export function mergeChange(house: House, raw: unknown, stamp: Stamp): House {
  if (!isPlain(raw)) {
    return house;
  }
  const { type: _type, ...change } = restamp(raw, stamp);
  const merged = readHouse(overlay(house as unknown as Plain, change), stamp);
  if (!merged) {
    return house;
  }
  if (!('time' in change)) {
    merged.stamp = house.stamp;
  }
  for (const car of Object.values(merged.cars)) {
    for (const signal of Object.values(car.signals)) {
      if (signal.quality !== 'disputed') {
        delete signal.others;
      }
    }
  }
  return merged;
}

/** A snapshot fetched beside the socket may be older than what the socket has brought since. */
export function newerHouse(now: House | null, snapshot: House): House {
  return now && snapshot.seq < now.seq ? now : snapshot;
}

/** Where no events come: whether something happened since that the diary writes down. */
export function hasMovedOn(before: House, after: House): boolean {
  const sign = (car: Car | undefined) => [car?.state, car?.garage, car?.charge?.['id'], car?.charge == null].join(' ');
  return Object.keys(after.cars).some((id) => sign(before.cars[id]) !== sign(after.cars[id]));
}

export function readEvent(raw: unknown): CarEvent | null {
  if (!isPlain(raw) || typeof raw['event'] !== 'string') {
    return null;
  }
  const data = isPlain(raw['data']) ? raw['data'] : {};
  return { time: text(raw['time']), car: text(raw['car']), event: raw['event'], text: text(data['text']) };
}
