/* System, people: who may come in, from where somebody is in now, and the tokens of programs. Users are made at the house computer. */
import { useState } from 'preact/hooks';
import type { App } from '../app';
import { failureWords } from '../api';
import { dayClock, moment } from '../format';
import type { Moment } from '../format';
import { t, tn } from '../i18n';
import { LINES } from '../lines';
import { useLoad } from '../load';
import type { Session } from '../model';
import { Card } from '../parts/card';
import { Closed } from '../parts/closed';
import { CopyLine } from '../parts/copy';
import { Notes } from '../parts/entry';
import type { IconName } from '../parts/icons';
import { Icon } from '../parts/icons';
import { Sure } from '../parts/sure';
import { TokenForm } from '../parts/token_form';
import { Empty, ProblemLine, Waiting } from '../parts/waiting';
import { readSessions, readTokens, readUsers, scopeWords } from '../people';
import type { SessionRow, Token, User } from '../people';
import { isAdmin, roleWords } from '../roles';
import type { CarPageProps } from './page';

function timeWords(text: string | null, now: Moment | null): string | null {
  const at = moment(text);
  return at && now ? dayClock(at, now) : null;
}

interface LineProps {
  icon: IconName;
  title: string;
  badge?: string | null;
  notes: readonly (string | null)[];
  children?: preact.ComponentChildren;
}

function Line({ icon, title, badge = null, notes, children }: LineProps) {
  return (
    <li class="entry">
      <div class="entry__link person">
        <span class="entry__sign">
          <Icon name={icon} />
        </span>
        <span class="entry__main">
          <span class="entry__title">
            {title} {badge === null ? null : <span class="badge badge--open">{badge}</span>}
          </span>
          <Notes parts={notes} />
        </span>
        {children}
      </div>
    </li>
  );
}

/** One thing at a time is taken away; the reason in words when it isn't. */
function useRemoval(app: App, done: () => void): { busy: boolean; problem: string | null; remove: (path: string) => void } {
  const [state, setState] = useState<{ busy: boolean; problem: string | null }>({ busy: false, problem: null });
  const remove = (path: string) => {
    setState({ busy: true, problem: null });
    void app.api.call(path, { method: 'DELETE' }).then((answer) => {
      if (!answer.ok && answer.status === 401) {
        app.ended();
        return;
      }
      setState({ busy: false, problem: answer.ok ? null : failureWords(answer) });
      if (answer.ok) {
        document.getElementById('main')?.focus({ preventScroll: true }); // the button goes with its line
      }
      done();
    });
  };
  return { ...state, remove };
}

function NotDone({ problem }: { problem: string | null }) {
  return (
    <p class="form__problem" role="status">
      {problem === null ? '' : t('Not done: {reason}.', { reason: problem })}
    </p>
  );
}

interface PartProps {
  app: App;
  now: Moment | null;
}

function SessionLine({ each, now, busy, end }: { each: SessionRow; now: Moment | null; busy: boolean; end: () => void }) {
  const seen = timeWords(each.seen, now);
  const opened = timeWords(each.opened, now);
  const notes = [
    each.role === '' ? null : roleWords(each.role),
    each.from === null ? null : t('from {address}', { address: each.from }),
    opened === null ? null : t('in since {time}', { time: opened }),
    seen === null || each.current ? null : t('last seen {time}', { time: seen }),
  ];
  return (
    <Line icon="screen" title={each.user} badge={each.current ? t('this browser') : null} notes={notes}>
      {each.current ? null : <Sure label={t('End')} what={t('session of {user}', { user: each.user })} yes={t('End it')} disabled={busy} act={end} />}
    </Line>
  );
}

