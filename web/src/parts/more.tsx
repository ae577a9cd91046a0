/* The button under a list that brings what is older. */
import type { Pages } from '../load';

export function More<T extends { id: number }>({ pages, noun }: { pages: Pages<T>; noun: string }) {
  if (pages.more === null) {
    return null;
  }
  return (
    <button type="button" class="button button--wide" id="show-more" disabled={pages.busy} onClick={pages.more}>
      {pages.busy ? 'Loading …' : `Show more ${noun}`}
    </button>
  );
}
