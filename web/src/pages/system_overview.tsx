/* System, overview: the way from the car to here, what garaged did to the car, and what it needs itself. */
import { useState } from 'preact/hooks';
import { bytes, UNKNOWN } from '../amounts';
import { useAsOf } from '../as_of';
import { homeAssistantWords, troublesOf } from '../chain_words';
import { capital, number, plainWords } from '../format';
import { t } from '../i18n';
import { useLoad } from '../load';
import { BackupCard } from '../parts/backup_card';
import { Card } from '../parts/card';
import { Chain } from '../parts/chain';
import { DiagnosticsCard } from '../parts/diagnostics_card';
import { Dongle } from '../parts/dongle';
import type { FactRow } from '../parts/facts';
import { FactList } from '../parts/facts';
import type { IconName } from '../parts/icons';
import { TrafficCard } from '../parts/traffic';
import { ProblemLine, Waiting } from '../parts/waiting';
import { isAdmin, mayWrite } from '../roles';
import type { CarCounters, Queue, Sandbox, SystemFacts } from '../system';
import { countedOf, percentText, readSystem, sandboxWords, upWords } from '../system';
import type { CarPageProps } from './page';

const AGAIN_MS = 15000;
/** What a day may cost the card. */
const BUDGET = 5e6;

interface BoxProps {
  id: string;
  title: string;
  icon: IconName;
  note?: string;
  rows: readonly FactRow[];
}

function Box({ id, title, icon, note, rows }: BoxProps) {
  return (
    <Card id={id} title={title} icon={icon} note={note}>
      <FactList rows={rows} />
    </Card>
  );
}

function count(value: number | null): string {
  return value === null ? UNKNOWN : number(value);
}

/** All that is counted and no trouble: who wants it opens it. */
function CountedBox({ counters }: { counters: CarCounters }) {
  const traffic = countedOf(counters.counters).filter((each) => !each.trouble);
  const rows: FactRow[] = [
    { name: t('Frames sent to the car'), value: count(counters.sent) },
    { name: t('Questions asked'), value: count(counters.polls) },
    { name: t('Wake-ups'), value: count(counters.wakeups), note: t('questions to a car that was silent') },
    { name: t('Bytes sent to the car'), value: bytes(counters.bytes) },
    ...traffic.map((each) => ({ name: each.name, value: count(each.value) })),
  ];
  return (
    <details class="card more" id="car">
      <summary class="more__summary">{t('Counted since the start')}</summary>
      <FactList rows={rows} />
    </details>
  );
}

/** Only what has happened; the rest in one number. */
function TroubleBox({ counters }: { counters: CarCounters }) {
  const trouble = countedOf(counters.counters).filter((each) => each.trouble);
  const happened = trouble.filter((each) => each.value > 0);
  const rows = happened.map((each) => ({ name: each.name, value: count(each.value) }));
  const quiet = trouble.length - happened.length;
  const none = { name: happened.length === 0 ? t('All {n} counters', { n: quiet }) : t('{n} other counters', { n: quiet }), value: t('zero') };
  return <Box id="trouble" title={t('Trouble, counted')} icon="warning" rows={quiet > 0 ? [...rows, none] : rows} />;
}

/** The share of what a day is to cost at most. */
function shareWords(written: number | null): string | null {
  return written === null ? null : t('{percent} of the {budget} a day that it is to be at most', { percent: percentText(written / BUDGET), budget: bytes(BUDGET) });
}

function cardRows(facts: SystemFacts): FactRow[] {
  const files = facts.files?.map(([name, size]) => ({ name, value: bytes(size) })) ?? [{ name: t('Files'), value: UNKNOWN, note: t('the diary can’t say now') }];
  const free = { name: t('Room left'), value: facts.diskFree === null ? null : bytes(facts.diskFree), note: facts.diskBytes === null ? null : t('of {size}', { size: bytes(facts.diskBytes) }) };
  const before = { name: t('Written yesterday'), value: facts.writtenBefore === null ? null : bytes(facts.writtenBefore), note: shareWords(facts.writtenBefore) };
  return [...files, { name: t('Written today'), value: bytes(facts.written), note: shareWords(facts.written) }, before, free];
}

