/* Setup, what was before: logs of LeafSpy and tables of CARWINGS, tried first and then taken over. */
import { t } from '../i18n';
import { LINES } from '../lines';
import { LineToType } from '../parts/line_to_type';
import type { StepProps } from './setup';

export function ImportStep({ linkCar, prefs }: StepProps) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'Europe/Oslo';
  const miles = prefs.distance === 'mi';
  return (
    <>
      <p>{t('The diary begins with the first day of garaged, but it takes in what other programs have kept. Copy the files to the computer that runs garaged, and type there, in their folder:')}</p>
      <h3>{t('Logs of LeafSpy')}</h3>
      <LineToType id="line-leafspy-dry" words={t('Says what is in them, and writes nothing')} line={LINES.leafspy(true, linkCar, miles)} />
      <LineToType id="line-leafspy" words={t('Takes it over')} line={LINES.leafspy(false, linkCar, miles)} />
      <h3>{t('Tables of CARWINGS or NissanConnect')}</h3>
      <LineToType id="line-carwings-dry" words={t('Says what is in it, and writes nothing')} line={LINES.carwings(true, linkCar, zone)} />
      <LineToType id="line-carwings" words={t('Takes it over')} line={LINES.carwings(false, linkCar, zone)} />
      <p>{t('A second import adds nothing, and one that was broken off goes on. What garaged watched itself, and what you typed, stays. What was refused is named with its line.')}</p>
      <LineToType id="line-backup" words={t('From now on, a copy on another disk from time to time')} line={LINES.backup} />
    </>
  );
}
