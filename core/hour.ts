/**
 * One step of an hour: facts in, decisions and the next state out. The only loop of the desk; read it first. The order
 * of deciders is a contract: each sees what the ones before it concluded, and nothing else.
 */
import { assert } from './kernel/assert.ts';
import { addMoney, money } from './kernel/units.ts';
import type { MarketSymbol } from './kernel/units.ts';
import type { Bucket } from './bucket.ts';
import type { Desk } from './desk.ts';
import type { Decision } from './events.ts';
import { balanceOf } from './ledger/ledger.ts';
import { openBooks } from './ledger/open-books.ts';
import { postOperatorMoney } from './ledger/operator-money.ts';
import { postBookings } from './ledger/post.ts';
import { bookFills } from './lots/book-fills.ts';
import { baseOf } from './kernel/units.ts';
import { observeMarket } from './market/marks.ts';
import { observeVolumes } from './market/volumes.ts';
import { decideOrders } from './orders/decide-orders.ts';
import { reservedCash } from './orders/order.ts';
import { applyVenueAnswers } from './orders/venue-answers.ts';
import { valuePortfolio, worth } from './portfolio/valuation.ts';
import type { Valuation } from './portfolio/valuation.ts';
import { stepRisk } from './risk/risk-state.ts';
import type { State } from './state.ts';
import { observeAgents } from './strategies/observe-agents.ts';

export type StepOutcome = Readonly<{ state: State; decisions: readonly Decision[]; valuation: Valuation }>;

/** Pure: equal desks, states and buckets give equal outcomes on every engine. */
export const stepHour = (desk: Desk, before: State, bucket: Bucket): StepOutcome => {
  const { hour, step, market, facts } = bucket;
  const { startHour, tradeFromHour, quote } = desk.manifest;
  const log: Decision[] = [];
  const opened = hour === startHour && step === 0 ? openBooks(desk, bucket, log) : { ...before, flow: money(0n) };

  const marks = observeMarket(desk, before.marks, market, facts);
  const volumes = observeVolumes(before.volumes, market);
  const answered = applyVenueAnswers(before.orders, facts, log);
  const { lots, bookings } = bookFills(opened.lots, answered.fills, bucket, log);
  const traded = postBookings(opened.ledger, bookings, quote, log);
  const { ledger, flow } = postOperatorMoney(traded, facts, { quote, reserved: reservedCash(answered.orders) }, log);
  const { risk, resumed } = stepRisk(before.risk, facts, log);
  const priced = valuePortfolio(before.portfolio, worth(desk, { ledger, lots, marks }), addMoney(flow, opened.flow));
  const { valuation } = priced;
  const portfolio = resumed ? { ...priced.portfolio, peakUnitValue: valuation.unitValue } : priced.portfolio;

  const tradable = hour >= tradeFromHour;
  const { memories, signals } = observeAgents(desk, before.memories, { market, tradable }, log);
  const view = { desk, slot: market.slot, marks, volumes, lots, orders: answered.orders, valuation, risk };
  const orders = decideOrders({ view, hour, step, tradable, signals, facts }, log);

  const state: State = { marks, volumes, memories, orders, lots, ledger, portfolio, risk };
  assertBooks(desk, state, new Set(answered.fills.map(({ order }) => order.symbol)));
  return { state, decisions: log, valuation };
};

/** Lots, positions and cash agree after every step that moved them; simulated spot cash is never negative. */
const assertBooks = (desk: Desk, { lots, ledger, orders }: State, touched: ReadonlySet<MarketSymbol>): void => {
  const cash = balanceOf(ledger, 'cash', desk.manifest.quote);
  assert(cash >= 0n, 'Simulated spot cash is never negative.');
  assert(reservedCash(orders) <= cash, 'Orders never set aside more cash than there is.');
  for (const symbol of touched) {
    let held = 0n;
    for (const lot of lots) if (lot.symbol === symbol) held += lot.quantity;
    assert(held === balanceOf(ledger, 'position', baseOf(symbol)), 'Lots and ledger agree on every position.');
  }
};
