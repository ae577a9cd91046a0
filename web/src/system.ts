/* What garaged says of itself (CONTRACT 6, `system`), read leniently. Pure. */
import type { Plain } from './diary';
import { num, str } from './diary';
import { capital, duration, number, plainWords } from './format';
import { t, tn } from './i18n';
import { isPlain } from './merge';

/** What the counters count; those that count trouble stand apart. One that is new has its own name. */
const COUNTERS: Record<string, { words: string; trouble: boolean }> = {
  frames_heard: { words: t('Frames heard'), trouble: false },
  answers: { words: t('Answers'), trouble: false },
  port_bytes: { words: t('Bytes to and from the dongle'), trouble: false },
  process_wakeups: { words: t('Turns of its loop'), trouble: false },
  timeouts: { words: t('Questions without an answer'), trouble: true },
  negative: { words: t('Refusals by the car'), trouble: true },
  sequence: { words: t('Answers out of order'), trouble: true },
  checksum: { words: t('Wrong checksums'), trouble: true },
  length: { words: t('Wrong lengths'), trouble: true },
  range: { words: t('Values out of range'), trouble: true },
  unknown: { words: t('Frames nobody knows'), trouble: true },
  disputed: { words: t('Disputes between sources'), trouble: true },
  gate_refused: { words: t('Held back by the gate'), trouble: true },
  dropped_records: { words: t('Records dropped'), trouble: true },
  link_downs: { words: t('Times without the dongle'), trouble: true },
};

export interface Counted {
  name: string;
  value: number;
  trouble: boolean;
}

/** The counters of a car in words. */
export function countedOf(counters: readonly [string, number][]): Counted[] {
  return counters.map(([name, value]) => {
    const known = COUNTERS[name];
    return { name: known?.words ?? capital(plainWords(name)), value, trouble: known?.trouble ?? true };
  });
}

/** What we cost the car in one day. */
export interface Traffic {
  day: string;
  sent: number | null;
  polls: number | null;
  wakeups: number | null;
  bytes: number | null;
}

export interface CarCounters {
  /** null: the diary can't say yet. */
  today: Traffic | null;
  sent: number | null;
  polls: number | null;
  wakeups: number | null;
  bytes: number | null;
  /** What the dongle calls itself. */
  adapter: string | null;
  /** What it can’t do, in the server’s words. */
  limits: string | null;
  /** By what went wrong. */
  counters: [string, number][];
}

export interface Queue {
  name: string;
  waiting: number | null;
  most: number | null;
  dropped: number | null;
}

export interface SystemFacts {
  version: string | null;
  uptime: number | null;
  cars: Record<string, CarCounters>;
  /** null: the store can't say now. */
  files: [string, number][] | null;
  written: number | null;
  /** The same of the whole day before; null: it was not counted whole. */
  writtenBefore: number | null;
  memory: number | null;
  /** Seconds of a processor that were used since the start. */
  processor: number | null;
  /** What is left of the card. */
  diskFree: number | null;
  diskBytes: number | null;
  backups: Backups | null;
  homeassistant: HomeAssistant | null;
  /** Turned away at the door because of where they came from. */
  refused: number | null;
  queues: Queue[];
  /** null: this garaged doesn’t look. */
  sandbox: Sandbox | null;
}

/** What its unit promises, and what of it doesn’t hold, in the server’s words. */
export interface Sandbox {
  checked: boolean;
  failed: string[];
  /** Which limit bounds the memory. */
  limit: string | null;
  limitBytes: number | null;
}

/** The copies of the nights. */
export interface Backups {
  folder: string;
  newest: string | null;
  count: number | null;
  /** What is to be known of them, in the server’s words. */
  reason: string | null;
}

/** What garaged knows of it through the broker. */
export interface HomeAssistant {
  discovery: boolean;
  /** When it last said that it has started. */
  birth: string | null;
}

function readBackups(raw: unknown): Backups | null {
  const folder = isPlain(raw) ? str(raw, 'folder') : null;
  return isPlain(raw) && folder !== null ? { folder, newest: str(raw, 'newest'), count: num(raw, 'count'), reason: str(raw, 'reason') } : null;
}

function readHomeAssistant(raw: unknown): HomeAssistant | null {
  return isPlain(raw) ? { discovery: raw['discovery'] === true, birth: str(raw, 'birth') } : null;
}

function readSandbox(raw: unknown): Sandbox | null {
  if (!isPlain(raw)) {
    return null;
  }
  const failed = Array.isArray(raw['failed']) ? raw['failed'].filter((each): each is string => typeof each === 'string') : [];
  return { checked: raw['checked'] === true, failed, limit: str(raw, 'limit'), limitBytes: num(raw, 'limit_bytes') };
}

