/**
 * Which intents stand: at most one wish per agent and symbol. A reduction outranks an entry, the larger reduction wins,
 * and what an operator says comes before all. It orders nothing; a wish becomes an order in decide-orders.ts.
 */
import { floorToStep, shareDown } from '../kernel/rounding.ts';
import type { MarketSymbol, Quantity } from '../kernel/units.ts';
import type { CancelRequested, Decision, RefusalCode, Violation } from '../events.ts';
import type { Fact } from '../log.ts';
import { heldBy, positionsOf, TREASURY } from '../lots/lot.ts';
import { gateExit } from '../risk/gate-exit.ts';
import { isDust } from '../risk/gate-view.ts';
import type { GateView } from '../risk/gate-view.ts';
import { withProgress } from '../risk/order-progress.ts';
import type { Intent } from './intent.ts';
import { isSamePair } from './order.ts';
import type { Orders, Reduction, Wanted, WorkingOrder } from './order.ts';

type Pair = Readonly<{ agent: string; symbol: MarketSymbol }>;

export const isOrderCommand = (fact: Fact): boolean => fact.type === 'operator' && (fact.command === 'flatten' || fact.command === 'cancel');

/** A reduction whose position is gone, or down to dust, is over, so that an entry may follow at the same close. */
export const dropOver = (view: GateView, log: Decision[]): Orders => {
  const { orders, lots, desk } = view;
  const over: Wanted[] = [];
  for (const wish of orders.wanted) {
    if (wish.want === 'long' || orders.working.some(isSamePair(wish))) continue;
    const held = heldBy(lots, wish.agent, wish.symbol);
    if (held > 0n && !isDust(view, desk.indexOf.get(wish.symbol)!, held)) continue;
    if (held > 0n) refuseReduction(view, wish, log);
    over.push(wish);
  }
  return over.length === 0 ? orders : { ...orders, wanted: orders.wanted.filter(wish => !over.includes(wish)) };
};

/** Says what the gate says of selling all that a wish may sell; a refusal ends the wish. */
const refuseReduction = (view: GateView, { agent, symbol, attempts }: Reduction, log: Decision[]): void => {
  const answer = gateExit(view, { agent, symbol, quantity: null });
  if (answer.granted === null) log.push({ agent, attempt: attempts + 1, side: 'SELL', symbol, type: 'order_refused', violations: answer.violations });
};

/** `cancel` drops every wish and order; `flatten` wants every position of every agent flat. */
export const obeyOperator = (view: GateView, facts: readonly Fact[], log: Decision[]): Orders => {
  let { orders } = view;
  for (const fact of facts) {
    if (fact.type !== 'operator' || !isOrderCommand(fact)) continue;
    const positions = positionsOf(view.lots).filter(({ agent, quantity }) => agent !== TREASURY && quantity > 0n);
    const idle = orders.working.length === 0 && orders.wanted.length === 0;
    const refusedCode = fact.command === 'cancel' ? (idle ? 'NOTHING_TO_CANCEL' : null) : positions.length === 0 && idle ? 'NOTHING_HELD' : null;
    if (refusedCode !== null) {
      log.push({ asked: 0n, code: refusedCode, command: fact.command, key: fact.key, limit: 0n, type: 'operator_refused' });
      continue;
    }
    const working = orders.working.map(order => askedToCancel(order, fact.command === 'cancel' || order.side === 'BUY' ? `OPERATOR: ${fact.reason}` : null, log));
    const wanted: readonly Wanted[] =
      fact.command === 'cancel' ? [] : positions.map(({ agent, symbol }) => ({ want: 'flat', agent, symbol, reason: 'OPERATOR_FLATTEN', attempts: 0 }));
    orders = { ...orders, wanted, working };
  }
  return orders;
};

export const askedToCancel = (order: WorkingOrder, reason: string | null, log: Decision[]): WorkingOrder => {
  if (reason === null || order.cancelReason !== null) return order;
  const request: CancelRequested = { orderId: order.id, reason, symbol: order.symbol, type: 'cancel_requested' };
  log.push(request);
  return withProgress(order, { cancelReason: reason });
};

export type Wishing = Readonly<{ view: GateView; tradable: boolean }>;

