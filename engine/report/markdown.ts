/** A report as Markdown for a pull request: the verdict, what it came about under, and the figures as tables. It shows nothing that is not in the document. */
import { amountText, percentText } from './amounts.ts';
import { flowSumsText } from './flow-sums.ts';
import type { Metric, RunReport, TradeReport } from './report.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { oneLine } from '../wording.ts';

/** Ends without a line feed. */
export const reportMarkdown = (report: RunReport): string =>
  [
    `# ${cell(report.run)}`,
    report.verdict.text,
    conditionLines(report).map(([name, value]) => `* ${name}: ${value}`).join('\n'),
    '## Figures',
    tableOf(['figure', 'value'], report.metrics.map(metric => [metric.name, metricText(metric, report.conditions.quote)]), 'lr'),
    '## Worst drawdown',
    worstText(report),
    ...(report.months.length === 0 ? [] : ['## Months', monthsTable(report)]),
    '## Costs',
    costsTable(report),
    '## Markets',
    tableOf(['market', 'closed trades', `result of them in ${report.conditions.quote}`], report.markets.map(({ symbol, trades, result }) => [symbol, String(trades), amountText(Number(result))]), 'lrr'),
    ...extremes(report),
  ].join('\n\n');

const NAMED_MAX = 12;

/** What a reader has to know before believing the result. */
export const conditionLines = ({ conditions, flows, mode, verdict }: RunReport): readonly (readonly [string, string])[] => [
  ['head', `\`${verdict.head}\``],
  ['window', `${conditions.from} to ${conditions.to}, ${conditions.hours} hours of ${conditions.timeframe} candles, trading from ${conditions.tradeFrom} (${mode})`],
  ['markets', conditions.symbols.length <= NAMED_MAX ? conditions.symbols.join(', ') : `${conditions.symbols.slice(0, NAMED_MAX).join(', ')} and ${conditions.symbols.length - NAMED_MAX} more`],
  ['strategy', conditions.agents.length === 0 ? 'none: an account' : conditions.agents.map(agentText).join('; ')],
  conditions.profile === null ? ['exposure', `${percentText(Number(conditions.averageExposure))} on average`] : ['profile', `${cell(conditions.profile)}, ${percentText(Number(conditions.averageExposure))} exposed on average`],
  ['costs', conditions.costModel],
  ...(flows.length === 0 ? [] : [['money', `${flowSumsText(flows)} after the opening, in ${conditions.quote}; neither is a return`] as const]),
  ...(Number(conditions.notTraded ?? 0) > 0 ? [['halts', `no entry in ${percentText(Number(conditions.notTraded))} of the window`] as const] : []),
  ...(conditions.hindsight === null ? [] : [['hindsight', conditions.hindsight] as const]),
  ...(conditions.revisedData === null ? [] : [['revised data', conditions.revisedData] as const]),
  ['version', `tb ${conditions.version}, semantics ${conditions.semantics}`],
];

const agentText = ({ id, strategy, parameters }: RunReport['conditions']['agents'][number]): string => {
  const told = Object.entries(parameters).map(([name, value]) => `${name}=${value}`).join(' ');
  return `${id === 'main' ? '' : `${cell(id)}: `}${cell(strategy)}${told === '' ? '' : ` (${cell(told)})`}`;
};

const NUMBER = { maximumFractionDigits: 2, minimumFractionDigits: 2, signDisplay: 'negative' } as const;

/** A figure with its unit, or why there is none. */
export const metricText = ({ value, reason, unit }: Metric, quote: string): string => (value === null ? `- (${reason ?? 'not defined'})` : valueText(value, { unit, quote }));

const valueText = (value: number, { unit, quote }: Readonly<{ unit: Metric['unit']; quote: string }>): string => {
  switch (unit) {
    case 'fraction':
    case 'probability':
      return percentText(value);
    case 'ratio':
      return value.toLocaleString('en-US', NUMBER);
    case 'hours':
      return `${value.toLocaleString('en-US', { maximumFractionDigits: 1 })} h`;
    case 'quote':
      return `${amountText(value)} ${quote}`;
    case 'count':
      return value.toLocaleString('en-US');
  }
};

/** The largest fall of unit value, in a sentence. */
export const worstText = ({ worstDrawdown }: RunReport): string => {
  if (worstDrawdown === null) return 'Unit value never fell below its highest.';
  const { depth, peak, deepest, recovered, hours } = worstDrawdown;
  const end = recovered === null ? `not recovered at the end, ${hours} hours after its peak` : `recovered at ${recovered}, ${hours} hours after its peak`;
  return `${percentText(depth)} below the peak of ${peak}, deepest at ${deepest}, ${end}.`;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const monthsTable = ({ months, years }: RunReport): string => {
  const rows = years.map(({ year, return: total }) => {
    const own = new Map(months.filter(month => month.year === year).map(month => [month.month, month.return]));
    return [String(year), ...MONTHS.map((_, index) => (own.has(index + 1) ? percentText(own.get(index + 1)!, true) : '')), percentText(total, true)];
  });
  return tableOf(['year', ...MONTHS, 'total'], rows, `l${'r'.repeat(13)}`);
};

const costsTable = ({ costs, conditions }: RunReport): string =>
  tableOf(
    ['', conditions.quote],
    [
      ['result before costs', amountText(Number(costs.grossResult))],
      ['fees', amountText(-Number(costs.fees))],
      ['slippage', amountText(-Number(costs.slippage))],
      ['result', amountText(Number(costs.netResult))],
      ['of it realised by closed trades', amountText(Number(costs.tradesResult))],
      ...(costs.feeDisposals === '0' ? [] : [['realised by units that paid fees', amountText(Number(costs.feeDisposals))]]),
    ],
    'lr',
  );

const LISTED = 10;

const extremes = ({ trades, conditions }: RunReport): readonly string[] => {
  const byResult = trades.toSorted((left, right) => Number(right.result) - Number(left.result));
  const wins = byResult.filter(({ result }) => Number(result) > 0).slice(0, LISTED);
  const losses = byResult.filter(({ result }) => Number(result) < 0).slice(-LISTED).reverse();
  const titled = (title: string, rows: readonly TradeReport[]): readonly string[] =>
    rows.length === 0 ? [] : [`## ${title}`, tableOf(['trade', 'market', 'from', 'to', 'quantity', 'bought at', 'sold at', `result in ${conditions.quote}`, 'return', 'out by'], rows.map(tradeRow), 'llllrrrrrl')];
  return [...titled('Largest gains', wins), ...titled('Largest losses', losses)];
};

const tradeRow = ({ number, symbol, entryHour, exitHour, quantity, entryPrice, exitPrice, result, return: gained, why }: TradeReport): readonly string[] => [
  String(number), symbol, formatHour(entryHour as HourUtc), formatHour(exitHour as HourUtc), quantity, entryPrice, exitPrice, amountText(Number(result)), percentText(Number(gained), true), why.exit?.reason ?? '',
];

/** Text of others in a table: no pipe ends a cell, no line its row. */
export const cell = (text: string): string => oneLine(text).replaceAll('\\', '\\\\').replaceAll('|', String.raw`\|`);

/** `columns` has a letter a column, l or r. */
export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[], columns: string): string => {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${columns.split('').map(side => (side === 'r' ? '--:' : '---')).join('|')}|`, ...rows.map(line)].join('\n');
};
