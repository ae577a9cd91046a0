/* The way in: name and password, or the code that garagectl printed. Nothing of the car is known here. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { HASHING_MS } from '../api';
import type { App, AppState } from '../app';
import { t } from '../i18n';
import { Brand } from '../parts/header';
import { Slow } from '../parts/slow';

type Way = 'login' | 'pair';

interface FieldProps {
  id: string;
  label: string;
  hint?: string;
  secret?: boolean;
  value: string;
  autocomplete: string;
  required?: boolean;
  numeric?: boolean;
  focus?: boolean;
  change: (value: string) => void;
}

function Field(props: FieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (props.focus) {
      input.current?.focus();
    }
  }, []);
  const hint = props.hint ? `${props.id}-hint` : undefined;
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <input
        ref={input}
        id={props.id}
        name={props.id}
        {...(props.secret ? { type: 'password' } : { type: 'text' })}
        value={props.value}
        autocomplete={props.autocomplete}
        autocapitalize="none"
        spellcheck={false}
        required={props.required ?? false}
        inputmode={props.numeric ? 'numeric' : undefined}
        aria-describedby={hint}
        onInput={(event) => props.change(event.currentTarget.value)}
      />
      {props.hint ? (
        <p class="field__hint" id={hint}>
          {props.hint}
        </p>
      ) : null}
    </div>
  );
}

interface FormProps {
  app: App;
  state: AppState;
}

/** Runs one try at a time and keeps its failure in words. */
function useTry(app: App): [boolean, string | null, (trying: () => Promise<string | null>) => void] {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = (trying: () => Promise<string | null>) => {
    if (busy) {
      return;
    }
    setBusy(true);
    setProblem(null);
    app.state.patch({ notice: null });
    void trying().then((words) => {
      setBusy(false);
      setProblem(words);
    });
  };
  return [busy, problem, run];
}

function Problem({ words, busy }: { words: string | null; busy: boolean }) {
  return (
    <>
      <Slow busy={busy} mostMs={HASHING_MS} />
      <p class="form__problem" role="alert">
        {words === null ? '' : words.charAt(0).toUpperCase() + words.slice(1)}
      </p>
    </>
  );
}

function LoginForm({ app }: FormProps) {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [busy, problem, run] = useTry(app);
  const submit = (event: Event) => {
    event.preventDefault();
    run(() => app.enterWith(app.api.login(user, password)));
  };
  return (
    <form class="form" onSubmit={submit}>
      <Field id="user" label={t('Name')} value={user} autocomplete="username" required focus change={setUser} />
      <Field id="password" label={t('Password')} secret value={password} autocomplete="current-password" required change={setPassword} />
      <Problem words={problem} busy={busy} />
      <button type="submit" class="button button--main" aria-disabled={busy}>
        {busy ? t('One moment …') : t('Log in')}
      </button>
    </form>
  );
}

function PairForm({ app, state }: FormProps) {
  const [code, setCode] = useState(state.code);
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [busy, problem, run] = useTry(app);
  const submit = (event: Event) => {
    event.preventDefault();
    run(() => app.pairAs(code.replace(/\s/g, ''), user, password));
  };
  return (
    <form class="form" onSubmit={submit}>
      <Field
        id="code"
        label={t('Code')}
        hint={t('From “garagectl pair” on the house computer. In the demo the code alone is enough.')}
        value={code}
        autocomplete="one-time-code"
        required
        numeric
        focus
        change={setCode}
      />
      <Field id="user" label={t('Your name')} value={user} autocomplete="username" change={setUser} />
      <Field
        id="password"
        label={t('New password')}
        hint={t('12 characters or more.')}
        secret
        value={password}
        autocomplete="new-password"
        change={setPassword}
      />
      <Problem words={problem} busy={busy} />
      <button type="submit" class="button button--main" aria-disabled={busy}>
        {busy ? t('One moment …') : t('Pair')}
      </button>
    </form>
  );
}

export function Login({ app, state }: FormProps) {
  const [way, setWay] = useState<Way>(state.code || /pair/.test(state.notice ?? '') ? 'pair' : 'login');
  const ways: [Way, string][] = [
    ['login', t('Log in')],
    ['pair', t('Pair with a code')],
  ];
  return (
    <main class="door" id="main">
      <div class="card door__card">
        <Brand />
        <h1 class="door__title">{t('Who is there?')}</h1>
        <p class="door__text">{t('Your car’s figures stay in this house, and are shown only to those who live in it.')}</p>
        {state.notice ? (
          <p class="door__notice" role="status">
            {state.notice}
          </p>
        ) : null}
        <div class="ways" role="group" aria-label={t('Way in')}>
          {ways.map(([each, label]) => (
            <button type="button" key={each} class="ways__way" aria-pressed={each === way} onClick={() => setWay(each)}>
              {label}
            </button>
          ))}
        </div>
        {way === 'login' ? <LoginForm app={app} state={state} /> : <PairForm app={app} state={state} />}
      </div>
    </main>
  );
}
