/* What this browser shows figures in: distance, consumption, temperature, hours, language. In the settings and in the setup. */
import { LANGUAGES, t } from '../i18n';
import type { Language } from '../i18n';
import type { Prefs } from '../prefs';
import { consumptionOf } from '../units';
import { Choice } from './choice';

interface UnitChoicesProps {
  /** Before the names of the groups: they may be on the page twice. */
  id: string;
  prefs: Prefs;
  change: (part: Partial<Prefs>) => void;
}

export function LanguageChoice({ id, prefs, change }: UnitChoicesProps) {
  return (
    <Choice
      name={`${id}language`}
      legend={t('Language')}
      value={prefs.language}
      options={[['auto', t('Browser’s')], ...(Object.entries(LANGUAGES) as [Language, string][])]}
      choose={(language) => {
        change({ language });
        location.reload();
      }}
    />
  );
}

export function UnitChoices({ id, prefs, change }: UnitChoicesProps) {
  const { distance } = prefs;
  return (
    <>
      <Choice name={`${id}distance`} legend={t('Distance')} value={distance} options={[['km', t('Kilometres')], ['mi', t('Miles')]]} choose={(chosen) => change({ distance: chosen })} />
      <Choice
        name={`${id}consumption`}
        legend={t('Consumption')}
        value={consumptionOf(prefs)}
        options={[['energy', `kWh/100 ${distance}`], ['distance', `${distance}/kWh`]]}
        choose={(consumption) => change({ consumption })}
      />
      <Choice name={`${id}temperature`} legend={t('Temperature')} value={prefs.temperature} options={[['C', '°C'], ['F', '°F']]} choose={(temperature) => change({ temperature })} />
      <Choice name={`${id}hours`} legend={t('Time of day')} value={prefs.hours} options={[['auto', t('Browser’s')], ['24', t('24 hours')], ['12', t('12 hours')]]} choose={(hours) => change({ hours })} />
    </>
  );
}
