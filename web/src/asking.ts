/* One question to garaged: asked, answered or refused, and asked again by itself where that may help. Draws nothing. */
import type { Answer, Failure } from './api';
import { failureWords } from './api';
import { backoffMs } from './backoff';
import { t } from './i18n';

export interface Problem {
  words: string;
  /** It is tried again without being asked to. */
  again: boolean;
  /** There is no such thing. */
  missing: boolean;
}

/** Whether the same question may well be answered a little later. */
function passing(failure: Failure): boolean {
  return failure.status === 0 || failure.status === 429 || failure.status >= 500;
}

function waitMs(failure: Failure, attempt: number): number {
  return Math.max(backoffMs(attempt + 1, Math.random()), (failure.retryAfterS ?? 0) * 1000);
}

export interface Question<T> {
  fetch: (signal: AbortSignal) => Promise<Answer>;
  /** null: that was no answer to this question. */
  read: (raw: unknown) => T | null;
  taken: (data: T) => void;
  /** Something is to be drawn anew. */
  changed: () => void;
  /** The session is no more. */
  ended: () => void;
}

/** What has been asked: answers, the reason there is none, and the tries. */
export class Asking<T> {
  problem: Problem | null = null;
  busy = false;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private abort: AbortController | null = null;

  constructor(private readonly question: Question<T>) {}

  async ask(): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.abort = abort;
    this.busy = true;
    const answer = await this.question.fetch(abort.signal);
    if (abort.signal.aborted) {
      return;
    }
    this.busy = false;
    if (answer.ok) {
      const data = this.question.read(answer.data);
      this.problem = data === null ? { words: t('the answer could not be read'), again: false, missing: false } : null;
      this.attempt = 0;
      if (data !== null) {
        this.question.taken(data);
      }
    } else {
      this.refused(answer);
    }
    this.question.changed();
  }

  private refused(failure: Failure): void {
    if (failure.status === 401) {
      this.question.ended();
      return;
    }
    const again = passing(failure);
    const missing = failure.status === 404;
    this.problem = { words: missing ? t('this garaged does not keep that') : failureWords(failure), again, missing };
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
