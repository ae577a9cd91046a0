/* Requests to garaged: one answer type for what can go wrong, the CSRF value kept in memory only. */
import type { CsvPage } from './csv';
import { readNext } from './csv';
import { t, tServed } from './i18n';
import type { Session } from './model';

export interface Failure {
  ok: false;
  /** 0: nobody answered. */
  status: number;
  code: string;
  message: string;
  retryAfterS: number | null;
}

export type Answer = { ok: true; data: unknown } | Failure;

interface Fetched {
  ok: true;
  response: Response;
  body: unknown;
}

export interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: Record<string, unknown>;
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** A password is hashed slowly on purpose. */
export const HASHING_MS = 30000;
/** Whoever looks is told by then. What is written may take longer on a slow card. */
const TIMEOUT_MS = 10000;
const WRITE_TIMEOUT_MS = 15000;
const NOBODY: Failure = { ok: false, status: 0, code: 'unreachable', message: t('garaged does not answer'), retryAfterS: null };

function plainObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function failure(response: Response, body: unknown): Failure {
  const error = plainObject(plainObject(body)['error']);
  const retry = Number(response.headers.get('Retry-After') ?? NaN);
  return {
    ok: false,
    status: response.status,
    code: typeof error['code'] === 'string' ? error['code'] : `http_${response.status}`,
    message: typeof error['message'] === 'string' ? error['message'] : '',
    retryAfterS: Number.isFinite(retry) ? retry : null,
  };
}

export class Api {
  private csrf: string | null = null;
  private user: string | null = null;

  constructor(
    private readonly base: string,
    private readonly fetcher: typeof fetch,
  ) {}

  async call(path: string, request: Request = {}): Promise<Answer> {
    const done = await this.fetch(path, request, readJson);
    return done.ok ? { ok: true, data: done.body } : done;
  }

  /** One page of a list as CSV. */
  async csv(path: string): Promise<CsvPage | Failure> {
    const done = await this.fetch(path, {}, (response) => (response.ok ? response.text() : readJson(response)));
    return done.ok ? { ok: true, text: String(done.body), next: readNext(done.response.headers.get('X-Next')) } : done;
  }

  /** The same user has logged in anew in another tab: its session holds for this one, too, and with it another value. */
  private async hasNewSession(): Promise<boolean> {
    const { csrf, user } = this;
    const done = await this.once('session', {}, readJson);
    const data = done.ok ? plainObject(done.body) : {};
    if (user === null || data['user'] !== user || typeof data['csrf'] !== 'string' || data['csrf'] === csrf) {
      return false;
    }
    this.csrf = data['csrf'];
    return true;
  }

  private async fetch(path: string, request: Request, read: (response: Response) => Promise<unknown>): Promise<Fetched | Failure> {
    const done = await this.once(path, request, read);
    const isRefusedWrite = !done.ok && done.status === 403 && request.method !== undefined && request.method !== 'GET';
    return isRefusedWrite && (await this.hasNewSession()) ? this.once(path, request, read) : done;
  }

  private async once(path: string, request: Request, read: (response: Response) => Promise<unknown>): Promise<Fetched | Failure> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), request.timeoutMs ?? (request.method === undefined || request.method === 'GET' ? TIMEOUT_MS : WRITE_TIMEOUT_MS));
    const stop = () => abort.abort();
    request.signal?.addEventListener('abort', stop);
    if (request.signal?.aborted) {
      abort.abort();
    }
    try {
      const response = await this.fetcher(`${this.base}${path}`, this.init(request, abort.signal));
      const body = await read(response);
      return response.ok ? { ok: true, response, body } : failure(response, body);
    } catch {
      return NOBODY;
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', stop);
    }
  }

  private init(request: Request, signal: AbortSignal): RequestInit {
    const headers: Record<string, string> = { Accept: 'application/json' };
    const init: RequestInit = { method: request.method ?? 'GET', headers, signal, credentials: 'same-origin', cache: 'no-store' };
    if (this.csrf && init.method !== 'GET') {
      headers['X-CSRF-Token'] = this.csrf;
    }
    if (init.method !== 'GET' && init.method !== 'DELETE') {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(request.body ?? {});
    }
    return init;
  }

  private async enter(path: string, request: Request): Promise<Session | Failure> {
    const answer = await this.call(path, request);
    if (!answer.ok) {
      return answer;
    }
    const data = plainObject(answer.data);
    this.csrf = typeof data['csrf'] === 'string' ? data['csrf'] : null;
    this.user = String(data['user'] ?? '');
    return { user: this.user, role: String(data['role'] ?? ''), plain: data['plain'] === true };
  }

  session(): Promise<Session | Failure> {
    return this.enter('session', {});
  }

  login(user: string, password: string): Promise<Session | Failure> {
    return this.enter('login', { method: 'POST', body: { user, password }, timeoutMs: HASHING_MS });
  }

  /** In the demo the code alone is enough; elsewhere it makes an admin. */
  pair(code: string, user = '', password = ''): Promise<Session | Failure> {
    const body: Record<string, unknown> = user || password ? { code, user, password } : { code };
    return this.enter('pair', { method: 'POST', body, timeoutMs: HASHING_MS });
  }

  async logout(): Promise<void> {
    await this.call('logout', { method: 'POST' });
    this.csrf = null;
  }
}

export function failed(result: Session | Failure): result is Failure {
  return 'ok' in result;
}

/** A failure in words for whoever looks at the page. */
export function failureWords(failure: Failure): string {
  switch (failure.status) {
    case 0:
      return t('garaged does not answer');
    case 429:
      return failure.retryAfterS ? t('too many tries; again in {seconds} s', { seconds: failure.retryAfterS }) : t('too many tries; wait a little');
    case 503:
      return failure.code === 'diary_opening' ? t('the diary is being opened') : tServed(failure.message) || t('garaged is busy');
    default:
      return tServed(failure.message) || t('garaged answered {status}', { status: failure.status });
  }
}
