/* Loaded before the first paint, so that the wrong colours are never seen. */
import { applyTheme, PREFS_KEY, readPrefs } from './prefs';

let stored: string | null = null;
try {
  stored = localStorage.getItem(PREFS_KEY);
} catch {
  /* no storage: the system's colours */
}
applyTheme(readPrefs(stored).theme);
