/* Asks garaged for what a page shows: keeps the last answer while it asks again, and tries anew by itself where that may help. */
import { useEffect, useReducer, useRef } from 'preact/hooks';
import type { App } from './app';
import type { Answer, Failure } from './api';
import { failureWords } from './api';
import { backoffMs } from './backoff';
import type { Listing } from './diary';
import { appendPage, mergePages } from './diary';
import { isPlain } from './merge';
import { useStore } from './store';

export interface Problem {
  words: string;
  /** It is tried again without being asked to. */
  again: boolean;
  /** There is no such thing. */
  missing: boolean;
}

export interface Loaded<T> {
  data: T | null;
  problem: Problem | null;
  retry: () => void;
}

/** Whether the same question may well be answered a little later. */
function passing(failure: Failure): boolean {
  return failure.status === 0 || failure.status === 429 || failure.status >= 500;
}

function waitMs(failure: Failure, attempt: number): number {
  return Math.max(backoffMs(attempt + 1, Math.random()), (failure.retryAfterS ?? 0) * 1000);
}

/** What has been asked: answers, the reason there is none, and the tries. */
class Asking<T> {
  problem: Problem | null = null;
  busy = false;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private abort: AbortController | null = null;

  constructor(
    private readonly app: App,
    private readonly path: string,
    private readonly fetch: (path: string, signal: AbortSignal) => Promise<Answer>,
    private readonly read: (raw: unknown) => T | null,
    private readonly taken: (data: T) => void,
    private readonly changed: () => void,
  ) {}

  async ask(): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.abort = abort;
    this.busy = true;
    const answer = await this.fetch(this.path, abort.signal);
    if (abort.signal.aborted) {
      return;
    }
    this.busy = false;
    if (answer.ok) {
      const data = this.read(answer.data);
      this.problem = data === null ? { words: 'the answer could not be read', again: false, missing: false } : null;
      this.attempt = 0;
      if (data !== null) {
        this.taken(data);
      }
    } else {
      this.refused(answer);
    }
    this.changed();
  }

  private refused(failure: Failure): void {
    if (failure.status === 401) {
      this.app.ended();
      return;
    }
    const again = passing(failure);
    const missing = failure.status === 404;
    this.problem = { words: missing ? 'this garaged does not keep that' : failureWords(failure), again, missing };
    if (again) {
      this.timer = setTimeout(() => void this.ask(), waitMs(failure, this.attempt));
      this.attempt += 1;
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
  }
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

/** The answer to `path` (null: nothing to ask), asked again when there is news. */
export function useLoad<T>(app: App, path: string | null, read: (raw: unknown) => T | null, { name, merge, whole = false, again = 0 }: Loading<T> = {}): Loaded<T> {
  const key = name ?? path;
  const { news } = useStore(app.state);
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const asking = useRef<Asking<T> | null>(null);
  useEffect(() => {
    if (path === null || key === null) {
      return undefined;
    }
    const take = (data: T) => app.kept.set(key, merge ? merge(data, keptAt<T>(app, key)) : data);
    const fetch = (each: string, signal: AbortSignal) => (whole ? fetchWhole(app, each, signal) : app.api.call(each, { signal }));
    const mine = new Asking(app, path, fetch, read, take, () => draw(undefined));
    asking.current = mine;
    void mine.ask();
    return () => {
      mine.stop();
      asking.current = null;
    };
  }, [app, path, key, news, again]);
  return {
    data: key === null ? null : keptAt<T>(app, key),
    problem: asking.current?.problem ?? null,
    retry: () => void asking.current?.ask(),
  };
}

function keptAt<T>(app: App, path: string): T | null {
  return (app.kept.get(path) as T | undefined) ?? null;
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
    const fetch = (each: string, signal: AbortSignal) => app.api.call(each, { signal });
    older.current = new Asking(app, `${path}&before=${encodeURIComponent(before)}`, fetch, read, append, () => draw(undefined));
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
