/* Makes a token for a program. What it is, is shown once and held nowhere else. */
import { useState } from 'preact/hooks';
import type { App } from '../app';
import { failureWords } from '../api';
import { t } from '../i18n';
import type { TokenWish } from '../people';
import { readNewToken, scopeWords, tokenProblems } from '../people';
import { roleWords } from '../roles';
import { CopyLine } from './copy';
import { FieldLine, NumberField } from './fields';
import { Slow } from './slow';

const FRESH: TokenWish = { name: '', role: 'viewer', scope: 'read', days: 0, password: '' };
const HASHING_MS = 60000;

interface PickProps<T extends string> {
  id: string;
  label: string;
  value: T;
  options: readonly T[];
  words: (each: T) => string;
  change: (value: T) => void;
}

function Pick<T extends string>({ id, label, value, options, words, change }: PickProps<T>) {
  return (
    <div class="pick fieldline">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => change(event.currentTarget.value as T)}>
        {options.map((each) => (
          <option key={each} value={each}>
            {words(each)}
          </option>
        ))}
      </select>
    </div>
  );
}

interface TextLineProps {
  id: string;
  label: string;
  secret?: boolean;
  value: string;
  problem: string | undefined;
  change: (value: string) => void;
}

function TextLine({ id, label, secret = false, value, problem, change }: TextLineProps) {
  return (
    <FieldLine id={id} label={label} problem={problem}>
      <input
        id={id}
        {...(secret ? { type: 'password', autocomplete: 'current-password' } : { type: 'text', autocomplete: 'off' })}
        value={value}
        spellcheck={false}
        autocapitalize="none"
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-problem`}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </FieldLine>
  );
}

function Once({ token, done }: { token: string; done: () => void }) {
  return (
    <div class="once" role="status">
      <p>
        <strong>{t('This is shown once.')}</strong> {t('Copy it into your program now: garaged keeps only what proves it, and can’t show it again.')}
      </p>
      <CopyLine id="new-token" text={token} label={t('the token')} />
      <button type="button" class="button button--small" onClick={done}>
        {t('I have it')}
      </button>
    </div>
  );
}

interface FieldsProps {
  wish: TokenWish;
  problems: ReturnType<typeof tokenProblems>;
  change: (part: Partial<TokenWish>) => void;
}

function Fields({ wish, problems, change }: FieldsProps) {
  return (
    <>
      <TextLine id="token-name" label={t('Name')} value={wish.name} problem={problems.name} change={(name) => change({ name })} />
      <Pick id="token-role" label={t('Role')} value={wish.role} options={['viewer', 'driver']} words={roleWords} change={(role) => change({ role })} />
      <Pick id="token-scope" label={t('May do')} value={wish.scope} options={['read', 'metrics', '']} words={scopeWords} change={(scope) => change({ scope })} />
      <NumberField id="token-days" label={t('Ends after')} unit={t('days; 0: never')} value={wish.days} min={0} max={3650} step={1} disabled={false} problem={problems.days} change={(days) => change({ days })} />
      <TextLine id="token-password" label={t('Your password')} secret value={wish.password} problem={problems.password} change={(password) => change({ password })} />
    </>
  );
}

interface TokenFormProps {
  app: App;
  /** Who came in by the demo's code has no password to say again. */
  demo: boolean;
  made: () => void;
}

export function TokenForm({ app, demo, made }: TokenFormProps) {
  const [wish, setWish] = useState(FRESH);
  const [tried, setTried] = useState(false);
  const [state, setState] = useState<{ busy: boolean; problem: string | null; token: string | null }>({ busy: false, problem: null, token: null });
  const problems = tokenProblems(wish);
  const send = async () => {
    setState({ busy: true, problem: null, token: null });
    const answer = await app.api.call('tokens', { method: 'POST', body: { ...wish }, timeoutMs: HASHING_MS });
    const token = answer.ok ? readNewToken(answer.data) : null;
    if (!answer.ok && answer.status === 401) {
      app.ended();
      return;
    }
    setState({ busy: false, problem: answer.ok ? null : failureWords(answer), token });
    setWish(token === null ? { ...wish, password: '' } : FRESH);
    setTried(token === null && tried);
    made();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problems).length === 0 && !state.busy) {
      void send();
    }
  };
  if (demo) {
    return <p class="dongle__said">{t('In the demo nobody has a password, which is asked for again before a token is made: none can be made here.')}</p>;
  }
  if (state.token !== null) {
    return <Once token={state.token} done={() => setState({ busy: false, problem: null, token: null })} />;
  }
  return (
    <details class="more">
      <summary class="more__summary">{t('Make a token')}</summary>
      <form class="tokenform" onSubmit={submit} noValidate>
        <Fields wish={wish} problems={tried ? problems : {}} change={(part) => setWish({ ...wish, ...part })} />
        <p class="form__problem" role="alert">
          {state.problem === null ? '' : t('Not made: {reason}.', { reason: state.problem })}
        </p>
        <Slow busy={state.busy} mostMs={HASHING_MS} />
        <button type="submit" class="button button--main" aria-disabled={state.busy}>
          {state.busy ? t('One moment …') : t('Make it')}
        </button>
      </form>
    </details>
  );
}
