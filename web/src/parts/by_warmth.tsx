/* Consumption by the temperature outside: bars of five degrees, the same as a sentence and as a table. */
import { useMemo, useState } from 'preact/hooks';
import { consumption, distance, joined } from '../amounts';
import type { App } from '../app';
import type { Listing, Outing } from '../diary';
import { diaryPath, readListing, readOuting } from '../diary';
import { number } from '../format';
import { historyPath, readSeries } from '../history';
import { t, tn } from '../i18n';
import { useLoad } from '../load';
import type { Sheet } from '../sheet';
import { roundRange } from '../sheet';
import type { Units } from '../units';
import { shown } from '../units';
import type { Bin } from '../warmth';
import { BIN_WIDTH, binName, binsOf, spread } from '../warmth';
import { Canvas } from './canvas';
import { Card } from './card';
import { Twin } from './twin';
import { Empty, Waiting } from './waiting';

const readOutings = (raw: unknown): Listing<Outing> | null => readListing(raw, readOuting);

function rateWords(bin: Bin, units: Units): string {
  return joined(consumption(bin.rate, units));
}

function sheetOf(places: readonly (Bin | null)[], units: Units): Sheet {
  const values = places.map((each) => (each === null ? null : (consumption(each.rate, units)?.value ?? null)));
  const first = places[0]?.from ?? 0;
  const at = (index: number): Bin => places[index] ?? { from: first + index * BIN_WIDTH, distance: 0, energy: 0, outings: 0, rate: 0 };
  return {
    xs: places.map((_, i) => i),
    from: -0.5,
    to: places.length - 0.5,
    kind: 'names',
    label: (x) => `${number(shown(at(x).from, '°C', units).value, 0, 0)}°`,
    offset: () => 0,
    lines: [{ values, kind: 'bars', axis: 'left' }],
    band: null,
    left: { ...roundRange(values, true), words: (value) => number(value, 0, 1) },
    right: null,
    words: (index) => {
      const bin = places[index];
      return bin ? `${binName(bin, units)}: ${rateWords(bin, units)}` : '';
    },
    zoom: null,
    pick: null,
  };
}

function summary(bins: readonly Bin[], units: Units): string {
  const first = bins[0];
  const last = bins[bins.length - 1];
  if (!first || !last || first === last) {
    return first ? t('{rate} at {warmth}.', { rate: rateWords(first, units), warmth: binName(first, units) }) : '';
  }
  return t('{cold} at {coldest}, {warm} at {warmest}.', {
    cold: rateWords(first, units),
    coldest: binName(first, units),
    warm: rateWords(last, units),
    warmest: binName(last, units),
  });
}

/** How many are in the bars, and why the others aren't. */
function countWords(bins: readonly Bin[], all: number): string {
  const counted = bins.reduce((sum, each) => sum + each.outings, 0);
  return tn(all, '{counted} of {n} outing; the others lack energy, distance or temperature.', '{counted} of {n} outings; the others lack energy, distance or temperature.', { counted: number(counted) });
}

function widthWords(units: Units): string {
  const width = shown(BIN_WIDTH, '°C', units).value - shown(0, '°C', units).value;
  return t('A bar is {width}\u202f° wide, and named by its lower end in {unit}.', { width: number(width, 0, 0), unit: shown(0, '°C', units).unit });
}

interface DrawnProps {
  bins: readonly Bin[];
  /** Outings there are in all. */
  count: number;
  /** Of which time. */
  when: string;
  units: Units;
  dark: boolean;
}

function Drawn({ bins, count, when, units, dark }: DrawnProps) {
  const [readout, setReadout] = useState('');
  const words = summary(bins, units);
  const rows = () => bins.map((bin) => ({ key: String(bin.from), cells: [binName(bin, units), rateWords(bin, units), number(bin.outings), joined(distance(bin.distance, units))] }));
  return (
    <Card id="warmth" title={t('Consumption by the temperature outside')} icon="outside" note={readout || when} kind="chart">
      <Canvas sheet={sheetOf(spread(bins), units)} drawn={`${dark} ${words} ${bins.length} ${units.distance} ${units.temperature}`} label={t('Bar chart. {words}', { words })} readout={setReadout} />
      <p class="legend">{widthWords(units)}</p>
      <p class="chart__summary">{words}</p>
      <p class="chart__summary">{countWords(bins, count)}</p>
      <Twin label={t('Consumption by the temperature outside')} head={[t('Outside'), t('Consumption'), t('Outings'), t('Distance')]} rows={rows} />
    </Card>
  );
}

interface ByWarmthProps {
  app: App;
  id: string;
  /** First and last day. */
  days: { from: string; to: string };
  when: string;
  units: Units;
  dark: boolean;
}

export function ByWarmth({ app, id, days, when, units, dark }: ByWarmthProps) {
  const outings = useLoad(app, diaryPath('outings', { car: id, days, limit: 1000 }), readOutings, { whole: true });
  const from = Date.parse(`${days.from}T00:00:00Z`) / 1000;
  const to = Date.parse(`${days.to}T00:00:00Z`) / 1000 + 86400;
  const series = useLoad(app, historyPath(id, 'ambient_temp', from, to), readSeries);
  // A thousand outings against two thousand readings: not with every tick of the page.
  const bins = useMemo(() => (outings.data && series.data ? binsOf(outings.data.items, series.data) : []), [outings.data, series.data]);
  const problem = outings.problem ?? series.problem;
  if (!outings.data || !series.data) {
    return problem?.missing ? null : <Waiting what={t('the outings')} problem={problem} retry={outings.problem ? outings.retry : series.retry} />;
  }
  if (bins.length > 0) {
    return <Drawn bins={bins} count={outings.data.items.length} when={when} units={units} dark={dark} />;
  }
  return (
    <Card id="warmth" title={t('Consumption by the temperature outside')} icon="outside" note={when}>
      <Empty icon="outside" words={t('Nothing yet. A bar appears once the car is back from an outing and has told how warm it was outside.')} />
    </Card>
  );
}
