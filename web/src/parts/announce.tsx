/* What is said aside: the state for a screen reader, and the last event for everybody. */
import { useEffect, useState } from 'preact/hooks';
import type { AppState } from '../app';
import { t } from '../i18n';
import type { Car } from '../model';
import { stateWord } from '../words';

/** What a screen reader is told: the car's state and the line's, not each figure. */
export function Announcer({ car, state }: { car: Car | null; state: AppState }) {
  const words = [car ? `${car.name}: ${stateWord(car)}` : '', state.contact.lost ? t('garaged is not reachable') : ''];
  return (
    <p class="hidden" role="status" aria-live="polite">
      {words.filter((each) => each !== '').join('. ')}
    </p>
  );
}

const TOAST_MS = 8000;

export function Toast({ said }: { said: AppState['said'] }) {
  const [shown, setShown] = useState<number | null>(null);
  useEffect(() => {
    if (!said) {
      return undefined;
    }
    setShown(said.serial);
    const timer = setTimeout(() => setShown(null), TOAST_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {said && shown === said.serial ? <p class="toast">{said.text}</p> : null}
    </div>
  );
}
