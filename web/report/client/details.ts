/** What is shown of one run at a time: its markets, months, results and trades. Where there are two, the reader chooses. */
import type uPlotType from 'uplot';
import type { ChartGroup } from './chart-group.ts';
import { costsChart, costTiles } from './costs.ts';
import { distribution } from './distribution.ts';
import { button, element } from './element.ts';
import { counted } from './format.ts';
import { heatMap } from './heat-map.ts';
import { marketsSection } from './markets.ts';
import type { TradeRow } from './read-report.ts';
import type { Run } from './runs.ts';
import { section } from './section.ts';
import { tradeTable } from './trade-table.ts';
import type { TradeTable } from './trade-table.ts';

type Details = Readonly<{ element: HTMLElement; giveTrades: (trades: readonly (readonly TradeRow[])[]) => void }>;
type Options = Readonly<{ group: ChartGroup; over: (plot: uPlotType) => void }>;

/** The parts of every run; of two, one is in sight. Trades are given when they have been read. */
export const details = (runs: readonly Run[], options: Options): Details => {
  const parts = runs.map((run, index) => runDetails(run, index, options));
  const tabs = runs.map((run, index) => button(`${run.letter} ${run.report.run}`, { class: 'quiet', 'aria-pressed': String(index === 0) }, () => choose(index)));
  const place = element('div');
  const choose = (chosen: number): void => {
    place.replaceChildren(parts[chosen]!.element);
    tabs.forEach((tab, index) => tab.setAttribute('aria-pressed', String(index === chosen)));
  };
  choose(0);
  const chooser = runs.length === 1 ? null : element('div', { class: 'run-chooser' }, element('span', {}, 'In detail: '), element('div', { class: 'stretches', role: 'group', 'aria-label': 'Run shown in detail' }, ...tabs));
  return { element: element('div', {}, chooser, place), giveTrades: trades => parts.forEach((part, index) => part.giveTrades(trades[index] ?? [])) };
};

const tradesNote = ({ tradesLeftOut, conditions }: Run['report']): string => `Prices, fees and results in ${conditions.quote}. Open a row for the reasons of its orders.${tradesLeftOut === 0 ? '' : ` ${counted(tradesLeftOut, 'trade')} of the smallest results left out here, not in the figures.`}`;

type RunDetails = Readonly<{ element: HTMLElement; giveTrades: (trades: readonly TradeRow[]) => void }>;

const runDetails = (run: Run, index: number, { group, over }: Options): RunDetails => {
  const spread = element('div', { class: 'spread' });
  const table = element('div', { class: 'trade-place' });
  let shown: TradeTable | null = null;
  const { report } = run;
  const made = element(
    'div',
    { class: 'details' },
    marketsSection(report, { group, over, openTrade: trade => shown?.open(trade) }),
    section({ id: 'months', title: 'Months', note: 'Return of each month, in percent.' }, heatMap(report)),
    section({ id: 'results', title: 'Results and costs', note: `How the results of trades are spread, and what trading took, in ${report.conditions.quote}.` }, element('div', { class: 'halves' }, spread, costsChart(run, group)), costTiles(report)),
    section({ id: 'trades', title: 'Trades', note: tradesNote(report) }, table),
  );
  const giveTrades = (trades: readonly TradeRow[]): void => {
    spread.replaceChildren(distribution(trades.map(trade => Number(trade.return))));
    if (trades.length === 0) return table.replaceChildren(element('p', { class: 'empty-note' }, 'No trade was closed.'));
    shown = tradeTable(trades, { run: index, name: report.run });
    table.replaceChildren(shown.element);
  };
  return { element: made, giveTrades };
};
