/* A period as bars, with the same in a sentence and as a table; a bar or a row leads closer. */
import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { Amount } from '../amounts';
import { joined, UNKNOWN } from '../amounts';
import { barSheet } from '../bar_sheet';
import type { Bar } from '../bars';
import { barsOf, barSummary } from '../bars';
import type { Sums } from '../diary';
import type { Period } from '../period';
import { Canvas } from './canvas';
import { Card } from './card';
import type { IconName } from './icons';
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
  period: Period;
  items: readonly Sums[];
  dark: boolean;
  /** The address of a part of this period, or null where there is nothing closer to see. */
  closer: (bar: Bar) => string | null;
}

const HEADS = { month: 'Day', year: 'Month', all: 'Year' } as const;
const BY = { month: 'by day', year: 'by month', all: 'by year' } as const;

function amountOf(bar: Bar, chart: ChartOf): Amount | null {
  return bar.sums === null ? null : chart.amount(chart.figure(bar.sums));
}

function rowName(bar: Bar, link: string | null): ComponentChild {
  return link === null ? bar.long : <a href={link}>{bar.long}</a>;
}

function BarTwin({ chart, period, bars, closer }: { chart: ChartOf; period: Period; bars: Bar[]; closer: (bar: Bar) => string | null }) {
  const rows = () =>
    bars
      .filter((bar) => bar.sums !== null)
      .reverse()
      .map((bar) => ({ key: bar.key, cells: [rowName(bar, closer(bar)), ...chart.columns.map((column) => (bar.sums ? column.cell(bar.sums) : UNKNOWN))] }));
  return <Twin label={`${chart.title} ${BY[period.kind]}`} head={[HEADS[period.kind], ...chart.columns.map((each) => each.head)]} rows={rows} />;
}

export function PeriodChart({ chart, period, items, dark, closer }: PeriodChartProps) {
  const [readout, setReadout] = useState('');
  const bars = barsOf(period, items);
  const words = barSummary(period, bars, chart.figure, (value) => joined(chart.amount(value)));
  const pick = (index: number) => {
    const link = bars[index] ? closer(bars[index]) : null;
    if (link !== null) {
      location.hash = link;
    }
  };
  const value = (bar: Bar) => amountOf(bar, chart)?.value ?? null;
  const sheet = barSheet(bars, { value, words: (bar) => joined(amountOf(bar, chart)) }, period.kind === 'month' ? null : pick);
  const drawn = `${period.key} ${dark} ${bars.map((bar) => value(bar) ?? '').join(' ')}`;
  return (
    <Card id="chart" title={`${chart.title} ${BY[period.kind]}`} icon={chart.icon} note={readout} kind="chart">
      {words === '' ? (
        <Empty icon={chart.icon} words={chart.empty} />
      ) : (
        <>
          <Canvas sheet={sheet} drawn={drawn} label={`Bar chart. ${words}`} readout={setReadout} />
          <p class="chart__summary">{words}</p>
          <BarTwin chart={chart} period={period} bars={bars} closer={closer} />
        </>
      )}
    </Card>
  );
}
