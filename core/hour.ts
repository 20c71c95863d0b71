/**
 * One step of an hour: facts in, decisions and the next state out. The only loop of the desk; read it first. The order
 * of deciders is a contract: each sees what the ones before it concluded, and nothing else. What has happened is booked
 * first; then people command, the portfolio is valued and risk is judged; then agents speak, exits go before entries.
 */
import { assert } from './kernel/assert.ts';
import { addMoney, money } from './kernel/units.ts';
import type { MarketSymbol } from './kernel/units.ts';
import type { Bucket } from './bucket.ts';
import { decideCampaigns } from './campaign/decide-campaigns.ts';
import type { Desk } from './desk.ts';
import type { Decision } from './events.ts';
import { balanceOf, cashOf } from './ledger/ledger.ts';
import { openBooks } from './ledger/open-books.ts';
import { postOperatorMoney } from './ledger/operator-money.ts';
import { postBookings } from './ledger/post.ts';
import { bookAccount } from './lots/book-account.ts';
import { bookFills } from './lots/book-fills.ts';
import type { Lots } from './lots/lot.ts';
import { baseOf } from './kernel/units.ts';
import { observeMarket } from './market/marks.ts';
import type { Marks } from './market/marks.ts';
import { observeVolumes } from './market/volumes.ts';
import { decideOrders } from './orders/decide-orders.ts';
import { intentsOfSignals } from './orders/intent.ts';
import { reservedCash } from './orders/order.ts';
import { applyRecordedAnswers, tellOverdrawn } from './orders/recorded-answers.ts';
import { applySimulatedAnswers } from './orders/venue-answers.ts';
import type { BookedFill } from './orders/venue-answers.ts';
import { valuePortfolio, worth } from './portfolio/valuation.ts';
import type { Valuation } from './portfolio/valuation.ts';
import type { RunProfile } from './profile.ts';
import { tierTerms } from './risk/drawdown.ts';
import type { BookTop } from './risk/liquidity-gate.ts';
import { afterPlacements, placedIn } from './risk/order-rate.ts';
import { dayOfClose, stepProtections } from './risk/protections.ts';
import type { Protections } from './risk/protections.ts';
import { realisedIn } from './risk/realised-results.ts';
import { observeReturns } from './risk/returns.ts';
import type { RiskState } from './risk/risk-state.ts';
import { commandRisk, judgeRisk } from './risk/step-risk.ts';
import type { State } from './state.ts';
import type { Witness } from './witness.ts';
import { observeAgents } from './strategies/observe-agents.ts';

/** Candles say nothing about order books. */
const NO_BOOKS: ReadonlyMap<number, BookTop> = new Map();

export type StepOutcome = Readonly<{ state: State; decisions: readonly Decision[]; valuation: Valuation }>;

