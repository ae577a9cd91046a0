/* Of an inferred charge two ends are known and nothing between: drawn and said as just that. */
import { energy, joined, moneyRange, percent } from '../amounts';
import { dayName, dayOf, weekday } from '../calendar';
import type { Charge } from '../diary';
import { minutesBetween } from '../diary_words';
import { clock, duration, moment } from '../format';
import { t } from '../i18n';
import { Card } from './card';

function momentWords(text: string | null): string {
  const at = moment(text);
  return at ? `${weekday(dayOf(at))} ${dayName(dayOf(at))}, ${clock(at)}` : t('at an unknown time');
}

function End({ name, soc, at }: { name: string; soc: number | null; at: string | null }) {
  return (
    <li class="span__end">
      <span class="meta">{name}</span>
      <span class="amount">{joined(percent(soc))}</span>
      <span class="span__when">{momentWords(at)}</span>
    </li>
  );
}

function gainWords(charge: Charge, long: string): string {
  const { socFrom, socTo, battery } = charge;
  const when = { begin: momentWords(charge.from), end: momentWords(charge.to), duration: long };
  if (socFrom === null || socTo === null) {
    return t('Nobody watched from {begin} to {end}, {duration}. Somewhere within, the charge rose.', when);
  }
  const gain = { gain: joined(percent(socTo - socFrom)), energy: joined(energy(battery)) };
  return battery === null
    ? t('Nobody watched from {begin} to {end}, {duration}. Somewhere within, the charge rose by {gain}.', { ...when, ...gain })
    : t('Nobody watched from {begin} to {end}, {duration}. Somewhere within, the charge rose by {gain}: about {energy}.', { ...when, ...gain });
}

function costWords(charge: Charge): string | null {
  if (charge.cost === null || charge.costFrom === 'typed') {
    return null;
  }
  const cost = moneyRange(charge.cost, charge.costMax, charge.currency);
  return charge.costMax === null
    ? t('It cost {cost}: your price was the same all the time.', { cost })
    : t('It cost {cost}, as it fell into the cheapest or the dearest hour of that time.', { cost });
}

export function ChargeWindow({ charge }: { charge: Charge }) {
  const minutes = minutesBetween(charge.from, charge.to);
  const cost = costWords(charge);
  return (
    <Card id="window" title={t('Somewhere in this window')} icon="clock" note={minutes === null ? undefined : duration(minutes)}>
      <ol class="span">
        <End name={t('Last heard before')} soc={charge.socFrom} at={charge.from} />
        <li class="span__gap">{t('nobody watched')}</li>
        <End name={t('Heard again')} soc={charge.socTo} at={charge.to} />
      </ol>
      <p class="chart__summary">{gainWords(charge, minutes === null ? t('how long isn’t known') : duration(minutes))}</p>
      {cost === null ? null : <p class="chart__summary">{cost}</p>}
    </Card>
  );
}
