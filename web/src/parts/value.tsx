/* One signal as text: value, unit, age and what its quality means. Null is "unknown", a missing signal is not drawn. */
import type { Stamp } from '../ages';
import { ageSeconds } from '../ages';
import { calmAge, number } from '../format';
import { t } from '../i18n';
import type { Quality, Signal } from '../model';
import { shown } from '../units';
import type { Units } from '../units';
import { disputeWords, qualityWords } from '../words';

/** What every part needs to draw a value. */
export interface View {
  units: Units;
  now: Stamp;
}

/** How a signal's value is written. */
export interface Writing {
  least?: number;
  most?: number;
  /** Words for true and false, or for the words of an enumeration. */
  words?: Record<string, string>;
}

export interface Written {
  text: string;
  unit: string;
}

/** The value in words, or null when it is unknown. */
export function written(signal: Signal, writing: Writing, units: Units): Written | null {
  const value = signal.value;
  if (value === null || Array.isArray(value)) {
    return null;
  }
  if (typeof value !== 'number') {
    const word = String(value);
    return { text: writing.words?.[word] ?? word, unit: '' };
  }
  const quantity = shown(value, signal.unit ?? '', units);
  const least = quantity.decimals ?? writing.least ?? 0;
  const most = quantity.decimals ?? writing.most ?? 2;
  return { text: number(quantity.value, Math.min(least, most), most), unit: quantity.unit };
}

export function Badge({ quality, source }: { quality: Quality; source?: string | null | undefined }) {
  if (quality === 'ok') {
    return null;
  }
  const words = qualityWords(quality, source);
  return (
    <span class={`badge badge--${quality}`} title={words.meaning}>
      {words.label}
    </span>
  );
}

export function Amount({ what }: { what: Written | null }) {
  if (what === null) {
    return <span class="amount amount--unknown">–</span>;
  }
  return (
    <span class="amount">
      {what.text}
      {what.unit ? <span class="amount__unit">{`\u202f${what.unit}`}</span> : null}
    </span>
  );
}

/** Age as it stands beside a value; "unknown" for a value that is, "" where the server gave no age. */
export function ageText(signal: Signal, view: View): string {
  if (signal.value === null) {
    return t('unknown');
  }
  const age = ageSeconds(signal, view.now);
  return age === null ? '' : calmAge(age);
}

/** Age and quality that stand above a list already, and aren't said again beside each of its values. */
export interface Usual {
  age: string;
  old: boolean;
}

/** Age and quality, beside a value. */
export function Meta({ signal, view, usual }: { signal: Signal; view: View; usual?: Usual }) {
  const age = ageText(signal, view);
  const quality = signal.quality ?? 'ok';
  const dispute = disputeWords(signal);
  return (
    <span class="meta">
      {age === '' || age === usual?.age ? null : <span>{age}</span>}
      {signal.value === null || (usual?.old && quality === 'old') ? null : <Badge quality={quality} source={signal.source} />}
      {dispute === null ? null : <span class="meta__dispute">{dispute}</span>}
    </span>
  );
}
