/* Setup, the odometer: what the car tells beside what its dashboard shows. Some cars count in miles; which, they say in
 * another frame, so it is looked at once. */
import { useRef, useState } from 'preact/hooks';
import { ageSeconds } from '../ages';
import { distance, joined } from '../amounts';
import type { App } from '../app';
import { calmAge } from '../format';
import { t } from '../i18n';
import { LINES } from '../lines';
import type { Signal } from '../model';
import { compareOdometer, readOdometer } from '../odometer';
import type { Comparison } from '../odometer';
import { Choice } from '../parts/choice';
import { LineToType } from '../parts/line_to_type';
import type { View } from '../parts/value';
import type { Units } from '../units';
import type { StepProps } from './setup';

const VERDICTS: Readonly<Record<Comparison, string>> = {
  same: t('That agrees. Distances are right.'),
  driven: t('The dashboard is ahead: the car has been driven since this reading. That agrees, once it is heard again.'),
  other_unit: t('The figures are the same but for the unit: the car counts in the other one, and has not said so yet. Switch it on for a minute, look here again, and leave this step open meanwhile. Nothing is converted in silence.'),
  different: t('These are two different figures. Is it this car, and the total, not the trip?'),
};

interface CompareProps {
  app: App;
  id: string;
  heard: number;
  view: View;
  compared: readonly string[];
}

function Compare({ app, id, heard, view, compared }: CompareProps) {
  const field = useRef<HTMLInputElement>(null);
  const [unit, setUnit] = useState<Units['distance']>(view.units.distance);
  const [verdict, setVerdict] = useState<Comparison | 'unread' | null>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    const seen = readOdometer(field.current?.value ?? '');
    const said = seen === null ? 'unread' : compareOdometer(heard, seen, unit);
    const others = compared.filter((each) => each !== id);
    setVerdict(said);
    app.prefs.patch({ compared: said === 'same' || said === 'driven' ? [...others, id] : others });
  };
  const isWrong = verdict !== null && verdict !== 'same' && verdict !== 'driven';
  return (
    <form class="setup__form" onSubmit={submit} noValidate>
      <div class="field">
        <label for="odometer-seen">{t('What the dashboard shows')}</label>
        <input id="odometer-seen" inputmode="numeric" autocomplete="off" ref={field} aria-describedby="odometer-said" aria-invalid={isWrong} />
      </div>
      <Choice name="odometer-unit" legend={t('Its unit')} value={unit} options={[['km', t('Kilometres')], ['mi', t('Miles')]]} choose={setUnit} />
      <button type="submit" class="button">
        {t('Compare')}
      </button>
      <p id="odometer-said" role="status" class={isWrong ? 'form__problem' : 'wishes__said'}>
        {verdict === null ? '' : verdict === 'unread' ? t('A whole number, as the dashboard shows it.') : VERDICTS[verdict]}
      </p>
      {verdict === 'other_unit' || verdict === 'different' ? <LineToType id="line-record" words={t('If it stays so: a minute of what the car says, for a report. VIN and serial numbers are hidden in it')} line={LINES.record} /> : null}
    </form>
  );
}

function heardWords(signal: Signal, value: number, view: View): string {
  const seconds = ageSeconds(signal, view.now);
  const both = `${joined(distance(value, view.units))} (${joined(distance(value, { ...view.units, distance: view.units.distance === 'mi' ? 'km' : 'mi' }))})`;
  return seconds === null ? t('The car says {distance}.', { distance: both }) : t('The car says {distance}, heard {age}.', { distance: both, age: calmAge(seconds) });
}

export function OdometerStep({ app, car, id, view, prefs }: StepProps) {
  const signal = car.signals['odometer'];
  const value = typeof signal?.value === 'number' ? signal.value : null;
  if (!signal || value === null) {
    return <p>{t('The odometer was not heard yet. It comes when the car is switched on with the dongle in its socket; then it can be compared with the dashboard here.')}</p>;
  }
  return (
    <>
      <p class="setup__figure">{heardWords(signal, value, view)}</p>
      <p>{signal.quality === 'assumed' ? t('The car has not said yet whether it counts in kilometres or miles: kilometres are assumed. Is that what its dashboard shows?') : t('Is that what its dashboard shows?')}</p>
      {prefs.compared.includes(id) ? <p class="wishes__said">{t('Compared in this browser: it agreed.')}</p> : null}
      <Compare app={app} id={id} heard={value} view={view} compared={prefs.compared} />
    </>
  );
}