/** In few words: what holds is one, what doesn’t is named below. */
export function sandboxWords(sandbox: Sandbox): string {
  if (!sandbox.checked) {
    return t('not checked: started by hand');
  }
  return sandbox.failed.length === 0 ? t('holds what it promises') : tn(sandbox.failed.length, '{n} of its promises broken', '{n} of its promises broken');
}

/** "1.3 %" of a share of one. */
export function percentText(share: number): string {
  return `${number(share * 100, 0, share < 0.1 ? 1 : 0)}\u202f%`;
}

/** "1 day 2 h", "2 h 10 min": how long it has run. */
export function upWords(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  if (days === 0) {
    return duration(seconds / 60);
  }
  const words = tn(days, '{n} day', '{n} days');
  return hours === 0 ? words : t('{days}, {hours} h', { days: words, hours });
}

function numbers(raw: unknown): [string, number][] {
  return isPlain(raw) ? Object.keys(raw).flatMap((key) => (num(raw, key) === null ? [] : [[key, num(raw, key) ?? 0] as [string, number]])) : [];
}

export function readTraffic(raw: Plain): Traffic | null {
  const day = str(raw, 'day');
  return day === null ? null : { day, sent: num(raw, 'frames_sent'), polls: num(raw, 'polls'), wakeups: num(raw, 'wakeups'), bytes: num(raw, 'bytes') };
}

function readCar(raw: Plain): CarCounters {
  return {
    today: isPlain(raw['today']) ? readTraffic(raw['today']) : null,
    sent: num(raw, 'frames_sent'),
    polls: num(raw, 'polls'),
    wakeups: num(raw, 'wakeups'),
    bytes: num(raw, 'bytes'),
    adapter: str(raw, 'adapter'),
    limits: str(raw, 'limits'),
    counters: numbers(raw['counters']),
  };
}

/** A queue is a number (how many wait) or an object that says more. */
function readQueue(name: string, raw: unknown): Queue {
  const plain = isPlain(raw) ? raw : { waiting: raw };
  return { name, waiting: num(plain, 'waiting'), most: num(plain, 'most'), dropped: num(plain, 'dropped') };
}

export function readSystem(raw: unknown): SystemFacts | null {
  if (!isPlain(raw)) {
    return null;
  }
  const cars = isPlain(raw['cars']) ? Object.entries(raw['cars']).filter((each): each is [string, Plain] => isPlain(each[1])) : [];
  const queues = isPlain(raw['queues']) ? Object.entries(raw['queues']) : [];
  return {
    version: str(raw, 'version'),
    uptime: num(raw, 'uptime_s'),
    cars: Object.fromEntries(cars.map(([id, car]) => [id, readCar(car)])),
    files: isPlain(raw['files']) ? numbers(raw['files']) : null,
    written: num(raw, 'bytes_written_today'),
    writtenBefore: num(raw, 'bytes_written_yesterday'),
    memory: num(raw, 'memory_kb'),
    processor: num(raw, 'processor_s'),
    diskFree: isPlain(raw['disk']) ? num(raw['disk'], 'free') : null,
    diskBytes: isPlain(raw['disk']) ? num(raw['disk'], 'bytes') : null,
    backups: readBackups(raw['backups']),
    homeassistant: readHomeAssistant(raw['homeassistant']),
    refused: num(raw, 'refused_peers'),
    queues: queues.map(([name, queue]) => readQueue(name, queue)),
    sandbox: readSandbox(raw['sandbox']),
  };
}

export interface Recording {
  name: string;
  car: string;
  time: string | null;
  bytes: number | null;
}

export interface Recordings {
  items: Recording[];
  /** How the last recording of a car ended, in the server's words. */
  last: Record<string, string>;
  /** How many are kept. */
  most: number | null;
}

/** A name that may stand in a link. */
const RECORDING_NAME = /^[a-z0-9_]{1,16}-\d{8}-\d{6}\.log$/;

export function readRecordings(raw: unknown): Recordings | null {
  if (!isPlain(raw) || !Array.isArray(raw['items'])) {
    return null;
  }
  const last = isPlain(raw['last']) ? Object.entries(raw['last']).filter((each): each is [string, string] => typeof each[1] === 'string') : [];
  const items = raw['items'].filter(isPlain).flatMap((each) => {
    const name = str(each, 'name') ?? '';
    return RECORDING_NAME.test(name) ? [{ name, car: str(each, 'car') ?? '', time: str(each, 'time'), bytes: num(each, 'bytes') }] : [];
  });
  return { items, last: Object.fromEntries(last), most: isPlain(raw['limits']) ? num(raw['limits'], 'files') : null };
}
