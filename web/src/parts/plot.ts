/* uPlot, and nothing else of the page: loaded only when there is a chart to draw. Colours come from the stylesheet. */
import uPlot from 'uplot';
import type { Axis, Line, Sheet, Stripe } from '../sheet';
import { roundStep } from '../sheet';

export interface DrawnPlot {
  show(sheet: Sheet): void;
  resize(width: number): void;
  destroy(): void;
}

const HEIGHT = 220;
const FONT = '12px system-ui, sans-serif';
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const MONTH = 30.44 * DAY;
const STEPS = [
  ...[1, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((each) => each * HOUR),
  ...[1, 2, 3, 7, 14].map((each) => each * DAY),
  ...[1, 2, 3, 6, 12, 24, 60].map((each) => each * MONTH),
];

type Colours = (name: string) => string;

/** Read now, not when painted: by then the host may have left the page. */
function coloursOf(host: HTMLElement): Colours {
  const style = getComputedStyle(host);
  return (name) => style.getPropertyValue(name).trim();
}

/** Local midnights and firsts of the month: the library's own labels know only the browser's zone. */
function moments(sheet: Sheet, step: number, min: number, max: number): number[] {
  const shift = sheet.offset(min) * 60;
  const utc = (local: number) => local - sheet.offset(local - shift) * 60;
  const locals = step < 28 * DAY ? evenly(min + shift, max + shift, step) : firsts(min + shift, max + shift, Math.round(step / MONTH));
  return locals.map(utc).filter((each) => each >= min && each <= max);
}

function evenly(min: number, max: number, step: number): number[] {
  const first = Math.ceil(min / step);
  return Array.from({ length: Math.max(0, Math.floor(max / step) - first + 1) }, (_, i) => (first + i) * step);
}

/** Every so many months, beginning with a January. */
function firsts(min: number, max: number, months: number): number[] {
  const index = (seconds: number) => new Date(seconds * 1000).getUTCFullYear() * 12 + new Date(seconds * 1000).getUTCMonth();
  const first = Math.floor(index(min) / months);
  const count = Math.floor(index(max) / months) - first + 1;
  return Array.from({ length: count }, (_, i) => {
    const at = (first + i) * months;
    return Date.UTC(Math.floor(at / 12), at % 12, 1) / 1000;
  });
}

function timeAxis(sheet: Sheet): Partial<uPlot.Axis> {
  let step = HOUR;
  return {
    splits: (plot, _axis, min, max) => {
      const most = Math.max(2, Math.floor(plot.bbox.width / devicePixelRatio / 56));
      step = STEPS.find((each) => (max - min) / each <= most) ?? 120 * MONTH;
      return moments(sheet, step, min, max);
    },
    values: (_, splits) => splits.map((each) => sheet.label(each, step)),
  };
}

function nameAxis(sheet: Sheet): Partial<uPlot.Axis> {
  return {
    splits: (plot) => {
      const widest = Math.max(...sheet.xs.map((each) => sheet.label(each, 1).length));
      const most = Math.max(2, Math.floor(plot.bbox.width / devicePixelRatio / Math.max(34, 7 * widest + 8)));
      const places = sheet.marks ?? sheet.xs;
      const step = Math.ceil(places.length / most);
      return places.filter((_, i) => i % step === 0);
    },
    values: (_, splits) => splits.map((each) => sheet.label(each, 1)),
  };
}

function numberAxis(sheet: Sheet): Partial<uPlot.Axis> {
  return {
    splits: (plot, _axis, min, max) => {
      const step = roundStep(max - min, Math.max(2, Math.floor(plot.bbox.width / devicePixelRatio / 80)));
      const first = Math.ceil(min / step);
      return Array.from({ length: Math.floor(max / step) - first + 1 }, (_, i) => (first + i) * step);
    },
    values: (_, splits) => splits.map((each) => sheet.label(each, 1)),
  };
}

const BELOW = { time: timeAxis, names: nameAxis, numbers: numberAxis } as const;

function valueAxis(axis: Axis, scale: string, side: 1 | 3, colours: Colours): uPlot.Axis {
  const step = roundStep(axis.max - axis.min, 4);
  const count = Math.round((axis.max - axis.min) / step);
  const splits = Array.from({ length: count + 1 }, (_, i) => axis.min + i * step);
  return {
    scale,
    side,
    stroke: colours('--muted'),
    font: FONT,
    grid: side === 3 ? { stroke: colours('--line'), width: 1 } : { show: false },
    ticks: { show: false },
    size: (_, values) => 14 + 7 * Math.max(2, ...(values ?? []).map((each) => each.length)),
    splits: () => splits,
    values: (_, each) => each.map(axis.words),
  };
}

function axesOf(sheet: Sheet, colours: Colours): uPlot.Axis[] {
  const axes: uPlot.Axis[] = [
    { stroke: colours('--muted'), font: FONT, grid: { show: false }, ticks: { show: false }, size: 30, ...BELOW[sheet.kind](sheet) },
    valueAxis(sheet.left, 'left', 3, colours),
  ];
  return sheet.right ? [...axes, valueAxis(sheet.right, 'right', 1, colours)] : axes;
}

function shade(colours: Colours) {
  const top = colours('--chart-fill-top');
  const bottom = colours('--chart-fill-bottom');
  return (plot: uPlot): CanvasGradient => {
    const gradient = plot.ctx.createLinearGradient(0, plot.bbox.top, 0, plot.bbox.top + plot.bbox.height);
    gradient.addColorStop(0, top);
    gradient.addColorStop(1, bottom);
    return gradient;
  };
}

const BAR_SIZES: Readonly<Record<'usual' | 'wide' | 'slim', [number, number]>> = { usual: [0.72, 44], wide: [0.9, 60], slim: [0.5, 30] };

function seriesOf(line: Line, colours: Colours): uPlot.Series {
  const stroke = colours(line.axis === 'left' ? '--chart-line' : '--chart-second');
  const common = { scale: line.axis, points: { show: false } };
  const bars = uPlot.paths.bars?.({ size: BAR_SIZES[line.width ?? 'usual'], radius: [0.25, 0] });
  switch (line.kind) {
    case 'bars':
      if (line.width === 'wide') {
        return { ...common, stroke: colours('--muted'), width: 1, fill: colours('--track'), ...(bars ? { paths: bars } : {}) };
      }
      return { ...common, stroke, width: 0, fill: stroke, ...(bars ? { paths: bars } : {}) };
    case 'bridge':
      return { ...common, stroke: colours('--muted'), width: 1.5, dash: [4, 5] };
    case 'line':
      return { ...common, stroke, width: line.fine ? 1.25 : line.axis === 'left' ? 2.5 : 1.75, spanGaps: false, ...(line.fill ? { fill: shade(colours) } : {}) };
  }
}

const TONES = { low: '--accent-soft', mid: '--sunken', high: '--warn-soft' } as const;

function paintStripes(plot: uPlot, stripes: readonly Stripe[], colours: Colours): void {
  const { ctx, bbox } = plot;
  const margin = 4 * devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  for (const stripe of stripes) {
    const left = plot.valToPos(stripe.from, 'x', true);
    const width = plot.valToPos(stripe.to, 'x', true) - left;
    ctx.fillStyle = colours(TONES[stripe.tone]);
    ctx.fillRect(left, bbox.top, width, bbox.height);
    if (ctx.measureText(stripe.words).width + 2 * margin < width) {
      ctx.fillStyle = colours('--muted');
      ctx.fillText(stripe.words, left + margin, bbox.top + margin);
    }
  }
  ctx.restore();
}

function bandSeries(): uPlot.Series {
  return { scale: 'left', width: 0, points: { show: false } };
}

function optionsOf(sheet: Sheet, width: number, colours: Colours, readout: (text: string) => void): uPlot.Options {
  const zoom = sheet.zoom;
  const bands = sheet.band ? [bandSeries(), bandSeries()] : [];
  return {
    width,
    height: HEIGHT,
    padding: [8, sheet.right ? 0 : 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: zoom !== null, y: false, setScale: false, dist: 8 }, points: { size: 9 } },
    scales: {
      x: { time: false, range: () => [sheet.from, sheet.to] },
      left: { range: () => [sheet.left.min, sheet.left.max] },
      right: { range: () => [sheet.right?.min ?? 0, sheet.right?.max ?? 1] },
    },
    axes: axesOf(sheet, colours),
    series: [{}, ...bands, ...sheet.lines.map((line) => seriesOf(line, colours))],
    bands: sheet.band ? [{ series: [2, 1], fill: colours('--chart-band') }] : [],
    hooks: {
      drawClear: [(plot) => paintStripes(plot, sheet.stripes ?? [], colours)],
      setCursor: [(plot) => readout(typeof plot.cursor.idx === 'number' ? sheet.words(plot.cursor.idx) : '')],
      setSelect: [(plot) => selected(plot, zoom)],
    },
  };
}

