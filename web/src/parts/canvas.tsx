/* A chart on the page: brings the library when it is needed, and says so when that fails. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import type { Sheet } from '../sheet';
import { sameFigures } from '../sheet';
import { inTime } from './late';
import type { DrawnPlot } from './plot';

const LIBRARY_AGAIN_MS = 4000;

interface CanvasProps {
  sheet: Sheet;
  /** Drawn anew when its figures or this change; the sheet itself is made anew with every tick of the page. */
  drawn: string;
  /** The chart in words, for those who don't see it. */
  label: string;
  readout: (text: string) => void;
}

/** The library's painter for `host`, and whether it couldn't be loaded (it is tried again). */
function usePainter(host: { current: HTMLDivElement | null }, readout: (text: string) => void): [DrawnPlot | null, boolean] {
  const [painter, setPainter] = useState<DrawnPlot | null>(null);
  const [problem, setProblem] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let mine: DrawnPlot | null = null;
    let over = false;
    const element = host.current as HTMLDivElement;
    const sized = new ResizeObserver(() => mine?.resize(element.clientWidth));
    const begin = async () => {
      const library = await inTime(import('./plot'));
      if (over) {
        return;
      }
      setProblem(library === null);
      if (library === null) {
        timer = setTimeout(() => void begin(), LIBRARY_AGAIN_MS);
        return;
      }
      mine = library.drawPlot(element, readout);
      sized.observe(element);
      setPainter(mine);
    };
    void begin();
    return () => {
      over = true;
      clearTimeout(timer);
      sized.disconnect();
      mine?.destroy();
    };
  }, []);
  return [painter, problem];
}

export function Canvas({ sheet, drawn, label, readout }: CanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const [painter, problem] = usePainter(host, readout);
  const last = useRef(sheet);
  if (!sameFigures(last.current, sheet)) {
    last.current = sheet;
  }
  useEffect(() => painter?.show(sheet), [painter, drawn, last.current]);
  return (
    <>
      {problem ? <p class="chart__summary">{t('The chart can’t be loaded now. The table below has the same figures.')}</p> : null}
      <div ref={host} class={`chart__canvas ${sheet.pick ? 'chart__canvas--pick' : ''}`} role="img" aria-label={label} />
    </>
  );
}
