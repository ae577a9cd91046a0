/* The walk through setup: its steps, in order, and how far each one is. What is done is seen from the house itself where
 * it can be; the rest is what this browser has been through. Pure. */
import { t } from './i18n';
import type { Car, House } from './model';
import { isStep, STEPS } from './steps';
import type { StepName } from './steps';

/** done: it is so. passed: was here and went on. open: not yet. */
export type StepState = 'done' | 'passed' | 'open';

export const STEP_TITLES: Readonly<Record<StepName, string>> = {
  people: t('Who may come in'),
  dongle: t('The dongle'),
  car: t('The car'),
  units: t('Units and language'),
  odometer: t('The odometer'),
  tariff: t('What a kWh costs'),
  broker: t('Home Assistant'),
  import: t('What was before'),
};

export function readStep(query: string | undefined): StepName {
  return isStep(query) ? query : STEPS[0];
}

/** The step before and the one after; null at the ends. */
export function neighbours(step: StepName): { before: StepName | null; after: StepName | null } {
  const at = STEPS.indexOf(step);
  return { before: STEPS[at - 1] ?? null, after: STEPS[at + 1] ?? null };
}

export interface Progress {
  house: House;
  car: Car;
  /** How many tariffs there are; null: not known yet. */
  tariffs: number | null;
  /** What this browser has been through. */
  passed: readonly StepName[];
  /** What somebody said here of the odometer agrees with the car. */
  odometerAgrees: boolean;
}

function isDone(step: StepName, { house, car, tariffs, passed, odometerAgrees }: Progress): boolean {
  switch (step) {
    case 'dongle':
      return car.link.state === 'up';
    case 'car':
      return isGeneration(car.generation) && car.identity !== 'changed';
    case 'odometer':
      return odometerAgrees;
    case 'tariff':
      return (tariffs ?? 0) > 0;
    case 'broker':
      return house.mqtt.state === 'up';
    default:
      return passed.includes(step);
  }
}

/** Whether the car was recognised: before, its generation is `auto` or nothing. */
export function isGeneration(generation: string | null | undefined): generation is string {
  return typeof generation === 'string' && generation !== '' && generation !== 'auto';
}

export function stepState(step: StepName, progress: Progress): StepState {
  if (isDone(step, progress)) {
    return 'done';
  }
  return progress.passed.includes(step) ? 'passed' : 'open';
}

/** "not yet", for who doesn't see the sign beside it. */
export function stateWords(state: StepState): string {
  return { done: t('done'), passed: t('left for later'), open: t('not yet') }[state];
}
