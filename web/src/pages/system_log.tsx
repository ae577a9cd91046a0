/* System, log: garaged's last lines, as its journal has them, with the VIN hidden. */
import { useState } from 'preact/hooks';
import { useAsOf } from '../as_of';
import { number } from '../format';
import type { Moment } from '../format';
import { t, tn } from '../i18n';
import { useLoad } from '../load';
import type { LogLevel, LogLine } from '../log_lines';
import { lineTime, pickLines, readLog } from '../log_lines';
import { Card } from '../parts/card';
import { Closed } from '../parts/closed';
import { CopyLine } from '../parts/copy';
import { Search } from '../parts/search';
import { Segments } from '../parts/segments';
import { Empty, ProblemLine, Waiting } from '../parts/waiting';
import { isAdmin } from '../roles';
import type { CarPageProps } from './page';

const AGAIN_MS = 10000;
const SIEVES: readonly (readonly [LogLevel, string])[] = [
  ['debug', t('All')],
  ['notice', t('Notices')],
  ['warning', t('Warnings')],
];
const LEVELS: Readonly<Record<LogLevel, string | null>> = { error: t('error'), warning: t('warning'), notice: null, info: null, debug: t('debug') };

function Line({ line, now }: { line: LogLine; now: Moment | null }) {
  const word = LEVELS[line.level];
  return (
    <li class={`logline logline--${line.level}`}>
      <span class="logline__time">{lineTime(line, now) ?? t('before the clock was set')}</span>
      {word === null ? null : <span class={`badge ${line.level === 'error' ? 'badge--disputed' : line.level === 'warning' ? 'badge--old' : ''}`}>{word}</span>}
      <span class="logline__text">{line.text}</span>
    </li>
  );
}

function Lines({ lines, now }: { lines: LogLine[]; now: Moment | null }) {
  const [wanted, setWanted] = useState('');
  const [level, setLevel] = useState<LogLevel>('debug');
  const picked = pickLines(lines, level, wanted);
  const note = picked.length === lines.length ? tn(lines.length, '{n} line, newest first', '{n} lines, newest first') : t('{some} of {all}', { some: number(picked.length), all: number(lines.length) });
  return (
    <Card id="log" title={t('The last lines')} icon="book" note={note}>
      <div class="toolbar">
        <Search id="log-search" label={t('Search')} value={wanted} change={setWanted} />
        <Segments label={t('Which lines')} options={SIEVES} value={level} choose={setLevel} />
      </div>
      {picked.length === 0 ? <Empty icon="book" words={lines.length === 0 ? t('Nothing was said since garaged started.') : t('No line is like that.')} /> : null}
      <ol class="loglines">
        {picked.map((line, i) => (
          <Line key={`${lines.length - i}${line.text}`} line={line} now={now} />
        ))}
      </ol>
    </Card>
  );
}

function Loaded({ app, state, now }: CarPageProps) {
  const asOf = useAsOf(Math.floor(Date.now() / 1000), AGAIN_MS, state.contact.phase === 'paused');
  const loaded = useLoad(app, 'log', readLog, { again: asOf });
  return (
    <>
      {loaded.data ? <Lines lines={loaded.data} now={now} /> : <Waiting what={t('the log')} problem={loaded.problem} retry={loaded.retry} />}
      {loaded.data && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
      <Card id="journal" title={t('The whole journal')} icon="book">
        <p class="dongle__said">{t('Above are the last lines since garaged started. All of them are at the house computer:')}</p>
        <CopyLine id="line-journal" label={t('line that shows the journal')} text="journalctl -u garaged -u 'garaged-car@*'" />
      </Card>
    </>
  );
}

export function Log(props: CarPageProps) {
  const role = props.state.session?.role ?? '';
  return isAdmin(role) ? <Loaded {...props} /> : <Closed role={role} words={t('The log is shown to admins.')} />;
}
