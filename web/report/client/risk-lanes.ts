/** The standing of a run over time as bands: tiers, halts and kills each in a lane, and what the band under the cursor was for. */
import type uPlotType from 'uplot';
import type { RiskSpan } from '../../../engine/report/report.ts';
import { SECONDS_PER_HOUR } from './curves.ts';
import { hourText, words } from './format.ts';
import { colour } from './theme.ts';
import type { TimeChart } from './time-chart.ts';

type Kind = RiskSpan['kind'];

const LANES: readonly Kind[] = ['kill', 'halt', 'tier'];
const COLOURS: Readonly<Record<Kind, string>> = { tier: 'tier', halt: 'orange', kill: 'strong' };
const LANE_ROOM = 0.2;
const BAND_MIN_PX = 2;

const drawSpan = (plot: uPlotType, span: RiskSpan): void => {
  const lane = LANES.indexOf(span.kind);
  const [left, right] = [span.fromHour, span.toHour].map(hour => plot.valToPos(hour * SECONDS_PER_HOUR, 'x', true)) as [number, number];
  const [top, bottom] = [lane + 1 - LANE_ROOM, lane + LANE_ROOM].map(level => plot.valToPos(level, 'y', true)) as [number, number];
  plot.ctx.fillStyle = colour(COLOURS[span.kind]);
  plot.ctx.fillRect(left, top, Math.max(BAND_MIN_PX * uPlot.pxRatio, right - left), bottom - top);
};

const clipped = (plot: uPlotType, paint: () => void): void => {
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.beginPath();
  plot.ctx.rect(left, top, width, height);
  plot.ctx.clip();
  paint();
  plot.ctx.restore();
};

/** `tier reduced`, `halted`, `killed`: only a tier needs its kind beside its name. */
const standing = (kind: Kind, name: string): string => `${kind === 'tier' ? 'tier ' : ''}${words(name).toLowerCase()}`;

/** What stood at an hour, in words. */
const standingAt = (spans: readonly RiskSpan[], hour: number): string => {
  const within = spans.filter(({ fromHour, toHour }) => fromHour <= hour && hour < toHour);
  if (within.length === 0) return 'active';
  return within.map(({ kind, name, reason, fromHour }) => `${standing(kind, name)} since ${hourText(fromHour)}: ${reason}`).join('; ');
};

/** The lanes as a chart; its one line is nothing but the axis of time. */
export const riskLanes = (spans: readonly RiskSpan[]): TimeChart => ({
  title: 'Risk state',
  lines: [],
  height: 112,
  format: String,
  axis: level => LANES[Math.floor(level)] ?? '',
  splits: [0.5, 1.5, 2.5],
  range: () => [0, LANES.length],
  told: hour => standingAt(spans, hour),
  over: plot => clipped(plot, () => spans.forEach(span => drawSpan(plot, span))),
});
