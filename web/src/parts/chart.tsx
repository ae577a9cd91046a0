/* The charge of the last 24 hours: a chart, the same in a sentence, and the same as a table. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from '../api';
import { failureWords } from '../api';
import { clock, number } from '../format';
import type { Moment } from '../format';
import { DAY_S, historyPath, hourRows, plotOf, readSeries, summary, withLive } from '../history';
import type { Series } from '../history';
import type { Car } from '../model';
import { numberOf } from '../words';
import { Icon } from './icons';
import type { DrawnPlot } from './plot';

const AGAIN_MS = 60000;
const AGAIN_EMPTY_MS = 15000;
const LIBRARY_AGAIN_MS = 4000;

interface Loaded {
  series: Series | null;
  problem: string | null;
}

interface ChartProps {
  api: Api;
  id: string;
  car: Car;
  now: Moment;
  /** Nothing is asked while the page is paused. */
  paused: boolean;
  /** Drawn again when the colours change. */
  dark: boolean;
}

/** The battery's own figure is what energy rests on; a car without it shows the dashboard's. */
function signalOf(car: Car): 'soc' | 'soc_dash' {
  return car.signals['soc'] || !car.signals['soc_dash'] ? 'soc' : 'soc_dash';
}

async function load(api: Api, id: string, signal: string, nowS: number): Promise<Loaded> {
  const answer = await api.call(historyPath(id, signal, nowS - DAY_S, nowS));
  if (answer.ok) {
    const series = readSeries(answer.data);
    return { series, problem: series ? null : 'the answer could not be read' };
  }
  return { series: null, problem: answer.status === 404 ? 'this garaged keeps no history yet' : failureWords(answer) };
}

function useHistory({ api, id, paused }: ChartProps, signal: string, nowS: number): Loaded | null {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const latest = useRef({ nowS, paused });
  latest.current = { nowS, paused };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let over = false;
    const run = async () => {
      const still = document.hidden || latest.current.paused;
      const result = still ? null : await load(api, id, signal, latest.current.nowS);
      if (over) {
        return;
      }
      if (result) {
        setLoaded((before) => (result.series ? result : { series: before?.series ?? null, problem: result.problem }));
      }
      timer = setTimeout(() => void run(), result?.series?.points.length ? AGAIN_MS : AGAIN_EMPTY_MS);
    };
    setLoaded(null);
    void run();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [api, id, signal]);
  return loaded;
}

interface CanvasProps {
  series: Series;
  now: Moment;
  dark: boolean;
  readout: (text: string) => void;
}

function Canvas({ series, now, dark, readout }: CanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const drawn = useRef<DrawnPlot | null>(null);
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState(false);
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    const element = host.current as HTMLDivElement;
    const sized = new ResizeObserver(() => drawn.current?.resize(element.clientWidth));
    const begin = async () => {
      const library = await import('./plot').catch(() => null);
      if (over) {
        return;
      }
      if (library === null) {
        setProblem(true);
        timer = setTimeout(() => void begin(), LIBRARY_AGAIN_MS);
        return;
      }
      drawn.current = library.drawPlot(element, readout);
      sized.observe(element);
      setProblem(false);
      setReady(true);
    };
    void begin();
    return () => {
      over = true;
      clearTimeout(timer);
      sized.disconnect();
      drawn.current?.destroy();
      drawn.current = null;
    };
  }, []);
  const minute = Math.floor(now.ms / 60000);
  useEffect(() => {
    const toS = (minute + 1) * 60;
    drawn.current?.show(plotOf(series), {
      fromS: toS - DAY_S,
      toS,
      offset: now.offset,
      clock: (seconds) => clock({ ms: seconds * 1000, offset: now.offset }),
      value: (value) => `${number(value, 0, 1)}\u202f${series.unit}`,
    });
  }, [ready, series.points.length, minute, dark, now.offset]);
  return (
    <>
      {problem ? <p class="chart__summary">The chart can’t be loaded now. The table below has the same figures.</p> : null}
      <div ref={host} class="chart__canvas" role="img" aria-label={`Line chart. ${summary(series, now)}`} />
    </>
  );
}

function Twin({ series, now }: { series: Series; now: Moment }) {
  const rows = hourRows(series, now.offset);
  return (
    <details class="more">
      <summary class="more__summary">Show as a table</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Charge by the hour">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Hour</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">Lowest</th>
              <th scope="col">Highest</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.ms}>
                <th scope="row">{clock({ ms: row.ms, offset: now.offset })}</th>
                {[row.first, row.last, row.min, row.max].map((value, i) => (
                  <td key={i}>{`${number(value, 0, 1)} ${series.unit}`}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Empty({ loaded }: { loaded: Loaded | null }) {
  const words = loaded === null
    ? 'Loading the last 24 hours …'
    : (loaded.problem ?? 'Nothing recorded in the last 24 hours. The line begins a minute or two after the car is heard.');
  return (
    <div class="chart__empty">
      <Icon name="history" size={32} />
      <p>{words.charAt(0).toUpperCase() + words.slice(1)}</p>
    </div>
  );
}

function livePoint(car: Car, signal: string, now: Moment): { t: number; value: number } | null {
  const value = numberOf(car.signals[signal]);
  const reading = car.signals[signal];
  if (value === null || !reading || reading.quality === 'old' || reading.quality === 'disputed' || typeof reading.age_s !== 'number') {
    return null;
  }
  return { t: Math.floor(now.ms / 60000) * 60, value };
}

export function Chart(props: ChartProps) {
  const { car, now, dark } = props;
  const signal = signalOf(car);
  const [readout, setReadout] = useState('');
  const loaded = useHistory(props, signal, Math.floor(now.ms / 1000));
  const series = loaded?.series && loaded.series.points.length > 0 ? withLive(loaded.series, livePoint(car, signal, now)) : null;
  return (
    <section class="card chart" aria-labelledby="chart-title">
      <div class="card__head">
        <h2 class="card__title" id="chart-title">
          <Icon name="history" /> Charge, last 24 hours
        </h2>
        <span class="card__note">{readout || (signal === 'soc' ? 'battery’s own figure' : 'as on the dashboard')}</span>
      </div>
      {series ? (
        <>
          <Canvas series={series} now={now} dark={dark} readout={setReadout} />
          <p class="chart__summary">{summary(series, now)}</p>
          {loaded?.problem ? <p class="chart__summary">{`Not renewed: ${loaded.problem}.`}</p> : null}
          <Twin series={series} now={now} />
        </>
      ) : (
        <Empty loaded={loaded} />
      )}
    </section>
  );
}
