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
