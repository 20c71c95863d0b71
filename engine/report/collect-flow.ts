/** Money and holdings that came to a portfolio or went from it, the opening among their sum: counted as units bought and redeemed, and each by itself. */
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour, ExecutedStep } from '../../core/execute.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { divideHalfEven } from '../../core/kernel/rounding.ts';
import { baseOf, ONE_E18 } from '../../core/kernel/units.ts';
import type { AccountTransferredFact, Fact } from '../../core/log.ts';
import { worthAtMark } from '../../core/market/marks.ts';
import { EIGHT_DECIMALS, roundedTo } from './amounts.ts';
import type { Flow, FlowKind } from './report.ts';

/** `money` is what came, less what went, in quote; within 10^-18 a flow. `flows` leaves the opening out. */
export type FlowCollector = Readonly<{ add: (hour: ExecutedHour) => void; money: () => bigint; flows: () => readonly Flow[] }>;

export const collectFlow = (desk: Desk): FlowCollector => {
  let [units, value, sum] = [0n, 0n, 0n];
  const flows: Flow[] = [];

  const add = ({ steps, sealed: { hour } }: ExecutedHour): void => {
    for (const step of steps) {
      const { state, valuation } = step;
      const { units: after } = state.portfolio;
      // Where the last unit was redeemed no unit has a value, and what it had been worth is what went.
      if (after !== units) sum += after === 0n ? valuation.value - value : divideHalfEven((after - units) * valuation.unitValue, ONE_E18);
      [units, value] = [after, valuation.value];
      for (const fact of step.bucket.facts) {
        const found = flowOf(desk, step, fact);
        if (found !== null) flows.push({ hour, amount: formatDecimal(found.amount), kind: found.kind });
      }
    }
  };
  return { add, money: () => sum, flows: () => flows };
};

type Found = Readonly<{ kind: FlowKind; amount: bigint }>;

/** A withdrawal that was refused moved nothing. */
const flowOf = (desk: Desk, step: ExecutedStep, fact: Fact): Found | null => {
  if (fact.type === 'account_transferred') return transferOf(desk, step, fact);
  if (fact.type !== 'operator' || (fact.command !== 'deposit' && fact.command !== 'withdraw')) return null;
  if (step.decisions.some(decision => decision.type === 'operator_refused' && decision.key === fact.key)) return null;
  return { kind: fact.command === 'deposit' ? 'deposit' : 'withdrawal', amount: fact.amount };
};

/** Money by its amount; holdings by their mark, or without one by what they cost, as the books take them. */
const transferOf = (desk: Desk, { state, decisions }: ExecutedStep, fact: AccountTransferredFact): Found => {
  const isIn = fact.direction === 'in';
  if (fact.asset === desk.manifest.quote) return { kind: isIn ? 'deposit' : 'withdrawal', amount: fact.quantity };
  const index = desk.symbols.findIndex(symbol => baseOf(symbol) === fact.asset);
  const cost = isIn ? fact.basis : decisions.reduce((total, decision) => total + (decision.type === 'lot_released' && decision.tradeId === fact.id ? decision.cost : 0n), 0n);
  const worth = worthAtMark(state.marks, index, fact.quantity) ?? cost;
  return { kind: isIn ? 'transfer_in' : 'transfer_out', amount: roundedTo(worth, EIGHT_DECIMALS) };
};
