/* Setup, units: kept by this browser alone. */
import { t } from '../i18n';
import { LanguageChoice, UnitChoices } from '../parts/unit_choices';
import type { StepProps } from './setup';

export function UnitsStep({ app, prefs }: StepProps) {
  const change = (part: Partial<typeof prefs>) => app.prefs.patch(part);
  return (
    <>
      <p>{t('How this browser shows figures. Each of your telephones and computers may have it its own way; the diary stays in kilometres and degrees Celsius.')}</p>
      <LanguageChoice id="setup-" prefs={prefs} change={change} />
      <UnitChoices id="setup-" prefs={prefs} change={change} />
    </>
  );
}
