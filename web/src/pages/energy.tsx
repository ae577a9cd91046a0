/* Energy & cost: what was charged, driven and paid, month by month and year by year, each against the one before. */
import { useState } from 'preact/hooks';
import type { Amount } from '../amounts';
import { consumption, distance, energy, joined, money, mostWords, UNKNOWN } from '../amounts';
import type { App } from '../app';
import { dayOf } from '../calendar';
import type { Listing, Sums } from '../diary';
import { diaryPath, num, readListing, readSums } from '../diary';
import type { EnergyRow, Measures, Span } from '../energy';
import { changeWords, comparable, measuresOf, monthRows, spanBefore, spanName, yearRows } from '../energy';
import { number } from '../format';
import { t } from '../i18n';
import { useLoad } from '../load';
import { ByWarmth } from '../parts/by_warmth';
import { Card } from '../parts/card';
import { CsvLink } from '../parts/csv_link';
import { carbonWords, EnergyTable } from '../parts/energy_table';
import { Icon } from '../parts/icons';
import type { PeriodData } from '../parts/months';
import { partsPath, readSumsList, readTotals, totalsPath, usePeriod } from '../parts/months';
import type { Before, ChartOf } from '../parts/period_chart';
import { PeriodChart } from '../parts/period_chart';
import { PeriodPicker } from '../parts/period_picker';
import { Segments } from '../parts/segments';
import type { Total } from '../parts/totals';
import { Totals } from '../parts/totals';
import { Empty, Waiting } from '../parts/waiting';
import type { Period } from '../period';
import { periodDays, periodName, stepPeriod } from '../period';
import { readPreferences } from '../preferences';
import { mayWrite } from '../roles';
import { linkTo } from '../route';
import { consumptionOf } from '../totals';
import type { Units } from '../units';
import type { CarPageProps } from './page';
import { fileName, PageHead } from './page';
import { PricesPage } from './prices';

type Subject = 'cost' | 'energy' | 'rate';

function chartOf(subject: Subject, units: Units, currency: string | null): ChartOf {
  const columns = [
    { head: t('Energy'), cell: (sums: Sums) => joined(energy(sums.supplied)) },
    { head: t('Cost'), cell: (sums: Sums) => money(sums.cost, sums.currency) },
    { head: t('Consumption'), cell: (sums: Sums) => joined(consumption(consumptionOf(sums), units)) },
  ];
  const empty = t('Nothing in this time. A bar appears as soon as the car has charged, or is back from an outing.');
  switch (subject) {
    case 'cost':
      return { title: t('Cost'), icon: 'coin', figure: (sums) => sums.cost, amount: (value) => (value === null ? null : { value, text: money(value, currency), unit: '' }), columns, empty };
    case 'energy':
      return { title: t('Energy'), icon: 'plug', figure: (sums) => sums.supplied, amount: energy, columns, empty };
    case 'rate':
      return { title: t('Consumption'), icon: 'road', figure: consumptionOf, amount: (value) => consumption(value, units), columns, empty };
  }
}

interface TotalsOf {
  sums: Sums;
  /** null: nothing to compare with. */
  before: Sums | null;
  units: Units;
  grams: number | null;
}

/** From a thousand on, a tenth of a kWh says nothing and takes its room. */
function charged(value: number | null): Pick<Amount, 'text' | 'unit'> | null {
  return value !== null && value >= 1000 ? { text: number(value, 0, 0), unit: 'kWh' } : energy(value);
}

