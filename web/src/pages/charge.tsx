/* One charge: its curve, or the window of one that nobody watched, and all that is known of it. */
import { useRef } from 'preact/hooks';
import { distance, energy, joined, moneyRange, percent, power, temperature } from '../amounts';
import { dayName, dayOf } from '../calendar';
import { useAsOf } from '../as_of';
import { toConfirm } from '../charge_filter';
import type { CurvePoint } from '../curve';
import { readCurve } from '../curve';
import type { Charge } from '../diary';
import { readCharge } from '../diary';
import { chargeLength, chargeWhen, flagWord, howWord, modeWord, placeWords, socWords, stateWord } from '../diary_words';
import { capital, moment } from '../format';
import { t } from '../i18n';
import { useLoad } from '../load';
import { isPlain } from '../merge';
import { Card } from '../parts/card';
import { ChargeCurve } from '../parts/charge_curve';
import { ChargeForm } from '../parts/charge_form';
import { ChargeWindow } from '../parts/charge_window';
import type { FactRow } from '../parts/facts';
import { FactList } from '../parts/facts';
import { Icon } from '../parts/icons';
import { Losses } from '../parts/losses';
import { ProblemLine, Waiting } from '../parts/waiting';
import { isHome } from '../price_pieces';
import { mayWrite } from '../roles';
import { linkTo } from '../route';
import type { Tariffs } from '../tariffs';
import { readTariffs, tariffOf } from '../tariffs';
import type { Units } from '../units';
import { ChargeBadges } from './charges';
import type { CarPageProps } from './page';
import { PageHead } from './page';

/** An open charge is asked for again. */
const AGAIN_MS = 60000;

interface Detail {
  charge: Charge;
  curve: CurvePoint[];
}

function readDetail(raw: unknown): Detail | null {
  const charge = isPlain(raw) ? readCharge(raw) : null;
  return charge && { charge, curve: readCurve(raw) };
}

/** What follows from what was typed, the cost by the prices, garaged reckons a little later. */
const RECKONED_MS = 2500;

const WALL_FROM: Record<string, string> = { meter: t('by the wall meter'), typed: t('as typed in') };

/** "11.5 °C → 17.2 °C". */
function temperatures({ tempFrom, tempTo }: Charge, units: Units): string | null {
  return tempFrom === null && tempTo === null ? null : `${joined(temperature(tempFrom, units))} \u2192 ${joined(temperature(tempTo, units))}`;
}

function factsOf(charge: Charge, units: Units): FactRow[] {
  const money = charge.cost === null && charge.costMax === null ? null : moneyRange(charge.cost, charge.costMax, charge.currency);
  // Of a charge that has just begun the two sides are not of the same moment yet.
  const efficiency = charge.efficiency === null || charge.state === 'open' ? null : joined(percent(charge.efficiency * 100));
  const typedCost = charge.costFrom === 'typed' ? t('as typed in') : null;
  const known = (value: number | null, words: string) => (value === null ? null : words);
  return [
    { name: t('Charge'), value: socWords(charge), note: t('battery’s own figure') },
    { name: t('Lasted'), value: chargeLength(charge) },
    { name: t('Into the battery'), value: joined(energy(charge.battery)) },
    { name: t('Out of the charger'), value: known(charge.charger, joined(energy(charge.charger))) },
    { name: t('At the wall'), value: known(charge.wall, joined(energy(charge.wall))), note: charge.wallFrom === null ? null : (WALL_FROM[charge.wallFrom] ?? charge.wallFrom) },
    { name: t('Efficiency'), value: efficiency, note: charge.wall === null ? t('of what the charger gave') : t('of what the wall gave') },
    { name: t('Cost'), value: money, note: charge.costMax === null ? typedCost : t('by the cheapest and the dearest hour of the window') },
    { name: t('Highest power'), value: known(charge.peak, joined(power(charge.peak))) },
    { name: t('Kind'), value: modeWord(charge.mode) },
    { name: t('Battery temperature'), value: temperatures(charge, units) },
    { name: t('Odometer'), value: known(charge.odometer, joined(distance(charge.odometer, units))) },
    { name: t('Place'), value: placeWords(charge.place) },
    { name: t('Note'), value: charge.note },
  ];
}

/** Why nobody knows what it cost, and what would help. */
function costGap(charge: Charge, tariffs: Tariffs | null): string | null {
  if (charge.cost !== null || charge.state === 'open' || tariffs === null) {
    return null;
  }
  if (!isHome(charge)) {
    return t('What it cost isn’t known: it was not at home, so only you can say it.');
  }
  const priced = charge.from !== null && tariffOf(tariffs, charge.from.slice(0, 10)) !== null;
  return priced ? t('What it cost isn’t known yet.') : t('What it cost isn’t known: no price of yours holds on that day.');
}

