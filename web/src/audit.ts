/* What happened at the door and what was changed (CONTRACT 7, `audit`), read leniently and in words. Pure. */
import type { Plain } from './diary';
import { num, str } from './diary';
import { capital, plainWords } from './format';
import { t } from './i18n';
import { isPlain } from './merge';

export interface AuditRow {
  id: number;
  time: string | null;
  /** It was written before the clock was right. */
  unsure: boolean;
  who: string;
  from: string;
  what: string;
  detail: string;
  ok: boolean;
}

const WORDS: Readonly<Record<string, string>> = {
  login: t('Login'),
  logout: t('Logout'),
  pair: t('Pairing'),
  pair_open: t('Pairing opened'),
  password_again: t('Password asked again'),
  user_add: t('User added'),
  user_password: t('Password changed'),
  user_role: t('Role changed'),
  user_remove: t('User removed'),
  token_add: t('Token made'),
  token_remove: t('Token revoked'),
  token_use: t('Token used'),
  session_end: t('Session ended'),
  pause: t('Dongle lent or taken back'),
  record: t('Bus recorded'),
  charge_edit: t('Charge edited'),
  outing_edit: t('Outing edited'),
  preferences: t('Wishes changed'),
  tariffs: t('Tariffs changed'),
  backup: t('Diary copied'),
  diagnostics: t('Diagnostics saved'),
  export: t('Diary exported'),
  import: t('History imported'),
  rebuild: t('Diary summed up anew'),
  car_accept: t('Car accepted'),
};

export function auditWords(what: string): string {
  return WORDS[what] ?? capital(plainWords(what));
}

export function readAuditRow(raw: Plain): AuditRow | null {
  const id = num(raw, 'id');
  const detail = str(raw, 'detail') ?? '';
  return id === null
    ? null
    : {
        id,
        time: str(raw, 'time'),
        unsure: raw['clock'] === 'unset',
        who: str(raw, 'who') ?? '',
        from: str(raw, 'from') ?? '',
        what: str(raw, 'what') ?? '',
        detail: detail === '-' ? '' : detail,
        ok: raw['ok'] !== false,
      };
}

/** Who did it: a user, a program by its token, root at the house computer, or somebody who did not come in. */
export function whoWords(who: string): string {
  if (who === '' || who === '-') {
    return t('nobody who came in');
  }
  return who.startsWith('token:') ? t('token {name}', { name: who.slice(6) }) : who;
}

/** What garaged found when it read all rows again. */
export interface Verdict {
  first: number;
  last: number;
  hash: string | null;
  /** The first row that isn't what it was. */
  bad: number | null;
}

export function readVerdict(raw: unknown): Verdict | null {
  if (!isPlain(raw)) {
    return null;
  }
  const first = num(raw, 'first');
  const last = num(raw, 'last');
  return first === null || last === null || !('bad' in raw) ? null : { first, last, hash: str(raw, 'hash'), bad: num(raw, 'bad') };
}

export function verdictWords(verdict: Verdict): string {
  return verdict.bad === null
    ? t('Chain verified: rows {first} to {last} are as they were written.', { first: verdict.first, last: verdict.last })
    : t('Row {bad} is not what it was: somebody changed, moved or took away a row.', { bad: verdict.bad });
}
