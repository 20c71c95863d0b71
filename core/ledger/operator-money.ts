/** Deposits and withdrawals by the operator. A withdrawal takes free cash only: what orders have set aside stays. */
import { addMoney, money, subtractMoney } from '../kernel/units.ts';
import type { Asset, Money } from '../kernel/units.ts';
import type { Decision } from '../events.ts';
import type { Fact } from '../log.ts';
import { cashOf } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { depositEntry, post, withdrawalEntry } from './post.ts';

/** The ledger after the step's outside money, and the sum that came in (negative: went out). */
export const postOperatorMoney = (
  before: Ledger,
  facts: readonly Fact[],
  { quote, reserved }: Readonly<{ quote: Asset; reserved: Money }>,
  log: Decision[],
): Readonly<{ ledger: Ledger; flow: Money }> => {
  let ledger = before;
  let flow = money(0n);
  for (const fact of facts) {
    if (fact.type !== 'operator') continue;
    if (fact.command === 'deposit') {
      ledger = post(ledger, depositEntry(fact.amount, fact.key, quote), log);
      flow = addMoney(flow, fact.amount);
    }
    if (fact.command === 'withdraw') {
      const free = subtractMoney(cashOf(ledger), reserved);
      if (fact.amount > free) {
        log.push({ asked: fact.amount, code: 'INSUFFICIENT_FREE_CASH', command: fact.command, key: fact.key, limit: free, type: 'operator_refused' });
        continue;
      }
      ledger = post(ledger, withdrawalEntry(fact.amount, fact.key, quote), log);
      flow = subtractMoney(flow, fact.amount);
    }
  }
  return { ledger, flow };
};
