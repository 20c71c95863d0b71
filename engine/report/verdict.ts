/** The result of a run in one sentence, and the figures in it. It says what was proved, and no more. */
import type { Digest } from '../../core/kernel/units.ts';
import { counted as countedWord } from '../wording.ts';
import type { RunSummary } from '../run-summary.ts';
import { amountText, percentText } from './amounts.ts';
import { flowSumsText } from './flow-sums.ts';
import type { Conditions, Flow, Verdict } from './report.ts';

/** `benchmarkReturn` as a double; null where there is none. The head is that of the hours executed again. */
export type Judged = Readonly<{ summary: RunSummary; conditions: Conditions; benchmarkReturn: number | null; head: Digest; mode: string; flows: readonly Flow[] }>;

export const verdictOf = (judged: Judged): Verdict => ({
  text: textOf(judged),
  return: judged.summary.return,
  benchmarkReturn: judged.benchmarkReturn === null ? null : decimalText(judged.benchmarkReturn),
  maxDrawdown: judged.summary.maxDrawdown,
  parity: true,
  head: judged.head,
});

/** A double as plain decimal text of 8 places, as amounts are written elsewhere. */
const decimalText = (value: number): string => {
  const text = value.toFixed(8).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
};

const textOf = ({ summary, conditions, benchmarkReturn, mode, flows }: Judged): string => {
  const { quote } = conditions;
  const held = benchmarkReturn === null ? '' : `, where buying and holding ${conditions.symbols.length === 1 ? conditions.symbols[0]! : `its ${conditions.symbols.length} markets`} made ${percentText(benchmarkReturn, true)}`;
  const made =
    mode === 'import'
      ? `The account is worth ${amountText(Number(summary.equity))} ${quote}, ${percentText(Number(summary.return), true)} by unit value`
      : `${percentText(Number(summary.return), true)} on ${amountText(Number(summary.openingEquity))} ${quote}${held}`;
  const moved = flows.length === 0 ? '' : `; ${flowSumsText(flows)} meanwhile`;
  const stopped = Number(conditions.notTraded ?? 0) > 0 ? `; halts allowed no entry in ${percentText(Number(conditions.notTraded))} of the window` : '';
  return `${made}${moved}; ${fellText(Number(summary.maxDrawdown))}${stopped}; proved by executing ${summary.hours === 1 ? 'its hour' : `all ${countedWord(summary.hours, 'hour')}`} again.`;
};

/** A fall that two decimals do not show is told as one. */
const fellText = (depth: number): string => {
  if (depth === 0) return 'never below its highest';
  return depth < 0.000_05 ? 'less than 0.01 % below its highest' : `at most ${percentText(depth)} below its highest`;
};
