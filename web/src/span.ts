/* The stretch of time that the history shows, as the address has it: a span that ends now or then, or what was zoomed into. Pure. */
import { DAY_S } from './history';
import { t } from './i18n';

export const SPANS = [
  { name: 'day', label: t('Day'), seconds: DAY_S },
  { name: 'week', label: t('Week'), seconds: 7 * DAY_S },
  { name: 'month', label: t('Month'), seconds: 31 * DAY_S },
  { name: 'year', label: t('Year'), seconds: 366 * DAY_S },
  { name: 'decade', label: t('10 years'), seconds: 3653 * DAY_S },
] as const;

export type SpanName = (typeof SPANS)[number]['name'];
type Query = Readonly<Record<string, string>>;

const NARROWEST_S = 600;
const WIDEST_S = 3653 * DAY_S;

export interface Stretch {
  from: number;
  to: number;
  /** null: zoomed to no named width. */
  span: SpanName | null;
  /** It ends now and moves along. */
  live: boolean;
}

function seconds(text: string | undefined): number | null {
  const value = text !== undefined && /^(?:19|20|21)\d\d-\d\d-\d\dT\d\d:\d\dZ$/.test(text) ? Date.parse(text) / 1000 : NaN;
  return Number.isNaN(value) ? null : value;
}

function minute(at: number): string {
  return `${new Date(Math.round(at / 60) * 60000).toISOString().slice(0, 16)}Z`;
}

export function readStretch(query: Query, nowS: number): Stretch {
  const from = seconds(query['from']);
  const to = seconds(query['to']);
  if (from !== null && to !== null && to - from >= NARROWEST_S && to - from <= WIDEST_S + DAY_S) {
    return { from, to, span: null, live: false };
  }
  const span = SPANS.find((each) => each.name === query['span']) ?? SPANS[0];
  const end = to ?? Math.ceil(nowS / 60) * 60;
  return { from: end - span.seconds, to: end, span: span.name, live: to === null };
}

/** The part of the address that leads to this stretch; times to the minute. */
export function writeStretch(stretch: Stretch): Record<string, string> {
  if (stretch.span === null) {
    return { from: minute(stretch.from), to: minute(stretch.to) };
  }
  return stretch.live ? { span: stretch.span } : { span: stretch.span, to: minute(stretch.to) };
}

/** A stretch that was drawn or worked out: not narrower than ten minutes, not in the future. */
export function stretchBetween(from: number, to: number, nowS: number): Stretch {
  const width = Math.min(WIDEST_S, Math.max(NARROWEST_S, to - from));
  const middle = (from + to) / 2;
  const end = Math.min(Math.ceil(nowS / 60) * 60, middle + width / 2);
  return { from: end - width, to: end, span: null, live: false };
}

/** One width earlier (-1) or later (1); what would reach into the future ends now and moves along. */
export function movedStretch(stretch: Stretch, by: -1 | 1, nowS: number): Stretch {
  const width = stretch.to - stretch.from;
  const to = stretch.to + by * width;
  if (to < nowS) {
    return { ...stretch, from: to - width, to, live: false };
  }
  return stretch.span === null ? stretchBetween(nowS - width, nowS, nowS) : { from: nowS - width, to: nowS, span: stretch.span, live: true };
}

/** Half (in) or twice (out) as wide around its middle. */
export function zoomedStretch(stretch: Stretch, way: 'in' | 'out', nowS: number): Stretch {
  const width = (stretch.to - stretch.from) * (way === 'in' ? 0.25 : 1);
  const middle = (stretch.from + stretch.to) / 2;
  return stretchBetween(middle - width, middle + width, nowS);
}

/** Whether there is anything to zoom to. */
export function canZoom(stretch: Stretch, way: 'in' | 'out'): boolean {
  const width = stretch.to - stretch.from;
  return way === 'in' ? width > NARROWEST_S : width < WIDEST_S;
}
