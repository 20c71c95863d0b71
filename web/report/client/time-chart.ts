/**
 * One chart over time: lines with a legend that reads them at the cursor, drawn by uPlot in the colours of the style
 * sheet. What it draws besides lines, such as marks and bands, is given to it.
 */
import type uPlotType from 'uplot';
import type { Curve } from '../../../engine/report/report.ts';
import type { ChartGroup } from './chart-group.ts';
import { moveByKeys } from './chart-keys.ts';
import { align, SECONDS_PER_HOUR, valueAt } from './curves.ts';
import { button, element } from './element.ts';
import { hourText, UNDEFINED } from './format.ts';
import { logSteps } from './log-steps.ts';
import { byFactor } from './ranges.ts';
import { onResized } from './resized.ts';
import { colour, onColours } from './theme.ts';
import { TIME_STEPS, timeLabels } from './time-axis.ts';

export type Line = Readonly<{
  label: string;
  /** What it is called at the end of the run. */
  labelAtEnd?: string;
  curve: Curve;
  /** Names of colours in the style sheet. */
  stroke: string;
  fill?: string;
  isDashed?: boolean;
  isStepped?: boolean;
  isThin?: boolean;
}>;

export type TimeChart = Readonly<{
  title: string;
  lines: readonly Line[];
  height: number;
  format: (value: number) => string;
  /** `largest` is the largest size on the axis, for one unit on all of it. */
  axis: (value: number, largest: number) => string;
  range: (low: number, high: number) => readonly [number, number];
  /** Drawn below the lines. */
  under?: (plot: uPlotType) => void;
  /** Drawn above them. */
  over?: (plot: uPlotType) => void;
  /** What the head says of the hour under the cursor, beside the lines' values. */
  told?: (hour: number) => string;
  onCursor?: (plot: uPlotType) => void;
  splits?: readonly number[];
  /** It stands in a row of charts over the same time and leaves the hour to its neighbours. */
  isWithoutHours?: boolean;
  /** Its values lie above zero, and equal steps may stand for equal factors where the reader wants it. */
  hasLogScale?: boolean;
  isLogAtFirst?: boolean;
}>;

const AXIS_WIDTH_PX = 62;
const AXIS_WIDTH_NARROW_PX = 46;
const NARROW_PX = 560;
const X_AXIS_PX = 40;
const X_SPACE_PX = 64;
/** Half of the widest label of time, which may stand at the very end. */
const LAST_LABEL_PX = 28;
const Y_SPACE_PX = 44;
const NOTHING = 'nothing';
/** uPlot's numbers of its distributions. */
const LINEAR = 1;
const LOGARITHMIC = 3;
const SOLID_PX = 1.6;
const THIN_PX = 1.1;
const NO_HOURS_PX = 10;

export type DrawnChart = Readonly<{ element: HTMLElement; redraw: () => void; dispose: () => void }>;

/** The figure: its head and the place of the plot, which is drawn as soon as its width is known. */
export const timeChart = (chart: TimeChart, group: ChartGroup): DrawnChart => {
  const place = element('div', { class: 'plot', tabindex: 0, role: 'img', 'aria-label': `${chart.title}. Left and right move the cursor, plus and minus zoom.` });
  place.style.height = `${chart.height}px`;
  let plot: uPlotType | null = null;
  const head = chartHead(chart, group, (line, isShown) => plot?.setSeries(line + 1, { show: isShown }));
  const rescale = (isLog: boolean): void => {
    if (plot === null) return;
    const { width } = plot;
    group.remove(plot);
    plot.destroy();
    plot = draw(chart, { group, place, width, tell: head.tell, isLog });
  };
  if (chart.hasLogScale === true) head.element.append(logButton(chart.isLogAtFirst === true, rescale));
  const redraw = (): void => plot?.redraw(true);
  const unsized = onResized(place, width => {
    if (plot === null) plot = draw(chart, { group, place, width, tell: head.tell, isLog: chart.isLogAtFirst === true });
    else plot.setSize({ width, height: chart.height });
  });
  const uncoloured = onColours(redraw);
  moveByKeys(place, () => plot, group);
  const dispose = (): void => {
    unsized();
    uncoloured();
    if (plot === null) return;
    group.remove(plot);
    plot.destroy();
  };
  return { element: element('figure', { class: 'chart' }, head.element, place), redraw, dispose };
};

