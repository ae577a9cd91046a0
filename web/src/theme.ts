/* Loaded before the first paint, so that the wrong colours are never seen. */
import { applyTheme, readPrefs, storedPrefs } from './prefs';

applyTheme(readPrefs(storedPrefs()).theme);
