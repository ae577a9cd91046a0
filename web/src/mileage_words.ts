/* What Mileage says of a time: its large figures, its chart, and what stands in no bar. Pure. */
import { consumption, distance, energy, joined } from './amounts';
import type { Sums } from './diary';
import { number } from './format';
import { t } from './i18n';
import type { ChartOf } from './parts/period_chart';
import type { Total } from './parts/totals';
import type { Grain } from './period';
import { isOfDays } from './period';
import { consumptionOf } from './totals';
import type { Units } from './units';

export function mileageChart(units: Units): ChartOf {
  return {
    title: t('Distance'),
    icon: 'road',
    figure: (sums) => sums.distance,
    amount: (value) => distance(value, units),
    columns: [
      { head: t('Outings'), cell: (sums) => number(sums.outings) },
      { head: t('Distance'), cell: (sums) => joined(distance(sums.distance, units)) },
      { head: t('Used'), cell: (sums) => joined(energy(sums.used)) },
      { head: t('Consumption'), cell: (sums) => joined(consumption(consumptionOf(sums), units)) },
    ],
    empty: t('Nothing driven in this time. A bar appears as soon as the car is back and its odometer is heard.'),
  };
}

export function mileageTotals(sums: Sums, units: Units): Total[] {
  const over = consumptionOf(sums);
  return [
    { name: 'distance', label: t('Driven'), what: distance(sums.distance, units), value: sums.distance },
    { name: 'used', label: t('Used'), what: energy(sums.used), value: sums.used },
    { name: 'consumption', label: t('Consumption'), what: consumption(over, units), value: over },
    { name: 'outings', label: t('Outings'), what: { text: number(sums.outings), unit: '' }, value: sums.outings },
  ];
}

function restAmount(rest: Sums, units: Units): string {
  const far = joined(distance(rest.distance ?? 0, units));
  return rest.used !== null && rest.used > 0 ? t('{distance} and {energy}', { distance: far, energy: joined(energy(rest.used)) }) : far;
}

/** What was driven but belongs to no bar: said, never guessed into days. */
export function unattributedWords(rest: Sums | null, grain: Grain, units: Units): string | null {
  if (!rest || ((rest.distance ?? 0) <= 0 && (rest.used ?? 0) <= 0)) {
    return null;
  }
  const amount = restAmount(rest, units);
  return isOfDays(grain)
    ? t('Unattributed: {amount}. The car was away over midnight, or came back with more on its odometer than any outing explains: on which day that was driven, nobody knows. It is in the sums, and in no bar.', { amount })
    : t('Unattributed: {amount}. The car was away from one month to the next, or came back with more on its odometer than any outing explains: in which month that was driven, nobody knows. It is in the sums, and in no bar.', { amount });
}
