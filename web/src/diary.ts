/* What the diary's lists carry (CONTRACT 6), read leniently: a key that is missing, or new, breaks nothing. Pure. */
import { isPlain } from './merge';

export type Plain = Record<string, unknown>;

/** A day or a month; null: not known. */
export interface Sums {
  /** `2026-11-22` or `2026-11`. */
  key: string;
  distance: number | null;
  used: number | null;
  battery: number | null;
  charger: number | null;
  wall: number | null;
  /** At the wall, else out of the charger, else into the battery: what is paid for. */
  supplied: number | null;
  cost: number | null;
  /** The most it can have been, when `cost` is only the least. */
  costMax: number | null;
  currency: string | null;
  charges: number;
  outings: number;
  /** Of the outings of which energy and distance are both known: what an average is reckoned from. */
  ratedEnergy: number | null;
  ratedDistance: number | null;
}

export interface Charge {
  id: number;
  state: string;
  how: string;
  from: string | null;
  to: string | null;
  socFrom: number | null;
  socTo: number | null;
  mode: string | null;
  battery: number | null;
  charger: number | null;
  wall: number | null;
  wallFrom: string | null;
  efficiency: number | null;
  cost: number | null;
  /** typed, tariff or null. */
  costFrom: string | null;
  costMax: number | null;
  currency: string | null;
  peak: number | null;
  tempFrom: number | null;
  tempTo: number | null;
  odometer: number | null;
  place: string | null;
  note: string | null;
  flags: string[];
}

export interface Outing {
  id: number;
  from: string | null;
  to: string | null;
  distance: number | null;
  energySoc: number | null;
  energyGids: number | null;
  consumption: number | null;
  /** null: it spans more than one day. */
  day: string | null;
  tags: string[];
  flags: string[];
}

export interface Health {
  day: string;
  serial: number;
  soh: number | null;
  hx: number | null;
  capacity: number | null;
  full: number | null;
  cellMin: number | null;
  cellMax: number | null;
  odometer: number | null;
  /** V between the strongest and the weakest cell. */
  spread: number | null;
  temperature: number | null;
  countAc: number | null;
  countDc: number | null;
  measured: number | null;
  scatter: number | null;
  measuredCharges: number;
}

/** One answer of a list, newest first. */
export interface Listing<T> {
  items: T[];
  /** What to ask for as `before`; null: that was all. */
  next: string | null;
  /** What belongs to no day. */
  unattributed: Sums;
}

