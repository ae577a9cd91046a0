/* History: one signal over a day, a week, a month, a year or ten, and closer. */
import { useState } from 'preact/hooks';
import { useAsOf } from '../as_of';
import { DOORS, LISTS, TILES, CHARGING } from '../figures';
import { capital, clock, plainWords } from '../format';
import type { Moment } from '../format';
import { historyPath, inUnits, pointTime, readSeries, summary } from '../history';
import type { Series } from '../history';
import { historySheet } from '../history_sheet';
import { t } from '../i18n';
import { useLoad } from '../load';
import type { Car } from '../model';
import { Canvas } from '../parts/canvas';
import { Card } from '../parts/card';
import { HistoryTwin } from '../parts/history_twin';
import { Icon } from '../parts/icons';
import { Segments } from '../parts/segments';
import { Empty, ProblemLine, Waiting } from '../parts/waiting';
import { linkTo } from '../route';
import type { Stretch } from '../span';
import { canZoom, movedStretch, readStretch, SPANS, stretchBetween, writeStretch, zoomedStretch } from '../span';
import { dayName, dayOf } from '../calendar';
import { chargeFigure } from '../words';
import type { CarPageProps } from './page';
import { PageHead } from './page';

const AGAIN_MS = 60000;
const LABELS = new Map([...TILES, ...CHARGING, ...LISTS.flatMap((list) => list.rows)].map((row) => [row.signal, row.label]));
const DOOR_NAMES = new Set([...DOORS.map((door) => door.signal), 'locked']);

function labelOf(signal: string): string {
  return LABELS.get(signal) ?? capital(plainWords(signal));
}

/** What can stand on an axis: numbers of this car, those with a name of their own first. */
function choices(car: Car): { named: string[]; others: string[] } {
  const numeric = Object.keys(car.signals).filter((name) => {
    const signal = car.signals[name];
    return !DOOR_NAMES.has(name) && (typeof signal?.value === 'number' || (signal?.value === null && (signal.unit ?? '') !== ''));
  });
  return { named: numeric.filter((name) => LABELS.has(name)), others: numeric.filter((name) => !LABELS.has(name)).sort() };
}

interface PickerProps {
  car: Car;
  signal: string;
  choose: (signal: string) => void;
}

