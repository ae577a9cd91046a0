/* uPlot, and nothing else of the page: loaded only when there is a chart to draw. Colours come from the stylesheet. */
import uPlot from 'uplot';
import type { Plot } from '../history';

export interface PlotWindow {
  fromS: number;
  toS: number;
  /** Minutes east of UTC of the server's zone. */
  offset: number;
  clock: (seconds: number) => string;
  value: (value: number) => string;
}

export interface DrawnPlot {
  show(plot: Plot, span: PlotWindow): void;
  resize(width: number): void;
  destroy(): void;
}

const HEIGHT = 210;
const HOURS = [1, 2, 3, 4, 6, 12].map((hours) => hours * 3600);

function colour(host: HTMLElement, name: string): string {
  return getComputedStyle(host).getPropertyValue(name).trim();
}

/** uPlot asks a Date for local parts; this one answers in the server's zone. */
function zoned(seconds: number, offset: number): Date {
  const local = -new Date(seconds * 1000).getTimezoneOffset();
  return new Date((seconds + (offset - local) * 60) * 1000);
}

/** Read now, not when painted: by then the host may have left the page. */
function fill(host: HTMLElement) {
  const top = colour(host, '--chart-fill-top');
  const bottom = colour(host, '--chart-fill-bottom');
  return (plot: uPlot): CanvasGradient => {
    const gradient = plot.ctx.createLinearGradient(0, plot.bbox.top, 0, plot.bbox.top + plot.bbox.height);
    gradient.addColorStop(0, top);
    gradient.addColorStop(1, bottom);
    return gradient;
  };
}

function axes(host: HTMLElement, span: PlotWindow): uPlot.Axis[] {
  const muted = colour(host, '--muted');
  const font = '12px system-ui, sans-serif';
  const grid = { stroke: colour(host, '--line'), width: 1 };
  const time = (_: uPlot, splits: number[]) => splits.map(span.clock);
  return [
    { stroke: muted, font, grid: { show: false }, ticks: { show: false }, values: time, incrs: HOURS, space: 56, size: 30 },
    { stroke: muted, font, grid, ticks: { show: false }, size: 38, splits: () => [0, 25, 50, 75, 100] },
  ];
}

function options(host: HTMLElement, width: number, span: PlotWindow, readout: (text: string) => void): uPlot.Options {
  const stroke = colour(host, '--chart-line');
  return {
    width,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => zoned(seconds, span.offset),
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 9 } },
    scales: { x: { time: true, range: () => [span.fromS, span.toS] }, y: { range: () => [0, 100] } },
    axes: axes(host, span),
    series: [
      {},
      { stroke: colour(host, '--muted'), width: 1.5, dash: [4, 5], points: { show: false } },
      { stroke, width: 2.5, fill: fill(host), spanGaps: false, points: { show: false } },
    ],
    hooks: { setCursor: [(plot) => readout(underCursor(plot, span))] },
  };
}

function underCursor(plot: uPlot, span: PlotWindow): string {
  const at = plot.cursor.idx;
  if (at === null || at === undefined) {
    return '';
  }
  const seconds = plot.data[0][at];
  const value = plot.data[2]?.[at];
  if (typeof seconds !== 'number' || typeof value !== 'number') {
    return '';
  }
  return `${span.clock(seconds)}: ${span.value(value)}`;
}

/** Draws into `host`; the text under the cursor goes to `readout`. */
export function drawPlot(host: HTMLElement, readout: (text: string) => void): DrawnPlot {
  let drawn: uPlot | null = null;
  const stop = () => {
    drawn?.destroy();
    drawn = null;
  };
  return {
    show(plot, span) {
      stop();
      const data: uPlot.AlignedData = [plot.xs, plot.bridge, plot.heard];
      drawn = new uPlot(options(host, Math.max(200, host.clientWidth), span, readout), data, host);
    },
    resize(width) {
      drawn?.setSize({ width: Math.max(200, width), height: HEIGHT });
    },
    destroy: stop,
  };
}