/** What is wanted after one intent; intents come by precedence. */
export const afterIntent = (wishing: Wishing, wanted: readonly Wanted[], intent: Intent, log: Decision[]): readonly Wanted[] => {
  const existing = wanted.find(isSamePair(intent));
  switch (intent.kind) {
    case 'exit':
      return afterExit(wishing.view, wanted, { intent, existing });
    case 'reduce':
      return afterReduce(wishing.view, wanted, { intent, existing }, log);
    case 'withdraw':
      return existing?.want === 'long' ? without(wanted, existing) : wanted;
    case 'enter':
    case 'reenter':
      return afterEnter(wishing, wanted, { intent, existing }, log);
  }
};

type Raised = Readonly<{ intent: Intent; existing: Wanted | undefined }>;

const without = (wanted: readonly Wanted[], wish: Wanted | undefined): readonly Wanted[] => (wish === undefined ? wanted : wanted.filter(other => other !== wish));

/** An exit replaces what was wanted. Without a position or an order there is nothing to exit from. */
const afterExit = (view: GateView, wanted: readonly Wanted[], { intent, existing }: Raised): readonly Wanted[] => {
  const { agent, symbol, reason } = intent;
  if (existing?.want === 'flat') return wanted;
  const working = view.orders.working.some(isSamePair(intent));
  if (!working && isNothing(view, intent)) return existing?.want === 'long' ? without(wanted, existing) : wanted;
  return [...without(wanted, existing), { want: 'flat', agent, symbol, reason, attempts: 0 }];
};

/** Nothing an agent could sell: none held, or dust. */
const isNothing = (view: GateView, { agent, symbol }: Pair): boolean => {
  const held = heldBy(view.lots, agent, symbol);
  return held <= 0n || isDust(view, view.desk.indexOf.get(symbol)!, held);
};

/**
 * Whole lots of the share, down; everything where the rest would be dust. The larger reduction wins: a smaller one asks
 * for nothing that is not under way.
 */
const afterReduce = (view: GateView, wanted: readonly Wanted[], raised: Raised, log: Decision[]): readonly Wanted[] => {
  const { intent, existing } = raised;
  const { agent, symbol, reason, fraction } = intent;
  if (existing?.want === 'flat' || isNothing(view, intent)) return wanted;
  const index = view.desk.indexOf.get(symbol)!;
  const held = heldBy(view.lots, agent, symbol);
  const share = floorToStep(shareDown(held, fraction), view.desk.instruments[index]!.lot);
  if (isDust(view, index, (held - share) as Quantity)) return afterExit(view, wanted, raised);
  if (existing?.want === 'less' && existing.quantity >= share) return wanted;
  const answer = gateExit({ ...view, orders: { ...view.orders, working: [] } }, { agent, symbol, quantity: share });
  if (answer.granted === null) {
    log.push({ agent, attempt: 1, side: 'SELL', symbol, type: 'order_refused', violations: answer.violations });
    return wanted;
  }
  return [...without(wanted, existing), { want: 'less', agent, symbol, reason, attempts: 0, quantity: share }];
};

/** An entry waits for nothing: what stands in its way refuses it. One that is wanted already stays as it is. */
const afterEnter = ({ view, tradable }: Wishing, wanted: readonly Wanted[], { intent, existing }: Raised, log: Decision[]): readonly Wanted[] => {
  if (existing?.want === 'long') return wanted;
  const { agent, symbol, reason, fraction, expectedReturn } = intent;
  const isHeld = intent.kind === 'enter' && !isNothing(view, intent);
  const code: RefusalCode | null = !tradable ? 'WARM_UP' : existing !== undefined ? 'EXIT_IN_PROGRESS' : isHeld ? 'ALREADY_HELD' : null;
  if (code === null) return [...wanted, { want: 'long', agent, symbol, reason, attempts: 0, quantity: null, fraction, expectedReturn }];
  const violation: Violation = { code, severity: 'LOW', limit: 0n, usage: heldBy(view.lots, agent, symbol), asked: 0n };
  log.push({ agent, attempt: 1, side: 'BUY', symbol, type: 'order_refused', violations: [violation] });
  return wanted;
};
