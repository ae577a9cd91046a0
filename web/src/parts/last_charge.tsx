/* The last charge, and what was driven and used since. Not drawn before there was one. */
import type { ComponentChild } from 'preact';
import { distance, energy, joined, moneyRange } from '../amounts';
import type { App } from '../app';
import type { Charge, Listing } from '../diary';
import { diaryPath, readCharge, readListing } from '../diary';
import { entryTime, socWords } from '../diary_words';
import { t } from '../i18n';
import { useLoad } from '../load';
import { linkTo } from '../route';
import { Card } from './card';
import { FactList } from './facts';
import { readTotals } from './months';
import type { View } from './value';

const readCharges = (raw: unknown): Listing<Charge> | null => readListing(raw, readCharge);

interface LastChargeProps {
  app: App;
  id: string;
  view: View;
  linkCar: string | null;
}

function link(charge: Charge, car: string | null): ComponentChild {
  const when = entryTime(charge.from, charge.to);
  return <a href={linkTo('charges', { car }, charge.id)}>{when.day}</a>;
}

export function LastCharge({ app, id, view, linkCar }: LastChargeProps) {
  const charges = useLoad(app, diaryPath('charges', { car: id, limit: 2 }), readCharges).data;
  const since = useLoad(app, `totals?${new URLSearchParams({ car: id, since: 'charge' }).toString()}`, readTotals).data;
  const charge = charges?.items.find((each) => each.state !== 'open');
  if (!charge) {
    return null;
  }
  const cost = charge.cost === null ? null : moneyRange(charge.cost, charge.costMax, charge.currency);
  const rows = [
    { name: t('Last charge'), value: link(charge, linkCar), note: [socWords(charge), joined(energy(charge.battery)), cost].filter((each) => each !== null).join(' · ') },
    { name: t('Driven since'), value: since === null ? null : joined(distance(since.distance, view.units)) },
    { name: t('Used since'), value: since === null ? null : joined(energy(since.used)) },
  ];
  return (
    <Card id="last-charge" title={t('Since the last charge')} icon="plug">
      <FactList rows={rows} />
    </Card>
  );
}
