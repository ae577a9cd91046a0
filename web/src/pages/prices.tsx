/* What cost and CO₂ rest on: the owner's prices, and what a kWh weighs. Below Energy & cost. */
import type { App } from '../app';
import { num } from '../diary';
import { t } from '../i18n';
import type { Loaded } from '../load';
import { CarbonForm } from '../parts/carbon_form';
import { Card } from '../parts/card';
import { TariffEditor } from '../parts/tariff_card';
import { Waiting } from '../parts/waiting';
import type { Preferences } from '../preferences';
import { PageHead } from './page';

interface PricesProps {
  app: App;
  preferences: Loaded<Preferences>;
  today: string;
  mayWrite: boolean;
  up: string;
}

export function PricesPage({ app, preferences, today, mayWrite, up }: PricesProps) {
  const grams = preferences.data ? num(preferences.data.raw, 'co2_g_per_kwh') : null;
  return (
    <>
      <PageHead title={t('Prices and CO₂')} up={{ link: up, label: t('Energy & cost') }} />
      <Card id="tariffs" title={t('What a kWh costs')} icon="coin">
        <p class="chart__summary">{t('Charges at home are priced by this, by the hour in which they took their energy. What was paid elsewhere is typed into the charge itself.')}</p>
        <TariffEditor app={app} today={today} mayWrite={mayWrite} />
      </Card>
      <Card id="carbon" title={t('What a kWh weighs')} icon="bolt">
        {preferences.data ? (
          <CarbonForm app={app} grams={grams} mayWrite={mayWrite} />
        ) : (
          <Waiting what={t('the wishes')} problem={preferences.problem} retry={preferences.retry} />
        )}
      </Card>
    </>
  );
}
