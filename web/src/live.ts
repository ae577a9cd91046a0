/* The line to garaged: the websocket, and the long poll where a websocket doesn't get through. It decides when to try
 * what and when to give up; it draws nothing, and clock, timers, socket and requests come from outside. */
import type { Answer, Failure } from './api';
import { failureWords } from './api';
import { backoffMs } from './backoff';
import type { Phase } from './words';

/** What of a WebSocket is used. */
export interface Socket {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  close(): void;
}

export interface LiveDeps {
  openSocket(): Socket;
  /** GET state: at once, or after something differs from `after`. */
  fetchState(after: number | null, signal: AbortSignal): Promise<Answer>;
  sequence(): number;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
  random(): number;
  onState(raw: unknown): void;
  onSnapshot(raw: unknown): void;
  onChange(raw: unknown): void;
  onEvent(raw: unknown): void;
  onPhase(phase: Phase, problem: string | null): void;
  onUnauthorized(): void;
}

export const SOCKET_FAILURES_BEFORE_POLL = 2;
export const FIRST_MESSAGE_MS = 10000;
export const RESYNC_MS = 30000;
export const SOCKET_AGAIN_MS = 60000;
export const POLL_PAUSE_MS = 250;
const CLOSE_REVOKED = 4401;

export class Live {
  private socket: Socket | null = null;
  private established = false;
  private failures = 0;
  private attempt = 0;
  private polling = false;
  private abort: AbortController | null = null;
  private readonly timers = new Map<string, unknown>();
  private running = false;

  constructor(private readonly deps: LiveDeps) {}

  start(): void {
    if (this.running) {
      return;
    }
    this.running = true;
    this.failures = 0;
    this.attempt = 0;
    this.deps.onPhase('connecting', null);
    this.open();
  }

  /** Stops everything; start() begins anew. */
  stop(): void {
    this.running = false;
    this.polling = false;
    this.dropSocket();
    this.abort?.abort();
    this.abort = null;
    for (const timer of this.timers.values()) {
      this.deps.clearTimer(timer);
    }
    this.timers.clear();
  }

  pause(): void {
    this.stop();
    this.deps.onPhase('paused', null);
  }

  /** The network or the page is back: don't wait for the timer. */
  nudge(): void {
    if (!this.running) {
      return;
    }
    if (this.established) {
      void this.resync();
    } else if (!this.socket) {
      this.attempt = 0;
      this.open();
    }
  }

  private timer(name: string, run: () => void, ms: number): void {
    this.deps.clearTimer(this.timers.get(name));
    this.timers.set(name, this.deps.setTimer(run, ms));
  }

  private cancel(name: string): void {
    this.deps.clearTimer(this.timers.get(name));
    this.timers.delete(name);
  }

  private open(): void {
    this.cancel('open');
    this.dropSocket();
    let socket: Socket;
    try {
      socket = this.deps.openSocket();
    } catch {
      void this.socketFailed();
      return;
    }
    this.socket = socket;
    socket.onmessage = (event) => this.message(socket, event.data);
    socket.onclose = (event) => this.closed(socket, event.code);
    this.timer('first', () => this.closed(socket, 0), FIRST_MESSAGE_MS);
  }

