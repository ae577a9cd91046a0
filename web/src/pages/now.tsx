/* The page an owner opens: what the car is doing now. It draws what the store holds and knows no network. */
import { DOORS, TILES } from '../figures';
import { t } from '../i18n';
import type { Car } from '../model';
import { Chain } from '../parts/chain';
import { Chart } from '../parts/chart';
import { Doors } from '../parts/doors';
import { Hero } from '../parts/hero';
import { Everything } from '../parts/everything';
import { LastCharge } from '../parts/last_charge';
import { Charging, Lists } from '../parts/lists';
import { NewestMonth } from '../parts/newest_month';
import { OpenChargeCard } from '../parts/open_charge';
import { Supply } from '../parts/supply';
import { Tile } from '../parts/tile';
import type { View } from '../parts/value';
import { isSilent } from '../words';
import type { CarPageProps } from './page';

function Tiles({ car, view }: { car: Car; view: View }) {
  const drawn = [...TILES, ...DOORS].some((row) => car.signals[row.signal]);
  if (!drawn) {
    return null;
  }
  return (
    <section class="figures" aria-labelledby="figures-title">
      <h2 class="hidden" id="figures-title">
        {t('Figures')}
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

export function Now({ app, state, house, id, car, view, now, dark, linkCar }: CarPageProps) {
  return (
    <>
      <h1 class="hidden">{t('{car} now', { car: car.name })}</h1>
      <div class="columns">
        <div class="columns__first">
          <Hero house={house} car={car} contact={state.contact} view={view} />
          <OpenChargeCard car={car} live={!isSilent(car, state.contact, view.now)} now={now} linkCar={linkCar} />
          <NewestMonth app={app} id={id} view={view} linkCar={linkCar} />
          <LastCharge app={app} id={id} view={view} linkCar={linkCar} />
          <Charging car={car} view={view} />
          <Chain house={house} car={car} contact={state.contact} view={view} />
        </div>
        <div class="columns__second">
          <Tiles car={car} view={view} />
          {now ? <Chart app={app} id={id} car={car} now={now} dark={dark} linkCar={linkCar} paused={state.contact.phase === 'paused'} /> : null}
          {now ? <Supply app={app} id={id} now={now} paused={state.contact.phase === 'paused'} /> : null}
          <div class="columns__lists">
            <Lists car={car} view={view} />
          </div>
          <Everything car={car} view={view} />
        </div>
      </div>
    </>
  );
}
