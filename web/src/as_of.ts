/* The moment up to which a chart that moves along was asked for: renewed now and then while somebody looks. */
import { useEffect, useRef, useState } from 'preact/hooks';

export function useAsOf(nowS: number, everyMs: number, paused: boolean): number {
  const latest = useRef({ nowS, paused });
  latest.current = { nowS, paused };
  const [asOf, setAsOf] = useState(nowS);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden && !latest.current.paused) {
        setAsOf(latest.current.nowS);
      }
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return asOf;
}