function Sessions({ app, now, admin }: PartProps & { admin: boolean }) {
  const [again, setAgain] = useState(0);
  const loaded = useLoad(app, 'sessions', readSessions, { again });
  const { busy, problem, remove } = useRemoval(app, () => setAgain((count) => count + 1));
  const note = admin ? t('Everybody’s; “this browser” ends by logging out.') : t('Yours; “this browser” ends by logging out.');
  return (
    <Card id="sessions" title={t('Who is in now')} icon="screen" note={note}>
      {loaded.data === null ? <Waiting what={t('the sessions')} problem={loaded.problem} retry={loaded.retry} /> : null}
      {loaded.data?.length === 0 ? <Empty icon="screen" words={t('Nobody is logged in with a password: the demo lets in by its code.')} /> : null}
      <ul class="entries">
        {loaded.data?.map((each) => <SessionLine key={each.id} each={each} now={now} busy={busy} end={() => remove(`sessions/${each.id}`)} />)}
      </ul>
      <NotDone problem={problem} />
      {loaded.data && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
    </Card>
  );
}

function UserLine({ each }: { each: User }) {
  return <Line icon="people" title={each.name} badge={each.role === 'admin' ? roleWords(each.role) : null} notes={[roleWords(each.role), each.sessions === 0 ? t('not logged in') : tn(each.sessions, '{n} session', '{n} sessions')]} />;
}

function Users({ app }: { app: App }) {
  const loaded = useLoad(app, 'users', readUsers);
  return (
    <Card id="users" title={t('Users')} icon="people" note={t('Viewers look, drivers give orders and edit, admins let others in.')}>
      {loaded.data === null ? <Waiting what={t('the users')} problem={loaded.problem} retry={loaded.retry} /> : null}
      <ul class="entries">
        {loaded.data?.map((each) => <UserLine key={each.name} each={each} />)}
      </ul>
      {loaded.data?.length === 0 ? <Empty icon="people" words={t('No user yet: the demo lets in by its code.')} /> : null}
      <p class="dongle__said">{t('Who may come in is decided at the house computer. To add somebody, change a password, or take somebody’s way in, type there; a password is typed on the line after, and Enter:')}</p>
      <CopyLine id="line-add" label={t('line that adds a user')} text={LINES.addUser('viewer')} />
      <CopyLine id="line-passwd" label={t('line that changes a password')} text={LINES.passwd} />
      <CopyLine id="line-remove" label={t('line that removes a user')} text={LINES.removeUser} />
    </Card>
  );
}

function TokenLine({ each, now, busy, revoke }: { each: Token; now: Moment | null; busy: boolean; revoke: () => void }) {
  const used = timeWords(each.used, now);
  const ends = timeWords(each.ends, now);
  const notes = [
    roleWords(each.role),
    scopeWords(each.scope),
    used === null ? t('never used') : t('last used {time} from {address}', { time: used, address: each.usedFrom ?? '–' }),
    ends === null ? t('without an end') : t('ends {time}', { time: ends }),
  ];
  return (
    <Line icon="key" title={each.name} notes={notes}>
      <Sure label={t('Revoke')} what={each.name} yes={t('Revoke it')} disabled={busy} act={revoke} />
    </Line>
  );
}

function Tokens({ app, now, demo }: PartProps & { demo: boolean }) {
  const [again, setAgain] = useState(0);
  const loaded = useLoad(app, 'tokens', readTokens, { again });
  const renew = () => setAgain((count) => count + 1);
  const { busy, problem, remove } = useRemoval(app, renew);
  return (
    <Card id="tokens" title={t('Tokens')} icon="key" note={t('For programs: Prometheus, scripts. None is ever an admin.')}>
      {loaded.data === null ? <Waiting what={t('the tokens')} problem={loaded.problem} retry={loaded.retry} /> : null}
      {loaded.data?.length === 0 ? <Empty icon="key" words={t('No token yet. One that you make appears here, with when it was used last.')} /> : null}
      <ul class="entries">
        {loaded.data?.map((each) => <TokenLine key={each.id} each={each} now={now} busy={busy} revoke={() => remove(`tokens/${each.id}`)} />)}
      </ul>
      <NotDone problem={problem} />
      {loaded.data && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
      <TokenForm app={app} demo={demo} made={renew} />
    </Card>
  );
}

function You({ session }: { session: Session | null }) {
  return (
    <p class="lead">
      {session?.user ? t('You are {user}, {role}.', { user: session.user, role: roleWords(session.role) }) : t('You came in by the demo’s code.')}
    </p>
  );
}

export function People({ app, state, house, now }: CarPageProps) {
  const role = state.session?.role ?? '';
  const admin = isAdmin(role);
  return (
    <>
      <You session={state.session} />
      <div class="sides">
        <Sessions app={app} now={now} admin={admin} />
        {admin ? <Users app={app} /> : <Closed role={role} words={t('Users and tokens are shown to admins.')} />}
      </div>
      {admin ? <Tokens app={app} now={now} demo={house.demo} /> : null}
    </>
  );
}
