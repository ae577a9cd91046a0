/* The preferences as a store: each change is shown and kept at once. */
import { useHours } from './format';
import { applyTheme, PREFS_KEY, readPrefs, storedPrefs, watchSystem } from './prefs';
import type { Prefs } from './prefs';
import { Store } from './store';

export function loadPrefs(): Store<Prefs> {
  const store = new Store(readPrefs(storedPrefs()));
  useHours(store.get().hours);
  watchSystem(() => applyTheme(store.get().theme));
  store.watch(() => {
    const prefs = store.get();
    applyTheme(prefs.theme);
    useHours(prefs.hours);
    try {
      localStorage.setItem(PREFS_KEY, JSON.stringify(prefs));
    } catch {
      /* private window: it holds until the page is closed */
    }
  });
  return store;
}
