/** What came to a portfolio and went from it after its opening, added up for a sentence. Exact; it counts no return. */
import { decimal } from '../../core/kernel/decimal.ts';
import { listText } from '../wording.ts';
import { amountText, asDouble } from './amounts.ts';
import type { Flow } from './report.ts';

const sumOf = (flows: readonly Flow[]): number => asDouble(flows.reduce((sum, { amount }) => sum + decimal(amount), 0n));

/** `5,000.00 paid in and 7,000.00 taken out`; holdings that were moved are told apart from money. Of at least one flow. */
export const flowSumsText = (flows: readonly Flow[]): string => {
  const told = ([['deposit', 'paid in'], ['withdrawal', 'taken out'], ['transfer_in', 'moved in'], ['transfer_out', 'moved out']] as const).flatMap(([kind, words]) => {
    const own = flows.filter(flow => flow.kind === kind);
    return own.length === 0 ? [] : [`${amountText(sumOf(own))} ${words}`];
  });
  return listText(told);
};
