/* One tariff as a form: since when, in which money, one price, and others by time of the day. Kept by PUT tariffs, which
 * takes all of them at once. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { App } from '../app';
import type { Failure } from '../api';
import { failureWords } from '../api';
import { t } from '../i18n';
import type { BandDraft, DraftProblems, TariffDraft } from '../tariff_draft';
import { BANDS_MOST, draftOf, draftProblems, freshBand, problemInDraft, withDraft } from '../tariff_draft';
import type { Tariffs } from '../tariffs';
import { readTariffs, writeTariffs } from '../tariffs';
import { BandFields } from './band_fields';
import type { Touched } from './draft';
import { laidOver, useDraft } from './draft';
import { FieldLine } from './fields';

const CURRENCIES = ['EUR', 'NOK', 'GBP', 'USD', 'CHF', 'SEK', 'DKK', 'CAD', 'JPY'];

interface FormProps {
  app: App;
  tariffs: Tariffs;
  draft: TariffDraft;
  /** The first day of the one that is changed; null: a new one. */
  replaced: string | null;
  close: (said: string) => void;
  kept: () => void;
}

/** Under which name it is kept while nobody is logged in. */
export function draftKey(replaced: string | null): string {
  return `tariff ${replaced ?? 'new'}`;
}

interface Refusal {
  problems: DraftProblems;
  general: string | null;
}

const FINE: Refusal = { problems: {}, general: null };

/** What is wrong with the change, or all prices with it; `index`: which of them it is about. */
type Changed = { problems: DraftProblems } | { all: Tariffs; index: number };

function refusalOf(app: App, answer: Failure, index: number): Refusal {
  if (answer.status === 401) {
    app.ended();
  }
  const problems = problemInDraft(answer.message, index);
  const general = answer.status === 403 ? t('you may look at this, but not change it') : failureWords(answer);
  return { problems, general: Object.keys(problems).length > 0 ? null : general };
}

/** Changes the prices as they are by now, which another browser may have changed since they were drawn; why not, at its
 * field where there is one. */
export async function changeTariffs(app: App, change: (newest: Tariffs) => Changed): Promise<Refusal | null> {
  const asked = await app.api.call('tariffs');
  if (!asked.ok) {
    return refusalOf(app, asked, -1);
  }
  const newest = readTariffs(asked.data);
  if (newest === null) {
    return { problems: {}, general: t('the answer could not be read') };
  }
  const changed = change(newest);
  if ('problems' in changed) {
    return { problems: changed.problems, general: null };
  }
  const answer = await app.api.call('tariffs', { method: 'PUT', body: writeTariffs(changed.all) });
  return answer.ok ? null : refusalOf(app, answer, changed.index);
}

interface PlainProps {
  draft: TariffDraft;
  problems: DraftProblems;
  change: (part: Partial<TariffDraft>) => void;
}

