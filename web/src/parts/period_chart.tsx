/* A period as bars, with the same in a sentence and as a table; a bar or a row leads closer. */
import type { ComponentChild } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Amount } from '../amounts';
import { joined, UNKNOWN } from '../amounts';
import type { Behind } from '../bar_sheet';
import { barSheet } from '../bar_sheet';
import type { Bar } from '../bars';
import { barsOf, barSummary } from '../bars';
import type { Sums } from '../diary';
import { t } from '../i18n';
import type { Grain, Period } from '../period';
import { grainsOf, periodName } from '../period';
import { Canvas } from './canvas';
import { Card } from './card';
import type { IconName } from './icons';
import type { Drawn } from './months';
import { Segments } from './segments';
import { Twin } from './twin';
import { Empty } from './waiting';

export interface Column {
  head: string;
  cell: (sums: Sums) => string;
}

export interface ChartOf {
  title: string;
  icon: IconName;
  figure: (sums: Sums) => number | null;
  amount: (value: number | null) => Amount | null;
  columns: readonly Column[];
  /** What will appear and when, where there is nothing. */
  empty: string;
}

interface PeriodChartProps {
  chart: ChartOf;
  drawn: Drawn;
  dark: boolean;
  /** The address of a part of this period, or null where there is nothing closer to see. */
  closer: (bar: Bar) => string | null;
  /** Wider or narrower bars. */
  regrain: (grain: Grain) => void;
  /** What is drawn behind, to be held against. */
  before?: Before | null;
}

/** The period before with its parts. */
export interface Before {
  period: Period;
  items: readonly Sums[];
}

const HEADS = { day: t('Day'), week: t('Week'), month: t('Month'), year: t('Year') } as const;
const BY = { day: t('by day'), week: t('by week'), month: t('by month'), year: t('by year') } as const;

function amountOf(bar: Bar, chart: ChartOf): Amount | null {
  return bar.sums === null ? null : chart.amount(chart.figure(bar.sums));
}

function rowName(bar: Bar, link: string | null): ComponentChild {
  return link === null ? bar.long : <a href={link}>{bar.long}</a>;
}

interface TwinProps {
  chart: ChartOf;
  grain: Grain;
  bars: readonly Bar[];
  /** Those of the period before, in the same order. */
  earlier: readonly Bar[] | null;
  closer: (bar: Bar) => string | null;
}

function BarTwin({ chart, grain, bars, earlier, closer }: TwinProps) {
  const was = (i: number) => (earlier === null ? [] : [earlier[i] ? joined(amountOf(earlier[i] as Bar, chart)) : UNKNOWN]);
  const rows = () =>
    bars
      .flatMap((bar, i) => (bar.sums === null ? [] : [{ key: bar.key, cells: [rowName(bar, closer(bar)), ...chart.columns.map((column) => column.cell(bar.sums as Sums)), ...was(i)] }]))
      .reverse();
  const head = [HEADS[grain], ...chart.columns.map((each) => each.head), ...(earlier === null ? [] : [t('{what}, before', { what: chart.title })])];
  return <Twin label={`${chart.title} ${BY[grain]}`} head={head} rows={rows} />;
}

/** Bars of the period before, each behind the one of the same place. */
function behindOf(earlier: readonly Bar[] | null, count: number, chart: ChartOf): Behind | null {
  if (earlier === null || earlier.every((each) => each.sums === null)) {
    return null;
  }
  const at = (index: number) => (earlier[index] ? amountOf(earlier[index] as Bar, chart) : null);
  const words = (index: number) => (at(index) === null ? '' : t('before, {when}: {amount}', { when: earlier[index]?.long ?? '', amount: joined(at(index)) }));
  return { values: Array.from({ length: count }, (_, i) => at(i)?.value ?? null), words };
}

function Legend({ period, before }: { period: Period; before: Period }) {
  return (
    <p class="legend">
      <span class="legend__one legend__one--bar">{periodName(period)}</span>
      <span class="legend__one legend__one--wide">{t('{period}, wide and behind', { period: periodName(before) })}</span>
    </p>
  );
}

/** Only where there is a choice. */
function Grains({ drawn, regrain }: Pick<PeriodChartProps, 'drawn' | 'regrain'>) {
  const options = grainsOf(drawn.period).map((each) => [each, HEADS[each]] as const);
  return options.length > 1 ? <Segments label={t('A bar for each')} options={options} value={drawn.grain} choose={regrain} /> : null;
}

export function PeriodChart({ chart, drawn, dark, closer, regrain, before = null }: PeriodChartProps) {
  const { period, grain } = drawn;
  const [readout, setReadout] = useState('');
  const { items } = drawn.list;
  /* A year of days has a thousand texts, and the page ticks every second. */
  const bars = useMemo(() => barsOf(period, grain, items), [period.kind, period.key, grain, items]);
  const words = barSummary(grain, bars, chart.figure, (value) => joined(chart.amount(value)));
  const pick = (index: number) => {
    const link = bars[index] ? closer(bars[index]) : null;
    if (link !== null) {
      location.hash = link;
    }
  };
  const value = (bar: Bar) => amountOf(bar, chart)?.value ?? null;
  const earlier = before && grain === 'month' ? barsOf(before.period, grain, before.items) : null;
  const behind = behindOf(earlier, bars.length, chart);
  const sheet = barSheet(bars, { value, words: (bar) => joined(amountOf(bar, chart)) }, bars.some((bar) => closer(bar) !== null) ? pick : null, behind);
  const signs = `${period.key} ${grain} ${dark} ${[...bars.map(value), ...(behind?.values ?? [])].join(' ')}`;
  return (
    <Card id="chart" title={`${chart.title} ${BY[grain]}`} icon={chart.icon} note={readout} kind="chart">
      <Grains drawn={drawn} regrain={regrain} />
      {words === '' ? (
        <Empty icon={chart.icon} words={chart.empty} />
      ) : (
        <>
          <Canvas sheet={sheet} drawn={signs} label={t('Bar chart. {words}', { words })} readout={setReadout} />
          {behind && before ? <Legend period={period} before={before.period} /> : null}
          <p class="chart__summary">{words}</p>
          <BarTwin chart={chart} grain={grain} bars={bars} earlier={behind ? earlier : null} closer={closer} />
        </>
      )}
    </Card>
  );
}