  private dropSocket(): void {
    const socket = this.socket;
    this.socket = null;
    this.established = false;
    this.cancel('first');
    this.cancel('resync');
    if (socket) {
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
  }

  private message(socket: Socket, data: unknown): void {
    const raw = parse(data);
    if (socket !== this.socket || raw === null) {
      return;
    }
    if (raw['type'] === 'state') {
      this.establish();
      this.deps.onState(raw);
    } else if (this.established && raw['type'] === 'change') {
      this.deps.onChange(raw);
    } else if (this.established && raw['type'] === 'event') {
      this.deps.onEvent(raw);
    }
  }

  private establish(): void {
    this.cancel('first');
    this.cancel('open');
    this.cancel('poll');
    this.failures = 0;
    this.attempt = 0;
    this.polling = false;
    this.abort?.abort();
    this.abort = null;
    this.established = true;
    this.timer('resync', () => void this.resync(), RESYNC_MS);
    this.deps.onPhase('live', null);
  }

  private closed(socket: Socket, code: number): void {
    if (socket !== this.socket) {
      return;
    }
    const was = this.established;
    this.dropSocket();
    if (code === CLOSE_REVOKED) {
      this.stop();
      this.deps.onUnauthorized();
    } else if (was) {
      this.deps.onPhase('reconnecting', null);
      this.again();
    } else {
      void this.socketFailed();
    }
  }

  private again(): void {
    const wait = backoffMs(this.attempt, this.deps.random());
    this.attempt += 1;
    this.timer('open', () => this.open(), wait);
  }

  /** A socket that never spoke doesn't say why: ask by HTTP whether it is the session, the server or only the socket. */
  private async socketFailed(): Promise<void> {
    if (this.polling) {
      this.timer('open', () => this.open(), this.jittered(SOCKET_AGAIN_MS));
      return;
    }
    this.failures += 1;
    const answer = await this.ask(null);
    if (answer === null || this.socket) {
      return;
    }
    if (!answer.ok) {
      this.deps.onPhase('reconnecting', problemWords(answer));
      this.again();
      return;
    }
    this.deps.onState(answer.data);
    if (this.failures < SOCKET_FAILURES_BEFORE_POLL) {
      this.again();
      return;
    }
    this.polling = true;
    this.attempt = 0;
    this.deps.onPhase('polling', null);
    this.timer('open', () => this.open(), this.jittered(SOCKET_AGAIN_MS));
    this.timer('poll', () => void this.poll(true), POLL_PAUSE_MS);
  }

  private jittered(ms: number): number {
    return Math.round(ms * (0.8 + 0.4 * this.deps.random()));
  }

  /** One request; null when it was overtaken or ended by the login screen. */
  private async ask(after: number | null): Promise<Answer | null> {
    const abort = new AbortController();
    this.abort = abort;
    const answer = await this.deps.fetchState(after, abort.signal);
    if (this.abort !== abort || !this.running) {
      return null;
    }
    this.abort = null;
    if (!answer.ok && answer.status === 401) {
      this.stop();
      this.deps.onUnauthorized();
      return null;
    }
    return answer;
  }

  private async poll(wait: boolean): Promise<void> {
    const answer = await this.ask(wait ? this.deps.sequence() : null);
    if (answer === null || !this.polling) {
      return;
    }
    if (!answer.ok) {
      this.deps.onPhase('reconnecting', problemWords(answer));
      const pause = backoffMs(this.attempt, this.deps.random());
      this.attempt += 1;
      this.timer('poll', () => void this.poll(false), pause);
      return;
    }
    this.attempt = 0;
    this.deps.onPhase('polling', null);
    this.deps.onState(answer.data);
    this.timer('poll', () => void this.poll(true), POLL_PAUSE_MS);
  }

  /** Ages don't come with changes, and a dead peer closes no socket: both are found out by asking now and then. */
  private async resync(): Promise<void> {
    this.timer('resync', () => void this.resync(), RESYNC_MS);
    const known = this.deps.sequence();
    const answer = await this.ask(null);
    if (answer === null || !this.established) {
      return;
    }
    const isDead = answer.ok ? countsAnew(answer.data, known) : answer.status === 0;
    if (isDead && this.socket) {
      this.closed(this.socket, 0);
    } else if (answer.ok) {
      this.deps.onSnapshot(answer.data);
    }
  }
}

/** What was known before the question is more than the answer has: another garaged answers than the one the socket led to. */
function countsAnew(data: unknown, known: number): boolean {
  const seq: unknown = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)['seq'] : null;
  return typeof seq === 'number' && seq < known;
}

/** What to say beside "not reachable": nothing when simply nobody answers. */
function problemWords(failure: Failure): string | null {
  return failure.status === 0 ? null : failureWords(failure);
}

function parse(data: unknown): Record<string, unknown> | null {
  if (typeof data !== 'string') {
    return null;
  }
  try {
    const raw: unknown = JSON.parse(data);
    return typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
