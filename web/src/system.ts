/* What garaged says of itself (CONTRACT 6, `system`), read leniently. Pure. */
import type { Plain } from './diary';
import { num, str } from './diary';
import { capital, plainWords } from './format';
import { isPlain } from './merge';

/** What the counters count; those that count trouble stand apart. One that is new has its own name. */
const COUNTERS: Record<string, { words: string; trouble: boolean }> = {
  frames_heard: { words: 'Frames heard', trouble: false },
  answers: { words: 'Answers', trouble: false },
  port_bytes: { words: 'Bytes to and from the dongle', trouble: false },
  process_wakeups: { words: 'Turns of its loop', trouble: false },
  timeouts: { words: 'Questions without an answer', trouble: true },
  negative: { words: 'Refusals by the car', trouble: true },
  sequence: { words: 'Answers out of order', trouble: true },
  checksum: { words: 'Wrong checksums', trouble: true },
  length: { words: 'Wrong lengths', trouble: true },
  range: { words: 'Values out of range', trouble: true },
  unknown: { words: 'Frames nobody knows', trouble: true },
  disputed: { words: 'Disputes between sources', trouble: true },
  gate_refused: { words: 'Held back by the gate', trouble: true },
  dropped_records: { words: 'Records dropped', trouble: true },
  link_downs: { words: 'Times without the dongle', trouble: true },
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
  memory: number | null;
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
    return 'not checked: started by hand';
  }
  return sandbox.failed.length === 0 ? 'holds what it promises' : `${sandbox.failed.length} of its promises broken`;
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
    memory: num(raw, 'memory_kb'),
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
