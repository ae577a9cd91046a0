/* The page, in the language that is set by then: shows the screen that the state asks for. */
import { render } from 'preact';
import { App } from './app';
import { t } from './i18n';
import { bringWorker } from './offline';
import { Brand } from './parts/header';
import { useLate } from './parts/late';
import { Login } from './pages/login';
import { HouseScreen } from './pages/house';
import { useStore } from './store';

function Starting({ notice }: { notice: string | null }) {
  const late = useLate(notice === null);
  return (
    <main class="door" id="main">
      <div class="door__card door__card--plain">
        <Brand />
        <p class="door__text" role="status">
          {notice !== null ? t('{reason}; trying again …', { reason: notice }) : late ? t('garaged has not answered yet.') : t('Opening the garage …')}
        </p>
        {notice !== null || late ? (
          <button type="button" class="button" onClick={() => location.reload()}>
            {t('Try again')}
          </button>
        ) : null}
      </div>
    </main>
  );
}

function Screen({ app }: { app: App }) {
  const state = useStore(app.state);
  switch (state.screen) {
    case 'starting':
      return <Starting notice={state.notice} />;
    case 'login':
      return <Login app={app} state={state} />;
    case 'inside':
      return <HouseScreen app={app} state={state} />;
  }
}

export function start(): void {
  const root = document.getElementById('app');
  if (root) {
    const app = new App();
    render(<Screen app={app} />, root);
    app.start();
    bringWorker();
  }
}