type Head = Readonly<{ element: HTMLElement; tell: (hour: number | null) => void }>;

/** Title, a key for each line with its value, and the hour they are of: the last one where there is no cursor. */
const chartHead = (chart: TimeChart, group: ChartGroup, onSwitch: (line: number, isShown: boolean) => void): Head => {
  const values = chart.lines.map(() => element('span', { class: 'key-value' }));
  const names = chart.lines.map(line => element('bdi', { class: 'key-name' }, line.label));
  const when = element('span', { class: 'when' });
  const told = element('span', { class: 'told' });
  const keys = chart.lines.map((line, index) => lineKey(line, { name: names[index]!, value: values[index]!, isOnly: chart.lines.length === 1, onSwitch: isShown => onSwitch(index, isShown) }));
  const tell = (hour: number | null): void => {
    const at = hour ?? group.shown().to;
    when.textContent = `${hourText(at)} UTC`;
    told.textContent = chart.told?.(at) ?? '';
    chart.lines.forEach(({ curve, label, labelAtEnd = label }, index) => {
      const value = valueAt(curve, at);
      names[index]!.textContent = at >= (curve.hours.at(-1) ?? Infinity) ? labelAtEnd : label;
      values[index]!.textContent = value === null ? UNDEFINED : chart.format(value);
    });
  };
  tell(null);
  group.onShow(() => tell(null));
  const title = element('span', { class: 'chart-title' }, chart.title);
  return { element: element('figcaption', {}, title, element('span', { class: 'keys' }, ...keys, told), chart.isWithoutHours === true ? null : when), tell };
};

type Key = Readonly<{ name: HTMLElement; value: HTMLElement; isOnly: boolean; onSwitch: (isShown: boolean) => void }>;

/** A line beside others can be put out of sight, so that the rest has the whole height. */
const lineKey = (line: Line, { name, value, isOnly, onSwitch }: Key): HTMLElement => {
  const parts = [element('i', { class: `swatch ${line.stroke}${line.isDashed === true ? ' dashed' : ''}` }), name, value];
  if (isOnly) return element('span', { class: 'key' }, ...parts);
  const key = button('', { class: 'key', 'aria-pressed': 'true', title: `Show or hide ${line.label}` }, () => {
    const isShown = key.getAttribute('aria-pressed') !== 'true';
    key.setAttribute('aria-pressed', String(isShown));
    onSwitch(isShown);
  });
  key.append(...parts);
  return key;
};

const logButton = (isLogAtFirst: boolean, rescale: (isLog: boolean) => void): HTMLElement => {
  const made = button('Log', { class: 'quiet log', 'aria-pressed': String(isLogAtFirst), 'aria-label': 'Logarithmic scale' }, () => {
    const isLog = made.getAttribute('aria-pressed') !== 'true';
    made.setAttribute('aria-pressed', String(isLog));
    rescale(isLog);
  });
  return made;
};

type Drawn = Readonly<{ group: ChartGroup; place: HTMLElement; width: number; tell: (hour: number | null) => void; isLog: boolean }>;

