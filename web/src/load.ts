/* Asks garaged for what a page shows, and keeps the last answer while it asks again. */
import { useEffect, useReducer, useRef } from 'preact/hooks';
import type { App } from './app';
import type { Answer } from './api';
import type { Problem } from './asking';
import { Asking } from './asking';
import type { Listing } from './diary';
import { appendPage, mergePages } from './diary';
import { isPlain } from './merge';
import { useStore } from './store';

export interface Loaded<T> {
  data: T | null;
  problem: Problem | null;
  retry: () => void;
}

interface Loading<T> {
  /** Under which name the answer is kept, where the same question is asked by changing paths. */
  name?: string;
  /** Lays an answer over what was kept before. */
  merge?: (fresh: T, before: T | null) => T;
  /** All pages of a list as one answer. */
  whole?: boolean;
  /** Asked again when this changes. */
  again?: number;
}

const PAGES_MOST = 12;

/** Page after page, as long as there is a next one. */
async function fetchWhole(app: App, path: string, signal: AbortSignal): Promise<Answer> {
  const items: unknown[] = [];
  let before = '';
  for (let page = 0; page < PAGES_MOST; page += 1) {
    const answer = await app.api.call(`${path}${before}`, { signal });
    if (!answer.ok || !isPlain(answer.data) || !Array.isArray(answer.data['items'])) {
      return answer;
    }
    items.push(...(answer.data['items'] as unknown[]));
    const next = answer.data['next'];
    if (next === null || next === undefined) {
      break;
    }
    before = `&before=${encodeURIComponent(String(next))}`;
  }
  return { ok: true, data: { items, next: null } };
}

/** The answer to `path`, asked again when there is news. An empty path asks nothing. */
export function useLoad<T>(
  app: App,
  path: string,
  read: (raw: unknown) => T | null,
  { name, merge, whole = false, again = 0 }: Loading<T> = {},
): Loaded<T> {
  const key = name ?? path;
  const { news } = useStore(app.state);
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const asking = useRef<Asking<T> | null>(null);
  useEffect(() => {
    if (path === '') {
      return undefined;
    }
    const mine = new Asking({
      fetch: (signal) => (whole ? fetchWhole(app, path, signal) : app.api.call(path, { signal })),
      read,
      taken: (data: T) => app.kept.set(key, merge ? merge(data, keptAt<T>(app, key)) : data),
      changed: () => draw(undefined),
      ended: () => app.ended(),
    });
    asking.current = mine;
    void mine.ask();
    return () => {
      mine.stop();
      asking.current = null;
    };
  }, [app, path, key, news, again]);
  return {
    data: keptAt<T>(app, key),
    problem: asking.current?.problem ?? null,
    retry: () => void asking.current?.ask(),
  };
}

function keptAt<T>(app: App, path: string): T | null {
  return (app.kept.get(path) as T | undefined) ?? null;
}

/** One item of a list that is kept, as garaged gave it back: pages behind the first aren't asked for again. */
export function replaceKept<T extends { id: number }>(app: App, path: string, item: T): void {
  const before = keptAt<Listing<T>>(app, path);
  if (before) {
    app.kept.set(path, { ...before, items: before.items.map((each) => (each.id === item.id ? item : each)) });
  }
}

export interface Pages<T> extends Loaded<Listing<T>> {
  /** Loads what is older; null when there is nothing. */
  more: (() => void) | null;
  busy: boolean;
}

/** A list page by page: `path` is the question for the first one. */
export function usePages<T extends { id: number }>(app: App, path: string, read: (raw: unknown) => Listing<T> | null): Pages<T> {
  const first = useLoad<Listing<T>>(app, path, read, { merge: mergePages });
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const older = useRef<Asking<Listing<T>> | null>(null);
  useEffect(
    () => () => {
      older.current?.stop();
      older.current = null;
    },
    [path],
  );
  const append = (page: Listing<T>) => {
    const before = keptAt<Listing<T>>(app, path);
    if (before) {
      app.kept.set(path, appendPage(before, page));
    }
  };
  const more = (before: string) => {
    older.current?.stop();
    older.current = new Asking({
      fetch: (signal) => app.api.call(`${path}&before=${encodeURIComponent(before)}`, { signal }),
      read,
      taken: append,
      changed: () => draw(undefined),
      ended: () => app.ended(),
    });
    void older.current.ask();
    draw(undefined);
  };
  const next = first.data?.next ?? null;
  return {
    ...first,
    problem: first.problem ?? older.current?.problem ?? null,
    more: next === null ? null : () => more(next),
    busy: older.current?.busy ?? false,
  };
}
