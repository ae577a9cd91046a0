/* The owner's words on outings ("work"): read, counted, sifted and summed. garaged joins them by blanks, so none has one. Pure. */
import type { Listing, Outing, Sums } from './diary';
import { outingEnergy } from './diary_words';
import { t } from './i18n';
import { emptySums, sumOf } from './totals';

/** As garaged limits them. */
const TAGS_MOST = 16;
const TAG_BYTES_MOST = 31;
const TOGETHER_BYTES_MOST = 199;

/** In the address, for outings without any: no tag is a blank. */
export const NO_TAG = ' ';

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** As a tag is kept: "Business  trip " becomes "Business-trip". */
export function asTag(typed: string): string {
  return typed.trim().replace(/[,;\s]+/g, '-').replace(/^-+|-+$/g, '');
}

/** Why a tag can't be added, or null. */
export function tagProblem(tag: string, has: readonly string[]): string | null {
  if (tag === '') {
    return t('A tag is a word.');
  }
  if (has.includes(tag)) {
    return t('That one is there already.');
  }
  if (bytesOf(tag) > TAG_BYTES_MOST) {
    return t('A tag has at most {n} letters.', { n: TAG_BYTES_MOST });
  }
  return has.length >= TAGS_MOST || bytesOf([...has, tag].join(' ')) > TOGETHER_BYTES_MOST ? t('No room for a further tag.') : null;
}

export interface TagCount {
  tag: string;
  count: number;
}

/** What is used, most used first. */
export function tagCounts(outings: readonly Outing[]): TagCount[] {
  const counts = new Map<string, number>();
  for (const tag of outings.flatMap((each) => each.tags)) {
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].map(([tag, count]) => ({ tag, count })).sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1));
}

export function hasTag(outing: Outing, tag: string): boolean {
  return tag === NO_TAG ? outing.tags.length === 0 : outing.tags.includes(tag);
}

/** The tag that the address asks for; null: all outings. */
export function readTag(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function figuresOf(outing: Outing, key: string): Sums {
  const used = outingEnergy(outing);
  const isRated = used !== null && outing.distance !== null && outing.consumption !== null;
  return {
    ...emptySums(key),
    distance: outing.distance,
    used,
    outings: 1,
    ratedEnergy: isRated ? used : null,
    ratedDistance: isRated ? outing.distance : null,
  };
}

/** The bar an outing belongs to: its day, or its month where all of it lies in one; "" for none. */
function keyOf(outing: Outing, ofDays: boolean): string {
  if (ofDays) {
    return outing.day ?? '';
  }
  const from = (outing.day ?? outing.from ?? '').slice(0, 7);
  return from === (outing.day ?? outing.to ?? '').slice(0, 7) ? from : '';
}

/** Outings as the diary's days (or months) would have them, had there been no others. */
export function sumsOfOutings(outings: readonly Outing[], ofDays: boolean): Listing<Sums> {
  const groups = new Map<string, Sums[]>();
  for (const outing of outings) {
    const key = keyOf(outing, ofDays);
    const group = groups.get(key) ?? [];
    group.push(figuresOf(outing, key));
    groups.set(key, group);
  }
  const items = [...groups].filter(([key]) => key !== '').map(([key, group]) => sumOf(group, key));
  return { items, next: null, unattributed: sumOf(groups.get('') ?? [], '') };
}