function totalsOf({ sums, before, units, grams }: TotalsOf): Total[] {
  const now = measuresOf(sums, units, grams);
  const then = before && measuresOf(before, units, grams);
  const hundred = units.distance === 'mi' ? t('Per 100 mi') : t('Per 100 km');
  const sum = (value: number | null, currency: string | null) => (value === null ? null : { text: money(value, currency), unit: '' });
  const weight = (value: number | null) => (value === null ? null : { text: carbonWords(value), unit: '' });
  const total = (name: keyof Measures, id: string, label: string, words: (value: number | null, of: Sums) => Total['what']): Total => {
    const was = then === null || before === null ? null : words(then[name], before);
    const note = then === null ? null : changeWords(now[name], then[name], was === null ? UNKNOWN : `${was.text}${was.unit === '' ? '' : `\u202f${was.unit}`}`);
    return { name: id, label, what: words(now[name], sums), value: now[name], note };
  };
  const all = [
    total('distance', 'distance', t('Driven'), (value) => distance(value, units)),
    total('energy', 'energy', t('Charged'), charged),
    total('rate', 'rate', t('Consumption'), (value) => consumption(value, units)),
    total('cost', 'cost', t('Cost'), (value, of) => sum(value, of.currency)),
    total('costRate', 'cost_rate', hundred, (value, of) => sum(value, of.currency)),
    total('carbon', 'carbon', 'CO₂', weight),
  ];
  const most = mostWords(sums.costMax, sums.currency);
  const costs = all.map((each) => (each.name === 'cost' && most !== null ? { ...each, note: each.note ? `${most}; ${each.note}` : most } : each));
  return grams === null ? costs.filter((each) => each.name !== 'carbon') : costs;
}

interface RowsProps {
  app: App;
  car: string;
  data: PeriodData;
  units: Units;
  grams: number | null;
  today: string | null;
  link: (key: string) => string;
}

const readYears = (raw: unknown): Listing<Sums> | null => readListing(raw, readSums);

/** What stands in no row, for it was over more than one of them. */
function restWords(rest: Sums, units: Units, ofYears: boolean): string | null {
  const far = (rest.distance ?? 0) > 0 ? [joined(distance(rest.distance, units))] : [];
  const much = (rest.supplied ?? 0) > 0 ? [joined(energy(rest.supplied))] : [];
  const amount = [...far, ...much].join(', ');
  if (amount === '') {
    return null;
  }
  return ofYears
    ? t('Unattributed: {amount}, over a turn of the year. It stands in no row, but in the sums above.', { amount })
    : t('Unattributed: {amount}, over more than one row. It stands in none, but in the sums above.', { amount });
}

function RowsCard({ data, rows, rest, units, grams, link }: Omit<RowsProps, 'app' | 'car' | 'today'> & { rows: EnergyRow[]; rest: Sums | null }) {
  const ofYears = data.period.kind === 'all';
  const title = ofYears ? t('Year by year') : t('The months of {year}', { year: data.period.key.slice(0, 4) });
  const words = rest && restWords(rest, units, ofYears);
  return (
    <Card id="rows" title={title} icon="calendar" note={ofYears ? t('in small: against the year before') : t('in small: against the month before')}>
      {rows.length === 0 ? <Empty icon="calendar" words={t('A row appears with the first day of the diary.')} /> : <EnergyTable rows={rows} units={units} grams={grams} link={link} label={t('{title}, as a table', { title })} />}
      {words ? <p class="chart__summary">{words}</p> : null}
    </Card>
  );
}

function Rows(props: RowsProps) {
  const { app, car, data, today } = props;
  const ofYears = data.period.kind === 'all';
  const months = data.months.data?.items ?? [];
  const years = useLoad(app, ofYears ? diaryPath('years', { car, limit: 1000 }) : '', readYears);
  if (!ofYears) {
    const rest = data.period.kind === 'year' ? (data.parts.data?.unattributed ?? null) : null;
    return <RowsCard {...props} rows={monthRows(months, data.period.key.slice(0, 4), today)} rest={rest} />;
  }
  if (!years.data) {
    return <Waiting what={t('the years')} problem={years.problem} retry={years.retry} />;
  }
  return <RowsCard {...props} rows={yearRows(years.data.items, months, today)} rest={years.data.unattributed} />;
}

/** The last year of what is shown: more would say nothing new of warmth. */
function warmthOf(data: PeriodData): { days: Span; when: string } {
  const period: Period = data.period.kind === 'all' ? { kind: 'year', key: data.last.slice(0, 4) } : data.period;
  return { days: periodDays(period) ?? { from: '', to: '' }, when: periodName(period) };
}

/** What the period is held against, and its sums; asked of garaged, for it may end amid a month. */
function useBefore(app: App, car: string, data: PeriodData, today: string | null): { span: Span | null; sums: Sums | null } {
  const known = data.months.data !== null;
  const span = known ? spanBefore(data.period, data.first, today) : null;
  const loaded = useLoad(app, span === null ? '' : totalsPath(car, span), readTotals);
  return { span, sums: span === null ? null : loaded.data };
}

