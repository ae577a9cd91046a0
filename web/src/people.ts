/* Who may come in (CONTRACT 7: users, sessions, tokens), read leniently. Pure. */
import type { Plain } from './diary';
import { num, str } from './diary';
import { t } from './i18n';
import { isPlain } from './merge';

export interface User {
  name: string;
  role: string;
  sessions: number;
}

export interface SessionRow {
  id: number;
  user: string;
  role: string;
  from: string | null;
  opened: string | null;
  seen: string | null;
  /** The one that this page is open in. */
  current: boolean;
}

export interface Token {
  id: number;
  name: string;
  role: string;
  scope: string;
  made: string | null;
  ends: string | null;
  used: string | null;
  usedFrom: string | null;
}

/** What is asked for a new token. */
export interface TokenWish {
  name: string;
  role: 'viewer' | 'driver';
  scope: '' | 'read' | 'metrics';
  days: number;
  password: string;
}

function readList<T>(raw: unknown, read: (item: Plain) => T | null): T[] | null {
  if (!isPlain(raw) || !Array.isArray(raw['items'])) {
    return null;
  }
  return raw['items'].filter(isPlain).map(read).filter((each): each is T => each !== null);
}

export function readUsers(raw: unknown): User[] | null {
  return readList(raw, (item) => {
    const name = str(item, 'name');
    return name === null ? null : { name, role: str(item, 'role') ?? '', sessions: num(item, 'sessions') ?? 0 };
  });
}

export function readSessions(raw: unknown): SessionRow[] | null {
  return readList(raw, (item) => {
    const id = num(item, 'id');
    const texts = { from: str(item, 'from'), opened: str(item, 'opened'), seen: str(item, 'seen') };
    return id === null ? null : { id, user: str(item, 'user') ?? '', role: str(item, 'role') ?? '', ...texts, current: item['current'] === true };
  });
}

export function readTokens(raw: unknown): Token[] | null {
  return readList(raw, (item) => {
    const id = num(item, 'id');
    const times = { made: str(item, 'made'), ends: str(item, 'ends'), used: str(item, 'used'), usedFrom: str(item, 'used_from') };
    return id === null ? null : { id, name: str(item, 'name') ?? '', role: str(item, 'role') ?? '', scope: str(item, 'scope') ?? '', ...times };
  });
}

/** The text of a token just made; null when that was none. */
export function readNewToken(raw: unknown): string | null {
  return isPlain(raw) ? str(raw, 'token') : null;
}

export function scopeWords(scope: string): string {
  switch (scope) {
    case '':
      return t('all that its role may');
    case 'read':
      return t('looks only');
    case 'metrics':
      return t('metrics only');
    default:
      return scope;
  }
}

const NAME = /^[a-z0-9._-]{1,32}$/i;
const DAYS_MOST = 3650;

/** Why such a token can't be made, by field; empty when it can. */
export function tokenProblems(wish: TokenWish): Partial<Record<'name' | 'days' | 'password', string>> {
  const fits = Number.isInteger(wish.days) && wish.days >= 0 && wish.days <= DAYS_MOST;
  return {
    ...(NAME.test(wish.name) ? {} : { name: t('Letters, digits, dot, hyphen and underscore; at most 32.') }),
    ...(fits ? {} : { days: t('A whole number from 0 to {most}.', { most: DAYS_MOST }) }),
    ...(wish.password === '' ? { password: t('Your own password, to be sure that it is you.') } : {}),
  };
}
