/* A page that is fetched when it is first opened; says so when that takes long or fails. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Waiting } from './waiting';

interface LazyProps<P> {
  load: () => Promise<{ default: ComponentType<P> }>;
  /** What it is, while it isn't there. */
  what: string;
  props: P;
}

export function Lazy<P extends object>({ load, what, props }: LazyProps<P>) {
  const [state, setState] = useState<{ Page: ComponentType<P> | null; failed: boolean }>({ Page: null, failed: false });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let over = false;
    void load().then(
      (found) => over || setState({ Page: found.default, failed: false }),
      () => over || setState({ Page: null, failed: true }),
    );
    return () => {
      over = true;
    };
  }, [attempt]);
  if (state.Page) {
    return <state.Page {...props} />;
  }
  const problem = state.failed ? { words: t('this page can’t be fetched now'), again: false, missing: false } : null;
  return <Waiting what={what} problem={problem} retry={() => setAttempt((count) => count + 1)} />;
}
