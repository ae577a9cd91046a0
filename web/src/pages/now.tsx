/* The page an owner opens: what the car is doing now. It draws what the store holds and knows no network. */
import { useEffect, useState } from 'preact/hooks';
import type { Stamp } from '../ages';
import { stampNow } from '../app';
import type { App, AppState } from '../app';
import { DOORS, TILES } from '../figures';
import type { Car, House } from '../model';
import { Banners } from '../parts/banners';
import { Chain } from '../parts/chain';
import { Chart } from '../parts/chart';
import { Doors } from '../parts/doors';
import { Cars, Header } from '../parts/header';
import { Hero } from '../parts/hero';
import { Everything } from '../parts/everything';
import { Charging, Lists } from '../parts/lists';
import { Settings } from '../parts/settings';
import { Tile } from '../parts/tile';
import type { View } from '../parts/value';
import { isDark, watchSystem } from '../prefs';
import type { Prefs, Theme } from '../prefs';
import { useStore } from '../store';
import { serverNow } from '../words';

/** The moment, renewed each second while the page is looked at. */
function useNow(): Stamp {
  const [now, setNow] = useState(stampNow);
  useEffect(() => {
    const tick = () => {
      if (!document.hidden) {
        setNow(stampNow());
      }
    };
    const timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, []);
  return now;
}

function Tiles({ car, view }: { car: Car; view: View }) {
  const drawn = [...TILES, ...DOORS].some((row) => car.signals[row.signal]);
  if (!drawn) {
    return null;
  }
  return (
    <section class="figures" aria-labelledby="figures-title">
      <h2 class="hidden" id="figures-title">
        Figures
      </h2>
      <ul class="tiles">
        {TILES.map((row) => {
          const signal = car.signals[row.signal];
          return signal ? (
            <Tile key={row.signal} name={row.signal} label={row.label} icon={row.icon} signal={signal} writing={row.writing} view={view} />
          ) : null;
        })}
        <Doors car={car} view={view} />
      </ul>
    </section>
  );
}

interface CarPageProps {
  app: App;
  state: AppState;
  house: House;
  id: string;
  view: View;
  dark: boolean;
}

function CarPage({ app, state, house, id, view, dark }: CarPageProps) {
  const car = house.cars[id] as Car;
  const now = serverNow(house, view.now);
  return (
    <>
      <h1 class="hidden">{`${car.name} now`}</h1>
      <div class="columns">
        <div class="columns__first">
          <Hero house={house} car={car} contact={state.contact} view={view} />
          <Charging car={car} view={view} />
          <Chain house={house} car={car} contact={state.contact} view={view} />
        </div>
        <div class="columns__second">
          <Tiles car={car} view={view} />
          {now ? <Chart api={app.api} id={id} car={car} now={now} dark={dark} paused={state.contact.phase === 'paused'} /> : null}
          <div class="columns__lists">
            <Lists car={car} view={view} />
          </div>
          <Everything car={car} view={view} />
        </div>
      </div>
    </>
  );
}

/** What a screen reader is told: the car's state and the line's, not each figure. */
function Announcer({ car, state }: { car: Car | null; state: AppState }) {
  const words = [car ? `${car.name}: ${car.state}` : '', state.contact.lost ? 'garaged is not reachable' : ''];
  return (
    <p class="hidden" role="status" aria-live="polite">
      {words.filter((each) => each !== '').join('. ')}
    </p>
  );
}

const TOAST_MS = 8000;

function Toast({ said }: { said: AppState['said'] }) {
  const [shown, setShown] = useState<number | null>(null);
  useEffect(() => {
    if (!said) {
      return undefined;
    }
    setShown(said.serial);
    const timer = setTimeout(() => setShown(null), TOAST_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {said && shown === said.serial ? <p class="toast">{said.text}</p> : null}
    </div>
  );
}

/** Which colours hold now; the chart paints with them. */
function useDark(theme: Theme): boolean {
  const [dark, setDark] = useState(isDark(theme));
  useEffect(() => {
    const look = () => setDark(isDark(theme));
    look();
    return watchSystem(look);
  }, [theme]);
  return dark;
}

function chosenCar(house: House, prefs: Prefs): string | null {
  const ids = Object.keys(house.cars);
  return prefs.car !== null && ids.includes(prefs.car) ? prefs.car : (ids[0] ?? null);
}

function Waiting({ title, words }: { title: string; words: string }) {
  return (
    <div class="waiting">
      <h1 class="waiting__title">{title}</h1>
      <p>{words}</p>
    </div>
  );
}

function Body({ app, state, prefs }: { app: App; state: AppState; prefs: Prefs }) {
  const now = useNow();
  const dark = useDark(prefs.theme);
  const house = state.house;
  if (!house) {
    return <Waiting title="One moment" words={state.contact.problem ?? 'Waiting for the first word of garaged …'} />;
  }
  const id = chosenCar(house, prefs);
  const car = id === null ? null : (house.cars[id] ?? null);
  const view: View = { units: prefs, now };
  return (
    <>
      <Announcer car={car} state={state} />
      <Cars house={house} chosen={id ?? ''} choose={(chosen) => app.prefs.patch({ car: chosen })} />
      <Banners house={house} car={car} contact={state.contact} view={view} />
      {id === null ? (
        <Waiting title="No car yet" words="Name one in garaged.conf, then restart garaged." />
      ) : (
        <CarPage app={app} state={state} house={house} id={id} view={view} dark={dark} />
      )}
    </>
  );
}

export function Now({ app, state }: { app: App; state: AppState }) {
  const prefs = useStore(app.prefs);
  const [settings, setSettings] = useState(false);
  return (
    <>
      <a class="skip" href="#main">
        To the figures
      </a>
      <Header contact={state.contact} toggle={() => app.togglePause()} settings={() => setSettings(true)} />
      <main id="main" class="main" tabIndex={-1}>
        <Body app={app} state={state} prefs={prefs} />
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
    </>
  );
}
