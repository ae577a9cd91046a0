/* The state of a form that outlives the end of the session, and nothing else: closed or left, what was typed is gone. */
import type { Dispatch, StateUpdater } from 'preact/hooks';
import { useEffect, useState } from 'preact/hooks';
import type { App } from '../app';

/** `key`: which form, of which thing. */
export function useDraft<T extends object>(app: App, key: string, begun: () => T): [T, Dispatch<StateUpdater<T>>] {
  const [typed, setTyped] = useState<T>(() => (app.drafts.get(key) as T | undefined) ?? begun());
  useEffect(() => app.drafts.keep(key, typed), [key, typed]);
  useEffect(
    () => () => {
      if (app.state.get().screen === 'inside') {
        app.drafts.drop(key);
      }
    },
    [key],
  );
  return [typed, setTyped];
}
