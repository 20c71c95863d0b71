/** Where two runs part, as a line across a chart. Without a divergence there is none. */
import type uPlotType from 'uplot';
import { SECONDS_PER_HOUR } from './curves.ts';
import type { Divergence } from './runs.ts';
import { colour } from './theme.ts';

const LABEL_ROOM_PX = 130;
/** The line says what it is where there is height for words. */
const LABELLED_FROM_PX = 250;

export const divergenceLine = (divergence: Divergence) => (plot: uPlotType): void => {
  if (divergence === null) return;
  const { left, top, width, height } = plot.bbox;
  const at = plot.valToPos(divergence.hour * SECONDS_PER_HOUR, 'x', true);
  if (at < left || at > left + width) return;
  const { ctx } = plot;
  const scale = uPlot.pxRatio;
  const isRight = at + LABEL_ROOM_PX * scale > left + width;
  ctx.save();
  ctx.strokeStyle = colour('strong');
  ctx.fillStyle = colour('strong');
  ctx.lineWidth = scale;
  ctx.setLineDash([2 * scale, 3 * scale]);
  ctx.beginPath();
  ctx.moveTo(at, top);
  ctx.lineTo(at, top + height);
  ctx.stroke();
  if (plot.height < LABELLED_FROM_PX) return ctx.restore();
  ctx.font = `${11 * scale}px ${colour('font')}`;
  ctx.textAlign = isRight ? 'right' : 'left';
  ctx.fillText('First divergence', at + (isRight ? -6 : 6) * scale, top + 12 * scale);
  ctx.restore();
};
