/* What a driver looks at first: charge, range, what the car is doing, and how old that is. */
import { clock, duration } from '../format';
import { t } from '../i18n';
import type { Car, House } from '../model';
import { chargeFigure, chargePower, disputeWords, freshness, garageWords, headline, isSilent, minutesLeft, numberOf, pauseWords, restReason, serverNow } from '../words';
import type { Contact } from '../words';
import type { IconName } from './icons';
import { Ring } from './ring';
import type { View, Written } from './value';
import { Amount, Badge, Meta, written } from './value';
import type { Signal } from '../model';

interface HeroProps {
  house: House;
  car: Car;
  contact: Contact;
  view: View;
}

function Fact({ name, label, what, signal, view }: { name: string; label: string; what: Written | null; signal?: Signal; view: View }) {
  return (
    <div class="fact" data-signal={name} data-value={signal ? String(signal.value) : undefined}>
      <dt>{label}</dt>
      <dd>
        <Amount what={what} />
        {signal ? <Meta signal={signal} view={view} usual={{ age: t('just now'), old: false }} /> : null}
      </dd>
    </div>
  );
}

function FullAt({ house, car, view }: { house: House; car: Car; view: View }) {
  const left = minutesLeft(car, view.now);
  const now = serverNow(house, view.now);
  if (car.state !== 'charging' || left === null || left < 1) {
    return null;
  }
  const what = now === null ? { text: duration(left), unit: '' } : { text: clock({ ms: now.ms + left * 60000, offset: now.offset }), unit: '' };
  const signal = car.signals['charge_minutes'];
  return (
    <Fact name="charge_minutes" label={now === null ? t('Full in') : t('Full at')} what={what} view={view} {...(signal ? { signal } : {})} />
  );
}

function Facts({ house, car, live, view }: { house: House; car: Car; live: boolean; view: View }) {
  const range = car.signals['range'];
  const energy = car.signals['energy_gids'] ?? car.signals['energy_soc'];
  const label = car.signals['energy_gids'] ? t('Stored') : t('Stored incl. reserve');
  return (
    <dl class="facts">
      {range ? <Fact name="range" label={t('Range')} what={written(range, { most: 0 }, view.units)} signal={range} view={view} /> : null}
      {live ? <FullAt house={house} car={car} view={view} /> : null}
      {energy ? (
        <Fact name="energy" label={label} what={written(energy, { least: 1, most: 1 }, view.units)} signal={energy} view={view} />
      ) : null}
    </dl>
  );
}

function signOf(car: Car, contact: Contact): IconName {
  const expected = car.link.state === 'starting' || pauseWords(car, null) !== null;
  if (contact.lost || car.link.state !== 'up') {
    return expected && !contact.lost ? 'dongle' : 'warning';
  }
  switch (car.state) {
    case 'charging':
      return 'bolt';
    case 'driving':
    case 'on':
      return 'gauge';
    case 'away':
      return 'road';
    case 'awake':
    case 'asleep':
      return car.signals['plugged']?.value === true ? 'plug' : car.state === 'asleep' ? 'moon' : 'car';
    case 'unknown':
      return 'info';
  }
}

export function Hero({ house, car, contact, view }: HeroProps) {
  const figure = chargeFigure(car);
  const quality = figure.signal?.quality ?? 'ok';
  const dispute = figure.signal ? disputeWords(figure.signal) : null;
  const faded = contact.lost !== null || quality === 'old';
  const garage = garageWords(car);
  const live = !isSilent(car, contact, view.now);
  const charging = live && car.state === 'charging' && chargePower(car) !== 0;
  const why = restReason(car, contact);
  return (
    <section class="card hero" aria-label={t('Now')}>
      <div data-signal={figure.name ?? 'soc'} data-value={String(figure.signal ? numberOf(figure.signal) : null)}>
        <Ring value={figure.signal ? numberOf(figure.signal) : null} caption={figure.caption} faded={faded} charging={charging} sign={signOf(car, contact)} />
      </div>
      <div class="hero__words">
        {quality === 'old' || quality === 'disputed' ? (
          <p class="hero__dispute">
            <Badge quality={quality} />
            {dispute === null ? null : <span>{dispute}</span>}
          </p>
        ) : null}
        <h2 class="hero__headline" id="headline">
          {headline(car, view.units, contact, view.now)}
        </h2>
        {why === null ? null : <p class="hero__why">{why}</p>}
        <p class="hero__age">
          <span id="freshness">{freshness(car, contact, view.now)}</span>
          {garage === null || car.garage === null ? null : <span class="hero__garage">{garage}</span>}
        </p>
      </div>
      <Facts house={house} car={car} live={live} view={view} />
    </section>
  );
}
