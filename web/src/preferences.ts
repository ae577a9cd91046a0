/* The owner's wishes as garaged keeps them (GET and PUT preferences, which changes just what is sent). Pure. */
import { num, str } from './diary';
import { t } from './i18n';
import { isPlain } from './merge';

export const NOTICE_KINDS = [
  { kind: 'charge_finished', label: t('Charging has finished') },
  { kind: 'charge_interrupted', label: t('Charging was interrupted') },
  { kind: 'soc_low', label: t('Battery very low') },
  { kind: 'not_plugged', label: t('Not plugged in at my hour') },
  { kind: 'aux_low', label: t('12 V battery low') },
  { kind: 'dongle_lost', label: t('Dongle lost') },
  { kind: 'identity_changed', label: t('Another car or battery') },
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number]['kind'];

export interface Wishes {
  on: Record<NoticeKind, boolean>;
  socLow: number;
  auxLow: number;
  /** "22:00"; null: never. */
  notPluggedAt: string | null;
}

export interface Preferences {
  wishes: Wishes;
  raw: Record<string, unknown>;
}

/** Reads what garaged answered; what is missing has its usual value. */
export function readPreferences(raw: unknown): Preferences | null {
  if (!isPlain(raw)) {
    return null;
  }
  const notices = isPlain(raw['notices']) ? raw['notices'] : {};
  const on = Object.fromEntries(NOTICE_KINDS.map(({ kind }) => [kind, notices[kind] !== false])) as Wishes['on'];
  // Without an hour it is never told, whatever its switch says.
  on.not_plugged &&= str(notices, 'not_plugged_at') !== null;
  const wishes = { on, socLow: num(notices, 'soc_low_percent') ?? 20, auxLow: num(notices, 'aux_low_volts') ?? 12, notPluggedAt: str(notices, 'not_plugged_at') };
  return { wishes, raw };
}

/** What was changed of them, to be sent: what somebody else has changed meanwhile stays. */
export function writeWishes(before: Wishes, after: Wishes): Record<string, unknown> {
  const switched = NOTICE_KINDS.filter(({ kind }) => after.on[kind] !== before.on[kind]).map(({ kind }) => [kind, after.on[kind]] as const);
  const notices = {
    ...Object.fromEntries(switched),
    ...(after.socLow === before.socLow ? {} : { soc_low_percent: after.socLow }),
    ...(after.auxLow === before.auxLow ? {} : { aux_low_volts: after.auxLow }),
    ...(after.notPluggedAt === before.notPluggedAt ? {} : { not_plugged_at: after.notPluggedAt }),
  };
  return { notices };
}

/** Why these wishes can't be kept, by field; empty when they can. */
export function wishProblems(wishes: Wishes): Partial<Record<'socLow' | 'auxLow' | 'notPluggedAt', string>> {
  return {
    ...(Number.isInteger(wishes.socLow) && wishes.socLow >= 1 && wishes.socLow <= 99 ? {} : { socLow: t('A whole number from 1 to 99.') }),
    ...(wishes.auxLow >= 10 && wishes.auxLow <= 13 ? {} : { auxLow: t('A number from 10 to 13.') }),
    ...((wishes.notPluggedAt === null && !wishes.on.not_plugged) || /^([01]\d|2[0-3]):[0-5]\d$/.test(wishes.notPluggedAt ?? '') ? {} : { notPluggedAt: t('A time like 22:00.') }),
  };
}
