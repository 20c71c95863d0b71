/**
 * Runs in which a test raises intents itself, of any kind and source, against the simulated venue: the deciders of
 * orders, lots and books in their order, and nothing else of an hour.
 */
import { simulatedBucket } from '../../core/bucket.ts';
import type { Desk } from '../../core/desk.ts';
import type { Decision } from '../../core/events.ts';
import { beginRun } from '../../core/execute.ts';
import { money } from '../../core/kernel/units.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { openBooks } from '../../core/ledger/open-books.ts';
import { postBookings } from '../../core/ledger/post.ts';
import type { OperatorFact } from '../../core/log.ts';
import { bookFills } from '../../core/lots/book-fills.ts';
import { observeMarket } from '../../core/market/marks.ts';
import { observeVolumes } from '../../core/market/volumes.ts';
import { decideOrders } from '../../core/orders/decide-orders.ts';
import type { Intent } from '../../core/orders/intent.ts';
import { applySimulatedAnswers } from '../../core/orders/venue-answers.ts';
import { valuePortfolio, worth } from '../../core/portfolio/valuation.ts';
import { placedIn } from '../../core/risk/order-rate.ts';
import { commandRisk, judgeRisk } from '../../core/risk/step-risk.ts';
import type { State } from '../../core/state.ts';
import { feedFor } from './desk.ts';
import type { SlotCandle } from './market.ts';
import { riskViewOf } from './risk-views.ts';

export type IntentStep = Readonly<{ facts: readonly { type: string }[]; decisions: readonly Decision[]; state: State }>;

/** What enters each step, counted from the start of the run. */
export type IntentScript = Readonly<{ intents?: Readonly<Record<number, readonly Intent[]>>; outside?: Readonly<Record<number, readonly OperatorFact[]>> }>;

export const runIntents = (desk: Desk, candles: readonly (readonly SlotCandle[])[], steps: number, { intents = {}, outside = {} }: IntentScript): readonly IntentStep[] => {
  const feed = feedFor(desk, candles);
  const ran: IntentStep[] = [];
  let { state } = beginRun(desk);
  for (let index = 0; index < steps; index += 1) {
    const hour = (desk.manifest.startHour + Math.floor(index / desk.stepsPerHour)) as HourUtc;
    const step = index % desk.stepsPerHour;
    const market = feed(hour * desk.stepsPerHour + step);
    const { facts } = simulatedBucket(desk, state, { hour, step, market }, outside[index] ?? []);
    const log: Decision[] = [];
    const place = { hour, step, absolute: hour * desk.stepsPerHour + step };
    const opened = index === 0 ? openBooks(desk, place, log) : { ...state, flow: money(0n) };
    const marks = observeMarket(desk, state.marks, market, facts);
    const volumes = observeVolumes(state.volumes, market);
    const answered = applySimulatedAnswers(state.orders, facts, 6, log);
    const { lots, bookings } = bookFills(opened.lots, answered.fills, place, log);
    const ledger = postBookings(opened.ledger, bookings, desk.manifest.quote, log);
    const commanded = commandRisk(state.risk, { manifest: desk.manifest, facts, hour }, log);
    const { portfolio, valuation } = valuePortfolio(state.portfolio, worth(desk, { ledger, lots, marks }), opened.flow);
    const { risk } = judgeRisk(state.risk, { desk, hour, market, facts, marksBefore: state.marks, marks, orders: state.orders, lots, commanded, valuation, portfolio }, log);
    const gated = riskViewOf({ desk, lots, marks, valuation }, { standing: risk.standing, placed: placedIn(risk.orderRate, hour) });
    const view = { desk, hour, slot: market.slot, marks, volumes, returns: state.returns, lots, orders: answered.orders, valuation, risk: gated };
    const orders = decideOrders({ view, place, tradable: hour >= desk.manifest.tradeFromHour, market, intents: intents[index] ?? [], facts }, log);
    state = { ...state, marks, volumes, orders, lots, ledger, portfolio, risk };
    ran.push({ facts, decisions: log, state });
  }
  return ran;
};
