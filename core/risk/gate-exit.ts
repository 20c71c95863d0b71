/**
 * The one door for exits: what an agent may sell of what it holds. It applies the four checks of reduce-only orders and
 * looks at nothing else: the state of the desk, its caps and the age of its marks never reach it.
 */
import { assert } from '../kernel/assert.ts';
import { subtractQuantity, quantity } from '../kernel/units.ts';
import type { MarketSymbol, Price, Quantity } from '../kernel/units.ts';
import type { Violation } from '../events.ts';
import { heldBy } from '../lots/lot.ts';
import { markOf } from '../market/marks.ts';
import { remainingOf } from '../orders/order.ts';
import type { Orders } from '../orders/order.ts';
import { EXIT_GATES, NO_EVIDENCE } from './gate-order.ts';
import type { GateView } from './gate-view.ts';
import { grant } from './grants.ts';
import type { Granted } from './grants.ts';
import { reduceOnly } from './reduce-only.ts';
import type { ReduceOnlyProblem } from './reduce-only.ts';

/** Nothing of the desk's standing: what is not here cannot hold an exit back. */
export type ExitView = Pick<GateView, 'desk' | 'marks' | 'lots' | 'orders'>;

export type ExitAsk = Readonly<{
  agent: string;
  symbol: MarketSymbol;
  /** Null asks for all that is held and not being sold. */
  quantity: Quantity | null;
}>;

export type ExitGrant = Granted<Readonly<{ agent: string; symbol: MarketSymbol; quantity: Quantity; mark: Price }>>;

export type ExitAnswer = Readonly<{ granted: ExitGrant }> | Readonly<{ granted: null; violations: readonly Violation[] }>;

export const gateExit = ({ desk, marks, lots, orders }: ExitView, { agent, symbol, quantity: asked }: ExitAsk): ExitAnswer => {
  const index = desk.indexOf.get(symbol);
  if (index === undefined) return { granted: null, violations: [violationOf({ code: 'INSTRUMENT_NOT_TRADABLE', ...NO_EVIDENCE })] };
  const mark = markOf(marks, index);
  const answer = reduceOnly({
    held: heldBy(lots, agent, symbol),
    reserved: beingSold(orders, agent, symbol),
    asked,
    instrument: desk.instruments[index]!,
    isTradable: true,
    mark,
    limitPrice: null,
    fatFinger: null,
  });
  if (answer.granted === null) return { granted: null, violations: answer.problems.map(violationOf) };
  assert(mark !== null, 'What an agent holds it bought, and nothing is bought without a mark.');
  return { granted: grant({ agent, symbol, quantity: answer.granted, mark }) };
};

const violationOf = (problem: ReduceOnlyProblem): Violation => ({
  ...problem,
  severity: EXIT_GATES.find(({ code }) => code === problem.code)!.severity,
});

/** What working SELLs of an agent have taken of its holding already. */
export const beingSold = (orders: Orders, agent: string, symbol: MarketSymbol): Quantity => {
  let sum = quantity(0n);
  for (const order of orders.working) if (order.side === 'SELL' && order.agent === agent && order.symbol === symbol) sum = quantity(sum + remainingOf(order));
  return sum;
};

/** What an agent holds and no working SELL has taken. */
export const unreservedOf = ({ lots, orders }: Pick<ExitView, 'lots' | 'orders'>, agent: string, symbol: MarketSymbol): Quantity =>
  subtractQuantity(heldBy(lots, agent, symbol), beingSold(orders, agent, symbol));
