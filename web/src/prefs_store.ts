/* The preferences as a store: each change is shown and kept at once. */
import { useHours } from './format';
import { applyTheme, PREFS_KEY, readPrefs, storedPrefs, watchSystem } from './prefs';
import type { Prefs } from './prefs';
import { Store } from './store';

/** What was changed here, over what is kept by now: a tab that slept has not heard what others changed. */
function keep(before: Prefs, prefs: Prefs): void {
  const changed = Object.entries(prefs).filter(([key, value]) => value !== before[key as keyof Prefs]);
  try {
    localStorage.setItem(PREFS_KEY, JSON.stringify({ ...readPrefs(storedPrefs()), ...Object.fromEntries(changed) }));
  } catch {
    /* private window: it holds until the page is closed */
  }
}

/** `mayReload`: nothing is lost by it. */
export function loadPrefs(mayReload: () => boolean): Store<Prefs> {
  const store = new Store(readPrefs(storedPrefs()));
  let shown = store.get();
  useHours(store.get().hours);
  watchSystem(() => applyTheme(store.get().theme));
  let isAnothers = false;
  store.watch(() => {
    const prefs = store.get();
    applyTheme(prefs.theme);
    useHours(prefs.hours);
    if (!isAnothers) {
      keep(shown, prefs);
    }
    shown = prefs;
  });
  /* Another tab has changed them. The car stays each tab's own, and the language until a reload; what is kept already is not
   * kept again, or the tabs would answer one another for ever. */
  window.addEventListener('storage', (event) => {
    if (event.key !== PREFS_KEY || event.newValue === null) {
      return;
    }
    const { car, language } = store.get();
    const prefs = readPrefs(event.newValue);
    isAnothers = true;
    store.set({ ...prefs, car, language });
    isAnothers = false;
    if (prefs.language !== language && mayReload()) {
      location.reload();
    }
  });
  return store;
}
