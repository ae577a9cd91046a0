/* The dongle: what it is, what it can't do, lending it to another program, and recording what it hears. */
import { useState } from 'preact/hooks';
import { bytes } from '../amounts';
import type { App } from '../app';
import { failureWords } from '../api';
import { dayClock, moment } from '../format';
import type { Moment } from '../format';
import { t, tServed } from '../i18n';
import { useLoad } from '../load';
import type { Car } from '../model';
import type { CarCounters, Recordings } from '../system';
import { readRecordings } from '../system';
import { pauseWords, recordingWords } from '../words';
import { Card } from './card';
import type { FactRow } from './facts';
import { FactList } from './facts';

const PAUSE_MINUTES = 30;
const RECORD_SECONDS = 60;

interface DongleProps {
  app: App;
  id: string;
  car: Car;
  counters: CarCounters | undefined;
  now: Moment | null;
  /** Who may only look gets no buttons. */
  readOnly: boolean;
}

function factsOf(car: Car, counters: CarCounters | undefined): FactRow[] {
  const voltmeter = car.signals['aux_voltage'];
  const uncalibrated = voltmeter?.source === 'adapter' && voltmeter.quality === 'assumed';
  return [
    { name: t('Adapter'), value: counters?.adapter ?? t('Not reached yet') },
    { name: t('Its voltmeter'), value: uncalibrated ? t('Not calibrated') : null, note: t('it has not been compared with the car’s own yet') },
  ];
}

/** Sends an order; the reason in words when it isn't done. */
async function order(app: App, path: string, body: Record<string, unknown>): Promise<string | null> {
  const answer = await app.api.call(path, { method: 'POST', body });
  if (!answer.ok && answer.status === 401) {
    app.ended();
  }
  return answer.ok ? null : failureWords(answer);
}

/** What there is to fetch, and how the last one ended. */
function Files({ recordings, id, now }: { recordings: Recordings; id: string; now: Moment | null }) {
  const last = recordings.last[id];
  return (
    <>
      {last ? <p class="dongle__said">{t('Last recording: {how}.', { how: tServed(last) })}</p> : null}
      <ul class="files">
        {recordings.items
          .filter((each) => each.car === id)
          .map((each) => {
            const at = moment(each.time);
            return (
              <li key={each.name}>
                <a href={`/api/v1/recordings/${each.name}`} download={each.name}>
                  {at && now ? dayClock(at, now) : each.name}
                </a>
                <span class="meta">{bytes(each.bytes)}</span>
              </li>
            );
          })}
      </ul>
      <p class="dongle__said">{t('The {n} newest are kept. VIN and serial numbers are hidden in them.', { n: recordings.most ?? '' })}</p>
    </>
  );
}

function Orders({ app, id, car, now }: DongleProps) {
  const [state, setState] = useState<{ busy: boolean; problem: string | null }>({ busy: false, problem: null });
  const paused = pauseWords(car, now);
  const recording = recordingWords(car, now);
  const loaded = useLoad(app, 'recordings', readRecordings, { again: recording === null ? 0 : 1 });
  const mayRecord = !state.busy && recording === null && car.link.state === 'up';
  const give = (path: string, body: Record<string, unknown>) => {
    if (state.busy) {
      return;
    }
    setState({ busy: true, problem: null });
    void order(app, path, { car: id, ...body }).then((problem) => setState({ busy: false, problem }));
  };
  return (
    <>
      <div class="dongle__orders">
        {paused === null ? (
          <button type="button" class="button" id="pause" aria-disabled={state.busy} onClick={() => give('pause', { minutes: PAUSE_MINUTES })}>
            {t('Pause 30 min')}
          </button>
        ) : (
          <button type="button" class="button button--main" id="resume" aria-disabled={state.busy} onClick={() => give('pause', { minutes: 0 })}>
            {t('Take it back')}
          </button>
        )}
        <button
          type="button"
          class="button"
          id="record"
          aria-disabled={!mayRecord}
          onClick={() => (mayRecord ? give('record', { seconds: RECORD_SECONDS }) : undefined)}
        >
          {t('Record 1 min')}
        </button>
      </div>
      <p class={state.problem ? 'form__problem' : 'dongle__said'} role="status">
        {state.problem ? t('Not done: {reason}.', { reason: state.problem }) : (paused ?? recording ?? '')}
      </p>
      {loaded.data ? <Files recordings={loaded.data} id={id} now={now} /> : null}
    </>
  );
}

export function Dongle(props: DongleProps) {
  return (
    <Card id="dongle" title={t('The dongle')} icon="dongle">
      <FactList rows={factsOf(props.car, props.counters)} />
      {props.counters?.limits ? <p class="dongle__limits">{tServed(props.counters.limits)}</p> : null}
      <p class="dongle__said">{t('Only one program at a time can use it: a pause lends it to another one, and garaged takes it back by itself.')}</p>
      {props.readOnly ? null : <Orders {...props} />}
    </Card>
  );
}
