/** The run over time: equity against the benchmark, drawdown, exposure and risk state one below the other, linked. */
import type uPlotType from 'uplot';
import type { Curve, RunReport } from '../../../engine/report/report.ts';
import type { ChartGroup } from './chart-group.ts';
import { stretchButtons } from './chart-group.ts';
import { element } from './element.ts';
import { amount, instantText, percent, shortAmount } from './format.ts';
import { around, fromZero, logScaleOf, toZero } from './ranges.ts';
import { riskLanes } from './risk-lanes.ts';
import type { Run } from './runs.ts';
import { section } from './section.ts';
import { timeChart } from './time-chart.ts';
import type { Line, TimeChart } from './time-chart.ts';

const EQUITY_PX = 320;
const BELOW_PX = 130;
const RISK_ABOVE_PX = 82;

type Over = (plot: uPlotType) => void;
type Named = Readonly<{ label: string; curve: (report: RunReport) => Curve; fill: string }>;

/** One line a run; the fill only where a run stands alone, for two would cover each other. */
const linesOf = (runs: readonly Run[], { label, curve, fill }: Named): readonly Line[] =>
  runs.map(({ report, colour, letter }, index) => ({
    label: letter === '' ? label : `${letter} ${report.run}`,
    curve: curve(report),
    stroke: colour,
    isDashed: index === 1,
    ...(runs.length === 1 && fill !== '' ? { fill } : {}),
  }));

const percentAxis = (value: number): string => percent(value, Math.abs(value) < 0.095 && value !== 0 ? 1 : 0);

/** Of one run alone: when its largest fall was, for the head of the chart. */
const worstText = ({ worstDrawdown }: RunReport): string => {
  if (worstDrawdown === null) return '';
  const { depth, peak, deepest, recovered } = worstDrawdown;
  const end = recovered === null ? 'not recovered' : `recovered ${instantText(recovered)}`;
  return `Largest: ${percent(Math.abs(depth))} below its highest, from ${instantText(peak)}, deepest ${instantText(deepest)}, ${end}`;
};

const drawdownChart = (runs: readonly Run[], over: Over): TimeChart => {
  const lines = linesOf(runs, { label: 'Drawdown', curve: ({ curves }) => curves.drawdown, fill: 'orange-soft' });
  const isAlone = runs.length === 1;
  return {
    title: 'Drawdown',
    lines: isAlone ? lines.map(line => ({ ...line, label: 'Then', labelAtEnd: 'At the end', stroke: 'orange' })) : lines,
    height: BELOW_PX,
    format: value => percent(value),
    axis: percentAxis,
    range: toZero,
    over,
    isWithoutHours: true,
    ...(isAlone ? { told: () => worstText(runs[0]!.report) } : {}),
  };
};

/** Of two runs that opened with other amounts, or in other currencies, only growth can stand on one axis. */
const needsIndex = ([left, right]: readonly Run[]): boolean =>
  right !== undefined && (left!.report.conditions.quote !== right.report.conditions.quote || left!.report.summary.openingEquity !== right.report.summary.openingEquity);

const indexed = ({ curves: { equity }, summary }: RunReport): Curve => {
  const opening = Number(summary.openingEquity);
  return opening > 0 ? { hours: equity.hours, values: equity.values.map(value => (100 * value) / opening) } : equity;
};

const equityChart = (runs: readonly Run[], over: Over): TimeChart => {
  const { report } = runs[0]!;
  const { benchmark } = report.curves;
  const held: readonly Line[] = runs.length > 1 || benchmark === null ? [] : [{ label: 'Buy and hold', curve: benchmark, stroke: 'muted', isDashed: true }];
  const isIndexed = needsIndex(runs);
  const lines = [...held, ...linesOf(runs, { label: 'Equity', curve: isIndexed ? indexed : ({ curves }) => curves.equity, fill: '' })];
  return { title: isIndexed ? 'Equity, opening = 100' : `Equity, ${report.conditions.quote}`, lines, height: EQUITY_PX, format: amount, axis: shortAmount, range: around, over, ...logScaleOf(lines.map(({ curve }) => curve)) };
};

export const performanceSection = (runs: readonly Run[], group: ChartGroup, over: Over): HTMLElement => {
  const charts: readonly TimeChart[] = [
    equityChart(runs, over),
    drawdownChart(runs, over),
    { title: 'Exposure', lines: linesOf(runs, { label: 'Share in positions', curve: ({ curves }) => curves.exposure, fill: 'blue-soft' }), height: BELOW_PX, format: value => percent(value, 1), axis: percentAxis, range: fromZero, over, isWithoutHours: runs.some(run => run.report.risk.length > 0) },
  ];
  return section(
    { id: 'performance', title: 'Performance', note: 'Drag across a chart to look closer, double-click to see all again. All charts move together.' },
    element('div', { class: 'controls' }, stretchButtons(group)),
    element('div', { class: 'stack' }, ...charts.map(chart => timeChart(chart, group).element), ...runs.map((run, index) => riskPart(run, { group, isLast: index === runs.length - 1 }))),
  );
};

const riskPart = ({ report, letter }: Run, { group, isLast }: Readonly<{ group: ChartGroup; isLast: boolean }>): HTMLElement => {
  const title = letter === '' ? 'Risk state' : `Risk state, ${letter}`;
  if (report.risk.length > 0) return timeChart({ ...riskLanes(report.risk), title, ...(isLast ? {} : { isWithoutHours: true, height: RISK_ABOVE_PX }) }, group).element;
  return element('p', { class: 'empty-note' }, element('span', { class: 'chart-title' }, title), ' Active in every hour: no tier, no halt, no kill.');
};