function CostGap({ charge, tariffs, link }: { charge: Charge; tariffs: Tariffs | null; link: string }) {
  const words = costGap(charge, tariffs);
  return words === null ? null : (
    <div class="aside" id="cost-gap">
      <Icon name="coin" />
      <p>
        {words} {isHome(charge) ? <a href={link}>{t('Prices and CO₂')}</a> : null}
      </p>
    </div>
  );
}

function Words({ charge }: { charge: Charge }) {
  const state = stateWord(charge.state);
  const all = [howWord(charge.how).long, ...(state ? [state.long] : []), ...charge.flags.map((flag) => flagWord(flag).long)];
  return (
    <ul class="explain">
      {all
        .filter((each) => each !== '')
        .map((each) => (
          <li key={each}>
            <Icon name="info" size={18} />
            <span>{each}</span>
          </li>
        ))}
    </ul>
  );
}

interface ShownProps {
  detail: Detail;
  tariffs: Tariffs | null;
  dark: boolean;
}

function Shown({ detail, tariffs, dark }: ShownProps) {
  const { charge, curve } = detail;
  return (
    <>
      <p class="lead" id="charge-lead">
        <span>{capital(chargeWhen(charge))}</span>
        <ChargeBadges charge={charge} />
      </p>
      {curve.length > 1 ? <ChargeCurve charge={charge} curve={curve} tariffs={tariffs} dark={dark} /> : null}
      {curve.length <= 1 && charge.how === 'inferred' ? <ChargeWindow charge={charge} /> : null}
    </>
  );
}

/** What the form is for, of this one; null: nothing is to be typed by this user. */
function aboutForm(charge: Charge, role: string | undefined): string | null {
  if (!mayWrite(role)) {
    return null;
  }
  return toConfirm(charge)
    ? t('garaged could only conclude this charge. Say what the wall gave or what it cost, and it counts as confirmed.')
    : t('Where it was, what your meter counted, what you paid: what is typed here goes before what garaged reckons.');
}

/** What the owner's prices were in on that day. */
function currencyOf(tariffs: Tariffs | null, charge: Charge): string | null {
  return (tariffs && charge.from ? tariffOf(tariffs, charge.from.slice(0, 10))?.currency : null) ?? null;
}

function titleOf(charge: Charge | null): string {
  const at = moment(charge?.from);
  return at ? t('Charge of {day}', { day: dayName(dayOf(at)) }) : t('A charge');
}

export function ChargeDetail({ app, state, id, charge, view, dark, linkCar }: CarPageProps & { charge: number }) {
  const path = `charges/${charge}?car=${id}`;
  const grows = useRef(false);
  const asOf = useAsOf(Math.floor(view.now.wall / 1000), AGAIN_MS, !grows.current || state.contact.phase === 'paused');
  const loaded = useLoad(app, path, readDetail, { again: asOf });
  const tariffs = useLoad(app, 'tariffs', readTariffs).data;
  const about = loaded.data ? aboutForm(loaded.data.charge, state.session?.role) : null;
  const saved = (raw: unknown) => {
    const detail = readDetail(raw);
    if (detail) {
      app.kept.set(path, detail);
    }
    app.renew();
    setTimeout(() => app.renew(), RECKONED_MS);
  };
  grows.current = loaded.data?.charge.state === 'open';
  const gone = loaded.problem?.missing === true;
  return (
    <>
      <PageHead title={titleOf(loaded.data?.charge ?? null)} up={{ link: linkTo('charges', { car: linkCar }), label: t('Charges') }} />
      {loaded.data ? <Shown detail={loaded.data} tariffs={tariffs} dark={dark} /> : null}
      {loaded.data ? (
        <div class={`sides ${toConfirm(loaded.data.charge) ? 'sides--confirm' : ''}`}>
          <div class="sides__part">
            <Card id="facts" title={t('What is known of it')} icon="plug">
              <FactList rows={factsOf(loaded.data.charge, view.units)} />
              <CostGap charge={loaded.data.charge} tariffs={tariffs} link={linkTo('energy', { car: linkCar, show: 'prices' })} />
            </Card>
            {about === null ? null : <ChargeForm key={path} app={app} charge={loaded.data.charge} path={path} currency={currencyOf(tariffs, loaded.data.charge)} saved={saved} about={about} />}
          </div>
          <div class="sides__part">
            <Losses charge={loaded.data.charge} />
            <Card id="words" title={t('How well it is known')} icon="quality">
              <Words charge={loaded.data.charge} />
            </Card>
          </div>
        </div>
      ) : null}
      {gone ? <p class="loading">{t('The diary holds no charge number {number} of this car.', { number: charge })}</p> : null}
      {!loaded.data && !gone ? <Waiting what={t('the charge')} problem={loaded.problem} retry={loaded.retry} /> : null}
      {loaded.data && loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
    </>
  );
}