function SignalPicker({ car, signal, choose }: PickerProps) {
  const { named, others } = choices(car);
  const known = [...named, ...others];
  return (
    <div class="field pick">
      <label for="signal">{t('Signal')}</label>
      <select id="signal" value={signal} onChange={(event) => choose(event.currentTarget.value)}>
        {known.includes(signal) ? null : <option value={signal}>{labelOf(signal)}</option>}
        {named.map((name) => (
          <option key={name} value={name}>
            {labelOf(name)}
          </option>
        ))}
        {others.length === 0 ? null : (
          <optgroup label={t('As the car calls them')}>
            {others.map((name) => (
              <option key={name} value={name}>
                {labelOf(name)}
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </div>
  );
}

/** "Sat 21 Nov, 10:20 to 10:20", as short as the width allows. */
function stretchWords(stretch: Stretch, now: Moment): string {
  const at = (t: number) => ({ ms: t * 1000, offset: now.offset });
  const width = stretch.to - stretch.from;
  const say = (t: number) => (width > 3 * 86400 ? dayName(dayOf(at(t))) : pointTime({ t, offset: now.offset, mean: 0, min: 0, max: 0 }, width, now));
  const sameDay = dayOf(at(stretch.from)) === dayOf(at(stretch.to));
  return t('{begin} to {end}', { begin: say(stretch.from), end: sameDay ? clock(at(stretch.to)) : say(stretch.to) });
}

interface ToolsProps {
  stretch: Stretch;
  now: Moment;
  go: (stretch: Stretch) => void;
}

function Tools({ stretch, now, go }: ToolsProps) {
  const nowS = now.ms / 1000;
  const may = (can: boolean, to: Stretch) => (can ? go(to) : undefined);
  return (
    <div class="period__which" role="group" aria-label={t('Move and zoom')}>
      <button type="button" class="round" aria-label={t('Earlier')} onClick={() => go(movedStretch(stretch, -1, nowS))}>
        <Icon name="back" />
      </button>
      <button type="button" class="round" aria-label={t('Zoom out')} aria-disabled={!canZoom(stretch, 'out')} onClick={() => may(canZoom(stretch, 'out'), zoomedStretch(stretch, 'out', nowS))}>
        <Icon name="minus" />
      </button>
      <p class="period__name period__name--small" id="stretch" aria-live="polite">
        {stretchWords(stretch, now)}
      </p>
      <button type="button" class="round" aria-label={t('Zoom in')} aria-disabled={!canZoom(stretch, 'in')} onClick={() => may(canZoom(stretch, 'in'), zoomedStretch(stretch, 'in', nowS))}>
        <Icon name="plus" />
      </button>
      <button type="button" class="round" aria-label={t('Later')} aria-disabled={stretch.to >= nowS} onClick={() => may(stretch.to < nowS, movedStretch(stretch, 1, nowS))}>
        <Icon name="forth" />
      </button>
    </div>
  );
}

interface DrawnProps {
  series: Series;
  stretch: Stretch;
  now: Moment;
  dark: boolean;
  zoom: (from: number, to: number) => void;
  readout: (text: string) => void;
}

function Drawn({ series, stretch, now, dark, zoom, readout }: DrawnProps) {
  const width = stretch.to - stretch.from;
  const words = summary(series, width, now);
  const sheet = historySheet(series, { from: stretch.from, to: stretch.to, now, zoom });
  const drawn = `${series.signal} ${series.unit} ${stretch.from} ${stretch.to} ${series.points.length} ${series.points[0]?.t ?? ''} ${dark}`;
  return (
    <>
      <Canvas sheet={sheet} drawn={drawn} label={t('Line chart. {words}', { words })} readout={readout} />
      <p class="chart__summary">{words}</p>
      <HistoryTwin series={series} widthS={width} now={now} label={labelOf(series.signal)} />
    </>
  );
}

export function History(props: CarPageProps) {
  return props.now ? (
    <HistoryOf {...props} now={props.now} />
  ) : (
    <>
      <PageHead title={t('History')} />
      <Empty icon="clock" words={t('The clock of the house isn’t set yet. History can be shown once it is.')} />
    </>
  );
}

function HistoryOf({ app, state, route, id, car, view, now, dark, linkCar }: CarPageProps & { now: Moment }) {
  const [readout, setReadout] = useState('');
  const signal = route.query['signal'] ?? chargeFigure(car).name ?? 'soc';
  const asOf = useAsOf(Math.floor(now.ms / 1000), AGAIN_MS, state.contact.phase === 'paused');
  const stretch = readStretch(route.query, asOf);
  const link = (to: Stretch, of = signal) => linkTo('history', { car: linkCar, signal: of, ...writeStretch(to) });
  const name = stretch.live ? `history ${id} ${signal} ${stretch.span ?? ''}` : `history ${id} ${signal} ${stretch.from} ${stretch.to}`;
  const loaded = useLoad(app, historyPath(id, signal, stretch.from, stretch.to), readSeries, { name });
  const series = loaded.data ? inUnits(loaded.data, view.units) : null;
  const known = series !== null && series.points.length > 0;
  const go = (to: Stretch) => app.router.swap(link(to));
  const zoom = (from: number, to: number) => {
    location.hash = link(stretchBetween(from, to, now.ms / 1000));
  };
  const spans = SPANS.map((each) => [each.name, each.label] as const);
  return (
    <>
      <PageHead title={t('History')} />
      <div class="toolbar">
        <SignalPicker car={car} signal={signal} choose={(chosen) => app.router.swap(link(stretch, chosen))} />
        <Segments label={t('Span')} options={spans} value={stretch.span} choose={(span) => app.router.swap(linkTo('history', { car: linkCar, signal, span }))} />
        <Tools stretch={stretch} now={now} go={go} />
      </div>
      <Card id="chart" title={labelOf(signal)} icon="history" note={readout || <span class="hint">{t('drag to zoom')}</span>} kind="chart">
        {known ? <Drawn series={series} stretch={stretch} now={now} dark={dark} zoom={zoom} readout={setReadout} /> : null}
        {series && !known ? <Empty icon="history" words={t('Nothing recorded in this time. The line begins a minute or two after the car has said this for the first time.')} /> : null}
        {series ? null : <Waiting what={t('the history')} problem={loaded.problem} retry={loaded.retry} />}
        {series && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
      </Card>
    </>
  );
}