const draw = (chart: TimeChart, { group, place, width, tell, isLog }: Drawn): uPlotType => {
  const lines = chart.lines.length > 0 ? chart.lines : [groundOf(group)];
  const aligned = align(lines.map(line => line.curve), group.span);
  const seconds = aligned.hours.map(hour => hour * SECONDS_PER_HOUR);
  const ready = { is: false };
  const options: uPlotType.Options = {
    width,
    height: chart.height,
    padding: [8, LAST_LABEL_PX, 0, 0],
    tzDate: second => uPlot.tzDate(new Date(second * 1000), 'Etc/UTC'),
    legend: { show: false },
    scales: {
      x: { time: true, range: (_plot, low, high) => [low, high] },
      y: { distr: isLog ? LOGARITHMIC : LINEAR, range: (_plot, low, high) => [...(isLog ? byFactor(low, high) : chart.range(low ?? 0, high ?? 0))] as [number, number] },
    },
    axes: axesOf(chart, { width, isLog }),
    series: [{}, ...lines.map(seriesOf)],
    cursor: {
      y: false,
      drag: { x: true, y: false, dist: 6 },
      sync: { key: group.key, scales: ['x', null], filters: { pub: type => type === 'mousemove' || type === 'mouseleave', sub: () => true } },
      points: { size: 7, width: 1.5 },
      dataIdx: (plot, series, index) => lastKnown(plot.data[series] ?? [], index),
    },
    hooks: {
      drawClear: chart.under === undefined ? [] : [chart.under],
      draw: chart.over === undefined ? [] : [chart.over],
      setCursor: [plot => (tell(cursorHour(plot)), chart.onCursor?.(plot))],
      setScale: [(plot, scale) => void (scale === 'x' && ready.is && group.follow(plot))],
    },
  };
  const plot = new uPlot(options, [seconds, ...aligned.columns] as uPlotType.AlignedData, place);
  const { from, to } = group.shown();
  plot.setScale('x', { min: from * SECONDS_PER_HOUR, max: to * SECONDS_PER_HOUR });
  plot.over.addEventListener('dblclick', () => group.show(group.span));
  group.add(plot);
  queueMicrotask(() => (ready.is = true));
  return plot;
};

/** What a chart without lines stands on: uPlot has no scale without a series. */
const groundOf = ({ span }: ChartGroup): Line => ({ label: '', curve: { hours: [span.from, span.to], values: [0, 0] }, stroke: NOTHING });

const cursorHour = (plot: uPlotType): number | null => {
  const { idx, left = -1 } = plot.cursor;
  const second = idx === null || idx === undefined || left < 0 ? undefined : plot.data[0][idx];
  return second === undefined ? null : second / SECONDS_PER_HOUR;
};

/** A line has no point at another line's hour: its cursor stays at the one before. */
const lastKnown = (column: ArrayLike<number | null | undefined>, index: number): number => {
  let at = index;
  while (at > 0 && (column[at] === undefined || column[at] === null)) at -= 1;
  return at;
};

const seriesOf = (line: Line): uPlotType.Series => ({
  label: line.label,
  stroke: () => colour(line.stroke),
  ...(line.fill === undefined ? {} : { fill: () => colour(line.fill ?? '') }),
  width: line.isThin === true ? THIN_PX : SOLID_PX,
  ...(line.isDashed === true ? { dash: [5, 4] } : {}),
  ...(line.isStepped === true ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
  points: { show: line.stroke !== NOTHING && line.curve.hours.length < 3 },
  spanGaps: true,
});

const axesOf = (chart: TimeChart, { width, isLog }: Readonly<{ width: number; isLog: boolean }>): uPlotType.Axis[] => {
  const font = `11px ${colour('font')}`;
  const shared = { font, stroke: () => colour('muted'), ticks: { show: false } };
  return [
    { ...shared, grid: { show: false }, border: { show: true, stroke: () => colour('line'), width: 1 }, size: chart.isWithoutHours === true ? NO_HOURS_PX : X_AXIS_PX, gap: 6, space: X_SPACE_PX, incrs: [...TIME_STEPS], values: (...[, splits, , , step]) => (chart.isWithoutHours === true ? splits.map(() => '') : [...timeLabels(splits, step)]) },
    {
      ...shared,
      grid: { stroke: () => colour('line'), width: 1 },
      size: width < NARROW_PX ? AXIS_WIDTH_NARROW_PX : AXIS_WIDTH_PX,
      gap: 8,
      space: Y_SPACE_PX,
      ...(chart.splits === undefined ? {} : { splits: () => [...(chart.splits ?? [])], grid: { show: false } }),
      ...(isLog ? { splits: (...[, , low, high]) => [...logSteps({ low, high })], filter: (_plot, splits) => splits } : {}),
      values: (_plot, splits) => axisTexts(chart, splits, isLog),
    },
  ];
};

/** On an axis of factors each value has its own unit, for they are far apart. */
const axisTexts = ({ axis }: TimeChart, splits: readonly (number | null)[], isLog: boolean): string[] => {
  const largest = Math.max(0, ...splits.map(split => Math.abs(split ?? 0)));
  return splits.map(split => (split === null ? '' : axis(split, isLog ? Math.abs(split) : largest)));
};
