/* The words of CONTRACT 4 as types. What arrives is read leniently: a key that is missing, or new, breaks nothing. */
import type { Stamp } from './ages';

export type Quality = 'ok' | 'old' | 'assumed' | 'estimated' | 'disputed';
export type CarState = 'away' | 'asleep' | 'awake' | 'on' | 'driving' | 'charging' | 'unknown';
export type LinkState = 'up' | 'down' | 'starting';
export type Value = number | boolean | string | null | (number | null)[];

/** What another source says while a value is disputed. */
export interface Other {
  value: Value;
  source?: string;
}

export interface Signal {
  value: Value;
  unit?: string;
  at?: string | null;
  age_s?: number | null;
  source?: string | null;
  /** The integer that it was before scale and offset. */
  raw?: number | null;
  quality?: Quality;
  others?: Other[];
  /** When age_s was received; ours, not the server's. */
  stamp?: Stamp;
}

export interface Link {
  state: LinkState;
  reason: string | null;
  since?: string | null;
  /** The dongle is lent to another program until then. */
  paused_until?: string | null;
  /** What it hears is recorded until then. */
  recording_until?: string | null;
}

/** The charge in progress, as section 6 has it. */
export type OpenCharge = Readonly<Record<string, unknown>>;

export interface Car {
  name: string;
  generation?: string | null;
  state: CarState;
  /** Why nothing newer is known, in the server's words. */
  state_reason?: string | null;
  garage?: boolean | null;
  /** changed: another car or battery than the diary's; nothing is stored. */
  identity: 'ok' | 'changed' | 'unknown';
  link: Link;
  signals: Record<string, Signal>;
  charge?: OpenCharge | null;
  notices: Notice[];
}

/** The whole of what garaged said, and when it said it. */
export interface House {
  seq: number;
  time: string | null;
  clock: 'ok' | 'unset';
  demo: boolean;
  cars: Record<string, Car>;
  /** anonymous: whether the broker serves who does not log in; plain: user and password go out unencrypted. */
  mqtt: { state: string; reason?: string | null; anonymous?: boolean | null; plain?: boolean };
  diary: { state: string; reason?: string | null };
  stamp: Stamp;
}

export interface CarEvent {
  time: string | null;
  car: string | null;
  event: string;
  /** What a notice says, in the server's words. */
  text: string | null;
}

/** Something the owner wanted to be told, as long as it holds. */
export interface Notice {
  kind: string;
  text: string;
  since: string | null;
}

export interface Session {
  user: string;
  role: string;
  /** The page came through the house in clear. */
  plain: boolean;
}
