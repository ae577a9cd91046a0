/* What a person knows better about a charge: place, note, the wall's kWh, the whole bill. Drivers and admins only. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { App } from '../app';
import { failureWords } from '../api';
import type { Charge } from '../diary';
import { t } from '../i18n';
import type { Problems, Typed, TypedField } from '../typed_charge';
import { problemAt, typedChanges, typedOf, typedProblems } from '../typed_charge';
import { Card } from './card';
import { useDraft } from './draft';
import { FieldLine } from './fields';

interface FormProps {
  app: App;
  charge: Charge;
  /** Where it stands: `charges/7?car=leaf`. */
  path: string;
  /** What the owner's prices are in, where the charge names no currency. */
  currency: string | null;
  /** The charge as garaged gives it back. */
  saved: (raw: unknown) => void;
}

type Send = { problems: Problems; general: string | null };

/** Tells garaged; what went wrong, by field where it names one. */
async function send({ app, charge, path, saved }: FormProps, typed: Typed): Promise<Send | null> {
  const answer = await app.api.call(path, { method: 'PATCH', body: typedChanges(typedOf(charge), typed) });
  if (answer.ok) {
    saved(answer.data);
    return null;
  }
  if (answer.status === 401) {
    app.ended();
  }
  const problems = problemAt(answer.message);
  const general = answer.status === 403 ? t('you may look at this, but not change it') : failureWords(answer);
  return { problems, general: Object.keys(problems).length > 0 ? null : general };
}

interface LineProps {
  field: TypedField;
  label: string;
  hint: string;
  value: string;
  problem: string | undefined;
  change: (value: string) => void;
  /** Of numbers. */
  decimal?: boolean;
  list?: string;
  children?: ComponentChildren;
}

function Line({ field, label, hint, value, problem, change, decimal = false, list, children }: LineProps) {
  const id = `charge-${field}`;
  return (
    <div class="typed__line">
      <FieldLine id={id} label={label} problem={problem}>
        <input
          id={id}
          type="text"
          inputMode={decimal ? 'decimal' : 'text'}
          autocomplete="off"
          list={list}
          value={value}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint ${id}-problem`}
          onInput={(event) => change(event.currentTarget.value)}
        />
      </FieldLine>
      <p class="field__hint" id={`${id}-hint`}>
        {hint}
      </p>
      {children}
    </div>
  );
}

interface FieldsProps {
  typed: Typed;
  problems: Problems;
  currency: string | null;
  set: (field: TypedField) => (value: string) => void;
}

function Fields({ typed, problems, currency, set }: FieldsProps) {
  const bill = currency === null || currency === '' ? t('Whole cost') : t('Whole cost ({currency})', { currency });
  return (
    <div class="typed__fields">
      <Line field="place" label={t('Place')} hint={t('Your prices hold at “home”, and where nothing stands here.')} value={typed.place} problem={problems.place} list="places" change={set('place')}>
        <datalist id="places">
          <option value="home" />
        </datalist>
      </Line>
      <Line field="wall_kwh" decimal label={t('At the wall (kWh)')} hint={t('What your own meter counted. Empty: as garaged knows it.')} value={typed.wall_kwh} problem={problems.wall_kwh} change={set('wall_kwh')} />
      <Line field="cost" decimal label={bill} hint={t('The bill of a public charger, say. Empty: by your prices.')} value={typed.cost} problem={problems.cost} change={set('cost')} />
      <Line field="note" label={t('Note')} hint={t('For you alone.')} value={typed.note} problem={problems.note} change={set('note')} />
    </div>
  );
}

/** The first field that is wrong gets the keyboard. */
function focusFirst(problems: Problems): void {
  const field = (['place', 'wall_kwh', 'cost', 'note'] as const).find((each) => problems[each] !== undefined);
  if (field) {
    document.getElementById(`charge-${field}`)?.focus();
  }
}

function Form(props: FormProps & { close: (said: string) => void }) {
  const { typed, change } = useDraft(props.app, props.path, typedOf(props.charge));
  const [sent, setSent] = useState<Send>({ problems: {}, general: null });
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector('input')?.focus(), []);
  const set = (field: TypedField) => (value: string) => {
    change({ [field]: value });
    setSent({ problems: { ...sent.problems, [field]: undefined } as Problems, general: null });
  };
  const submit = async () => {
    const problems = typedProblems(typed);
    if (Object.keys(problems).length > 0) {
      setSent({ problems, general: null });
      focusFirst(problems);
      return;
    }
    setBusy(true);
    const refused = await send(props, typed);
    setBusy(false);
    if (refused) {
      setSent(refused);
      focusFirst(refused.problems);
    } else {
      props.close(t('Saved.'));
    }
  };
  const submitted = (event: Event) => {
    event.preventDefault();
    if (!busy) {
      void submit();
    }
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      props.close('');
    }
  };
  return (
    <form class="typed" ref={form} onSubmit={submitted} onKeyDown={key} noValidate>
      <Fields typed={typed} problems={sent.problems} currency={props.charge.currency ?? props.currency} set={set} />
      <p class="form__problem" role="alert">
        {sent.general === null ? '' : t('Not saved: {reason}.', { reason: sent.general })}
      </p>
      <div class="wishes__foot">
        <button type="submit" class="button button--main" id="save-charge" aria-disabled={busy}>
          {busy ? t('Saving …') : t('Save')}
        </button>
        <button type="button" class="button" onClick={() => props.close('')}>
          {t('Cancel')}
        </button>
      </div>
    </form>
  );
}

/** Folded until it is wanted; afterwards the keyboard is where it was. */
export function ChargeForm(props: FormProps & { about: string }) {
  const [open, setOpen] = useState(() => props.app.drafts.has(props.path));
  const [said, setSaid] = useState('');
  const button = useRef<HTMLButtonElement>(null);
  const was = useRef(false);
  useLayoutEffect(() => {
    if (was.current && !open) {
      button.current?.focus();
    }
    was.current = open;
  }, [open]);
  const close = (words: string) => {
    setOpen(false);
    setSaid(words);
  };
  return (
    <Card id="typed" title={t('What you know better')} icon="book">
      {open ? (
        <Form {...props} close={close} />
      ) : (
        <>
          <p class="chart__summary">{props.about}</p>
          <div class="wishes__foot">
            <button type="button" class="button" id="edit-charge" ref={button} onClick={() => setOpen(true)}>
              {t('Edit this charge')}
            </button>
            <p role="status" class="wishes__said">
              {said}
            </p>
          </div>
        </>
      )}
    </Card>
  );
}
