/* The table that says the same as a chart: folded, and drawn only once it is opened. */
import type { ComponentChild } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';

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

/** On paper nothing can be unfolded. */
function usePrinted(): boolean {
  const [printed, setPrinted] = useState(false);
  useEffect(() => {
    const paper = matchMedia('print');
    const change = () => setPrinted(paper.matches);
    const before = () => setPrinted(true);
    const after = () => setPrinted(false);
    paper.addEventListener('change', change);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      paper.removeEventListener('change', change);
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, []);
  return printed;
}

export function Twin(props: TwinProps) {
  const [chosen, setChosen] = useState(false);
  const printed = usePrinted();
  const open = chosen || printed;
  return (
    <details class="more" open={open} onToggle={(event) => (printed ? undefined : setChosen(event.currentTarget.open))}>
      <summary class="more__summary">{t('Show as a table')}</summary>
      {open ? <Table {...props} /> : null}
    </details>
  );
}
