/* The page's state and what changes it: start, login, the live line, leaving. Draws nothing. */
import type { Stamp } from './ages';
import { Api, failed, failureWords } from './api';
import type { Failure } from './api';
import { backoffMs } from './backoff';
import { Drafts } from './drafts';
import { t, tServed } from './i18n';
import { Keep } from './keep';
import { Live } from './live';
import type { Socket } from './live';
import { hasMovedOn, mergeChange, newerHouse, readEvent, readHouse } from './merge';
import type { House, Session } from './model';
import { loadPrefs } from './prefs_store';
import { linkTo } from './route';
import { Router } from './router';
import { Store } from './store';
import { readTariffs } from './tariffs';
import type { Contact, Phase } from './words';
import { eventWords } from './words';

export interface AppState {
  screen: 'starting' | 'login' | 'inside';
  /** Why it isn't further yet, or why the login screen is there. */
  notice: string | null;
  /** A code that came with the address and didn't log in by itself. */
  code: string;
  session: Session | null;
  house: House | null;
  contact: Contact;
  /** The last event, for the eye and the screen reader. */
  said: { text: string; serial: number } | null;
  /** Rises when the diary may have something new. */
  news: number;
}

const POLL_WAIT_S = 25;
const HIDDEN_PAUSE_MS = 60000;
const FIRST_CONTACT: Contact = { phase: 'connecting', lost: null, problem: null };

export function stampNow(): Stamp {
  return { mono: performance.now(), wall: Date.now() };
}

/** Takes `#code=…` out of the address, also out of the bar and the history. */
function takeCode(): string {
  const found = /^#code=([0-9A-Za-z-]{4,32})$/.exec(location.hash);
  if (!found) {
    return '';
  }
  history.replaceState(null, '', location.pathname + location.search);
  return found[1] ?? '';
}

export class App {
  readonly state = new Store<AppState>({
    screen: 'starting',
    notice: null,
    code: '',
    session: null,
    house: null,
    contact: FIRST_CONTACT,
    said: null,
    news: 0,
  });
  readonly router = new Router();
  /** What the diary answered last, by its question. */
  readonly kept = new Keep();
  readonly drafts = new Drafts();
  readonly prefs = loadPrefs(() => this.drafts.isEmpty());
  readonly api = new Api('/api/v1/', (input, init) => fetch(input, init));
  private readonly live = this.makeLive();
  private hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  private pausedByOwner = false;
  private lastWord: Stamp | null = null;

  /** Begins: a code from the address, else the session the cookie stands for. */
  start(): void {
    this.router.start();
    document.addEventListener('visibilitychange', () => this.visibility());
    window.addEventListener('online', () => this.live.nudge());
    window.addEventListener('hashchange', () => void this.codeFromAddress());
    void this.begin(0);
  }

  private async codeFromAddress(): Promise<void> {
    const code = takeCode();
    if (code && this.state.get().screen === 'login') {
      this.state.patch({ code });
      const problem = await this.enterWith(this.api.pair(code));
      this.state.patch({ notice: problem });
    }
  }

  private async begin(attempt: number): Promise<void> {
    const code = takeCode() || this.state.get().code;
    this.state.patch({ code });
    const session = await this.api.session();
    if (!failed(session)) {
      this.enter(session);
      return;
    }
    if (session.status === 0 || session.status >= 500) {
      this.state.patch({ notice: failureWords(session) });
      setTimeout(() => void this.begin(attempt + 1), backoffMs(attempt, Math.random()));
      return;
    }
    if (!code) {
      this.state.patch({ screen: 'login', notice: null });
      return;
    }
    const problem = await this.enterWith(this.api.pair(code));
    if (problem !== null) {
      this.state.patch({ screen: 'login', notice: problem });
    }
  }

  /** Makes an admin of whoever has the code, and shows the way through setup when nothing is set up yet. */
  async pairAs(code: string, user: string, password: string): Promise<string | null> {
    const problem = await this.enterWith(this.api.pair(code, user, password));
    if (problem === null && user !== '') {
      void this.offerSetup();
    }
    return problem;
  }

  private async offerSetup(): Promise<void> {
    const answer = await this.api.call('tariffs');
    const isAtHome = this.router.visit.get().route.page === 'now';
    if (answer.ok && readTariffs(answer.data)?.list.length === 0 && isAtHome) {
      location.hash = linkTo('setup');
    }
  }

  /** Begins the line to garaged anew. */
  again(): void {
    this.live.stop();
    this.live.start();
  }

