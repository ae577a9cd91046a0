/* Parts of the page whose scripts are fetched after the first ones; says so when that takes long or fails. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Waiting } from './waiting';

/** A script that is fetched once, and what it draws. */
export class Later<P extends object> {
  drawn: ComponentType<P> | null = null;

  constructor(private readonly bring: () => Promise<{ default: ComponentType<P> }>) {}

  /** Fails when it can't be fetched; it may be asked again. */
  async fetch(): Promise<void> {
    this.drawn ??= (await this.bring()).default;
  }
}

export function Lazy<P extends object>({ later, props }: { later: Later<P>; props: P }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [, redraw] = useState(0);
  useEffect(() => {
    let over = false;
    setProblem(null);
    void later.fetch().then(
      () => over || redraw((count) => count + 1),
      () => over || setProblem(t('this page can’t be fetched now')),
    );
    return () => {
      over = true;
    };
  }, [later, attempt]);
  if (later.drawn) {
    return <later.drawn {...props} />;
  }
  return <Waiting what={t('the page')} problem={problem === null ? null : { words: problem, again: false, missing: false }} retry={() => setAttempt((count) => count + 1)} />;
}
