/* The address bar as a store: where one is, and how far down one was on coming back. */
import type { Route } from './route';
import { readRoute } from './route';
import { Store } from './store';

export interface Visit {
  route: Route;
  /** Which entry of the browser's history this is; the same while only the query changes in place. */
  entry: number;
  /** Where this entry was left the last time, in pixels from the top. */
  top: number;
}

export class Router {
  readonly visit = new Store<Visit>({ route: readRoute(location.hash), entry: 0, top: 0 });
  private readonly tops = new Map<number, number>();
  private last = 0;

  start(): void {
    history.scrollRestoration = 'manual';
    this.arrive();
    window.addEventListener('hashchange', () => this.arrive());
  }

  /** Another address for the same place: going back leads to where one came from. */
  swap(link: string): void {
    history.replaceState(history.state, '', link);
    this.visit.patch({ route: readRoute(link) });
  }

  private arrive(): void {
    this.tops.set(this.visit.get().entry, window.scrollY);
    const entry = this.entryNow();
    this.visit.set({ route: readRoute(location.hash), entry, top: this.tops.get(entry) ?? 0 });
  }

  private entryNow(): number {
    const known: unknown = (history.state as { entry?: unknown } | null)?.entry;
    if (typeof known === 'number') {
      this.last = Math.max(this.last, known);
      return known;
    }
    this.last += 1;
    history.replaceState({ entry: this.last }, '');
    return this.last;
  }
}
