/** Under what a result came about, term by term; for two runs side by side, with what differs made plain. */
import type { RunReport } from '../../../engine/report/report.ts';
import { element } from './element.ts';
import { count, counted, instantText, percent, typeset, UNDEFINED } from './format.ts';
import type { Run } from './runs.ts';
import { section } from './section.ts';

const SYMBOLS_SHOWN = 12;

const agentText = ({ id, strategy, parameters }: RunReport['conditions']['agents'][number]): string => {
  const given = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const named = id === strategy ? strategy : `${id}: ${strategy}`;
  return given.length === 0 ? named : `${named} (${given.join(', ')})`;
};

const symbolsText = (symbols: readonly string[]): string => {
  const rest = symbols.length - SYMBOLS_SHOWN;
  const names = symbols.slice(0, SYMBOLS_SHOWN).join(', ');
  return rest > 0 ? `${names} and ${count(rest)} more` : names;
};

/** Null where there is nothing of the kind: an account trades under no profile. */
type Term = readonly [string, string | null];

const termsOf = ({ conditions, summary }: RunReport): readonly Term[] => [
  ['Window, UTC', `${instantText(conditions.from)} to ${instantText(conditions.to)}, ${counted(conditions.hours, 'hour')}`],
  ['Trading from', instantText(conditions.tradeFrom)],
  ['Candles', conditions.timeframe],
  ['Markets', `${count(conditions.symbols.length)}: ${symbolsText(conditions.symbols)}`],
  ['Agents', conditions.agents.map(agentText).join('; ')],
  ['Risk profile', conditions.profile],
  ['Average exposure', percent(Number(conditions.averageExposure))],
  ['Cost model', conditions.costModel],
  ['Not traded because of halts', conditions.notTraded === null ? null : percent(Number(conditions.notTraded))],
  ['Halts, kills, resumes', conditions.notTraded === null ? null : `${count(summary.halts)}, ${count(summary.kills)}, ${count(summary.resumes)}`],
  ['Refused orders', refusalText(summary.refusals)],
  ['Engine', `tb ${conditions.version}, semantics ${conditions.semantics}`],
];

const refusalText = (refusals: Readonly<Record<string, number>>): string => {
  const found = Object.entries(refusals).toSorted(([, left], [, right]) => right - left);
  return found.length === 0 ? 'none' : found.map(([code, times]) => `${code.replaceAll('_', ' ')} ${count(times)}`).join(', ');
};

export const conditionsSection = (runs: readonly Run[]): HTMLElement => {
  const title = { id: 'conditions', title: 'Conditions', note: 'What the figures rest on.' };
  const terms = runs.map(run => termsOf(run.report));
  const [left, right] = terms;
  if (right === undefined) return section(title, element('dl', { class: 'terms' }, ...left!.map(([name, text]) => text === null ? null : element('div', {}, element('dt', {}, name), element('dd', { dir: 'auto' }, typeset(text))))));
  const rows = left!.map(([name, given], index) => {
    const [text, other] = [given ?? UNDEFINED, right[index]![1] ?? UNDEFINED];
    return element('tr', { class: text === other ? null : 'differs' }, element('th', { scope: 'row' }, name), element('td', { dir: 'auto' }, text), element('td', { dir: 'auto' }, text === other ? 'same' : other));
  });
  const head = element('tr', {}, element('td', {}), ...runs.map(run => element('th', { scope: 'col' }, `${run.letter} `, element('bdi', {}, run.report.run))));
  return section(title, element('div', { class: 'scroll' }, element('table', { class: 'both-terms' }, element('thead', {}, head), element('tbody', {}, ...rows))));
};
