/* The outings of a time as a list: page by page, or all of them sifted by a tag; and who may edit their tags. */
import { useState } from 'preact/hooks';
import type { App } from '../app';
import type { Listing, Outing } from '../diary';
import { diaryPath, readListing, readOuting } from '../diary';
import { number } from '../format';
import { t, tn } from '../i18n';
import type { Pages } from '../load';
import { replaceKept, useLoad, usePages } from '../load';
import { mayWrite } from '../roles';
import { hasTag, NO_TAG } from '../tags';
import type { Units } from '../units';
import { EntryList } from './entry_list';
import { OutingEntry } from './outing_entry';

const LIMIT = 30;
/** The most that garaged gives at once. */
const ALL = 1000;

export const readOutings = (raw: unknown): Listing<Outing> | null => readListing(raw, readOuting);

type Days = { from: string; to: string } | null;

interface OutingsProps {
  app: App;
  role: string | undefined;
  car: string;
  days: Days;
  /** null: all. */
  tag: string | null;
  /** Of which time. */
  note: string;
  year: string;
  units: Units;
}

/** All outings of a time, and what of them has the tag; asks nothing without one. */
export function useTagged(app: App, car: string, days: Days, tag: string | null) {
  const path = diaryPath('outings', { car, days, limit: ALL });
  return { path: `whole ${path}`, loaded: useLoad(app, tag === null ? '' : path, readOutings, { name: `whole ${path}`, whole: true }) };
}

/** The newest outings of a time, for the tags that are used in it. */
export function useNewest(app: App, car: string, days: Days): Outing[] {
  return useLoad(app, diaryPath('outings', { car, days, limit: ALL }), readOutings).data?.items ?? [];
}

function emptyWords(tag: string | null): string {
  if (tag === null) {
    return t('No outing in this time. Each one appears here once the car is back and its odometer is heard.');
  }
  return tag === NO_TAG ? t('No outing without a tag in this time.') : t('No outing in this time has the tag “{tag}”. It appears here as soon as you give it to one.', { tag });
}

/** One editor at a time. `path`: under which name the list is kept. */
function useEntry({ app, role, car, year, units }: OutingsProps, path: string, editing: number | null, setEditing: (id: number | null) => void) {
  const saved = (outing: Outing) => {
    replaceKept(app, path, outing);
    app.renew();
  };
  const may = mayWrite(role);
  return (outing: Outing) => {
    const toggle = (open: boolean) => setEditing(open ? outing.id : null);
    const edit = may ? { open: editing === outing.id, toggle, saved } : null;
    return <OutingEntry key={outing.id} app={app} car={car} outing={outing} year={year} units={units} edit={edit} />;
  };
}

function List({ note, tag, pages, entry }: { note: string; tag: string | null; pages: Pages<Outing>; entry: ReturnType<typeof useEntry> }) {
  return <EntryList title={t('Each outing')} icon="road" note={note} noun={t('outings')} empty={emptyWords(tag)} pages={pages} entry={entry} />;
}

function PagedOutings(props: OutingsProps) {
  const path = diaryPath('outings', { car: props.car, days: props.days, limit: LIMIT });
  const [editing, setEditing] = useState<number | null>(null);
  const pages = usePages(props.app, path, readOutings);
  const entry = useEntry(props, path, editing, setEditing);
  return <List note={props.note} tag={null} pages={pages} entry={entry} />;
}

/** garaged can't sift by tags. One that is being edited stays, also when its tag has gone. */
function TaggedOutings(props: OutingsProps & { tag: string }) {
  const { path, loaded } = useTagged(props.app, props.car, props.days, props.tag);
  const [editing, setEditing] = useState<number | null>(null);
  const entry = useEntry(props, path, editing, setEditing);
  const items = loaded.data?.items.filter((each) => hasTag(each, props.tag) || each.id === editing) ?? [];
  const note = loaded.data === null ? props.note : tn(loaded.data.items.length, '{count} of {n} outing', '{count} of {n} outings', { count: number(items.length) });
  return <List note={note} tag={props.tag} pages={{ ...loaded, data: loaded.data && { ...loaded.data, items }, more: null, busy: false }} entry={entry} />;
}

export function Outings(props: OutingsProps) {
  return props.tag === null ? <PagedOutings {...props} /> : <TaggedOutings {...props} tag={props.tag} />;
}
