/* The charge in progress: since when, how much so far, and the way to its curve. */
import { energy, joined, money, power } from '../amounts';
import { readCharge } from '../diary';
import { flagWord, minutesBetween, socWords } from '../diary_words';
import { dayClock, duration, moment } from '../format';
import type { Moment } from '../format';
import { t } from '../i18n';
import type { Car } from '../model';
import { linkTo } from '../route';
import { chargePower, chargeFigure, numberOf } from '../words';
import { Card } from './card';
import { FactList } from './facts';

interface OpenChargeProps {
  car: Car;
  /** It is heard: what it does now may be said. */
  live: boolean;
  now: Moment | null;
  linkCar: string | null;
}

function since(from: string | null, now: Moment | null): string | null {
  const at = moment(from);
  return at && now ? dayClock(at, now) : null;
}

/** How long already; while the house's clock isn't set nobody can say. */
function lasting(from: string | null, now: Moment | null): string | null {
  const minutes = now ? minutesBetween(from, new Date(now.ms).toISOString()) : null;
  return minutes === null ? null : t('{duration} so far', { duration: duration(minutes) });
}

export function OpenChargeCard({ car, live, now, linkCar }: OpenChargeProps) {
  // The one in progress may not have its number yet.
  const charge = car.charge ? readCharge({ ...car.charge, id: car.charge['id'] ?? 0 }) : null;
  if (!charge) {
    return null;
  }
  const own = numberOf(car.signals['soc']) ?? numberOf(chargeFigure(car).signal ?? undefined);
  const soc = charge.socFrom === null ? null : socWords({ socFrom: charge.socFrom, socTo: charge.socTo ?? own });
  const rows = [
    { name: t('Since'), value: since(charge.from, now), note: live ? lasting(charge.from, now) : null },
    { name: t('Battery’s own charge'), value: soc },
    { name: t('Into the battery'), value: charge.battery === null ? null : joined(energy(charge.battery)) },
    { name: t('Out of the charger'), value: charge.charger === null ? null : joined(energy(charge.charger)) },
    { name: t('Power now'), value: live && chargePower(car) !== null ? joined(power(chargePower(car))) : null },
    { name: t('Cost so far'), value: charge.cost === null ? null : money(charge.cost, charge.currency) },
  ];
  return (
    <Card id="open-charge" title={t('This charge')} icon="bolt" note={charge.flags.map((flag) => flagWord(flag).short).join(', ')} kind="open-charge">
      <FactList rows={rows} />
      {charge.id > 0 ? (
        <a class="go" href={linkTo('charges', { car: linkCar }, charge.id)}>
          {t('Its curve')}
        </a>
      ) : null}
    </Card>
  );
}
