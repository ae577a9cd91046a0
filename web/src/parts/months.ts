/* What Charges and Mileage both show of the diary: the chosen period with its sums, its days or months, and its bounds. */
import { useRef } from 'preact/hooks';
import type { App } from '../app';
import { dayOf } from '../calendar';
import type { Bar } from '../bars';
import type { Listing, Sums } from '../diary';
import { diaryPath, readListing, readSums } from '../diary';
import type { Moment } from '../format';
import type { Loaded } from '../load';
import { useLoad } from '../load';
import type { Period } from '../period';
import { periodDays, readPeriod } from '../period';
import type { PageName, Route } from '../route';
import { linkTo } from '../route';
import { sumOf, wholeOf } from '../totals';

const LIMIT = 1000;
const readSumsList = (raw: unknown): Listing<Sums> | null => readListing(raw, readSums);

/** A period with its parts, as they are drawn. */
export interface Drawn {
  period: Period;
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
  closer: (bar: Bar) => string | null;
}

function partsPath(car: string, period: Period): string {
  return period.kind === 'month'
    ? diaryPath('days', { car, days: periodDays(period), limit: LIMIT })
    : diaryPath('months', { car, days: periodDays(period), limit: LIMIT });
}

/** Also what can't be put on one day; until that is known, the month as it was told. */
function totalOf(period: Period, months: readonly Sums[], parts: Listing<Sums> | null): Sums {
  return parts ? wholeOf(parts, period.key) : sumOf(months.filter((each) => each.key === period.key), period.key);
}

/** The last one that came, unless there is a reason why none comes. */
function useDrawn(period: Period, parts: Loaded<Listing<Sums>>): Drawn | null {
  const last = useRef<Drawn | null>(null);
  if (parts.data) {
    last.current = { period, list: parts.data };
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
  const parts = useLoad(app, partsPath(car, period), readSumsList);
  const link = (page: PageName, key: string) => linkTo(page, { car: route.query['car'] ?? null, period: key });
  return {
    period,
    first: keys[0] ?? last,
    last: newest !== undefined && newest > last ? newest : last,
    months,
    parts,
    drawn: useDrawn(period, parts),
    total: totalOf(period, months.data?.items ?? [], parts.data),
    choose: (chosen) => app.router.swap(link(route.page, chosen.key)),
    closer: (bar) => (bar.key.length === 10 || bar.sums === null ? null : link(route.page, bar.key)),
  };
}
