/* Which outings are looked at: all, those with one tag ("work"), or those without any. */
import { t } from '../i18n';
import { number } from '../format';
import type { TagCount } from '../tags';
import { NO_TAG } from '../tags';

interface TagFilterProps {
  counts: readonly TagCount[];
  /** null: all. */
  tag: string | null;
  choose: (tag: string | null) => void;
}

function One({ words, count, on, choose }: { words: string; count: number | null; on: boolean; choose: () => void }) {
  return (
    <button type="button" class="tagchip" aria-pressed={on} onClick={choose}>
      {words}
      {count === null ? null : <span class="tagchip__count">{number(count)}</span>}
    </button>
  );
}

export function TagFilter({ counts, tag, choose }: TagFilterProps) {
  const gone = tag !== null && tag !== NO_TAG && !counts.some((each) => each.tag === tag) ? [{ tag, count: 0 }] : [];
  const all = [...counts, ...gone];
  if (all.length === 0 && tag === null) {
    return null;
  }
  return (
    <div class="tags" role="group" aria-label={t('Only with the tag')} id="tags">
      <One words={t('All outings')} count={null} on={tag === null} choose={() => choose(null)} />
      {all.map((each) => (
        <One key={each.tag} words={each.tag} count={each.count} on={each.tag === tag} choose={() => choose(each.tag)} />
      ))}
      <One words={t('Without a tag')} count={null} on={tag === NO_TAG} choose={() => choose(NO_TAG)} />
    </div>
  );
}
