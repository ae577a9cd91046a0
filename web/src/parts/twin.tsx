/* The table that says the same as a chart: folded, and drawn only once it is opened. */
import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';

export interface TwinRow {
  key: string;
  cells: ComponentChild[];
}

interface TwinProps {
  label: string;
  head: readonly string[];
  rows: () => TwinRow[];
}

function Table({ label, head, rows }: TwinProps) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="table">
        <thead>
          <tr>
            {head.map((each) => (
              <th scope="col" key={each}>
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows().map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.cells[0]}</th>
              {row.cells.slice(1).map((cell, i) => (
                <td key={i}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Twin(props: TwinProps) {
  const [open, setOpen] = useState(false);
  return (
    <details class="more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="more__summary">Show as a table</summary>
      {open ? <Table {...props} /> : null}
    </details>
  );
}
