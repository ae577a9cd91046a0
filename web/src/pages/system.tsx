/* System: the way from the car to here, what garaged did to the car, and what it needs itself. A first, plain version. */
import { bytes, UNKNOWN } from '../amounts';
import type { App } from '../app';
import { useAsOf } from '../as_of';
import { age, capital, number, plainWords } from '../format';
import { useLoad } from '../load';
import { Card } from '../parts/card';
import { Chain } from '../parts/chain';
import { Dongle } from '../parts/dongle';
import type { FactRow } from '../parts/facts';
import { FactList } from '../parts/facts';
import type { IconName } from '../parts/icons';
import { TrafficCard } from '../parts/traffic';
import { ProblemLine, Waiting } from '../parts/waiting';
import type { CarCounters, Queue, Sandbox, SystemFacts } from '../system';
import { countedOf, readSystem, sandboxWords } from '../system';
import type { CarPageProps } from './page';
import { PageHead } from './page';

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

function CarBox({ counters }: { counters: CarCounters }) {
  const traffic = countedOf(counters.counters).filter((each) => !each.trouble);
  const rows: FactRow[] = [
    { name: 'Frames sent to the car', value: count(counters.sent) },
    { name: 'Questions asked', value: count(counters.polls) },
    { name: 'Wake-ups', value: count(counters.wakeups), note: 'questions to a car that was silent' },
    { name: 'Bytes sent to the car', value: bytes(counters.bytes) },
    ...traffic.map((each) => ({ name: each.name, value: count(each.value) })),
  ];
  return <Box id="car" title="What the car feels of us" icon="dongle" rows={rows} />;
}

/** Only what has happened; the rest in one number. */
function TroubleBox({ counters }: { counters: CarCounters }) {
  const trouble = countedOf(counters.counters).filter((each) => each.trouble);
  const happened = trouble.filter((each) => each.value > 0);
  const rows = happened.map((each) => ({ name: each.name, value: count(each.value) }));
  const quiet = trouble.length - happened.length;
  const none = { name: happened.length === 0 ? `All ${quiet} counters` : `${quiet} other counters`, value: 'zero' };
  return <Box id="trouble" title="Trouble, counted" icon="warning" rows={quiet > 0 ? [...rows, none] : rows} />;
}

function cardRows(facts: SystemFacts): FactRow[] {
  const written = { name: 'Written today', value: bytes(facts.written), note: `the aim is at most ${bytes(BUDGET)}` };
  const files = facts.files?.map(([name, size]) => ({ name, value: bytes(size) })) ?? [{ name: 'Files', value: UNKNOWN, note: 'the diary can’t say now' }];
  return [...files, written];
}

function queueRow(queue: Queue): FactRow {
  const dropped = queue.dropped !== null && queue.dropped > 0 ? `${number(queue.dropped)} dropped` : null;
  const value = queue.most === null ? count(queue.waiting) : `${count(queue.waiting)} of ${number(queue.most)}`;
  return { name: capital(plainWords(queue.name)), value, note: dropped };
}

function sandboxRows(sandbox: Sandbox | null): FactRow[] {
  if (!sandbox) {
    return [];
  }
  const bound = sandbox.limit === null ? null : `memory bounded by ${sandbox.limit}${sandbox.limitBytes === null ? '' : `, ${bytes(sandbox.limitBytes)}`}`;
  return [{ name: 'Sandbox', value: sandboxWords(sandbox), note: bound }, ...sandbox.failed.map((words) => ({ name: capital(words), value: 'not as promised' }))];
}

function Boxes({ app, facts, id, again }: { app: App; facts: SystemFacts; id: string; again: number }) {
  const counters = facts.cars[id];
  const own: FactRow[] = [
    { name: 'Version', value: facts.version ?? UNKNOWN },
    { name: 'Running', value: facts.uptime === null ? UNKNOWN : age(facts.uptime).replace(' ago', '') },
    { name: 'Memory', value: facts.memory === null ? UNKNOWN : bytes(facts.memory * 1024) },
    ...sandboxRows(facts.sandbox),
  ];
  return (
    <>
      {counters ? <CarBox counters={counters} /> : null}
      {counters ? <TrafficCard app={app} id={id} today={counters.today} again={again} /> : null}
      {counters ? <TroubleBox counters={counters} /> : null}
      <Box id="card" title="The card" icon="card" rows={cardRows(facts)} />
      <Box id="own" title="garaged itself" icon="house" rows={own} />
      {facts.queues.length === 0 ? null : <Box id="queues" title="Waiting lines" icon="clock" rows={facts.queues.map(queueRow)} />}
    </>
  );
}

const WRITERS = new Set(['driver', 'admin']);

export function System({ app, state, house, id, car, view, now }: CarPageProps) {
  const asOf = useAsOf(Math.floor(Date.now() / 1000), AGAIN_MS, state.contact.phase === 'paused');
  const loaded = useLoad(app, 'system', readSystem, { again: asOf });
  return (
    <>
      <PageHead title="System" />
      <div class="boxes">
        <Chain house={house} car={car} contact={state.contact} view={view} whole />
        <Dongle app={app} id={id} car={car} counters={loaded.data?.cars[id]} now={now} readOnly={!WRITERS.has(state.session?.role ?? '')} />
        {loaded.data ? <Boxes app={app} facts={loaded.data} id={id} again={asOf} /> : <Waiting what="what garaged says of itself" problem={loaded.problem} retry={loaded.retry} />}
      </div>
      {loaded.data && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
    </>
  );
}
