/** One market: its price with what was done in it, and the value held. Which market is the reader's choice, made elsewhere. */
import type uPlotType from 'uplot';
import type { MarketReport, MarkKind } from '../../../engine/report/report.ts';
import type { ChartGroup } from './chart-group.ts';
import { button, element } from './element.ts';
import { amount, count, counted, plain, shortAmount } from './format.ts';
import { drawMarks, markAtCursor, markText } from './mark-layer.ts';
import { MARK_KINDS, markPicture, markStyle } from './mark-shapes.ts';
import { around, withZero } from './ranges.ts';
import { timeChart } from './time-chart.ts';
import type { DrawnChart } from './time-chart.ts';

const PRICE_PX = 340;
const POSITION_PX = 130;
const TIP_GAP_PX = 14;

export type PriceChart = Readonly<{ element: HTMLElement; dispose: () => void }>;

/** `openTrade` is told of the trade of a mark that is clicked. */
export const priceChart = (market: MarketReport, group: ChartGroup, options: Readonly<{ quote: string; over: (plot: uPlotType) => void; openTrade: (index: number) => void }>): PriceChart => {
  const hidden = new Set<MarkKind>();
  const tip = element('div', { class: 'mark-tip', hidden: true, dir: 'auto' });
  const price = timeChart(
    {
      title: `Price, ${options.quote}`,
      lines: [{ label: 'Close', curve: market.price, stroke: 'ink', isThin: true }],
      height: PRICE_PX,
      format: plain,
      axis: shortAmount,
      range: around,
      hasLogScale: market.price.values.every(value => value > 0),
      over: plot => (options.over(plot), drawMarks(plot, market.marks, hidden)),
      onCursor: plot => showTip(plot, { tip, market, hidden, openTrade: options.openTrade }),
    },
    group,
  );
  const position = timeChart(
    { title: `Value held, ${options.quote}`, lines: [{ label: market.symbol, curve: market.position, stroke: 'blue', fill: 'blue-soft', isStepped: true }], height: POSITION_PX, format: amount, axis: shortAmount, range: withZero },
    group,
  );
  const made = element('div', { class: 'price' }, markKeys(market, hidden, price), price.element, position.element);
  price.element.append(tip);
  return { element: made, dispose: () => [price, position].forEach(chart => chart.dispose()) };
};

/** What each shape is, how many there are, and a way to put them out of sight. */
const markKeys = (market: MarketReport, hidden: Set<MarkKind>, price: DrawnChart): HTMLElement => {
  const keys = MARK_KINDS.map(kind => {
    const found = market.markTotals[kind];
    const key = button('', { class: 'mark-key', 'aria-pressed': 'true', disabled: found === 0 }, () => {
      if (!hidden.delete(kind)) hidden.add(kind);
      key.setAttribute('aria-pressed', String(!hidden.has(kind)));
      price.redraw();
    });
    key.append(markPicture(kind), ` ${markStyle(kind).label} `, element('span', { class: 'mark-count' }, count(found)));
    return key;
  });
  const left = market.marksLeftOut === 0 ? null : element('span', { class: 'note' }, `${counted(market.marksLeftOut, 'mark')} of the smallest results not drawn`);
  return element('div', { class: 'mark-keys', role: 'group', 'aria-label': 'Marks shown' }, ...keys, left);
};

type Tip = Readonly<{ tip: HTMLElement; market: MarketReport; hidden: ReadonlySet<MarkKind>; openTrade: (index: number) => void }>;

const showTip = (plot: uPlotType, { tip, market, hidden, openTrade }: Tip): void => {
  const found = markAtCursor(plot, market.marks, hidden);
  tip.hidden = found === null;
  plot.over.style.cursor = found?.mark.trade === null || found === null ? '' : 'pointer';
  plot.over.onclick = found === null || found.mark.trade === null ? null : () => openTrade(found.mark.trade!);
  if (found === null) return;
  tip.textContent = markText(found);
  const place = plot.over.getBoundingClientRect();
  const figure = tip.parentElement!.getBoundingClientRect();
  const left = place.left - figure.left + found.left;
  const isRight = left > figure.width / 2;
  tip.style.top = `${place.top - figure.top + found.top + TIP_GAP_PX}px`;
  tip.style.left = isRight ? '' : `${left + TIP_GAP_PX}px`;
  tip.style.right = isRight ? `${figure.width - left + TIP_GAP_PX}px` : '';
};
