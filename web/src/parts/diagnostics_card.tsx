/* One file for whoever is to help: how garaged is doing, and nothing of who and where. */
import { useState } from 'preact/hooks';
import type { App } from '../app';
import { failureWords } from '../api';
import { t } from '../i18n';
import { Card } from './card';
import { Icon } from './icons';
import { saveFile } from './save_file';
import { Slow } from './slow';

const GATHERING_MS = 60000;

interface DiagnosticsProps {
  app: App;
  admin: boolean;
  /** Of an invented car it says so. */
  demo: boolean;
}

function Save({ app, demo }: Omit<DiagnosticsProps, 'admin'>) {
  const [state, setState] = useState<{ busy: boolean; problem: string | null }>({ busy: false, problem: null });
  const save = async () => {
    setState({ busy: true, problem: null });
    const answer = await app.api.call('diagnostics', { timeoutMs: GATHERING_MS });
    if (!answer.ok && answer.status === 401) {
      app.ended();
      return;
    }
    if (answer.ok) {
      saveFile(JSON.stringify(answer.data, null, 2), `${demo ? 'made-up-' : ''}garaged-diagnostics.json`, 'application/json');
    }
    setState({ busy: false, problem: answer.ok ? null : failureWords(answer) });
  };
  return (
    <>
      <div class="dongle__orders">
        <button type="button" class="button" id="diagnostics-save" aria-disabled={state.busy} onClick={() => (state.busy ? undefined : void save())}>
          <Icon name="file" /> {state.busy ? t('Gathering …') : t('Save the file')}
        </button>
      </div>
      <Slow busy={state.busy} mostMs={GATHERING_MS} />
      <p class="form__problem" role="status">
        {state.problem === null ? '' : t('Not saved: {reason}.', { reason: state.problem })}
      </p>
    </>
  );
}

export function DiagnosticsCard({ app, admin, demo }: DiagnosticsProps) {
  return (
    <Card id="diagnostics" title={t('For who helps you')} icon="file">
      <p class="dongle__said">{t('One file with versions, settings, counters, signals and the last lines of the log. VIN, keys, names, tokens and addresses are masked in it. Nothing is sent: you save it, look at it, and give it to whom you like.')}</p>
      {admin ? <Save app={app} demo={demo} /> : <p class="dongle__said">{t('The file is made by admins.')}</p>}
    </Card>
  );
}
