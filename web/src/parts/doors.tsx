/* Doors and lock in one tile: what is open by name, and how many are not known. */
import { t } from '../i18n';
import type { Car, Signal } from '../model';
import { DOORS } from '../figures';
import { capital } from '../format';
import { Icon } from './icons';
import type { View } from './value';
import { Meta } from './value';

export interface DoorState {
  open: string[];
  unknown: number;
  known: number;
  /** The least certain of them stands for all. */
  signal: Signal | null;
}

/** What is open and what isn't known of the doors this car reports. */
export function doorState(car: Car): DoorState {
  const state: DoorState = { open: [], unknown: 0, known: 0, signal: null };
  for (const door of DOORS) {
    const signal = car.signals[door.signal];
    if (!signal) {
      continue;
    }
    if (typeof signal.value !== 'boolean') {
      state.unknown += 1;
    } else {
      state.known += 1;
      state.signal = older(state.signal, signal);
    }
    if (signal.value === true) {
      state.open.push(door.label);
    }
    state.signal ??= signal;
  }
  return state;
}

/** When it was read, on our clock: an age is of the moment in which it came. */
function readAt(signal: Signal): number {
  return (signal.stamp?.mono ?? 0) - (signal.age_s ?? 0) * 1000;
}

function older(a: Signal | null, b: Signal): Signal {
  return a === null || a.value === null || readAt(b) < readAt(a) ? b : a;
}

/** "All closed", "Open: boot", "–". */
export function doorWords(state: DoorState): string {
  if (state.open.length > 0) {
    return capital(t('{doors} open', { doors: state.open.join(', ') }));
  }
  if (state.known === 0) {
    return '–';
  }
  return state.unknown > 0 ? t('Closed, {n} unknown', { n: state.unknown }) : t('All closed');
}

export function Doors({ car, view }: { car: Car; view: View }) {
  const state = doorState(car);
  const locked = car.signals['locked'];
  if (!state.signal && !locked) {
    return null;
  }
  const signal = state.signal ?? locked;
  const lock = locked?.value === true ? 'locked' : locked?.value === false ? 'unlocked' : null;
  return (
    <li class={`tile tile--words ${state.open.length > 0 ? 'tile--open' : ''}`} data-signal="doors">
      <span class="tile__label">
        <Icon name="door" />
        {t('Doors')}
      </span>
      <span class="tile__line">
        <span class="amount">{state.signal ? doorWords(state) : lock === null ? '–' : ''}</span>
        {lock === null ? null : (
          <span class="tile__lock">
            <Icon name={lock === 'locked' ? 'lock' : 'unlock'} size={17} />
            {lock === 'locked' ? t('locked') : t('unlocked')}
          </span>
        )}
      </span>
      {signal ? <Meta signal={signal} view={view} /> : null}
    </li>
  );
}
