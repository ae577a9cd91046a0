/* A row of large figures above a chart. */
import type { Amount } from '../amounts';
import { UNKNOWN } from '../amounts';

export interface Total {
  name: string;
  label: string;
  what: Pick<Amount, 'text' | 'unit'> | null;
  /** The exact value, for whoever looks closely (and for tests). */
  value: number | null;
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
          </dd>
        </div>
      ))}
    </dl>
  );
}
