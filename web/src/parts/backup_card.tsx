/* The copies of the diary: what lies there, one now, and how to take one elsewhere. */
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { bytes } from '../amounts';
import type { App } from '../app';
import { failureWords } from '../api';
import { dayName } from '../calendar';
import { num, str } from '../diary';
import { capital } from '../format';
import { t, tn, tServed } from '../i18n';
import { isPlain } from '../merge';
import type { SystemFacts } from '../system';
import { Card } from './card';
import { CopyLine } from './copy';
import { FactList } from './facts';
import { Slow } from './slow';

/** A diary of ten years on a slow card. */
const COPYING_MS = 90000;

interface BackupProps {
  app: App;
  facts: SystemFacts;
  admin: boolean;
  /** A copy was made: what garaged says of itself is asked for anew. */
  made: () => void;
}

/** May be broken behind its slashes only. */
function Path({ text }: { text: string }) {
  return (
    <span class="path">
      {text.split('/').map((part, i) => (
        <Fragment key={i}>
          {i === 0 ? '' : '/'}
          <wbr />
          {part}
        </Fragment>
      ))}
    </span>
  );
}

function CopyNow({ app, made }: Pick<BackupProps, 'app' | 'made'>) {
  const [state, setState] = useState<{ busy: boolean; said: string; bad: boolean }>({ busy: false, said: '', bad: false });
  const copy = async () => {
    setState({ busy: true, said: t('Copying …'), bad: false });
    const answer = await app.api.call('backup', { method: 'POST', body: {}, timeoutMs: COPYING_MS });
    if (!answer.ok && answer.status === 401) {
      app.ended();
      return;
    }
    const data = answer.ok && isPlain(answer.data) ? answer.data : {};
    const said = answer.ok ? t('Copied: {name}, {size}.', { name: str(data, 'name') ?? '', size: bytes(num(data, 'bytes')) }) : t('Not copied: {reason}.', { reason: failureWords(answer) });
    setState({ busy: false, said, bad: !answer.ok });
    made();
  };
  return (
    <>
      <div class="dongle__orders">
        <button type="button" class="button" id="backup-now" aria-disabled={state.busy} onClick={() => (state.busy ? undefined : void copy())}>
          {t('Copy now')}
        </button>
      </div>
      <Slow busy={state.busy} mostMs={COPYING_MS} />
      <p class={state.bad ? 'form__problem' : 'wishes__said'} role="status" id="backup-said">
        {state.said}
      </p>
    </>
  );
}

export function BackupCard({ app, facts, admin, made }: BackupProps) {
  const { backups } = facts;
  const rows = backups
    ? [
        { name: t('Newest'), value: backups.newest === null ? t('none yet') : dayName(backups.newest), note: backups.newest === null ? t('the first is made tonight, after three') : null },
        { name: t('Kept'), value: backups.count === null ? null : tn(backups.count, '{n} copy', '{n} copies') },
        { name: t('Where'), value: <Path text={backups.folder} /> },
      ]
    : [{ name: t('At night'), value: t('none are made'), note: t('diary.backups is 0 in garaged.conf') }];
  return (
    <Card id="backup" title={t('Copies of the diary')} icon="book">
      <FactList rows={rows} />
      {backups?.reason ? <p class="dongle__limits">{`${capital(tServed(backups.reason))}.`}</p> : null}
      {admin ? <CopyNow app={app} made={made} /> : <p class="dongle__said">{t('A copy in between is made by admins.')}</p>}
      <p class="dongle__said">{t('A copy on another disk survives this card. At the house computer:')}</p>
      <CopyLine id="line-backup" label={t('line that writes a copy')} text="sudo garagectl backup /media/stick/garaged.db" />
    </Card>
  );
}
