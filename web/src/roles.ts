/* What each role may see and do on the page; garaged decides anew with every request. Pure. */
import { t } from './i18n';

const WORDS: Readonly<Record<string, string>> = { viewer: t('viewer'), driver: t('driver'), admin: t('admin') };

export function roleWords(role: string): string {
  return WORDS[role] ?? role;
}

/** Whether the car may be ordered about and the diary be edited. */
export function mayWrite(role: string | undefined): boolean {
  return role === 'driver' || role === 'admin';
}

export function isAdmin(role: string | undefined): boolean {
  return role === 'admin';
}
