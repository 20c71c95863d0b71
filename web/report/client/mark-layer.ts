/** Marks on a price chart: drawn where they are in view, found under the cursor, and said in the words of the document. */
import type uPlotType from 'uplot';
import type { MarketReport, MarkKind } from '../../../engine/report/report.ts';
import { lastAtOrBefore, SECONDS_PER_HOUR } from './curves.ts';
import { hourText } from './format.ts';
import { MARK_KINDS, markStyle } from './mark-shapes.ts';
import { colour } from './theme.ts';

export type Mark = MarketReport['marks'][number];
type Found = Readonly<{ mark: Mark; left: number; top: number; others: number }>;

const REACH_PX = 14;
const LINE_PX = 1.4;
/** From so many marks in view on they are drawn smaller. */
const CROWDED = 150;
const CROWDED_SCALE = 0.72;

/** Those in view and not switched off. Marks are in order of time. */
const within = (marks: readonly Mark[], from: number, to: number): readonly Mark[] => {
  const hours = marks.map(mark => mark.hour);
  return marks.slice(lastAtOrBefore(hours, from - 1) + 1, lastAtOrBefore(hours, to) + 1);
};

const inView = (plot: uPlotType, marks: readonly Mark[]): readonly Mark[] => {
  const { min, max } = plot.scales['x'] ?? {};
  return within(marks, (min ?? 0) / SECONDS_PER_HOUR, (max ?? 0) / SECONDS_PER_HOUR);
};

/** Refusals first, so that what was done lies above what was not. */
export const drawMarks = (plot: uPlotType, marks: readonly Mark[], hidden: ReadonlySet<MarkKind>): void => {
  const seen = inView(plot, marks);
  const scale = uPlot.pxRatio * (seen.length > CROWDED ? CROWDED_SCALE : 1);
  for (const kind of MARK_KINDS.toReversed()) {
    if (!hidden.has(kind)) drawKind(plot, { kind, marks: seen.filter(mark => mark.kind === kind), scale });
  }
};

const drawKind = (plot: uPlotType, { kind, marks, scale }: Readonly<{ kind: MarkKind; marks: readonly Mark[]; scale: number }>): void => {
  const { colour: name, isFilled, path } = markStyle(kind);
  const { ctx } = plot;
  const shape = new Path2D(path);
  const [ink, paper] = [colour(name), colour('paper')];
  ctx.save();
  ctx.lineWidth = LINE_PX;
  for (const { hour, price } of marks) {
    ctx.setTransform(scale, 0, 0, scale, plot.valToPos(hour * SECONDS_PER_HOUR, 'x', true), plot.valToPos(price, 'y', true));
    ctx.fillStyle = isFilled ? ink : paper;
    ctx.strokeStyle = isFilled ? paper : ink;
    if (kind !== 'refused') ctx.fill(shape);
    ctx.stroke(shape);
  }
  ctx.restore();
};

/** The mark nearest to the cursor within reach, and how many more are there. */
export const markAtCursor = (plot: uPlotType, marks: readonly Mark[], hidden: ReadonlySet<MarkKind>): Found | null => {
  const { left = -1, top = -1 } = plot.cursor;
  if (left < 0 || top < 0) return null;
  const [from, to] = [left - REACH_PX, left + REACH_PX].map(at => plot.posToVal(at, 'x') / SECONDS_PER_HOUR) as [number, number];
  const near = within(marks, Math.floor(from), Math.ceil(to))
    .filter(mark => !hidden.has(mark.kind))
    .map(mark => ({ mark, left: plot.valToPos(mark.hour * SECONDS_PER_HOUR, 'x'), top: plot.valToPos(mark.price, 'y') }))
    .map(place => ({ ...place, distance: Math.hypot(place.left - left, place.top - top) }))
    .filter(({ distance }) => distance <= REACH_PX)
    .toSorted((one, other) => one.distance - other.distance);
  const [first] = near;
  return first === undefined ? null : { mark: first.mark, left: first.left, top: first.top, others: near.length - 1 };
};

export const markText = ({ mark, others }: Found): string => {
  const repeated = mark.count > 1 ? ` (${mark.count} times)` : '';
  const more = others > 0 ? `\n+ ${others} more here: zoom in` : '';
  return `${hourText(mark.hour)} UTC\n${mark.text}${repeated}${more}`;
};
