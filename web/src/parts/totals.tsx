/* A row of large figures above a chart. */
import type { Amount } from '../amounts';
import { money, mostWords, UNKNOWN } from '../amounts';
import type { Sums } from '../diary';
import { t } from '../i18n';

export interface Total {
  name: string;
  label: string;
  what: Pick<Amount, 'text' | 'unit'> | null;
  /** The exact value, for whoever looks closely (and for tests). */
  value: number | null;
  /** What is to be known with it, in a few words. */
  note?: string | null;
}

export function costTotal(sums: Sums): Total {
  const what = sums.cost === null ? null : { text: money(sums.cost, sums.currency), unit: '' };
  return { name: 'cost', label: t('Cost'), what, value: sums.cost, note: mostWords(sums.costMax, sums.currency) };
}

export function Totals({ totals }: { totals: readonly Total[] }) {
  return (
    <dl class="totals">
      {totals.map((total) => (
        <div class="totals__one" key={total.name} data-total={total.name} data-value={String(total.value)}>
          <dt>{total.label}</dt>
          <dd>
            <span class="amount">
              {total.what?.text ?? UNKNOWN}
              {total.what?.unit ? <span class="amount__unit">{`\u202f${total.what.unit}`}</span> : null}
            </span>
            {total.note ? <span class="meta">{total.note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}
