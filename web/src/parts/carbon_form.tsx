/* What a kWh of this house weighs in CO₂: the owner's word, kept by garaged with his other wishes. */
import { useState } from 'preact/hooks';
import type { App } from '../app';
import { failureWords } from '../api';
import { num } from '../diary';
import { t } from '../i18n';
import { readPreferences } from '../preferences';
import { useDraft } from './draft';
import { NumberField } from './fields';

const MOST = 2000;

interface CarbonFormProps {
  app: App;
  grams: number | null;
  mayWrite: boolean;
}

/** Keeps what was typed; the reason in words when it isn't kept. */
async function keep(app: App, typed: { co2_g_per_kwh?: number | null }): Promise<string | null> {
  const answer = await app.api.call('preferences', { method: 'PUT', body: typed });
  if (answer.ok) {
    const preferences = readPreferences(answer.data);
    const grams = preferences && num(preferences.raw, 'co2_g_per_kwh');
    app.kept.set('preferences', preferences);
    app.renew();
    app.say(grams === null ? t('CO₂ is not shown any more.') : t('Saved: CO₂ is reckoned with {grams} g a kWh.', { grams }));
    return null;
  }
  if (answer.status === 401) {
    app.ended();
  }
  return answer.status === 403 ? t('you may look at this, but not change it') : failureWords(answer);
}

export function CarbonForm({ app, grams, mayWrite }: CarbonFormProps) {
  const { typed, touched, change, clear } = useDraft(app, 'co2', { grams: grams ?? NaN });
  const value = typed.grams;
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const right = Number.isNaN(value) || (Number.isInteger(value) && value >= 0 && value <= MOST);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!right || busy) {
      return;
    }
    setBusy(true);
    void keep(app, touched.grams === undefined ? {} : { co2_g_per_kwh: Number.isNaN(value) ? null : value }).then((why) => {
      setBusy(false);
      setProblem(why);
      if (why === null) {
        clear();
      }
    });
  };
  return (
    <form class="wishes" onSubmit={submit} noValidate>
      <p class="chart__summary">{t('Your supplier names it, in grammes of CO₂ for a kWh. Empty: CO₂ is not shown.')}</p>
      <NumberField id="co2" label={t('CO₂ of a kWh')} unit="g" value={value} min={0} max={MOST} step={1} disabled={!mayWrite} problem={right ? undefined : t('A whole number from 0 to 2000.')} change={(typedGrams) => change({ grams: typedGrams })} />
      {mayWrite ? (
        <div class="wishes__foot">
          <button type="submit" class="button" id="co2-save" aria-disabled={busy}>
            {busy ? t('Saving …') : t('Save')}
          </button>
          <p role="status" class="form__problem">
            {problem === null ? '' : t('Not saved: {reason}.', { reason: problem })}
          </p>
        </div>
      ) : (
        <p class="meta">{t('Changing it takes a driver or an admin.')}</p>
      )}
    </form>
  );
}
