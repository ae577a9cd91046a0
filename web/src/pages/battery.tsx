/* Battery: its own figures of health, day by day. */
import { useState } from 'preact/hooks';
import { distance, joined, temperature } from '../amounts';
import { dayName } from '../calendar';
import type { Health, Listing } from '../diary';
import { diaryPath, readHealth, readListing } from '../diary';
import { number } from '../format';
import type { HealthAxis, HealthFigure } from '../health';
import { HEALTH_FIGURES, healthName, healthSheet, healthSummary, healthWords, lastKnown, measuredWords, thinned } from '../health';
import { t } from '../i18n';
import { useLoad } from '../load';
import { CsvLink } from '../parts/csv_link';
import { Canvas } from '../parts/canvas';
import { Card } from '../parts/card';
import { CellsCard } from '../parts/cell_bars';
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
    ...HEALTH_FIGURES.filter((figure) => figure.name !== 'measured').map((figure) => row(figure.label, figure.read, (value) => healthWords(value, figure))),
    row(t('Full, measured at charges'), measuredWords, (words) => words),
    row(t('Weakest cell'), (item) => item.cellMin, volts),
    row(t('Strongest cell'), (item) => item.cellMax, volts),
    row(t('Temperature'), (item) => item.temperature, (value) => joined(temperature(value, units))),
    row(t('Charges by AC, ever'), (item) => item.countAc, (value) => number(value)),
    row(t('Quick charges, ever'), (item) => item.countDc, (value) => number(value)),
    row(t('Odometer'), (item) => item.odometer, (value) => joined(distance(value, units))),
  ];
  return (
    <Card id="latest" title={t('Last heard')} icon="battery" note={dayName(day)}>
      <FactList rows={rows} />
    </Card>
  );
}

const AXES = [
  ['day', t('By date')],
  ['odometer', t('By distance')],
] as const;

interface AgeingProps {
  items: readonly Health[];
  units: Units;
  dark: boolean;
}

function Ageing({ items, units, dark }: AgeingProps) {
  const here = HEALTH_FIGURES.filter((figure) => items.some((each) => figure.read(each) !== null));
  const [name, setName] = useState<HealthFigure['name']>('soh');
  const [axis, setAxis] = useState<HealthAxis>('day');
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
      <Segments label={t('Figure')} options={here.map((each) => [each.name, each.short])} value={figure.name} choose={setName} />
      <Segments label={t('Over')} options={AXES} value={axis} choose={setAxis} />
      <Canvas sheet={healthSheet(thin, figure, { name: nameOf, axis, far: (km) => distance(km, units)?.value ?? km })} drawn={`${figure.name} ${axis} ${thin.length} ${dark} ${units.distance}`} label={t('Line chart. {words}', { words })} readout={setReadout} />
      <p class="chart__summary">{words}</p>
      <Twin label={t('Battery health')} head={[thin.length < items.length ? t('Month') : t('Day'), ...here.map((each) => each.short), t('Odometer')]} rows={rows} />
    </Card>
  );
}

const MEANINGS = [
  { name: t('Health (SOH)'), means: t('How much the battery holds of what it held when it was new, as the car reckons it. It falls fast in the first years, then slowly.') },
  { name: t('Capacity'), means: t('The same in ampere-hours, the figure that SOH is made of. A new 24 kWh battery has about 66 Ah, 30 kWh about 80, 40 kWh about 115, 62 kWh about 176.') },
  { name: t('Hx'), means: t('An index of the inner resistance: the lower, the more is lost as heat and the earlier the power is cut back in the cold. It is not the health.') },
  { name: t('Energy when full, measured at charges'), means: t('What went in at watched charges, by how far the charge rose. It scatters: only the mean of many charges says something.') },
  { name: t('Cell spread'), means: t('Between the strongest and the weakest cell. Some 10 to 30 mV are usual; what grows from month to month is worth a look.') },
] as const;

function Meanings() {
  return (
    <details class="card more" id="meanings">
      <summary class="more__summary">{t('What these figures mean')}</summary>
      <dl class="meanings">
        {MEANINGS.map((each) => (
          <div key={each.name}>
            <dt>{each.name}</dt>
            <dd>{each.means}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export function Battery({ app, house, id, view, dark, now }: CarPageProps) {
  const loaded = useLoad(app, diaryPath('battery', { car: id, limit: LIMIT }), readHealths, { whole: true });
  const items = loaded.data?.items ?? [];
  const newest = items[0];
  return (
    <>
      <PageHead title={t('Battery')}>
        <CsvLink app={app} path={diaryPath('battery', { car: id, limit: LIMIT, format: 'csv' })} name={fileName(house, ['battery', id])} />
      </PageHead>
      {loaded.data ? null : <Waiting what={t('the battery’s diary')} problem={loaded.problem} retry={loaded.retry} />}
      {loaded.data && !newest ? <Empty icon="battery" words={t('Nothing yet. A point a day appears here once the car has told its battery’s health: it does so while it is on or charging.')} /> : null}
      {newest ? <Ageing items={items} units={view.units} dark={dark} /> : null}
      <CellsCard app={app} id={id} now={now} />
      {newest ? <Latest items={items} units={view.units} /> : null}
      <Meanings />
      {loaded.data && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
    </>
  );
}
