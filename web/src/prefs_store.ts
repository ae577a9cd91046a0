/* The preferences as a store: each change is shown and kept at once. */
import { applyTheme, PREFS_KEY, readPrefs, watchSystem } from './prefs';
import type { Prefs } from './prefs';
import { Store } from './store';

function stored(): string | null {
  try {
    return localStorage.getItem(PREFS_KEY);
  } catch {
    return null;
  }
}

export function loadPrefs(): Store<Prefs> {
  const store = new Store(readPrefs(stored()));
  watchSystem(() => applyTheme(store.get().theme));
  store.watch(() => {
    const prefs = store.get();
    applyTheme(prefs.theme);
    try {
      localStorage.setItem(PREFS_KEY, JSON.stringify(prefs));
    } catch {
      /* private window: it holds until the page is closed */
    }
  });
  return store;
}
