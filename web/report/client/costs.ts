/** What trading took: fees and slippage over time, and how much of the result they were. */
import type { ChartGroup } from './chart-group.ts';
import { element } from './element.ts';
import { amount, percent, shortAmount, signedAmount } from './format.ts';
import { fromZero } from './ranges.ts';
import type { Run } from './runs.ts';
import { timeChart } from './time-chart.ts';

const HEIGHT_PX = 240;

export const costsChart = ({ report }: Run, group: ChartGroup): HTMLElement => {
  const { fees, slippage } = report.curves;
  const { element: chart } = timeChart(
    {
      title: `Costs so far, ${report.conditions.quote}`,
      lines: [{ label: 'Fees', curve: fees, stroke: 'orange' }, { label: 'Slippage', curve: slippage, stroke: 'blue', isDashed: true }],
      height: HEIGHT_PX,
      format: amount,
      axis: shortAmount,
      range: fromZero,
    },
    group,
  );
  return chart;
};

type Part = Readonly<{ name: string; sign: string; exact: string; text: string; isSum?: boolean }>;

/** Gross less costs is net, from left to right; then what of it is realised. */
export const costTiles = ({ costs }: Run['report']): HTMLElement => {
  const { grossResult, fees, slippage, netResult, tradesResult, feeDisposals, share } = costs;
  const parts: readonly Part[] = [
    { name: 'Profit before costs', sign: '', exact: grossResult, text: signedAmount(Number(grossResult)) },
    { name: 'Fees', sign: '\u2212', exact: fees, text: amount(Number(fees)) },
    { name: 'Slippage', sign: '\u2212', exact: slippage, text: amount(Number(slippage)) },
    { name: 'Profit', sign: '=', exact: netResult, text: signedAmount(Number(netResult)), isSum: true },
    { name: 'of it closed trades', sign: '', exact: tradesResult, text: signedAmount(Number(tradesResult)) },
    ...(Number(feeDisposals) === 0 ? [] : [{ name: 'of it units that paid fees', sign: '', exact: feeDisposals, text: signedAmount(Number(feeDisposals)) }]),
    { name: 'Costs to opening equity', sign: '', exact: share, text: percent(Number(share)) },
  ];
  return element('dl', { class: 'tiles cost-tiles' }, ...parts.map(costTile));
};

const costTile = ({ name, sign, exact, text, isSum }: Part): HTMLElement =>
  element('div', { class: isSum === true ? 'tile sum' : 'tile' }, element('dt', {}, name), element('dd', { title: exact }, sign === '' ? null : element('span', { class: 'sign' }, sign), text));