function queueRow(queue: Queue): FactRow {
  const dropped = queue.dropped !== null && queue.dropped > 0 ? t('{n} dropped', { n: number(queue.dropped) }) : null;
  const value = queue.most === null ? count(queue.waiting) : t('{n} of {most}', { n: count(queue.waiting), most: number(queue.most) });
  return { name: capital(plainWords(queue.name)), value, note: dropped };
}

function sandboxRows(sandbox: Sandbox | null): FactRow[] {
  if (!sandbox) {
    return [];
  }
  const bound = sandbox.limit === null ? null : t('memory bounded by {limit}', { limit: `${sandbox.limit}${sandbox.limitBytes === null ? '' : `, ${bytes(sandbox.limitBytes)}`}` });
  return [{ name: t('Sandbox'), value: sandboxWords(sandbox), note: bound }, ...sandbox.failed.map((words) => ({ name: capital(words), value: t('not as promised') }))];
}

function ownRows(facts: SystemFacts): FactRow[] {
  const { processor, uptime } = facts;
  const load = processor !== null && uptime !== null && uptime > 0 ? t('{percent} of one core since the start', { percent: percentText(processor / uptime) }) : null;
  return [
    { name: t('Version'), value: facts.version ?? UNKNOWN },
    { name: t('Running for'), value: uptime === null ? UNKNOWN : upWords(uptime) },
    { name: t('Memory'), value: facts.memory === null ? UNKNOWN : bytes(facts.memory * 1024) },
    { name: t('Processor'), value: processor === null ? null : t('{seconds} s', { seconds: number(processor, 0, 1) }), note: load },
    { name: t('Turned away at the door'), value: facts.refused ? number(facts.refused) : null, note: t('by their address') },
    ...sandboxRows(facts.sandbox),
  ];
}

interface BoxesProps extends CarPageProps {
  facts: SystemFacts;
  again: number;
  renew: () => void;
}

function Boxes({ app, state, house, facts, id, again, renew }: BoxesProps) {
  const counters = facts.cars[id];
  const admin = isAdmin(state.session?.role);
  return (
    <>
      {counters ? <TrafficCard app={app} id={id} today={counters.today} again={again} /> : null}
      {counters ? <TroubleBox counters={counters} /> : null}
      {counters ? <CountedBox counters={counters} /> : null}
      <Box id="own" title={t('garaged itself')} icon="house" rows={ownRows(facts)} />
      <Box id="card" title={t('The card')} icon="card" rows={cardRows(facts)} />
      {facts.queues.length === 0 ? null : <Box id="queues" title={t('Waiting lines')} icon="clock" rows={facts.queues.map(queueRow)} />}
      <BackupCard app={app} facts={facts} admin={admin} made={renew} />
      <DiagnosticsCard app={app} admin={admin} demo={house.demo} />
    </>
  );
}

export function Overview(props: CarPageProps) {
  const { app, state, house, id, car, view, now } = props;
  const [made, setMade] = useState(0);
  const asOf = useAsOf(Math.floor(Date.now() / 1000), AGAIN_MS, state.contact.phase === 'paused');
  const again = asOf + made;
  const loaded = useLoad(app, 'system', readSystem, { again });
  const facts = loaded.data;
  const counters = facts?.cars[id];
  return (
    <>
      <div class="boxes">
        <Chain
          house={house}
          car={car}
          contact={state.contact}
          view={view}
          whole
          troubles={facts ? troublesOf(counters, facts) : {}}
          homeassistant={homeAssistantWords(house, facts, now)}
        />
        <Dongle app={app} id={id} car={car} counters={counters} now={now} readOnly={!mayWrite(state.session?.role)} />
        {facts ? <Boxes {...props} facts={facts} again={again} renew={() => setMade((count) => count + 1)} /> : <Waiting what={t('what garaged says of itself')} problem={loaded.problem} retry={loaded.retry} />}
      </div>
      {facts && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
    </>
  );
}
