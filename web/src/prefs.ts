/* What this browser prefers: colours, units, the car looked at. Kept in this browser only, and fine without storage. */
import { LANGUAGES } from './i18n';
import type { Language } from './i18n';
import type { Hours } from './format';
import { isStep } from './steps';
import type { StepName } from './steps';
import type { Units } from './units';

export type Theme = 'auto' | 'light' | 'dark';

export interface Prefs extends Units {
  theme: Theme;
  language: Language | 'auto';
  /** auto: as the language has it. */
  hours: Hours;
  car: string | null;
  /** Which steps of the setup were gone through here. */
  passed: readonly StepName[];
  /** The cars whose odometer was compared with the dashboard, and agreed. */
  compared: readonly string[];
}

export const PREFS_KEY = 'garaged';
const LANGUAGE_NAMES = Object.keys(LANGUAGES) as Language[];
const DEFAULTS: Pick<Prefs, 'theme' | 'language'> = { theme: 'auto', language: 'auto' };
const CARS_MOST = 16;

/** What this browser keeps, or null: a private window may keep nothing. */
export function storedPrefs(): string | null {
  try {
    return localStorage.getItem(PREFS_KEY);
  } catch {
    return null;
  }
}

function list(raw: unknown): unknown[] {
  return Array.isArray(raw) ? raw : [];
}

/** Reads what was stored, word by word, so that a foreign or older value does no harm. */
export function readPrefs(text: string | null): Prefs {
  let raw: Record<string, unknown> = {};
  try {
    raw = (JSON.parse(text ?? '{}') ?? {}) as Record<string, unknown>;
  } catch {
    raw = {};
  }
  return {
    theme: raw['theme'] === 'light' || raw['theme'] === 'dark' ? raw['theme'] : DEFAULTS.theme,
    language: LANGUAGE_NAMES.find((each) => each === raw['language']) ?? DEFAULTS.language,
    distance: raw['distance'] === 'mi' ? 'mi' : 'km',
    temperature: raw['temperature'] === 'F' ? 'F' : 'C',
    consumption: raw['consumption'] === 'energy' || raw['consumption'] === 'distance' ? raw['consumption'] : null,
    hours: raw['hours'] === '12' || raw['hours'] === '24' ? raw['hours'] : 'auto',
    passed: list(raw['passed']).filter(isStep),
    compared: list(raw['compared']).filter((each): each is string => typeof each === 'string').slice(0, CARS_MOST),
    car: typeof raw['car'] === 'string' ? raw['car'] : null,
  };
}

const DARK = '(prefers-color-scheme: dark)';

/** Whether the dark colours hold: chosen, or the system's wish. */
export function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'auto' && matchMedia(DARK).matches);
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = isDark(theme) ? 'dark' : 'light';
}

/** Calls back when the system changes its mind. */
export function watchSystem(run: () => void): () => void {
  const query = matchMedia(DARK);
  query.addEventListener('change', run);
  return () => query.removeEventListener('change', run);
}
