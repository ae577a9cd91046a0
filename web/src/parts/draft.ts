/* What is typed into a form, and nothing else: it lies over what garaged keeps, so that a field which nobody touched follows
 * it, also when another page changes it meanwhile. Outlives the end of the session; closed or left, it is gone. */
import { useEffect, useState } from 'preact/hooks';
import type { App } from '../app';
import { overlay } from '../merge';

/** Of each object only the fields that were touched. */
export type Touched<T> = { [K in keyof T]?: T[K] extends readonly unknown[] ? T[K] : T[K] extends object ? Touched<T[K]> : T[K] };

export interface Draft<T> {
  typed: T;
  touched: Touched<T>;
  change: (part: Touched<T>) => void;
  /** It is kept by garaged now. What was typed on meanwhile stays. */
  clear: () => void;
}

/** `kept` with what was touched of it as it was typed. */
export function laidOver<T extends object>(kept: T, touched: Touched<T>): T {
  return overlay(kept as Record<string, unknown>, touched as Record<string, unknown>) as T;
}

/** `key`: which form, of which thing. `kept`: what garaged keeps of it by now. */
export function useDraft<T extends object>(app: App, key: string, kept: T): Draft<T> {
  const [touched, setTouched] = useState<Touched<T>>(() => (app.drafts.get(key) as Touched<T> | undefined) ?? {});
  useEffect(() => app.drafts.keep(key, touched), [key, touched]);
  useEffect(
    () => () => {
      if (app.state.get().screen === 'inside') {
        app.drafts.drop(key);
      }
    },
    [key],
  );
  const change = (part: Touched<T>) => setTouched((before) => laidOver<Touched<T>>(before, part as Touched<Touched<T>>));
  return { typed: laidOver(kept, touched), touched, change, clear: () => setTouched((now) => (now === touched ? {} : now)) };
}
