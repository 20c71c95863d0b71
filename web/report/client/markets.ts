/** The markets of a run: which did what, as a list to choose from, and the chosen one over time. */
import type uPlotType from 'uplot';
import type { MarketReport, RunReport } from '../../../engine/report/report.ts';
import type { ChartGroup } from './chart-group.ts';
import { stretchButtons } from './chart-group.ts';
import { button, element } from './element.ts';
import { count, counted, signedAmount } from './format.ts';
import { priceChart } from './price-chart.ts';
import type { PriceChart } from './price-chart.ts';
import { section } from './section.ts';

type Options = Readonly<{ group: ChartGroup; over: (plot: uPlotType) => void; openTrade: (index: number) => void }>;

export const marketsSection = ({ markets, conditions }: RunReport, options: Options): HTMLElement => {
  const place = element('div', { class: 'market' });
  const chooser = element('select', { 'aria-label': 'Market', dir: 'auto' }, ...markets.map((market, index) => element('option', { value: index }, market.symbol)));
  const list = resultList(markets, index => choose(index));
  let drawn: PriceChart | null = null;

  const choose = (index: number): void => {
    const market = markets[index];
    if (market === undefined) return;
    drawn?.dispose();
    drawn = priceChart(market, options.group, { ...options, quote: conditions.quote });
    chooser.value = String(index);
    list.mark(index);
    place.replaceChildren(drawn.element);
  };
  const step = (by: number): void => choose((Number(chooser.value) + by + markets.length) % markets.length);

  chooser.addEventListener('change', () => choose(Number(chooser.value)));
  const controls = element('div', { class: 'controls' }, button('\u2190', { class: 'quiet', 'aria-label': 'Previous market' }, () => step(-1)), chooser, button('\u2192', { class: 'quiet', 'aria-label': 'Next market' }, () => step(1)), stretchButtons(options.group));
  choose(busiest(markets));
  return section(
    { id: 'markets', title: 'Markets', note: `Closes with entries, exits and refusals; result of each market's trades in ${conditions.quote}.` },
    controls,
    element('div', { class: 'with-list' }, place, list.element),
  );
};

/** The one to begin with: where most was traded. */
const busiest = (markets: readonly MarketReport[]): number => markets.reduce((best, market, index) => (market.trades > (markets[best]?.trades ?? 0) ? index : best), 0);

type ResultList = Readonly<{ element: HTMLElement; mark: (index: number) => void }>;

/** Bars to the left of the middle are losses, to the right gains. */
const resultList = (markets: readonly MarketReport[], choose: (index: number) => void): ResultList => {
  const largest = Math.max(...markets.map(({ result }) => Math.abs(Number(result))), Number.MIN_VALUE);
  const rows = markets.map((market, index) => ({ index, value: Number(market.result), row: resultRow(market, { largest, choose: () => choose(index) }) }));
  const ordered = rows.toSorted((left, right) => right.value - left.value);
  const place = element('div', { class: 'results', role: 'group', 'aria-label': 'Results by market', tabindex: 0 }, ...ordered.map(({ row }) => row));
  const order = button('Worst first', { class: 'quiet copy', 'aria-pressed': 'false' }, () => {
    const isWorstFirst = order.getAttribute('aria-pressed') !== 'true';
    order.setAttribute('aria-pressed', String(isWorstFirst));
    place.replaceChildren(...(isWorstFirst ? ordered.toReversed() : ordered).map(({ row }) => row));
    place.scrollTop = 0;
  });
  const head = element('div', { class: 'results-head' }, element('span', {}, `${counted(markets.length, 'market')} by result`), order);
  return {
    element: element('div', { class: 'result-list' }, head, place),
    mark: index => rows.forEach(({ row, index: own }) => row.setAttribute('aria-pressed', String(own === index))),
  };
};

const resultRow = (market: MarketReport, { largest, choose }: Readonly<{ largest: number; choose: () => void }>): HTMLElement => {
  const value = Number(market.result);
  const bar = element('i', { class: value < 0 ? 'result-bar loss' : 'result-bar gain' });
  bar.style.setProperty('--share', String(Math.abs(value) / largest));
  const row = button('', { class: 'result-row', 'aria-pressed': 'false', title: `${market.symbol}: ${market.result}` }, choose);
  row.append(
    element('bdi', { class: 'result-name' }, market.symbol),
    element('span', { class: 'result-trades' }, count(market.trades)),
    element('span', { class: 'bars' }, bar),
    element('span', { class: 'result-value' }, signedAmount(value)),
  );
  return row;
};
