/** `tb strategies`: what there is to trade with, and what can be set on it. */
import { STRATEGIES } from '../../core/strategies/registry.ts';
import type { Action } from '../command.ts';
import { bold, printResult, table } from '../output.ts';

type Listed = (typeof STRATEGIES)[number];

const documentOf = ({ id, summary, parameters }: Listed) => ({
  id,
  parameters: parameters.map(({ name, default: standard, min, max, integer, meaning }) => ({ default: String(standard), integer, max: String(max), meaning, min: String(min), name })),
  summary,
});

const textOf = ({ id, summary, parameters }: Listed): string => {
  const rows = parameters.map(({ name, default: standard, min, max, meaning }) => [name, String(standard), `${min} to ${max}`, meaning]);
  const listed = rows.length === 0 ? 'no parameters' : table(['parameter', 'default', 'bounds', 'meaning'], rows);
  return `${bold(id)}\n${summary}\n${listed.replace(/^/gm, '  ')}`;
};

export const run: Action<object> = async options => {
  printResult(options, {
    document: { strategies: STRATEGIES.map(documentOf) },
    text: () => `${STRATEGIES.map(textOf).join('\n\n')}\n\nWrite your own: tb new-strategy NAME`,
  });
};
