/* A button for what can't be taken back: pressed once it asks, pressed again it does it. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';

interface SureProps {
  label: string;
  /** Of whom, for who doesn't see where the button stands. */
  what: string;
  /** On the button that does it. */
  yes: string;
  disabled?: boolean;
  act: () => void;
}

export function Sure({ label, what, yes, disabled = false, act }: SureProps) {
  const [asking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const was = useRef(false);
  useLayoutEffect(() => {
    if (asking !== was.current) {
      (asking ? keep : first).current?.focus();
    }
    was.current = asking;
  }, [asking]);
  if (!asking) {
    return (
      <button type="button" class="button button--small" ref={first} aria-label={`${label}: ${what}`} aria-disabled={disabled} onClick={() => setAsking(!disabled)}>
        {label}
      </button>
    );
  }
  return (
    <span class="sure" role="group" aria-label={`${label}: ${what}`}>
      <button type="button" class="button button--small button--bad" onClick={() => act()}>
        {yes}
      </button>
      <button type="button" class="button button--small" ref={keep} onClick={() => setAsking(false)}>
        {t('Keep')}
      </button>
    </span>
  );
}
