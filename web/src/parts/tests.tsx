/* Things that were tried, one below the other: a sign, what it was, and how it went in words. */
import { t } from '../i18n';
import { Icon } from './icons';
import type { IconName } from './icons';

export interface TestRow {
  name: string;
  outcome: 'good' | 'note' | 'bad' | 'unknown';
  words: string;
}

const SIGNS: Readonly<Record<TestRow['outcome'], IconName>> = { good: 'check', note: 'info', bad: 'warning', unknown: 'clock' };
const SPOKEN: Readonly<Record<TestRow['outcome'], string>> = { good: t('in order'), note: t('to know'), bad: t('not in order'), unknown: t('not known yet') };

export function TestList({ rows, label }: { rows: readonly TestRow[]; label: string }) {
  return (
    <ul class="tests" aria-label={label}>
      {rows.map((row) => (
        <li class={`tests__one tests__one--${row.outcome}`} key={row.name} data-outcome={row.outcome}>
          <span class="tests__sign">
            <Icon name={SIGNS[row.outcome]} size={18} />
            <span class="hidden">{SPOKEN[row.outcome]}</span>
          </span>
          <span class="tests__name">{row.name}</span>
          <span class="tests__words">{row.words}</span>
        </li>
      ))}
    </ul>
  );
}