function Line({ id, label, problems, hint, children }: { id: string; label: string; problems: DraftProblems; hint?: string; children: ComponentChildren }) {
  return (
    <div>
      <FieldLine id={id} label={label} problem={problems[id]}>
        {children}
      </FieldLine>
      {hint === undefined ? null : (
        <p class="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

function common(id: string, problems: DraftProblems) {
  return { id, autocomplete: 'off', 'aria-invalid': problems[id] !== undefined, 'aria-describedby': `${id}-hint ${id}-problem` } as const;
}

function PlainFields({ draft, problems, change }: PlainProps) {
  return (
    <div class="typed__fields">
      <Line id="valid_from" label={t('Holds since')} problems={problems} hint={t('Charges before keep the price that held then.')}>
        <input {...common('valid_from', problems)} type="date" value={draft.validFrom} onInput={(event) => change({ validFrom: event.currentTarget.value })} />
      </Line>
      <Line id="currency" label={t('Currency')} problems={problems} hint={t('Three letters, like EUR.')}>
        <input {...common('currency', problems)} list="currencies" maxLength={3} value={draft.currency} onInput={(event) => change({ currency: event.currentTarget.value.toUpperCase() })} />
        <datalist id="currencies">
          {CURRENCIES.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </Line>
      <Line
        id="price"
        label={draft.bands.length === 0 ? t('A kWh costs') : t('A kWh costs at all other times')}
        problems={problems}
        hint={t('As on the bill, with taxes and the grid.')}
      >
        <input {...common('price', problems)} inputMode="decimal" value={draft.price} onInput={(event) => change({ price: event.currentTarget.value })} />
      </Line>
      <Line id="session_fee" label={t('Each charge costs besides')} problems={problems} hint={t('Seldom at home. Empty: nothing.')}>
        <input {...common('session_fee', problems)} inputMode="decimal" value={draft.fee} onInput={(event) => change({ fee: event.currentTarget.value })} />
      </Line>
    </div>
  );
}

function Bands({ draft, problems, change }: PlainProps) {
  const set = (bands: BandDraft[]) => change({ bands });
  const swap = (i: number) => set(draft.bands.map((each, at) => (at === i ? (draft.bands[i - 1] ?? each) : at === i - 1 ? (draft.bands[i] ?? each) : each)));
  return (
    <>
      {draft.bands.length > 1 ? <p class="field__hint">{t('Where two of them fit, the upper one holds.')}</p> : null}
      {draft.bands.map((band, i) => (
        <BandFields
          key={i}
          index={i}
          band={band}
          problems={problems}
          currency={draft.currency}
          change={(part) => set(draft.bands.map((each, at) => (at === i ? { ...each, ...part } : each)))}
          remove={() => set(draft.bands.filter((_, at) => at !== i))}
          raise={i === 0 ? null : () => swap(i)}
        />
      ))}
      {draft.bands.length < BANDS_MOST ? (
        <button type="button" class="button button--small" id="add-band" onClick={() => set([...draft.bands, freshBand()])}>
          {draft.bands.length === 0 ? t('Add a price for the night') : t('Add another price')}
        </button>
      ) : null}
    </>
  );
}

/** Holidays matter only where a price is of some days. */
function Holidays({ draft, problems, change }: PlainProps) {
  if (draft.bands.every((each) => each.when === 'every')) {
    return null;
  }
  return (
    <Line id="holidays" label={t('Holidays')} problems={problems} hint={t('One a line, like 2026-12-25. They hold for all prices, and on them only prices of holidays do.')}>
      <textarea {...common('holidays', problems)} rows={4} value={draft.holidays} onInput={(event) => change({ holidays: event.currentTarget.value })} />
    </Line>
  );
}

/** The first field that is wrong gets the keyboard. */
function focusFirst(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
}

/** One that is new, or was deleted elsewhere meanwhile, stays as it was when it was opened; holidays are of all prices. */
function useKept({ tariffs, draft, replaced }: FormProps): TariffDraft {
  const last = useRef(draft);
  if (tariffs.list.some((each) => each.validFrom === replaced)) {
    last.current = draft;
  }
  return { ...last.current, holidays: draft.holidays };
}

/** What was typed, laid over what is kept by now. */
function changeOf({ replaced }: FormProps, drawn: TariffDraft, touched: Touched<TariffDraft>): (newest: Tariffs) => Changed {
  return (newest) => {
    const chosen = newest.list.find((each) => each.validFrom === replaced);
    const kept = { ...(chosen ? draftOf(chosen, newest.holidays) : drawn), holidays: newest.holidays.join('\n') };
    const draft = laidOver(kept, touched);
    const others = newest.list.map((each) => each.validFrom).filter((each) => each !== replaced);
    const problems = draftProblems(draft, others);
    const all = withDraft(newest, draft, replaced);
    return Object.keys(problems).length > 0 ? { problems } : { all, index: all.list.findIndex((each) => each.validFrom === draft.validFrom) };
  };
}

export function TariffForm(props: FormProps) {
  const { app, replaced, close, kept } = props;
  const { typed: draft, touched, change: touch } = useDraft(app, draftKey(replaced), useKept(props));
  const [refusal, setRefusal] = useState<Refusal>(FINE);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const wrong = Object.keys(refusal.problems).join();
  useLayoutEffect(() => form.current?.querySelector('input')?.focus(), []);
  useLayoutEffect(() => focusFirst(form.current), [wrong]);
  const change = (part: Partial<TariffDraft>) => {
    touch(part);
    setRefusal(FINE);
  };
  const save = async () => {
    setBusy(true);
    const refused = await changeTariffs(app, changeOf(props, draft, touched));
    setBusy(false);
    if (refused) {
      setRefusal(refused);
    } else {
      kept();
      close(t('Saved. What the charges cost is reckoned anew.'));
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!busy) {
      void save();
    }
  };
  return (
    <form class="typed tariff" ref={form} onSubmit={submit} onKeyDown={(event) => (event.key === 'Escape' ? close('') : undefined)} noValidate>
      <PlainFields draft={draft} problems={refusal.problems} change={change} />
      <Bands draft={draft} problems={refusal.problems} change={change} />
      <Holidays draft={draft} problems={refusal.problems} change={change} />
      <p class="form__problem" role="alert">
        {refusal.general === null ? '' : t('Not saved: {reason}.', { reason: refusal.general })}
      </p>
      <div class="wishes__foot">
        <button type="submit" class="button button--main" id="save-tariff" aria-disabled={busy}>
          {busy ? t('Saving …') : t('Save')}
        </button>
        <button type="button" class="button" onClick={() => close('')}>
          {t('Cancel')}
        </button>
      </div>
    </form>
  );
}
