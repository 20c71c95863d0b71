/** The head of the page: the verdict in a sentence, the figures one looks for first, and what to know before believing them. */
import type { Metric, RunReport } from '../../../engine/report/report.ts';
import { copyButton } from './copy-button.ts';
import { definedTerm } from './definitions.ts';
import { element } from './element.ts';
import { count, counted, instantText, metricText, percent, shortHash, signedPercent, typeset } from './format.ts';
import type { Run } from './runs.ts';

type Tile = Readonly<{ name: string; value: string; exact: string; metric: Metric | null }>;

/** Beside those of the verdict: metrics that readers look for, where the document has them. */
const LOOKED_FOR = ['annualised_return', 'sharpe', 'hit_rate', 'profit_factor'] as const;

const tilesOf = ({ verdict, metrics, summary }: RunReport): readonly Tile[] => {
  const { return: gained, benchmarkReturn, maxDrawdown } = verdict;
  const defined = (id: string): Metric | null => metrics.find(metric => metric.id === id) ?? null;
  const found = LOOKED_FOR.map(id => metrics.find(metric => metric.id === id)).filter(metric => metric !== undefined && metric.value !== null);
  return [
    { name: 'Return', value: signedPercent(Number(gained)), exact: gained, metric: defined('total_return') },
    ...(benchmarkReturn === null ? [] : [{ name: 'Buy and hold', value: signedPercent(Number(benchmarkReturn)), exact: benchmarkReturn, metric: defined('benchmark_return') }]),
    { name: 'Largest drawdown', value: percent(Math.abs(Number(maxDrawdown))), exact: maxDrawdown, metric: defined('max_drawdown') },
    ...found.map(metric => ({ name: metric!.name, value: metricText(metric!.value, metric!.unit), exact: String(metric!.value), metric: metric! })),
    { name: 'Trades', value: count(summary.trades), exact: String(summary.trades), metric: defined('trades') },
  ];
};

const tileElement = ({ name, value, exact, metric }: Tile, letter: string): HTMLElement =>
  element('div', { class: 'tile' }, element('dt', {}, metric === null ? name : definedTerm({ id: `tile-${letter}${metric.id}`, term: name, definition: metric.definition })), element('dd', { title: exact }, value));

/** One run's verdict, with its hash and its notes. Where there are two, each has its letter. */
export const verdictPart = ({ report, letter, colour }: Run): HTMLElement => {
  const { verdict, conditions, mode } = report;
  const proved = verdict.parity ? element('span', { class: 'proof' }, '\u2713 executed again, same head') : element('span', { class: 'proof missing' }, 'not executed again');
  const head = element('p', { class: 'head-hash' }, proved, element('span', { class: 'hash' }, element('code', { title: verdict.head }, shortHash(verdict.head)), element('span', { class: 'full', 'aria-hidden': 'true' }, verdict.head), ' ', copyButton({ text: verdict.head, what: 'the head hash' })));
  const name = element('p', { class: 'eyebrow' }, letter === '' ? null : element('b', { class: `letter ${colour}` }, letter), element('bdi', {}, report.run), element('span', { class: 'mode' }, mode));
  const notes = [conditions.hindsight, conditions.revisedData].filter(note => note !== null);
  return element(
    'div',
    { class: 'verdict' },
    name,
    element(letter === '' ? 'h1' : 'h2', { class: 'lead', dir: 'auto' }, typeset(verdict.text)),
    element('p', { class: 'basis' }, ...basisOf(conditions).map(text => element('span', { dir: 'auto' }, typeset(text)))),
    head,
    ...notes.map(note => element('p', { class: 'caution', role: 'note', dir: 'auto' }, typeset(note))),
    element('dl', { class: 'tiles' }, ...tilesOf(report).map(tile => tileElement(tile, letter))),
  );
};

/** In short what the conditions at the end say in full. */
const basisOf = ({ from, to, timeframe, symbols, profile, averageExposure, costModel, notTraded }: RunReport['conditions']): readonly string[] => [
  `${instantText(from)} to ${instantText(to)}`,
  symbols.length === 1 ? `${symbols[0]!}, ${timeframe}` : `${counted(symbols.length, 'market')}, ${timeframe}`,
  `profile ${profile}, average exposure ${percent(Number(averageExposure))}`,
  costModel,
  Number(notTraded) === 0 ? 'no hour lost to halts' : `${percent(Number(notTraded))} not traded because of halts`,
];
