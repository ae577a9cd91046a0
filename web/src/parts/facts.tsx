/* Facts one below the other: a name, a value, and a line of explanation where one is needed. */
import type { ComponentChild } from 'preact';

export interface FactRow {
  name: string;
  value: ComponentChild;
  note?: string | null;
}

/** Rows whose value is null aren't drawn: what isn't known of this one is left out. */
export function FactList({ rows }: { rows: readonly FactRow[] }) {
  return (
    <dl class="rows">
      {rows
        .filter((row) => row.value !== null)
        .map((row) => (
          <div class="row" key={row.name}>
            <dt class="row__label">{row.name}</dt>
            <dd class="row__value">
              <span class="amount">{row.value}</span>
              {row.note ? <span class="meta">{row.note}</span> : null}
            </dd>
          </div>
        ))}
    </dl>
  );
}
