/* The charge of the last 24 hours: a chart, the same in a sentence, and the same as a table. */
import { useState } from 'preact/hooks';
import { ageSeconds } from '../ages';
import { stampNow } from '../app';
import type { App } from '../app';
import type { Moment } from '../format';
import { DAY_S, historyPath, readSeries, summary, withLive } from '../history';
import type { Series } from '../history';
import { historySheet } from '../history_sheet';
import { useAsOf } from '../as_of';
import { t } from '../i18n';
import { useLoad } from '../load';
import type { Car } from '../model';
import { linkTo } from '../route';
import { numberOf } from '../words';
import { Canvas } from './canvas';
import { Card } from './card';
import { HistoryTwin } from './history_twin';
import { Empty, ProblemLine, Waiting } from './waiting';

const AGAIN_MS = 60000;
const AGAIN_EMPTY_MS = 15000;

interface ChartProps {
  app: App;
  id: string;
  car: Car;
  now: Moment;
  /** Nothing is asked while the page is paused. */
  paused: boolean;
  /** Drawn again when the colours change. */
  dark: boolean;
  linkCar: string | null;
}

/** The battery's own figure is what energy rests on; a car without it shows the dashboard's. */
function signalOf(car: Car): 'soc' | 'soc_dash' {
  return car.signals['soc'] || !car.signals['soc_dash'] ? 'soc' : 'soc_dash';
}

/** When it was read, not now: a reading doesn't grow younger while nothing comes. */
function livePoint(car: Car, signal: string, now: Moment): { t: number; value: number } | null {
  const value = numberOf(car.signals[signal]);
  const reading = car.signals[signal];
  if (value === null || !reading || reading.quality === 'old' || reading.quality === 'disputed' || typeof reading.age_s !== 'number') {
    return null;
  }
  const at = now.ms - (ageSeconds(reading, stampNow()) ?? 0) * 1000;
  return { t: Math.floor(at / 60000) * 60, value };
}

interface DrawnProps {
  series: Series;
  now: Moment;
  dark: boolean;
  readout: (text: string) => void;
}

function Drawn({ series, now, dark, readout }: DrawnProps) {
  const toS = (Math.floor(now.ms / 60000) + 1) * 60;
  const sheet = historySheet(series, { from: toS - DAY_S, to: toS, now, zoom: null });
  const words = summary(series, DAY_S, now);
  return (
    <>
      <Canvas sheet={sheet} drawn={`${toS} ${series.points.length} ${dark} ${now.offset}`} label={t('Line chart. {words}', { words })} readout={readout} />
      <p class="chart__summary">{words}</p>
    </>
  );
}

export function Chart({ app, id, car, now, dark, paused, linkCar }: ChartProps) {
  const signal = signalOf(car);
  const [readout, setReadout] = useState('');
  const [empty, setEmpty] = useState(true);
  const asOf = useAsOf(Math.floor(now.ms / 1000), empty ? AGAIN_EMPTY_MS : AGAIN_MS, paused);
  const loaded = useLoad(app, historyPath(id, signal, asOf - DAY_S, asOf), readSeries, { name: `last day ${id} ${signal}` });
  const known = loaded.data !== null && loaded.data.points.length > 0;
  if (empty === known) {
    setEmpty(!known);
  }
  const series = known ? withLive(loaded.data as Series, livePoint(car, signal, now), now.offset) : null;
  const note = readout || (signal === 'soc' ? t('battery’s own figure') : t('as on the dashboard'));
  return (
    <Card id="chart" title={t('Charge, last 24 hours')} icon="history" note={note} kind="chart">
      {series ? <Drawn series={series} now={now} dark={dark} readout={setReadout} /> : null}
      {!series && loaded.data ? <Empty icon="history" words={t('Nothing recorded in the last 24 hours. The line begins a minute or two after the car is heard.')} /> : null}
      {!series && !loaded.data ? <Waiting what={t('the last 24 hours')} problem={loaded.problem} retry={loaded.retry} /> : null}
      {loaded.data && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
      {series ? <HistoryTwin series={series} widthS={DAY_S} now={now} label={t('Charge by the hour')} /> : null}
      <a class="go" href={linkTo('history', { car: linkCar, signal })}>
        {t('Longer, and other signals')}
      </a>
    </Card>
  );
}
