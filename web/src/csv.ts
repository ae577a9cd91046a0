/* A list as one CSV file, although garaged gives it page by page. */
import type { Failure } from './api';

export interface CsvPage {
  ok: true;
  text: string;
  /** What to ask for as `before`; null: that was all. */
  next: string | null;
}

const PAGES_MOST = 100;

/** The pages of `ask`, one below the other under one header. */
export async function wholeCsv(ask: (before: string | null) => Promise<CsvPage | Failure>): Promise<CsvPage | Failure> {
  let text = '';
  let before: string | null = null;
  for (let count = 0; count < PAGES_MOST; count += 1) {
    const page = await ask(before);
    if (!page.ok) {
      return page;
    }
    text += text === '' ? page.text : page.text.slice(page.text.indexOf('\n') + 1);
    before = page.next;
    if (before === null) {
      break;
    }
  }
  return { ok: true, text, next: before };
}

/** The value of X-Next, which is JSON: a number, a date in quotes, or null. */
export function readNext(header: string | null): string | null {
  const text = (header ?? 'null').trim().replace(/^"|"$/g, '');
  return text === 'null' || text === '' ? null : text;
}

/** A table's rows of cells; quotes are kept as they came, so that a row can be written again as it was (RFC 4180). */
function rowsOf(text: string): { line: string; cells: string[] }[] {
  const lines = text.match(/(?:"(?:[^"]|"")*"|[^"\r\n])+/g) ?? [];
  return lines.map((line) => ({ line, cells: (line.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^",]*)/g) ?? []).map((cell) => cell.replace(/^"|"$/g, '').replace(/""/g, '"')) }));
}

/** The rows whose cell in `column` passes, below the same header. */
export function siftCsv(text: string, column: string, passes: (cell: string) => boolean): string {
  const [head, ...rows] = rowsOf(text);
  const at = head?.cells.indexOf(column) ?? -1;
  const kept = at < 0 ? rows : rows.filter((row) => passes(row.cells[at] ?? ''));
  return [...(head ? [head] : []), ...kept].map((row) => `${row.line}\r\n`).join('');
}
