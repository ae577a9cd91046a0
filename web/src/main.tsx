/* Starts the page and shows the screen that the state asks for. */
import { render } from 'preact';
import { App } from './app';
import { Brand } from './parts/header';
import { Login } from './pages/login';
import { HouseScreen } from './pages/house';
import { useStore } from './store';

function Starting({ notice }: { notice: string | null }) {
  return (
    <main class="door" id="main">
      <div class="door__card door__card--plain">
        <Brand />
        <p class="door__text" role="status">
          {notice === null ? 'Opening the garage …' : `${notice}; trying again …`}
        </p>
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

const root = document.getElementById('app');
if (root) {
  const app = new App();
  render(<Screen app={app} />, root);
  app.start();
}
