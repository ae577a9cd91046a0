/* The frame around every page once somebody is inside: top line, ways between the pages, what has to be known first. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { App, AppState } from '../app';
import { t } from '../i18n';
import type { House } from '../model';
import { Announcer, Toast } from '../parts/announce';
import { Banners } from '../parts/banners';
import { Cars, Header } from '../parts/header';
import { useDark, useNow } from '../parts/moment';
import { useLate } from '../parts/late';
import { Lazy } from '../parts/lazy';
import { Nav, PLACES } from '../parts/nav';
import { Settings } from '../parts/settings';
import type { View } from '../parts/value';
import type { Prefs } from '../prefs';
import type { Route } from '../route';
import { linkTo } from '../route';
import type { Visit } from '../router';
import { useStore } from '../store';
import { serverNow } from '../words';
import { REST, fetchLater } from './later';
import { Now } from './now';
import type { CarPageProps } from './page';

/** The car of the address, else the one chosen last, else the first. */
function chosenCar(house: House, prefs: Prefs, route: Route): string | null {
  const ids = Object.keys(house.cars);
  return [route.query['car'], prefs.car].find((each) => each !== null && each !== undefined && ids.includes(each)) ?? ids[0] ?? null;
}

function Blank({ title, words }: { title: string; words: string }) {
  return (
    <div class="waiting">
      <h1 class="waiting__title">{title}</h1>
      <p>{words}</p>
    </div>
  );
}

/** Nothing is known of the house yet. */
function FirstWord({ problem, again }: { problem: string | null; again: () => void }) {
  const [attempt, setAttempt] = useState(0);
  const late = useLate(true, attempt);
  const retry = () => {
    setAttempt((count) => count + 1);
    again();
  };
  return (
    <div class="waiting">
      <h1 class="waiting__title">{t('One moment')}</h1>
      <p role="status">{problem ?? (late ? t('garaged has not answered yet.') : t('Waiting for the first word of garaged …'))}</p>
      {late || problem !== null ? (
        <button type="button" class="button" onClick={retry}>
          {t('Try again')}
        </button>
      ) : null}
    </div>
  );
}

function PageOf(props: CarPageProps) {
  return props.route.page === 'now' ? <Now {...props} /> : <Lazy later={REST} props={props} />;
}

interface BodyProps {
  app: App;
  state: AppState;
  prefs: Prefs;
  route: Route;
}

function Body({ app, state, prefs, route }: BodyProps) {
  const now = useNow();
  const dark = useDark(prefs.theme);
  const house = state.house;
  if (!house) {
    return <FirstWord problem={state.contact.problem} again={() => app.again()} />;
  }
  const id = chosenCar(house, prefs, route);
  const car = id === null ? null : (house.cars[id] ?? null);
  const view: View = { units: prefs, now };
  const linkCar = Object.keys(house.cars).length > 1 ? id : null;
  const choose = (chosen: string) => {
    app.prefs.patch({ car: chosen });
    app.router.swap(linkTo(route.page, { ...route.query, car: route.query['car'] === undefined ? null : chosen }));
  };
  return (
    <>
      <Announcer car={car} state={state} />
      <Cars house={house} chosen={id ?? ''} choose={choose} />
      <Banners house={house} car={car} contact={state.contact} view={view} first={route.page === 'now'} plain={state.session?.plain ?? false} />
      {id === null || car === null ? (
        <Blank title={t('No car yet')} words={t('Name one in garaged.conf, then restart garaged.')} />
      ) : (
        <PageOf key={id} {...{ app, state, house, id, car, route, view, dark, linkCar, now: serverNow(house, now) }} />
      )}
    </>
  );
}

/** A new page begins at its top, with the keyboard in it; going back leads to where one was. */
function useArrival(visit: Visit): { current: HTMLElement | null } {
  const main = useRef<HTMLElement>(null);
  const arrived = useRef(visit.entry);
  useLayoutEffect(() => {
    if (arrived.current !== visit.entry) {
      arrived.current = visit.entry;
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, visit.top);
    }
  }, [visit.entry]);
  return main;
}

function titleOf(route: Route): string {
  const place = PLACES.find((each) => each.page === route.page);
  return route.page === 'now' || !place ? 'garaged' : `${place.label} · garaged`;
}

export function HouseScreen({ app, state }: { app: App; state: AppState }) {
  const prefs = useStore(app.prefs);
  const visit = useStore(app.router.visit);
  const [settings, setSettings] = useState(false);
  const main = useArrival(visit);
  useEffect(() => {
    document.title = titleOf(visit.route);
  }, [visit.route]);
  const isShown = state.house !== null;
  useEffect(() => {
    if (isShown) {
      fetchLater();
    }
  }, [isShown]);
  const skip = (event: Event) => {
    event.preventDefault();
    main.current?.focus();
  };
  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={skip}>
        {t('To the figures')}
      </a>
      <Header contact={state.contact} demo={state.house?.demo ?? false} toggle={() => app.togglePause()} settings={() => setSettings(true)} />
      <Nav page={visit.route.page} car={visit.route.query['car'] ?? null} />
      <main id="main" class={`main main--${visit.route.page}`} ref={main} tabIndex={-1}>
        <Body app={app} state={state} prefs={prefs} route={visit.route} />
      </main>
      <Toast said={state.said} />
      <Settings
        open={settings}
        prefs={prefs}
        session={state.session}
        change={(part) => app.prefs.patch(part)}
        close={() => setSettings(false)}
        leave={() => void app.leave()}
      />
    </div>
  );
}
