/* What this browser prefers: colours, units, the car looked at. Kept in this browser only, and fine without storage. */
import type { Units } from './units';

export type Theme = 'auto' | 'light' | 'dark';

export interface Prefs extends Units {
  theme: Theme;
  car: string | null;
}

export const PREFS_KEY = 'garaged';
const DEFAULTS: Prefs = { theme: 'auto', distance: 'km', temperature: 'C', car: null };

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
    distance: raw['distance'] === 'mi' ? 'mi' : 'km',
    temperature: raw['temperature'] === 'F' ? 'F' : 'C',
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
