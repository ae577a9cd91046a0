/* The table of everything the car says: every signal as it came, with age, source and quality. */
import { useState } from 'preact/hooks';
import { plainWords } from '../format';
import { t } from '../i18n';
import type { Car, Signal } from '../model';
import type { View } from './value';
import { qualityWords } from '../words';
import { ageText, written } from './value';

function cell(signal: Signal, view: View): string {
  if (Array.isArray(signal.value)) {
    return t('{n} of {most} values', { n: signal.value.filter((each) => each !== null).length, most: signal.value.length });
  }
  const what = written(signal, { most: 3 }, view.units);
  return what === null ? `– ${t('unknown')}` : `${what.text}${what.unit ? ` ${what.unit}` : ''}`;
}

function EverythingRow({ name, signal, view }: { name: string; signal: Signal; view: View }) {
  return (
    <tr>
      <th scope="row">{plainWords(name)}</th>
      <td>{cell(signal, view)}</td>
      <td>{ageText(signal, view) || '–'}</td>
      <td>{signal.source ?? '–'}</td>
      <td>{qualityWords(signal.quality ?? 'ok', signal.source).label || 'ok'}</td>
    </tr>
  );
}

function EverythingTable({ car, view }: { car: Car; view: View }) {
  const names = Object.keys(car.signals).sort();
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t('Every signal of the car')}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('Signal')}</th>
            <th scope="col">{t('Value')}</th>
            <th scope="col">{t('Age')}</th>
            <th scope="col">{t('Source')}</th>
            <th scope="col">{t('Quality')}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <EverythingRow key={name} name={name} signal={car.signals[name] as Signal} view={view} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Drawn only once it is opened. */
export function Everything({ car, view }: { car: Car; view: View }) {
  const [open, setOpen] = useState(false);
  const count = Object.keys(car.signals).length;
  if (count === 0) {
    return null;
  }
  return (
    <details class="card more everything" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="more__summary">{t('Everything the car says ({n})', { n: count })}</summary>
      {open ? <EverythingTable car={car} view={view} /> : null}
    </details>
  );
}
