/* What each generation tells at the OBD socket (pins 6/14), in words: one table each. The facts are those of the README's
 * "What works on which car" and of the definition; what a car has told so far is seen from its signals. Pure. */
import { t } from './i18n';
import type { Car } from './model';

/** heard: the car says it by itself. asked: it answers while it is awake or on. newer: some model years say it. none: not at this socket. */
export type Way = 'heard' | 'asked' | 'newer' | 'none';

interface Subject {
  words: string;
  /** Any of these that has a value shows that the car has told. */
  signals: readonly string[];
}

const SUBJECTS = {
  charge: { words: t('State of charge, as the battery knows it'), signals: ['soc'] },
  gids: { words: t('Energy in the battery (GIDs)'), signals: ['gids'] },
  health: { words: t('Health of the battery (SOH)'), signals: ['soh'] },
  cells: { words: t('Volts, amps and each cell'), signals: ['pack_voltage', 'cell_min'] },
  packTemp: { words: t('Temperature of the battery'), signals: ['pack_temp', 'pack_temp_1'] },
  odometer: { words: t('Odometer'), signals: ['odometer'] },
  range: { words: t('Range, as the car estimates it'), signals: ['range'] },
  plug: { words: t('Plugged in, charging'), signals: ['plugged', 'charge_mode', 'charge_state'] },
  charger: { words: t('Power of the charger'), signals: ['charger_power'] },
  minutes: { words: t('Time to full'), signals: ['charge_minutes'] },
  counts: { words: t('Number of quick and normal charges'), signals: ['count_dc', 'count_ac'] },
  doors: { words: t('Doors and locks'), signals: ['locked', 'door_front_a', 'trunk'] },
  outside: { words: t('Outside temperature'), signals: ['ambient_temp'] },
  climate: { words: t('Heating and cooling'), signals: ['climate', 'climate_power'] },
  tyres: { words: t('Tyre pressures'), signals: ['tyre_fl', 'tyre_fr'] },
  aux: { words: t('12 V battery'), signals: ['aux_voltage'] },
} as const satisfies Record<string, Subject>;

export type SubjectName = keyof typeof SUBJECTS;

export interface Generation {
  id: string;
  /** As its owner calls it. */
  name: string;
  ways: Readonly<Record<SubjectName, Way>>;
  /** What happens while it is off, or charging. */
  silence: string;
  /** Anything else its owner should know. */
  notes: readonly string[];
}

const BROADCAST = { gids: 'heard', health: 'heard', packTemp: 'heard', odometer: 'heard', range: 'heard', doors: 'heard', outside: 'heard', climate: 'heard', tyres: 'heard', aux: 'heard' } as const;
const QUESTIONS = { charge: 'asked', cells: 'asked', plug: 'asked', counts: 'asked' } as const;

const SILENT_OFF = t('Many of these cars are silent while they are off, also while they charge. Then the page shows the last values with their age, and says why; charges are concluded afterwards from what the battery has gained.');
const TYRES = t('Tyre pressures come once the wheels have turned.');

export const GENERATIONS: readonly Generation[] = [
  {
    id: 'ZE0',
    name: t('LEAF 2010 to 2012'),
    ways: { ...BROADCAST, ...QUESTIONS, outside: 'asked', charger: 'none', minutes: 'none' },
    silence: SILENT_OFF,
    notes: [TYRES],
  },
  {
    id: 'AZE0',
    name: t('LEAF 2013 to 2017'),
    ways: { ...BROADCAST, ...QUESTIONS, charger: 'asked', minutes: 'newer' },
    silence: SILENT_OFF,
    notes: [TYRES, t('From 2016 on the car also says by itself: state of charge, power and state of the charger, time to full.')],
  },
  {
    id: 'eNV200',
    name: t('e-NV200'),
    ways: { ...BROADCAST, ...QUESTIONS, charge: 'heard', plug: 'heard', charger: 'heard', minutes: 'heard' },
    silence: SILENT_OFF,
    notes: [TYRES],
  },
  {
    id: 'ZE1',
    name: t('LEAF 2018 and later'),
    ways: {
      ...QUESTIONS, gids: 'none', health: 'asked', packTemp: 'asked', odometer: 'asked', range: 'asked', charger: 'asked', minutes: 'none', doors: 'none', outside: 'asked', climate: 'asked', tyres: 'asked', aux: 'asked',
    },
    silence: t('A gateway stands between socket and car, and has no power while the car is off: then nothing is known. Whether it answers while it charges is disputed; garaged tries while the 12 V battery is being charged, and rarely.'),
    notes: [t('Nothing is heard of this car: it is asked while it is on.'), t('What the dashboard shows as charge is estimated.')],
  },
];

export function findGeneration(id: string | null | undefined): Generation | null {
  return GENERATIONS.find((each) => each.id === id) ?? null;
}

export interface Ability {
  name: SubjectName;
  words: string;
  way: Way;
  /** The car has told it already. */
  told: boolean;
}

function hasTold(car: Car | null, signals: readonly string[]): boolean {
  return signals.some((name) => (car?.signals[name]?.value ?? null) !== null);
}

/** What a car of this generation can tell: what is there first, what it can't last. `car` null: just the table. */
export function abilitiesOf(generation: Generation, car: Car | null): Ability[] {
  const names = Object.keys(SUBJECTS) as SubjectName[];
  const all = names.map((name) => ({ name, words: SUBJECTS[name].words, way: generation.ways[name], told: hasTold(car, SUBJECTS[name].signals) }));
  const order = (each: Ability) => (each.told ? 0 : each.way === 'none' ? 2 : 1);
  return all.sort((a, b) => order(a) - order(b));
}

/** How it comes, and when. */
export function wayWords({ way, told }: Ability): string {
  if (told) {
    return t('told already');
  }
  return { heard: t('comes as soon as the car is awake'), asked: t('comes when the car is on or awake'), newer: t('from model year 2016 on'), none: t('not at this socket') }[way];
}

/** What no car does here. */
export function neverWords(): string {
  return t('garaged only reads. It can’t heat, charge, lock or unlock anything; on most of these cars the socket could not do it at all.');
}
