/* Setup, the tariff: the editor of the prices, where it is first needed. */
import { t } from '../i18n';
import { TariffEditor } from '../parts/tariff_card';
import { linkTo } from '../route';
import { mayWrite } from '../roles';
import type { StepProps } from './setup';

export function TariffStep({ app, state, now, linkCar }: StepProps) {
  const today = new Date(now === null ? Date.now() : now.ms + now.offset * 60000).toISOString().slice(0, 10);
  return (
    <>
      <p>{t('Charges at home are priced by the hour in which they took their energy. Charges before the first day of a price have none.')}</p>
      <TariffEditor app={app} today={today} mayWrite={mayWrite(state.session?.role)} />
      <a class="go" href={linkTo('energy', { car: linkCar, show: 'prices' })}>
        {t('What a kWh weighs in CO₂')}
      </a>
    </>
  );
}
