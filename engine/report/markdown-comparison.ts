/** Two runs as Markdown: their verdicts, where they first part, and every figure beside the other with the difference. */
import { byCodeUnit } from '../../core/kernel/order.ts';
import { counted, listText } from '../wording.ts';
import { amountText, percentText, pointsText } from './amounts.ts';
import { cell, conditionLines, metricText, tableOf, worstText } from './markdown.ts';
import type { Comparable, ComparisonReport, Metric, RunReport } from './report.ts';

/** Ends without a line feed. */
export const comparisonMarkdown = ({ left, right, comparable, divergence }: ComparisonReport): string => {
  const names = [left.run, right.run];
  return [
    `# ${cell(left.run)} and ${cell(right.run)}`,
    `* ${cell(left.run)}: ${left.verdict.text}\n* ${cell(right.run)}: ${right.verdict.text}`,
    [differsText(comparable), divergenceText({ left, right, comparable, divergence }), quotesText({ left, right, comparable })].filter(text => text !== '').join(' '),
    '## Conditions that differ',
    conditionsTable(left, right),
    '## Figures',
    tableOf(['figure', ...names, 'difference'], left.metrics.map((metric, index) => metricRow(metric, right.metrics[index]!, { left, right })), 'lrrr'),
    '## Worst drawdowns',
    `* ${cell(left.run)}: ${worstText(left)}\n* ${cell(right.run)}: ${worstText(right)}`,
    '## Months',
    monthsTable(left, right),
    '## Markets',
    marketsTable(left, right),
  ].join('\n\n');
};

/** What they were told differently comes before where they part: the one is why of the other. */
const differsText = ({ differs }: Comparable): string => (differs.length === 0 ? '' : `They differ in ${cell(listText(differs))}.`);

const quotesText = ({ left, right, comparable }: Pick<ComparisonReport, 'left' | 'right' | 'comparable'>): string =>
  comparable.sameQuote ? '' : `Amounts of the one are in ${cell(left.conditions.quote)} and of the other in ${cell(right.conditions.quote)}: no difference is taken of them.`;

const divergenceText = ({ left, right, comparable, divergence }: Pick<ComparisonReport, 'left' | 'right' | 'comparable' | 'divergence'>): string => {
  if (comparable.commonHours === 0) return 'They have no hour in common.';
  if (divergence === null) return left.verdict.head === right.verdict.head ? 'Both end in the same head: equal hour for hour.' : `They do not part within the ${counted(comparable.commonHours, 'hour')} that both have.`;
  const value = (text: string | null): string => (text === null ? 'nothing' : `\`${cell(text)}\``);
  return `They first part at ${divergence.at}, in ${cell(divergence.what)}: ${value(divergence.left)} against ${value(divergence.right)}.`;
};

const conditionsTable = (left: RunReport, right: RunReport): string => {
  const [one, other] = [new Map(conditionLines(left)), new Map(conditionLines(right))];
  const names = [...new Set([...one.keys(), ...other.keys()])].filter(name => one.get(name) !== other.get(name));
  return names.length === 0 ? 'None.' : tableOf(['condition', left.run, right.run], names.map(name => [name, one.get(name) ?? '', other.get(name) ?? '']), 'lll');
};

const metricRow = (one: Metric, other: Metric, { left, right }: Readonly<{ left: RunReport; right: RunReport }>): readonly string[] => {
  const quotes = [left.conditions.quote, right.conditions.quote];
  const difference = one.value === null || other.value === null || (one.unit === 'quote' && quotes[0] !== quotes[1]) ? '' : differenceText({ ...one, value: other.value - one.value }, quotes[0]!);
  return [one.name, metricText(one, quotes[0]!), metricText(other, quotes[1]!), difference];
};

/** Of two percentages it is percentage points; everything else has its own unit. */
const differenceText = (metric: Metric, quote: string): string =>
  metric.unit === 'fraction' || metric.unit === 'probability' ? pointsText(metric.value!) : `${metric.value! > 0 ? '+' : ''}${metricText(metric, quote)}`;

const monthsTable = (left: RunReport, right: RunReport): string => {
  const named = ({ months }: RunReport): ReadonlyMap<string, number> => new Map(months.map(({ year, month, return: made }) => [`${year}-${String(month).padStart(2, '0')}`, made]));
  const [one, other] = [named(left), named(right)];
  const rows = [...new Set([...one.keys(), ...other.keys()])].sort(byCodeUnit).map(name => {
    const [made, otherMade] = [one.get(name), other.get(name)];
    const shown = (value: number | undefined): string => (value === undefined ? '' : percentText(value, true));
    return [name, shown(made), shown(otherMade), made === undefined || otherMade === undefined ? '' : pointsText(otherMade - made)];
  });
  return rows.length === 0 ? 'None.' : tableOf(['month', left.run, right.run, 'difference'], rows, 'lrrr');
};

const marketsTable = (left: RunReport, right: RunReport): string => {
  const named = ({ markets }: RunReport): ReadonlyMap<string, number> => new Map(markets.map(({ symbol, result }) => [symbol, Number(result)]));
  const [one, other] = [named(left), named(right)];
  const shown = (value: number | undefined): string => (value === undefined ? '' : amountText(value));
  const sameQuote = left.conditions.quote === right.conditions.quote;
  const difference = (symbol: string): string => (sameQuote ? amountText((other.get(symbol) ?? 0) - (one.get(symbol) ?? 0)) : '');
  const rows = [...new Set([...one.keys(), ...other.keys()])].sort(byCodeUnit).map(symbol => [symbol, shown(one.get(symbol)), shown(other.get(symbol)), difference(symbol)]);
  const head = ({ run, conditions }: RunReport): string => (sameQuote ? run : `${run}, ${conditions.quote}`);
  return tableOf(['market', head(left), head(right), 'difference'], rows, 'lrrr');
};
