/** Every metric in its group, each with its definition one hover away; for two runs both values and their difference. */
import type { Metric } from '../../../engine/report/report.ts';
import { definedTerm } from './definitions.ts';
import { element } from './element.ts';
import { differenceText, metricText, UNDEFINED } from './format.ts';
import type { Run } from './runs.ts';
import { section } from './section.ts';

type Group = Metric['group'];

const GROUPS: readonly (readonly [Group, string])[] = [['return', 'Return'], ['risk', 'Risk'], ['trades', 'Trades'], ['costs', 'Costs']];

export const metricsSection = (runs: readonly Run[]): HTMLElement => {
  const tables = GROUPS.map(([group, title]) => groupTable(group, { title, runs })).filter(table => table !== null);
  return section({ id: 'metrics', title: 'Metrics', note: 'Point at a name, or tap it, for its definition.' }, element('div', { class: `metric-groups${runs.length > 1 ? ' two' : ''}` }, ...tables));
};

const groupTable = (group: Group, { title, runs }: Readonly<{ title: string; runs: readonly Run[] }>): HTMLElement | null => {
  const [first] = runs;
  const rows = first!.report.metrics.filter(metric => metric.group === group).map(metric => metricRow(metric, runs));
  if (rows.length === 0) return null;
  const heads = runs.length === 1 ? [] : [...runs.map(run => element('th', { scope: 'col', class: 'number' }, run.letter)), element('th', { scope: 'col', class: 'number' }, 'B \u2212 A')];
  return element(
    'table',
    { class: 'metrics' },
    element('thead', {}, element('tr', {}, element('th', { scope: 'col', ...(runs.length === 1 ? { colspan: 2 } : {}) }, title), ...heads)),
    element('tbody', {}, ...rows),
  );
};

const metricRow = (metric: Metric, runs: readonly Run[]): HTMLElement => {
  const values = runs.map(run => run.report.metrics.find(({ id }) => id === metric.id) ?? null);
  const name = element('th', { scope: 'row' }, definedTerm({ id: `metric-${metric.id}`, term: metric.unit === 'quote' ? `${metric.name}, ${runs[0]!.report.conditions.quote}` : metric.name, definition: metric.definition }));
  const cells = values.map(found => element('td', { class: 'number', 'data-metric': metric.id, title: found?.value === undefined || found.value === null ? null : String(found.value) }, ...shown(found)));
  return element('tr', {}, name, ...cells, runs.length === 1 ? null : element('td', { class: 'number difference' }, difference(values, metric.unit !== 'quote' || haveOneQuote(runs))));
};

const shown = (metric: Metric | null): readonly (Node | string)[] => {
  if (metric === null) return [UNDEFINED];
  const text = metricText(metric.value, metric.unit);
  return metric.value === null && metric.reason !== null ? [text, element('span', { class: 'reason' }, metric.reason)] : [text];
};

/** Amounts in two currencies have no difference. */
const haveOneQuote = (runs: readonly Run[]): boolean => new Set(runs.map(({ report }) => report.conditions.quote)).size === 1;

const difference = ([left, right]: readonly (Metric | null)[], isComparable: boolean): string => {
  const [before, after] = [left?.value ?? null, right?.value ?? null];
  return !isComparable || before === null || after === null ? UNDEFINED : differenceText(after - before, left!.unit);
};
