/* Each cell as a bar, drawn from a little below the weakest on: a difference of millivolts is to be seen. The weakest and the
 * strongest carry a mark of their own shape; the table says all of them. */
import type { App } from '../app';
import type { Cells } from '../cells';
import { cellWords, extremesOf, readCells, voltWords } from '../cells';
import type { Listing } from '../diary';
import { readListing } from '../diary';
import type { Moment } from '../format';
import { dayClock, moment } from '../format';
import { t } from '../i18n';
import { useLoad } from '../load';
import { Card } from './card';
import { Twin } from './twin';
import { Empty, Waiting } from './waiting';

const readCellsList = (raw: unknown): Listing<Cells> | null => readListing(raw, readCells);
const STEP = 10;
const HEIGHT = 150;
/** V shown at least: of a battery in balance the bars are alike. */
const SPAN_LEAST = 0.02;

function Bars({ cells }: { cells: Cells }) {
  const found = extremesOf(cells);
  if (found === null) {
    return null;
  }
  const span = Math.max(SPAN_LEAST, (found.max - found.min) * 1.25);
  const height = (volts: number) => Math.max(4, ((volts - found.max + span) / span) * (HEIGHT - 20));
  const kind = (i: number) => (i + 1 === found.weakest ? 'cell--weak' : i + 1 === found.strongest ? 'cell--strong' : '');
  const mark = (cell: number, down: boolean) => {
    const x = (cell - 0.5) * STEP;
    const y = HEIGHT - height(down ? found.min : found.max) - 4;
    return <path class="cell__mark" d={down ? `M${x - 6} ${y - 9}h12l-6 9z` : `M${x - 6} ${y}h12l-6 -9z`} />;
  };
  return (
    <svg class="cells" viewBox={`0 0 ${cells.volts.length * STEP} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={t('Bar chart. {words}', { words: cellWords(cells) })}>
      {cells.volts.map((volts, i) =>
        volts === null ? null : <rect key={i} class={`cell ${kind(i)}`} x={i * STEP + 1} y={HEIGHT - height(volts)} width={STEP - 2} height={height(volts)} rx="2" />,
      )}
      {mark(found.weakest, true)}
      {mark(found.strongest, false)}
    </svg>
  );
}

interface CellsCardProps {
  app: App;
  id: string;
  now: Moment | null;
}

export function CellsCard({ app, id, now }: CellsCardProps) {
  const loaded = useLoad(app, `cells?car=${id}&limit=1`, readCellsList);
  const cells = loaded.data?.items[0];
  const at = moment(cells?.at);
  if (!loaded.data) {
    return loaded.problem ? null : <Waiting what={t('the cells')} problem={null} retry={loaded.retry} />; // the diary above says why
  }
  const rows = () => (cells?.volts ?? []).map((volts, i) => ({ key: String(i), cells: [t('Cell {n}', { n: i + 1 }), voltWords(volts)] }));
  return (
    <Card id="cells" title={t('Each cell')} icon="cells" note={at && now ? dayClock(at, now) : ''}>
      {cells ? (
        <>
          <Bars cells={cells} />
          <p class="chart__summary">{cellWords(cells)}</p>
          <p class="legend">
            <span class="legend__one">{t('▼ weakest')}</span>
            <span class="legend__one">{t('▲ strongest')}</span>
          </p>
          <Twin label={t('Voltage of each cell')} head={[t('Cell'), t('Voltage')]} rows={rows} />
        </>
      ) : (
        <Empty icon="cells" words={t('Nothing yet. The cells appear here once the car has told them: it does so while it is on or charging. Some cars never do.')} />
      )}
    </Card>
  );
}