  /** Logs in with what the form gave; the reason in words when it didn't work. */
  async enterWith(trying: Promise<Session | Failure>): Promise<string | null> {
    const result = await trying;
    if (failed(result)) {
      return result.status === 401 || result.status === 403 ? refusal(result) : failureWords(result);
    }
    this.enter(result);
    return null;
  }

  private enter(session: Session): void {
    this.lastWord = null;
    this.pausedByOwner = false;
    this.drafts.entered(session.user);
    this.state.patch({ screen: 'inside', notice: null, code: '', session, contact: FIRST_CONTACT });
    this.live.start();
  }

  async leave(): Promise<void> {
    this.live.stop();
    await this.api.logout();
    this.drafts.clear();
    this.outside(t('You are logged out.'));
  }

  /** The session is no more: nothing of the house stays in memory but what was being typed. */
  ended(): void {
    this.live.stop();
    this.outside(t('Your session has ended.'));
  }

  private outside(notice: string): void {
    this.kept.clear();
    this.state.patch({ screen: 'login', notice, session: null, house: null, said: null });
  }

  togglePause(): void {
    this.pausedByOwner = this.state.get().contact.phase !== 'paused';
    if (this.pausedByOwner) {
      this.live.pause();
    } else {
      this.live.start();
    }
  }

  private visibility(): void {
    clearTimeout(this.hiddenTimer);
    if (this.state.get().screen !== 'inside' || this.pausedByOwner) {
      return;
    }
    if (document.hidden) {
      this.hiddenTimer = setTimeout(() => this.live.pause(), HIDDEN_PAUSE_MS);
    } else if (this.state.get().contact.phase === 'paused') {
      this.live.start();
    } else {
      this.live.nudge();
    }
  }

  private makeLive(): Live {
    return new Live({
      openSocket: () => {
        const address = new URL('/api/v1/live', location.href);
        address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
        return new WebSocket(address.href, 'garaged.v1') as unknown as Socket;
      },
      fetchState: (after, signal) =>
        after === null
          ? this.api.call('state', { signal })
          : this.api.call(`state?wait=${POLL_WAIT_S}&after=${after}`, { signal, timeoutMs: (POLL_WAIT_S + 15) * 1000 }),
      sequence: () => this.state.get().house?.seq ?? 0,
      setTimer: (run, ms) => setTimeout(run, ms),
      clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout> | undefined),
      random: Math.random,
      onState: (raw) => this.takeWhole(readHouse(raw, stampNow())),
      onSnapshot: (raw) => {
        const house = readHouse(raw, stampNow());
        this.take(house && newerHouse(this.state.get().house, house));
      },
      onChange: (raw) => {
        const house = this.state.get().house;
        this.take(house && mergeChange(house, raw, stampNow()));
      },
      onEvent: (raw) => this.event(raw),
      onPhase: (phase, problem) => this.phase(phase, problem),
      onUnauthorized: () => this.ended(),
    });
  }

  /** The long poll brings no events. */
  private takeWhole(house: House | null): void {
    const { house: before, contact } = this.state.get();
    this.take(house);
    if (before && house && contact.phase === 'polling' && hasMovedOn(before, house)) {
      this.renew();
    }
  }

  private take(house: House | null): void {
    if (house) {
      this.lastWord = stampNow();
      this.state.patch({ house });
    }
  }

  private event(raw: unknown): void {
    const event = readEvent(raw);
    if (!event) {
      return;
    }
    const { house, news } = this.state.get();
    const name = event.car ? (house?.cars[event.car]?.name ?? event.car) : null;
    this.say(eventWords(event, name));
    this.state.patch({ news: news + 1 });
  }

  /** The diary is asked anew: something was written into it from here. */
  renew(): void {
    this.state.patch({ news: this.state.get().news + 1 });
  }

  /** Says something aside, once. */
  say(text: string): void {
    this.state.patch({ said: { text, serial: (this.state.get().said?.serial ?? 0) + 1 } });
  }

  /** Events of the time without a line never come: once it stands (again), the diary is asked anew. */
  private phase(phase: Phase, problem: string | null): void {
    const before = this.state.get().contact;
    const lost = phase === 'reconnecting' ? (before.lost ?? this.lastWord ?? stampNow()) : null;
    const stood = (each: Phase) => each === 'live' || each === 'polling';
    const back = stood(phase) && !stood(before.phase);
    this.state.patch({ contact: { phase, lost, problem }, news: this.state.get().news + (back ? 1 : 0) });
  }
}

function refusal(failure: Failure): string {
  if (failure.code === 'unpaired') {
    return t('This house has no user yet: pair with a code first.');
  }
  return tServed(failure.message) || t('That was not accepted.');
}
