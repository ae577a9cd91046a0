/* System, audit: the last orders to the car, which everybody sees, and what happened at the door. */
import { useState } from 'preact/hooks';
import type { App } from '../app';
import { failureWords } from '../api';
import type { AuditRow } from '../audit';
import { auditWords, readAuditRow, readVerdict, verdictWords, whoWords } from '../audit';
import { readListing } from '../diary';
import { dayClock, moment } from '../format';
import type { Moment } from '../format';
import { t } from '../i18n';
import { useLoad, usePages } from '../load';
import { Card } from '../parts/card';
import { CopyLine } from '../parts/copy';
import { Notes } from '../parts/entry';
import { EntryList } from '../parts/entry_list';
import { Icon } from '../parts/icons';
import { Slow } from '../parts/slow';
import { Empty, ProblemLine, Waiting } from '../parts/waiting';
import { isAdmin, roleWords } from '../roles';
import type { CarPageProps } from './page';

const PAGE = 50;

function readRows(raw: unknown) {
  return readListing(raw, readAuditRow);
}

function when(row: AuditRow, now: Moment | null): string | null {
  const at = moment(row.time);
  const text = at && now ? dayClock(at, now) : row.time;
  return text !== null && row.unsure ? t('{time}, before the clock was set', { time: text }) : text;
}

function Row({ row, now }: { row: AuditRow; now: Moment | null }) {
  const from = row.from === '' ? null : t('from {address}', { address: row.from });
  return (
    <li class="entry">
      <div class="entry__link">
        <span class={`entry__sign ${row.ok ? '' : 'entry__sign--bad'}`}>
          <Icon name={row.ok ? 'quality' : 'warning'} />
        </span>
        <span class="entry__main">
          <span class="entry__title">
            {auditWords(row.what)} {row.ok ? null : <span class="badge badge--disputed">{t('failed')}</span>}
          </span>
          <Notes parts={[when(row, now), whoWords(row.who), from, row.detail]} />
        </span>
      </div>
    </li>
  );
}

/** All of it. */
const READING_MS = 60000;

/** Asked of garaged, who may: "verified" is never said without it. */
function Chain({ app }: { app: App }) {
  const [state, setState] = useState<{ busy: boolean; words: string | null; bad: boolean }>({ busy: false, words: null, bad: false });
  const check = async () => {
    setState({ busy: true, words: null, bad: false });
    const answer = await app.api.call('audit?verify=1', { timeoutMs: READING_MS });
    const verdict = answer.ok ? readVerdict(answer.data) : null;
    if (!answer.ok && answer.status === 401) {
      app.ended();
      return;
    }
    const words = verdict ? verdictWords(verdict) : t('Not checked: {reason}.', { reason: answer.ok ? t('garaged gave no verdict') : failureWords(answer) });
    setState({ busy: false, words, bad: verdict === null || verdict.bad !== null });
  };
  return (
    <Card id="chain-check" title={t('Is it whole?')} icon="quality">
      <p class="dongle__said">{t('Each row carries a fingerprint of the one before, so that a row that was changed, moved or taken away shows.')}</p>
      <div class="dongle__orders">
        <button type="button" class="button" id="verify" aria-disabled={state.busy} onClick={() => (state.busy ? undefined : void check())}>
          {state.busy ? t('Reading …') : t('Check the chain')}
        </button>
      </div>
      <Slow busy={state.busy} mostMs={READING_MS} />
      <p class={state.bad ? 'form__problem' : 'wishes__said'} role="status" id="verdict">
        {state.words ?? ''}
      </p>
      <p class="dongle__said">{t('At the house computer the same is said by:')}</p>
      <CopyLine id="line-verify" label={t('line that checks the chain')} text="sudo garagectl audit verify" />
    </Card>
  );
}

function Orders({ app, now }: { app: App; now: Moment | null }) {
  const loaded = useLoad(app, 'audit?orders=1&limit=10', readRows);
  return (
    <Card id="orders" title={t('Last orders to the car')} icon="car" note={t('The last ten, shown to everybody.')}>
      {loaded.data === null ? <Waiting what={t('the orders')} problem={loaded.problem} retry={loaded.retry} /> : null}
      {loaded.data?.items.length === 0 ? <Empty icon="car" words={t('No order yet. Each appears here with who gave it, when, and what became of it.')} /> : null}
      <ul class="entries">{loaded.data?.items.slice(0, 10).map((row) => <Row key={row.id} row={row} now={now} />)}</ul>
      {loaded.data && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
    </Card>
  );
}

export function Audit({ app, state, now }: CarPageProps) {
  const role = state.session?.role ?? '';
  const admin = isAdmin(role);
  const pages = usePages<AuditRow>(app, `audit?limit=${admin ? PAGE : 10}`, readRows);
  const note = admin ? t('Everybody’s, newest first.') : t('Your own; the others’ are shown to admins, and you are logged in as {role}.', { role: roleWords(role) });
  return (
    <div class="sides sides--turned">
      <div class="side">
        <Orders app={app} now={now} />
        {admin ? <Chain app={app} /> : null}
      </div>
      <EntryList
        title={t('What happened')}
        icon="book"
        note={note}
        noun={t('rows')}
        empty={t('Nothing yet: who logs in, and what is changed, appears here.')}
        pages={pages}
        entry={(row) => <Row key={row.id} row={row} now={now} />}
      />
    </div>
  );
}