/** The year before, whole, with its months: to be drawn behind. Day by day that would say nothing. */
function useEarlier(app: App, car: string, data: PeriodData): Before | null {
  const period = data.months.data === null || data.period.kind !== 'year' ? null : stepPeriod(data.period, -1, data.first, data.last);
  const parts = useLoad(app, period === null ? '' : partsPath(car, period, 'month'), readSumsList).data;
  return period && parts && { period, items: parts.items.map((each) => comparable(each, data.total)) };
}

interface MissingProps {
  sums: Sums;
  grams: number | null;
}

/** Why a figure isn't there, and where it is said. */
function Missing({ sums, grams }: MissingProps) {
  const lacks = [
    ...(sums.cost === null && sums.charges > 0 ? [t('No cost is known of this time: garaged reckons it by your prices, below.')] : []),
    ...(grams === null ? [t('CO₂ isn’t reckoned: nobody has said yet what a kWh of this house weighs. That is done with the prices, below.')] : []),
  ];
  return lacks.length === 0 ? null : (
    <div class="aside" id="missing">
      <Icon name="info" />
      <p>{lacks.join(' ')}</p>
    </div>
  );
}

function Overview({ app, house, route, id, now, dark, view, linkCar, grams }: CarPageProps & { grams: number | null }) {
  const today = now ? dayOf(now) : null;
  const period = route.query['period'] ?? today?.slice(0, 4) ?? 'all';
  const data = usePeriod(app, id, { ...route, query: { ...route.query, period } }, now);
  const before = useBefore(app, id, data, today);
  const earlier = useEarlier(app, id, data);
  const [subject, setSubject] = useState<Subject | null>(null);
  const drawn = subject ?? (data.total.cost === null ? 'energy' : 'cost');
  const csv = diaryPath('months', { car: id, days: periodDays(data.period), limit: 1000, format: 'csv' });
  const prices = linkTo('energy', { car: linkCar, show: 'prices' });
  return (
    <>
      <PageHead title={t('Energy & cost')}>
        <CsvLink app={app} path={csv} name={fileName(house, ['energy', id, data.period.key])} />
      </PageHead>
      <PeriodPicker period={data.period} first={data.first} last={data.last} choose={data.choose} />
      <Totals totals={totalsOf({ sums: data.total, before: before.sums && comparable(before.sums, data.total), units: view.units, grams })} />
      {before.span === null || before.sums === null ? null : (
        <p class="chart__summary" id="against">
          {t('In small: against {period}.', { period: spanName(before.span) })}
        </p>
      )}
      <Missing sums={data.total} grams={grams} />
      <a class="go" id="prices" href={prices}>
        {t('Prices and CO₂')}
      </a>
      <Segments label={t('Figure')} options={SUBJECTS} value={drawn} choose={setSubject} />
      {data.drawn ? (
        <PeriodChart chart={chartOf(drawn, view.units, data.total.currency)} drawn={data.drawn} dark={dark} closer={data.closer} regrain={data.regrain} before={data.parts.data ? earlier : null} />
      ) : (
        <Waiting what={t('the diary')} problem={data.parts.problem} retry={data.parts.retry} />
      )}
      <Rows app={app} car={id} data={data} units={view.units} grams={grams} today={today} link={(key) => linkTo('energy', { car: linkCar, period: key })} />
      <ByWarmth app={app} id={id} {...warmthOf(data)} units={view.units} dark={dark} />
    </>
  );
}

const SUBJECTS = [
  ['cost', t('Cost')],
  ['energy', t('Energy')],
  ['rate', t('Consumption')],
] as const;

/** `#/energy`: the figures; `#/energy?show=prices`: what they rest on. */
export function Energy(props: CarPageProps) {
  const { app, route, state, now, linkCar } = props;
  const preferences = useLoad(app, 'preferences', readPreferences);
  const grams = preferences.data ? num(preferences.data.raw, 'co2_g_per_kwh') : null;
  const today = dayOf(now ?? { ms: Date.now(), offset: 0 });
  if (route.query['show'] === 'prices') {
    return <PricesPage app={app} preferences={preferences} today={today} mayWrite={mayWrite(state.session?.role)} up={linkTo('energy', { car: linkCar })} />;
  }
  return <Overview {...props} grams={grams} />;
}