function selected(plot: uPlot, zoom: Sheet['zoom']): void {
  if (zoom && plot.select.width > 0) {
    zoom(plot.posToVal(plot.select.left, 'x'), plot.posToVal(plot.select.left + plot.select.width, 'x'));
  }
}

function dataOf(sheet: Sheet): uPlot.AlignedData {
  const bands = sheet.band ? [sheet.band.low, sheet.band.high] : [];
  return [sheet.xs, ...bands, ...sheet.lines.map((line) => line.values)] as unknown as uPlot.AlignedData;
}

/** Draws into `host`; the text under the cursor goes to `readout`. */
export function drawPlot(host: HTMLElement, readout: (text: string) => void): DrawnPlot {
  let drawn: uPlot | null = null;
  let shown: Sheet | null = null;
  const stop = () => {
    drawn?.destroy();
    drawn = null;
  };
  const clicked = () => {
    const at = drawn?.cursor.idx;
    if (typeof at === 'number') {
      shown?.pick?.(at);
    }
  };
  host.addEventListener('click', clicked);
  return {
    show(sheet) {
      stop();
      shown = sheet;
      drawn = new uPlot(optionsOf(sheet, Math.max(200, host.clientWidth), coloursOf(host), readout), dataOf(sheet), host);
    },
    resize(width) {
      drawn?.setSize({ width: Math.max(200, width), height: HEIGHT });
    },
    destroy() {
      host.removeEventListener('click', clicked);
      stop();
    },
  };
}