/** Pure: equal desks, states and buckets give equal outcomes on every engine. */
export const stepHour = (desk: Desk, before: State, bucket: Bucket, witness: Witness | null = null): StepOutcome => {
  const { hour, step, market, facts } = bucket;
  const { startHour, tradeFromHour, quote, venue } = desk.manifest;
  const log: Decision[] = [];
  const opened = hour === startHour && step === 0 ? openBooks(desk, bucket, log) : { ...before, flow: money(0n) };

  const marks = observeMarket(desk, before.marks, market, facts);
  const returns = observeReturns(before.returns, market, desk.stepsPerHour);
  const volumes = observeVolumes(before.volumes, market);
  const place = { hour, step, absolute: hour * desk.stepsPerHour + step };
  const { attempts } = (before.risk.profile ?? desk.manifest.profile).entries;
  const answered =
    venue === 'simulated'
      ? applySimulatedAnswers(before.orders, facts, attempts, log)
      : applyRecordedAnswers(before.orders, { step: place.absolute, stepsPerHour: desk.stepsPerHour, lots: opened.lots, symbols: desk.symbols, attempts }, facts, log);
  const filled = bookFills(opened.lots, answered.fills, bucket, log);
  const traded = { lots: filled.lots, ledger: postBookings(opened.ledger, filled.bookings, quote, log) };
  if (venue === 'recorded') tellOverdrawn({ before: cashOf(opened.ledger), after: cashOf(traded.ledger) }, answered, quote, log);
  const account = bookAccount(traded, answered.strays.length === 0 ? facts : [...facts, ...answered.strays], { desk, marks, numbering: bucket }, log);
  const { lots } = account;
  const { ledger, flow } = postOperatorMoney(account.ledger, facts, { quote, reserved: reservedCash(answered.orders) }, log);
  const commanded = commandRisk(before.risk, { manifest: desk.manifest, facts, hour }, log);
  const { profile } = commanded;
  const priced = valuePortfolio(before.portfolio, worth(desk, { ledger, lots, marks }), addMoney(addMoney(flow, account.flow), opened.flow));
  const { valuation } = priced;
  const portfolio = commanded.resumed ? { ...priced.portfolio, peakUnitValue: valuation.unitValue } : priced.portfolio;
  const seen = { desk, hour, market, facts, marksBefore: before.marks, marks, orders: before.orders, lots, commanded, valuation, portfolio };
  const { risk: judged, breaches, holdings } = judgeRisk(before.risk, seen, log);
  const protections = protect(before.protections, { desk, bucket, profile, marks, lots, valuation }, log);

  const tradable = hour >= tradeFromHour;
  const { memories, signals, predictions } = observeAgents(desk, before.memories, { market, tradable }, log);
  const { campaigns, intents: asked } = decideCampaigns({ desk, before: before.campaigns, tradable, marks, lots, orders: answered.orders, predictions, facts, profile, returns }, log);
  const terms = tierTerms(profile, judged.standing.tier);
  const gated = { profile, standing: judged.standing, terms, breaches, holdings, protections, placed: placedIn(judged.orderRate, hour), books: NO_BOOKS };
  const view = { desk, hour, slot: market.slot, marks, volumes, returns, lots, orders: answered.orders, valuation, risk: gated };
  const orders = decideOrders({ view, place, tradable, market, intents: asked.length === 0 ? intentsOfSignals(signals) : [...intentsOfSignals(signals), ...asked], facts, witness }, log);

  const risk = withPlacements(judged, { bucket, profile }, log);

  const state: State = { marks, volumes, returns, memories, campaigns, orders, lots, ledger, portfolio, risk, protections };
  assertBooks(desk, state, { filled: answered.fills, moved: account.symbols, mayOverdraw: () => venue === 'recorded' || account.happened || isOverdrawn(before) });
  return { state, decisions: log, valuation };
};

type Protected = Readonly<{ desk: Desk; bucket: Bucket; profile: RunProfile; marks: Marks; lots: Lots; valuation: Valuation }>;

/** Pauses after losses, as far as the profile has any. */
const protect = (before: Protections, { desk, bucket, profile, marks, lots, valuation }: Protected, log: Decision[]): Protections => {
  if (profile.protections === null) return before;
  const day = dayOfClose(bucket.market.slot, desk.stepsPerHour);
  const realised = realisedIn(log, { desk, marks, lots });
  const { protections, raised } = stepProtections(profile.protections, before, { hour: bucket.hour, day, unitValue: valuation.unitValue, realised });
  for (const event of raised) log.push(event);
  return protections;
};

/** Orders of a step are counted where the profile has a rate. */
const withPlacements = (risk: RiskState, { bucket, profile }: Readonly<{ bucket: Bucket; profile: RunProfile }>, log: readonly Decision[]): RiskState => {
  if (profile.entries.ordersPerHour === null) return risk;
  let placed = 0;
  for (const event of log) if (event.type === 'order_placed') placed += 1;
  return placed === 0 ? risk : { ...risk, orderRate: afterPlacements(risk.orderRate, bucket.hour, placed) };
};

/** Only what happened at a venue spends cash that is not there, and then nothing is set aside until there is some again. */
const isOverdrawn = ({ ledger, orders }: State): boolean => cashOf(ledger) < reservedCash(orders);

type Moved = Readonly<{ filled: readonly BookedFill[]; moved: ReadonlySet<MarketSymbol>; mayOverdraw: () => boolean }>;

/** Lots, positions and cash agree after every step that moved them; nothing that the desk decides overdraws its cash. */
const assertBooks = (desk: Desk, state: State, { filled, moved, mayOverdraw }: Moved): void => {
  const { ledger, orders } = state;
  const cash = cashOf(ledger);
  assert(cash >= 0n || mayOverdraw(), 'Simulated spot cash is never negative.');
  assert(orders.working.length === 0 || reservedCash(orders) <= cash || mayOverdraw(), 'Orders never set aside more cash than there is.');
  assert(balanceOf(ledger, 'clearing', desk.manifest.quote) === 0n, 'Nothing is left in clearing.');
  for (const { order } of filled) assertPosition(state, order.symbol);
  for (const symbol of moved) assertPosition(state, symbol);
};

const assertPosition = ({ lots, ledger }: State, symbol: MarketSymbol): void => {
  let held = 0n;
  for (const lot of lots) if (lot.symbol === symbol) held += lot.quantity;
  assert(held === balanceOf(ledger, 'position', baseOf(symbol)), 'Lots and ledger agree on every position.');
};
