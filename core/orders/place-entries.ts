/**
 * Entries: which wishes are due, what the gate grants each in turn, and the cash nobody asked for shared out. A grant is
 * reserved at once, so that no two entries of one close are promised the same cash, slot or headroom.
 */
import type { Money } from '../kernel/units.ts';
import type { Decision } from '../events.ts';
import type { OrderId } from '../log.ts';
import { idOf } from '../lots/book-fills.ts';
import { approveEntry } from '../risk/approve-order.ts';
import type { ApprovedOrder } from '../risk/approve-order.ts';
import { gateEntry } from '../risk/gate.ts';
import type { Grant } from '../risk/gate.ts';
import { freeCash } from '../risk/gate-view.ts';
import type { EntryWish, GateView } from '../risk/gate-view.ts';
import { isSamePair } from './order.ts';
import type { Orders, Place, Wanted } from './order.ts';
import { rankEntries } from './rank-entries.ts';
import { withoutSlack, withSlack } from './slack.ts';
import type { Witness } from '../witness.ts';

type Granted = Readonly<{ entry: EntryWish; grant: Grant; attempt: number }>;

export type Placing = Readonly<{ place: Place; witness: Witness | null }>;

export const placeEntries = (view: GateView, before: Orders, { place, witness }: Placing, log: Decision[]): Orders => {
  const due = dueEntries(view, before);
  if (due.length === 0) return before;
  const granted: Granted[] = [];
  const ended = new Set<Wanted>();
  let orders: Orders = { ...before, working: withoutSlack(view.desk, before.working) };
  for (const entry of rankEntries(view.desk, place.hour, due)) {
    const attempt = entry.wish.attempts + 1;
    const seen = { ...view, orders, risk: { ...view.risk, placed: view.risk.placed + granted.length } };
    const answer = gateEntry(seen, entry);
    witness?.entryJudged(seen, entry, answer);
    if (answer.granted === null) {
      log.push({ agent: entry.wish.agent, attempt, side: 'BUY', symbol: entry.wish.symbol, type: 'order_refused', violations: answer.violations });
      ended.add(entry.wish);
      continue;
    }
    const grant = { entry, grant: answer.granted, attempt };
    granted.push(grant);
    // Holds its reservation for the gates of the entries that follow; the order is placed once its slack is known.
    orders = { ...orders, working: [...orders.working, orderFor(grant, answer.granted.reserved, { place, seq: -1 }).working] };
  }
  const backed = withSlack(freeCash(view.valuation.cash, orders), orders.working);
  const already = before.working.length;
  const placed = granted.map((grant, at) => {
    const order = orderFor(grant, backed[already + at]!.reserved, { place, seq: log.length });
    log.push(order.placed);
    return order.working;
  });
  const wanted = before.wanted.filter(wish => !ended.has(wish)).map(wish => afterPlacing(wish, granted));
  return { ...before, working: [...backed.slice(0, already), ...placed], wanted };
};

/** Long wishes without a working order of their own. */
const dueEntries = ({ desk }: GateView, orders: Orders): readonly EntryWish[] => {
  const due: EntryWish[] = [];
  for (const wish of orders.wanted) {
    if (wish.want !== 'long' || orders.working.some(isSamePair(wish))) continue;
    const agent = desk.agents.find(candidate => candidate.agent.id === wish.agent)!;
    due.push({ agent, index: desk.indexOf.get(wish.symbol)!, wish });
  }
  return due;
};

const orderFor = ({ entry, grant, attempt }: Granted, reserved: Money, { place, seq }: Readonly<{ place: Place; seq: number }>): ApprovedOrder => {
  const { agent, symbol, reason } = entry.wish;
  const id = idOf(place, seq) as OrderId;
  return approveEntry(grant, { agent, symbol, how: entry.agent.agent.entry, reserved }, { id, step: place.absolute, attempt, reason });
};

const afterPlacing = (wish: Wanted, granted: readonly Granted[]): Wanted => {
  const made = granted.find(({ entry }) => entry.wish === wish);
  if (made === undefined || wish.want !== 'long') return wish;
  return { ...wish, attempts: made.attempt, quantity: wish.quantity ?? made.grant.quantity };
};
