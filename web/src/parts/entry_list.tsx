/* A list of the diary, page by page: its entries, or what will appear here. */
import type { ComponentChild } from 'preact';
import { t } from '../i18n';
import type { Pages } from '../load';
import { Card } from './card';
import type { IconName } from './icons';
import { Empty, ProblemLine, Waiting } from './waiting';

interface EntryListProps<T extends { id: number }> {
  /** Of its section, where a page has two. */
  id?: string;
  title: string;
  icon: IconName;
  /** Of which time. */
  note: string;
  /** "charges". */
  noun: string;
  empty: string;
  pages: Pages<T>;
  entry: (item: T) => ComponentChild;
}

function More({ more, busy, noun }: { more: () => void; busy: boolean; noun: string }) {
  return (
    <button type="button" class="button button--wide" id="show-more" aria-disabled={busy} onClick={() => (busy ? undefined : more())}>
      {busy ? t('Loading …') : t('Show more {what}', { what: noun })}
    </button>
  );
}

export function EntryList<T extends { id: number }>({ id = 'list', title, icon, note, noun, empty, pages, entry }: EntryListProps<T>) {
  const { data, problem, retry, more, busy } = pages;
  return (
    <Card id={id} title={title} icon={icon} note={note}>
      {data ? null : <Waiting what={noun} problem={problem} retry={retry} />}
      {data && data.items.length === 0 ? <Empty icon={icon} words={empty} /> : null}
      <ul class="entries">{data?.items.map(entry)}</ul>
      {data && problem ? <ProblemLine problem={problem} retry={retry} stale /> : null}
      {more ? <More more={more} busy={busy} noun={noun} /> : null}
    </Card>
  );
}
