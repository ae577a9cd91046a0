/* What garaged tells about: each kind can be silenced. Kept by garaged for the whole house; who may only look can't save. */
import { mayWrite } from '../roles';
import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { App } from '../app';
import { failureWords } from '../api';
import { t } from '../i18n';
import { useLoad } from '../load';
import type { Touched } from '../parts/draft';
import { useDraft } from '../parts/draft';
import { FieldLine, NumberField, Switch } from '../parts/fields';
import { Waiting } from '../parts/waiting';
import type { NoticeKind, Preferences, Wishes } from '../preferences';
import { NOTICE_KINDS, readPreferences, wishProblems, writeWishes } from '../preferences';
import type { CarPageProps } from './page';
import { PageHead } from './page';

const PATH = 'preferences';
const USUAL_HOUR = '22:00';

type Saving = { phase: 'idle' | 'busy' | 'saved'; problem: string | null };

/** Sends what was changed, and keeps what garaged keeps from then on; the reason in words when it doesn't. */
async function save(app: App, before: Wishes, wishes: Wishes): Promise<string | null> {
  const answer = await app.api.call(PATH, { method: 'PUT', body: writeWishes(before, wishes) });
  if (answer.ok) {
    app.kept.set(PATH, readPreferences(answer.data));
    app.renew();
    return null;
  }
  if (answer.status === 401) {
    app.ended();
  }
  return answer.status === 403 ? t('you may look at this, but not change it') : failureWords(answer);
}

interface FormProps {
  app: App;
  preferences: Preferences;
  readOnly: boolean;
}

function HourField({ wishes, problem, change }: { wishes: Wishes; problem: string | undefined; change: (at: string | null) => void }) {
  return (
    <FieldLine id="not_plugged_at" label={t('My hour')} problem={problem}>
      <input
        id="not_plugged_at"
        type="time"
        value={wishes.notPluggedAt ?? ''}
        disabled={!wishes.on.not_plugged}
        aria-describedby="not_plugged_at-problem"
        onInput={(event) => change(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      />
    </FieldLine>
  );
}

function NoticeForm({ app, preferences, readOnly }: FormProps) {
  const { typed: wishes, change: touch, clear } = useDraft(app, PATH, preferences.wishes);
  const [saving, setSaving] = useState<Saving>({ phase: 'idle', problem: null });
  const problems = wishProblems(wishes);
  const change = (part: Touched<Wishes>) => {
    touch(part);
    setSaving({ phase: 'idle', problem: null });
  };
  const toggle = (kind: NoticeKind, on: boolean) => {
    const hour = kind === 'not_plugged' && on ? { notPluggedAt: wishes.notPluggedAt ?? USUAL_HOUR } : {};
    change({ on: { [kind]: on }, ...hour });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (Object.keys(problems).length > 0 || saving.phase === 'busy') {
      return;
    }
    setSaving({ phase: 'busy', problem: null });
    void save(app, preferences.wishes, wishes).then((problem) => {
      setSaving({ phase: problem === null ? 'saved' : 'idle', problem });
      if (problem === null) {
        clear();
      }
    });
  };
  const extra: Partial<Record<NoticeKind, ComponentChild>> = {
    soc_low: (
      <NumberField id="soc_low_percent" label={t('Below')} unit="%" value={wishes.socLow} min={1} max={99} step={1} disabled={!wishes.on.soc_low} problem={problems.socLow} change={(socLow) => change({ socLow })} />
    ),
    aux_low: (
      <NumberField id="aux_low_volts" label={t('Below')} unit="V" value={wishes.auxLow} min={10} max={13} step={0.1} disabled={!wishes.on.aux_low} problem={problems.auxLow} change={(auxLow) => change({ auxLow })} />
    ),
    not_plugged: <HourField wishes={wishes} problem={problems.notPluggedAt} change={(notPluggedAt) => change({ notPluggedAt })} />,
  };
  return (
    <form class="card wishes" onSubmit={submit} noValidate>
      <fieldset disabled={readOnly}>
        <legend class="hidden">{t('Tell me when')}</legend>
        {NOTICE_KINDS.map(({ kind, label }) => (
          <div class="wish" key={kind}>
            <Switch id={kind} label={label} on={wishes.on[kind]} change={(on) => toggle(kind, on)} />
            {extra[kind] ?? null}
          </div>
        ))}
      </fieldset>
      {readOnly ? null : (
        <div class="wishes__foot">
          <button type="submit" class="button button--main" id="save" aria-disabled={saving.phase === 'busy'}>
            {saving.phase === 'busy' ? t('Saving …') : t('Save')}
          </button>
          <p role="status" class={saving.problem ? 'form__problem' : 'wishes__said'}>
            {saving.problem ? t('Not saved: {reason}.', { reason: saving.problem }) : saving.phase === 'saved' ? t('Saved.') : ''}
          </p>
        </div>
      )}
    </form>
  );
}

export function Notices({ app, state }: CarPageProps) {
  const loaded = useLoad(app, PATH, readPreferences);
  const readOnly = !mayWrite(state.session?.role);
  return (
    <>
      <PageHead title={t('Notices')} />
      <p class="lead">
        {readOnly ? t('What garaged tells this house about. You may look at it; changing it takes a driver or an admin.') : t('What garaged tells this house about: on this page, and to Home Assistant. Nothing leaves the house, and nothing is ever said of what isn’t known.')}
      </p>
      {loaded.data ? <NoticeForm app={app} preferences={loaded.data} readOnly={readOnly} /> : <Waiting what={t('the wishes')} problem={loaded.problem} retry={loaded.retry} />}
    </>
  );
}
