/* What the whole page watches: the passing second, and which colours hold. */
import { useEffect, useState } from 'preact/hooks';
import type { Stamp } from '../ages';
import { stampNow } from '../app';
import { isDark, watchSystem } from '../prefs';
import type { Theme } from '../prefs';

/** The moment, renewed each second while the page is looked at. */
export function useNow(): Stamp {
  const [now, setNow] = useState(stampNow);
  useEffect(() => {
    const tick = () => {
      if (!document.hidden) {
        setNow(stampNow());
      }
    };
    const timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, []);
  return now;
}

/** Which colours hold now; the chart paints with them. */
export function useDark(theme: Theme): boolean {
  const [dark, setDark] = useState(isDark(theme));
  useEffect(() => {
    const look = () => setDark(isDark(theme));
    look();
    return watchSystem(look);
  }, [theme]);
  return dark;
}
