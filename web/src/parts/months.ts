/* What Charges and Mileage both show of the diary: the chosen period with its sums, its days or months, and its bounds. */
import { useRef } from 'preact/hooks';
import type { App } from '../app';
import { dayOf } from '../calendar';
import type { Bar } from '../bars';
import type { Listing, Sums } from '../diary';
import { diaryPath, readFigures, readListing, readSums } from '../diary';
import type { Moment } from '../format';
import type { Loaded } from '../load';
import { useLoad } from '../load';
import { isPlain } from '../merge';
import type { Grain, Period } from '../period';
import { isOfDays, periodDays, readGrain, readPeriod } from '../period';
import type { PageName, Route } from '../route';
import { linkTo } from '../route';
import { restOf, sumOf, wholeOf } from '../totals';

const LIMIT = 1000;
export const readSumsList = (raw: unknown): Listing<Sums> | null => readListing(raw, readSums);

/** A period with its parts, as they are drawn. */
export interface Drawn {
  period: Period;
  grain: Grain;
  list: Listing<Sums>;
}

export interface PeriodData {
  period: Period;
  first: string;
  last: string;
  /** All months there are. */
  months: Loaded<Listing<Sums>>;
  /** The parts of the period. */
  parts: Loaded<Listing<Sums>>;
  /** What to draw: these parts, or those of the period before while they are on their way. */
  drawn: Drawn | null;
  total: Sums;
  choose: (period: Period) => void;
  regrain: (grain: Grain) => void;
  closer: (bar: Bar) => string | null;
}

/** The question for the parts of a period. */
export function partsPath(car: string, period: Period, grain: Grain): string {
  return isOfDays(grain)
    ? diaryPath('days', { car, days: periodDays(period), limit: LIMIT })
    : diaryPath('months', { car, days: periodDays(period), limit: LIMIT });
}

/** The question for the sums of a span; null: of everything. */
export function totalsPath(car: string, days: { from: string; to: string } | null): string {
  return `totals?${new URLSearchParams({ car, ...(days ?? {}) }).toString()}`;
}

/** Exact, while sums of what was rounded day by day are off by cents; null when that was no answer. */
export function readTotals(raw: unknown): Sums | null {
  return isPlain(raw) ? restOf(readFigures(raw, 'total')) : null;
}

/** Also what can't be put on one day; until that is known, the month as it was told. */
function totalOf(period: Period, months: readonly Sums[], parts: Listing<Sums> | null): Sums {
  return parts ? wholeOf(parts, period.key) : sumOf(months.filter((each) => each.key === period.key), period.key);
}

/** The last one that came, unless there is a reason why none comes. */
function useDrawn(period: Period, grain: Grain, parts: Loaded<Listing<Sums>>): Drawn | null {
  const last = useRef<Drawn | null>(null);
  if (parts.data) {
    last.current = { period, grain, list: parts.data };
  } else if (parts.problem) {
    last.current = null;
  }
  return last.current;
}

/** The period that the address names, and all that is shown of it. */
export function usePeriod(app: App, car: string, route: Route, now: Moment | null): PeriodData {
  const today = now ? dayOf(now) : null;
  const months = useLoad(app, diaryPath('months', { car, limit: LIMIT }), readSumsList);
  const keys = (months.data?.items ?? []).map((each) => each.key).sort();
  const newest = keys[keys.length - 1];
  const last = today?.slice(0, 7) ?? newest ?? '1970-01';
  const period = readPeriod(route.query['period'], today ?? newest ?? null);
  const grain = readGrain(route.query['by'], period);
  const parts = useLoad(app, partsPath(car, period, grain), readSumsList);
  const total = useLoad(app, totalsPath(car, periodDays(period)), readTotals).data;
  const link = (page: PageName, key: string, by: string | null) => linkTo(page, { ...route.query, period: key, by });
  return {
    period,
    first: keys[0] ?? last,
    last: newest !== undefined && newest > last ? newest : last,
    months,
    parts,
    drawn: useDrawn(period, grain, parts),
    total: total ?? totalOf(period, months.data?.items ?? [], parts.data),
    choose: (chosen) => app.router.swap(link(route.page, chosen.key, chosen.kind === period.kind ? grain : null)),
    regrain: (by) => app.router.swap(link(route.page, period.key, by)),
    closer: (bar) => (bar.key.length === 10 || bar.sums === null ? null : link(route.page, bar.key, null)),
  };
}