export function num(raw: Plain, key: string): number | null {
  const value = raw[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function str(raw: Plain, key: string): string | null {
  const value = raw[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

function words(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.filter((each): each is string => typeof each === 'string' && each !== '') : [];
}

/** Reads a list; items that `read` refuses are left out. Null when it is no list. */
export function readListing<T>(raw: unknown, read: (item: Plain) => T | null): Listing<T> | null {
  if (!isPlain(raw) || !Array.isArray(raw['items'])) {
    return null;
  }
  const items = raw['items'].filter(isPlain).map(read).filter((each): each is T => each !== null);
  const next = raw['next'];
  return {
    items,
    next: typeof next === 'number' || (typeof next === 'string' && next !== '') ? String(next) : null,
    unattributed: readFigures(isPlain(raw['unattributed']) ? raw['unattributed'] : {}, ''),
  };
}

/** A day, a month or a year. */
export function readSums(raw: Plain): Sums | null {
  const key = str(raw, 'day') ?? str(raw, 'month') ?? str(raw, 'year');
  return key === null ? null : readFigures(raw, key);
}

/** The sums of any span. */
export function readFigures(raw: Plain, key: string): Sums {
  return {
    key,
    distance: num(raw, 'distance_km'),
    used: num(raw, 'used_kwh'),
    battery: num(raw, 'battery_kwh'),
    charger: num(raw, 'charger_kwh'),
    wall: num(raw, 'wall_kwh'),
    supplied: num(raw, 'supplied_kwh'),
    cost: num(raw, 'cost'),
    costMax: num(raw, 'cost_max'),
    currency: str(raw, 'currency'),
    charges: num(raw, 'charges') ?? 0,
    outings: num(raw, 'outings') ?? 0,
    ratedEnergy: num(raw, 'consumption_kwh'),
    ratedDistance: num(raw, 'consumption_km'),
  };
}

export function readCharge(raw: Plain): Charge | null {
  const id = num(raw, 'id');
  if (id === null) {
    return null;
  }
  return {
    id,
    state: str(raw, 'state') ?? 'closed',
    how: str(raw, 'how') ?? '',
    from: str(raw, 'from'),
    to: str(raw, 'to'),
    socFrom: num(raw, 'soc_from'),
    socTo: num(raw, 'soc_to'),
    mode: str(raw, 'mode'),
    battery: num(raw, 'battery_kwh'),
    charger: num(raw, 'charger_kwh'),
    wall: num(raw, 'wall_kwh'),
    wallFrom: str(raw, 'wall_from'),
    efficiency: num(raw, 'efficiency'),
    cost: num(raw, 'cost'),
    costFrom: str(raw, 'cost_from'),
    costMax: num(raw, 'cost_max'),
    currency: str(raw, 'currency'),
    peak: num(raw, 'peak_kw'),
    tempFrom: num(raw, 'temp_from'),
    tempTo: num(raw, 'temp_to'),
    odometer: num(raw, 'odometer_km'),
    place: str(raw, 'place'),
    note: str(raw, 'note'),
    flags: words(raw['flags']),
  };
}

export function readOuting(raw: Plain): Outing | null {
  const id = num(raw, 'id');
  if (id === null) {
    return null;
  }
  return {
    id,
    from: str(raw, 'from'),
    to: str(raw, 'to'),
    distance: num(raw, 'distance_km'),
    energySoc: num(raw, 'energy_soc_kwh'),
    energyGids: num(raw, 'energy_gids_kwh'),
    consumption: num(raw, 'consumption_kwh_100km'),
    day: str(raw, 'day'),
    tags: words(raw['tags']),
    flags: words(raw['flags']),
  };
}

export function readHealth(raw: Plain): Health | null {
  const day = str(raw, 'day');
  if (day === null) {
    return null;
  }
  return {
    day,
    serial: num(raw, 'serial') ?? 1,
    soh: num(raw, 'soh'),
    hx: num(raw, 'hx'),
    capacity: num(raw, 'capacity_ah'),
    full: num(raw, 'full_kwh'),
    cellMin: num(raw, 'cell_min'),
    cellMax: num(raw, 'cell_max'),
    odometer: num(raw, 'odometer_km'),
    spread: num(raw, 'cell_spread'),
    temperature: num(raw, 'temperature'),
    countAc: num(raw, 'count_ac'),
    countDc: num(raw, 'count_dc'),
    measured: num(raw, 'measured_kwh'),
    scatter: num(raw, 'measured_scatter_kwh'),
    measuredCharges: num(raw, 'measured_charges') ?? 0,
  };
}

export type Subject = 'days' | 'months' | 'years' | 'charges' | 'outings' | 'battery';

export interface Question {
  car: string;
  days?: { from: string; to: string } | null;
  limit?: number;
  before?: string;
  format?: 'csv';
}

/** The request for a list, relative to the API. */
export function diaryPath(subject: Subject, question: Question): string {
  const query = new URLSearchParams({ car: question.car });
  if (question.days) {
    query.set('from', question.days.from);
    query.set('to', question.days.to);
  }
  for (const key of ['limit', 'before', 'format'] as const) {
    if (question[key] !== undefined) {
      query.set(key, String(question[key]));
    }
  }
  return `${subject}?${query.toString()}`;
}

/** A fresh first page, and behind it what an earlier look had loaded that is older. */
export function mergePages<T extends { id: number }>(fresh: Listing<T>, kept: Listing<T> | null): Listing<T> {
  const oldest = fresh.items[fresh.items.length - 1];
  if (!kept || !oldest || fresh.next === null || !kept.items.some((each) => each.id === oldest.id)) {
    return fresh;
  }
  const at = kept.items.findIndex((each) => each.id === oldest.id);
  const behind = kept.items.slice(at + 1);
  return behind.length === 0 ? fresh : { ...kept, items: [...fresh.items, ...behind] };
}

/** An older page behind what is there. */
export function appendPage<T extends { id: number }>(before: Listing<T>, page: Listing<T>): Listing<T> {
  const known = new Set(before.items.map((each) => each.id));
  return { ...before, next: page.next, items: [...before.items, ...page.items.filter((each) => !known.has(each.id))] };
}
