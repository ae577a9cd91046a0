/* What the words of the diary mean, in sentences: how a charge is known, what its flags say, when something was. Pure. */
import { dayName, dayOf, weekday } from './calendar';
import type { Charge, Outing } from './diary';
import { clock, duration, moment, number } from './format';
import type { Moment } from './format';
import { t } from './i18n';

interface Word {
  short: string;
  long: string;
}

const HOW: Record<string, Word> = {
  watched: { short: t('watched'), long: t('Watched: the car told garaged about it while it charged.') },
  inferred: {
    short: t('inferred'),
    long: t('Inferred: the car said nothing meanwhile, but it stood still and its charge was higher afterwards. So only the window is known, and no curve.'),
  },
  metered: { short: t('metered'), long: t('Metered: a wall meter said when it began, when it ended and how much it took.') },
};

const FLAGS: Record<string, Word> = {
  gaps: { short: t('with gaps'), long: t('For a while nothing was heard; what flowed then is not counted.') },
  restarted: { short: t('over a restart'), long: t('garaged was restarted meanwhile and went on where it was.') },
  charged_elsewhere: { short: t('charged elsewhere'), long: t('The car was charged while it was away, so what it used on the way can’t be told.') },
  estimated: { short: t('estimated'), long: t('A figure the car didn’t give was replaced by a usual one: the energy is an estimate.') },
  implausible: { short: t('implausible'), long: t('Physics says this can’t be quite so. It is shown as it was measured.') },
  imported: { short: t('imported'), long: t('It is from a log of another program, not watched by garaged.') },
  interrupted: { short: t('interrupted'), long: t('It ended before the battery was full and before the car drove off.') },
  standby: { short: t('standby loss'), long: t('The car drove no whole kilometre: what is gone was lost standing, not driving.') },
};

const MODES: Record<string, string> = { ac1: t('AC, slow (level 1)'), ac2: t('AC (level 2)'), dc: t('DC, quick') };

function wordOf(words: Record<string, Word>, key: string): Word {
  const plain = key.replace(/_/g, ' ');
  return words[key] ?? { short: plain, long: plain };
}

export function howWord(how: string): Word {
  return wordOf(HOW, how);
}

export function flagWord(flag: string): Word {
  return wordOf(FLAGS, flag);
}

export function modeWord(mode: string | null): string | null {
  return mode === null || mode === 'none' ? null : (MODES[mode] ?? mode);
}

/** What is left to say of a charge that isn't simply over. */
export function stateWord(state: string): Word | null {
  switch (state) {
    case 'closed':
      return null;
    case 'open':
      return { short: t('in progress'), long: t('Still charging: the figures are those of this moment.') };
    case 'incomplete':
      return { short: t('incomplete'), long: t('garaged lost the car before the end: how it ended isn’t known.') };
    default:
      return { short: state, long: state };
  }
}

/** Minutes from one to the other; null where either isn't known. */
export function minutesBetween(from: string | null, to: string | null): number | null {
  const a = moment(from);
  const b = moment(to);
  return a && b && b.ms >= a.ms ? (b.ms - a.ms) / 60000 : null;
}

function dayText(at: Moment, year: string): string {
  const day = dayOf(at);
  return `${weekday(day)} ${dayName(day, year)}`;
}

/** "Sun 22 Nov, 07:00 to 08:10", over midnight "Sun 22 Nov, 22:00 to Mon 23 Nov, 05:10"; the year where it isn't `year`. */
export function spanWords(from: string | null, to: string | null, year = '', locale?: string, within = false): string {
  const a = moment(from);
  const b = moment(to);
  if (!a || !b) {
    const known = a ?? b;
    return known ? `${dayText(known, year)}, ${clock(known, locale)}` : t('at an unknown time');
  }
  const end = dayOf(a) === dayOf(b) ? clock(b, locale) : `${dayText(b, year)}, ${clock(b, locale)}`;
  return t(within ? 'between {begin} and {end}' : '{begin} to {end}', { begin: `${dayText(a, year)}, ${clock(a, locale)}`, end });
}

export interface EntryTime {
  day: string;
  times: string;
}

/** The same as a list needs it: "Sun 22 Nov" and "07:00–08:10", over midnight both days. */
export function entryTime(from: string | null, to: string | null, year = '', locale?: string): EntryTime {
  const a = moment(from);
  const b = moment(to);
  const known = a ?? b;
  if (!known) {
    return { day: t('At an unknown time'), times: '' };
  }
  if (!a || !b) {
    return { day: dayText(known, year), times: clock(known, locale) };
  }
  const day = dayOf(a) === dayOf(b) ? dayText(a, year) : `${dayText(a, year)} – ${dayText(b, year)}`;
  return { day, times: `${clock(a, locale)}–${clock(b, locale)}` };
}

/** When it was, as far as that is known: an inferred charge happened somewhere within its window. */
export function chargeWhen(charge: Charge, year = '', locale?: string): string {
  const from = moment(charge.from);
  if (charge.state === 'open' && from) {
    return t('since {time}', { time: `${dayText(from, year)}, ${clock(from, locale)}` });
  }
  return spanWords(charge.from, charge.to, year, locale, charge.how === 'inferred');
}

/** "41 % → 80.2 %". */
export function socWords(charge: Pick<Charge, 'socFrom' | 'socTo'>): string {
  const say = (value: number | null) => (value === null ? '?' : `${number(value, 0, 1)}\u202f%`);
  return `${say(charge.socFrom)} \u2192 ${say(charge.socTo)}`;
}

/** "1 h 10 min" for what was watched; of an inferred one only the window is known. */
export function chargeLength(charge: Charge): string | null {
  const minutes = minutesBetween(charge.from, charge.to);
  if (minutes === null || charge.state === 'open') {
    return null;
  }
  return charge.how === 'inferred' ? t('within {duration}', { duration: duration(minutes) }) : duration(minutes);
}

/** The energy of an outing as days and consumption count it: by the charge, else by GIDs. */
export function outingEnergy(outing: Outing): number | null {
  return outing.energySoc ?? outing.energyGids;
}

/** Where prices hold has a name of its own in each language; other places are as they were typed. */
export function placeWords(place: string | null): string | null {
  return place === 'home' ? t('home') : place;
}
