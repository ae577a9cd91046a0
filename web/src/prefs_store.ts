/* The preferences as a store: each change is shown and kept at once. */
import { useHours } from './format';
import { applyTheme, PREFS_KEY, readPrefs, storedPrefs, watchSystem } from './prefs';
import type { Prefs } from './prefs';
import { Store } from './store';

function keep(prefs: Prefs): void {
  try {
    localStorage.setItem(PREFS_KEY, JSON.stringify(prefs));
  } catch {
    /* private window: it holds until the page is closed */
  }
}

export function loadPrefs(): Store<Prefs> {
  const store = new Store(readPrefs(storedPrefs()));
  useHours(store.get().hours);
  watchSystem(() => applyTheme(store.get().theme));
  let isAnothers = false;
  store.watch(() => {
    const prefs = store.get();
    applyTheme(prefs.theme);
    useHours(prefs.hours);
    if (!isAnothers) {
      keep(prefs);
    }
  });
  /* Another tab has changed them. The car stays each tab's own; what is kept already is not kept again, or the tabs would
   * answer one another for ever. */
  window.addEventListener('storage', (event) => {
    if (event.key === PREFS_KEY && event.newValue !== null) {
      isAnothers = true;
      store.set({ ...readPrefs(event.newValue), car: store.get().car });
      isAnothers = false;
    }
  });
  return store;
}
