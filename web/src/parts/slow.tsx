/* Beside a button whose work may take long: after a while that it does, and when it will be given up. */
import { t } from '../i18n';
import { useLate } from './late';

interface SlowProps {
  busy: boolean;
  /** When the request is given up. */
  mostMs: number;
}

export function Slow({ busy, mostMs }: SlowProps) {
  const late = useLate(busy);
  return (
    <p class="slow" role="status">
      {busy && late ? t('No answer yet; a small computer may take a while. After {n} s it is given up, and you can try again.', { n: mostMs / 1000 }) : ''}
    </p>
  );
}
