/* Battery: its own figures of health, day by day. */
import { useState } from 'preact/hooks';
import { distance, joined } from '../amounts';
import { dayName } from '../calendar';
import type { Health, Listing } from '../diary';
import { diaryPath, readHealth, readListing } from '../diary';
import { number } from '../format';
import type { HealthFigure } from '../health';
import { HEALTH_FIGURES, healthName, healthSheet, healthSummary, healthWords, lastKnown, measuredWords, thinned } from '../health';
import { useLoad } from '../load';
import { CsvLink } from '../parts/csv_link';
import { Canvas } from '../parts/canvas';
import { Card } from '../parts/card';
import type { FactRow } from '../parts/facts';
import { FactList } from '../parts/facts';
import { Segments } from '../parts/segments';
import { Twin } from '../parts/twin';
import { Empty, ProblemLine, Waiting } from '../parts/waiting';
import type { Units } from '../units';
import type { CarPageProps } from './page';
import { fileName, PageHead } from './page';

const LIMIT = 1000;
const readHealths = (raw: unknown): Listing<Health> | null => readListing(raw, readHealth);

/** Newest first; whose day is another one than the newest says it. */
function Latest({ items, units }: { items: readonly Health[]; units: Units }) {
  const day = items[0]?.day ?? '';
  const row = <T,>(name: string, read: (item: Health) => T | null, words: (value: T) => string): FactRow => {
    const known = lastKnown(items, read);
    return { name, value: known && words(known.value), note: known && known.item.day !== day ? dayName(known.item.day) : null };
  };
  const volts = (value: number) => `${number(value, 3, 3)}\u202fV`;
  const rows = [
    ...HEALTH_FIGURES.map((figure) => row(figure.label, figure.read, (value) => healthWords(value, figure))),
    row('Full, measured at charges', measuredWords, (words) => words),
    row('Weakest cell', (item) => item.cellMin, volts),
    row('Strongest cell', (item) => item.cellMax, volts),
    row('Odometer', (item) => item.odometer, (value) => joined(distance(value, units))),
  ];
  return (
    <Card id="latest" title="Last heard" icon="battery" note={dayName(day)}>
      <FactList rows={rows} />
    </Card>
  );
}

interface AgeingProps {
  items: readonly Health[];
  units: Units;
  dark: boolean;
}

function Ageing({ items, units, dark }: AgeingProps) {
  const here = HEALTH_FIGURES.filter((figure) => items.some((each) => figure.read(each) !== null));
  const [name, setName] = useState<HealthFigure['name']>('soh');
  const [readout, setReadout] = useState('');
  const figure = here.find((each) => each.name === name) ?? here[0] ?? HEALTH_FIGURES[0];
  const thin = thinned(items);
  const nameOf = (item: Health) => healthName(item, items, thin);
  const words = healthSummary(thin, figure, nameOf);
  const rows = () =>
    [...thin].reverse().map((item) => ({
      key: item.day,
      cells: [nameOf(item), ...here.map((each) => healthWords(each.read(item), each)), joined(distance(item.odometer, units))],
    }));
  return (
    <Card id="ageing" title={figure.label} icon="history" note={readout} kind="chart">
      <Segments label="Figure" options={here.map((each) => [each.name, each.short])} value={figure.name} choose={setName} />
      <Canvas sheet={healthSheet(thin, figure, nameOf)} drawn={`${figure.name} ${thin.length} ${dark}`} label={`Line chart. ${words}`} readout={setReadout} />
      <p class="chart__summary">{words}</p>
      <Twin label="Battery health" head={[thin.length < items.length ? 'Month' : 'Day', ...here.map((each) => each.short), 'Odometer']} rows={rows} />
    </Card>
  );
}

export function Battery({ app, house, id, view, dark }: CarPageProps) {
  const loaded = useLoad(app, diaryPath('battery', { car: id, limit: LIMIT }), readHealths, { whole: true });
  const items = loaded.data?.items ?? [];
  const newest = items[0];
  return (
    <>
      <PageHead title="Battery">
        <CsvLink app={app} path={diaryPath('battery', { car: id, limit: LIMIT, format: 'csv' })} name={fileName(house, ['battery', id])} />
      </PageHead>
      {loaded.data ? null : <Waiting what="the battery’s diary" problem={loaded.problem} retry={loaded.retry} />}
      {loaded.data && !newest ? <Empty icon="battery" words="Nothing yet. A point a day appears here once the car has told its battery’s health: it does so while it is on or charging." /> : null}
      {newest ? <Ageing items={items} units={view.units} dark={dark} /> : null}
      {newest ? <Latest items={items} units={view.units} /> : null}
      {loaded.data && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
    </>
  );
}
