/* The newest month of the diary in three figures, and the ways to where they come from. */
import { consumption, distance, energy } from '../amounts';
import type { App } from '../app';
import { monthName } from '../calendar';
import type { Listing, Sums } from '../diary';
import { diaryPath, readListing, readSums } from '../diary';
import { t } from '../i18n';
import { useLoad } from '../load';
import { periodDays } from '../period';
import { linkTo } from '../route';
import { consumptionOf, wholeOf } from '../totals';
import { Card } from './card';
import type { Total } from './totals';
import { costTotal, Totals } from './totals';
import type { View } from './value';

const readMonths = (raw: unknown): Listing<Sums> | null => readListing(raw, readSums);

/** What the owner asks first of a month: how far, how much, for what money (or how thrifty, where nobody knows the price). */
function figuresOf(month: Sums, view: View): Total[] {
  const rate = consumptionOf(month);
  const last: Total =
    month.cost === null
      ? { name: 'consumption', label: t('Consumption'), what: consumption(rate, view.units), value: rate }
      : costTotal(month);
  return [
    { name: 'distance', label: t('Driven'), what: distance(month.distance, view.units), value: month.distance },
    { name: 'battery', label: t('Charged'), what: energy(month.battery), value: month.battery },
    last,
  ];
}

interface NewestMonthProps {
  app: App;
  id: string;
  view: View;
  linkCar: string | null;
}

/** Not drawn before there is anything to say. */
export function NewestMonth({ app, id, view, linkCar }: NewestMonthProps) {
  const newest = useLoad(app, diaryPath('months', { car: id, limit: 1 }), readMonths).data?.items[0];
  const days = newest ? periodDays({ kind: 'month', key: newest.key }) : null;
  const whole = useLoad(app, diaryPath('months', { car: id, days, limit: 1 }), readMonths).data;
  if (!newest) {
    return null;
  }
  const month = whole ? wholeOf(whole, newest.key) : newest;
  return (
    <Card id="month" title={monthName(month.key)} icon="calendar" kind="month">
      <Totals totals={figuresOf(month, view)} />
      <p class="month__ways">
        <a class="go" href={linkTo('mileage', { car: linkCar, period: month.key })}>
          {t('Mileage')}
        </a>
        <a class="go" href={linkTo('charges', { car: linkCar, period: month.key })}>
          {t('Charges')}
        </a>
      </p>
    </Card>
  );
}
