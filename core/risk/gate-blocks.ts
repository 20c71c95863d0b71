/** Rules that say no to an entry whatever its size: all that apply are collected, in the order of the gates. */
import { whole } from '../kernel/decimal.ts';
import { maxOf, money } from '../kernel/units.ts';
import type { Price } from '../kernel/units.ts';
import type { CostGateRecord } from '../events.ts';
import type { Instrument } from '../manifest.ts';
import { positionsOf, TREASURY } from '../lots/lot.ts';
import { reservedCash } from '../orders/order.ts';
import { costGate } from './cost-gate.ts';
import type { CostAnswer } from './cost-gate.ts';
import { isWithinMark } from './fat-finger.ts';
import { entryViolation, NO_EVIDENCE } from './gate-order.ts';
import type { GateViolation } from './gate-order.ts';
import { pricesOf } from './gate-size.ts';
import { freeCash, isDust } from './gate-view.ts';
import type { EntryWish, GateView } from './gate-view.ts';
import { liquidityProblems } from './liquidity-gate.ts';
import { isWithinRate } from './order-rate.ts';
import { breachesOf } from './passive-breach.ts';
import { protectionsAgainst } from './protections.ts';
import { standingCode } from './risk-standing.ts';
import { roundTripCost } from './round-trip-cost.ts';

type Known = Readonly<{ instrument: Instrument; mark: Price | null }>;

export type Blocks = Readonly<{ violations: readonly GateViolation[]; costGate: CostGateRecord }>;

export const blocksOf = (view: GateView, entry: EntryWish, known: Known): Blocks => {
  const cost = costAnswer(view, entry, known.instrument);
  const violations = [
    ...deskViolations(view),
    ...marketViolations(view, entry, known),
    ...protectionViolations(view, entry),
    ...countViolations(view, entry),
    ...(cost.code === 'COST_GATE' ? [entryViolation('COST_GATE', cost)] : []),
    ...breachViolations(view, entry),
    ...cashViolations(view),
  ];
  return { violations, costGate: cost.code === 'COST_GATE_NOT_APPLICABLE' ? cost.code : 'COST_GATE_PASSED' };
};

const deskViolations = ({ risk, valuation }: GateView): readonly GateViolation[] => {
  const violations: GateViolation[] = [];
  const code = standingCode(risk.standing);
  if (code !== null) violations.push(entryViolation(code, NO_EVIDENCE));
  if (valuation.value <= 0n) violations.push(entryViolation('NON_POSITIVE_VALUE', { limit: 0n, usage: valuation.value, asked: 0n }));
  return violations;
};

/** The mark, the book where one is known, and the price the order would name. */
const marketViolations = (view: GateView, entry: EntryWish, { instrument, mark }: Known): readonly GateViolation[] => {
  const { risk } = view;
  const violations: GateViolation[] = mark === null ? [entryViolation('MARK_MISSING', NO_EVIDENCE)] : [...ageViolations(view, entry.index, instrument)];
  for (const { code, limit, usage } of liquidityProblems(risk.profile.liquidity, risk.books.get(entry.index) ?? null)) {
    violations.push(entryViolation(code, { limit, usage, asked: 0n }));
  }
  if (mark === null) return violations;
  const { limit, collar } = pricesOf(view, entry, { instrument, mark });
  const named = limit ?? collar;
  const bound = risk.profile.entries.fatFinger;
  if (named !== null && !isWithinMark({ side: 'BUY', price: named, mark }, bound)) {
    violations.push(entryViolation('FAT_FINGER', { limit: bound!, usage: mark, asked: named }));
  }
  return violations;
};

/** How long ago the candle of a mark closed, in hours and parts of them. */
export const markAgeHours = ({ marks, slot, desk }: GateView, index: number): number => (slot - marks.slot[index]!) / desk.stepsPerHour;

const ageViolations = (view: GateView, index: number, instrument: Instrument): readonly GateViolation[] => {
  const { missingHours, staleHours } = view.risk.profile.marks;
  const hours = markAgeHours(view, index);
  const evidence = (limit: number) => ({ limit: whole(limit), usage: whole(Math.floor(hours)), asked: 0n });
  if (hours >= staleHours) return [entryViolation('MARK_STALE', evidence(staleHours))];
  if (hours > missingHours && instrument.absent === 'missing') return [entryViolation('DATA_MISSING', evidence(missingHours))];
  return [];
};

const protectionViolations = ({ risk, desk, hour }: GateView, { index }: EntryWish): readonly GateViolation[] =>
  protectionsAgainst(risk.protections, desk.symbols[index]!, hour).map(({ code, untilHour }) =>
    entryViolation(code, { limit: whole(untilHour), usage: whole(hour), asked: 0n }),
  );

const countViolations = (view: GateView, entry: EntryWish): readonly GateViolation[] => {
  const { profile, terms, placed } = view.risk;
  const { ordersPerHour } = profile.entries;
  const violations: GateViolation[] = [];
  if (ordersPerHour !== null && !isWithinRate(ordersPerHour, placed)) {
    violations.push(entryViolation('ORDER_RATE', { limit: whole(ordersPerHour), usage: whole(placed), asked: whole(1) }));
  }
  const open = terms.positions === null ? 0 : openPositions(view, entry);
  if (terms.positions !== null && open >= terms.positions) {
    violations.push(entryViolation('POSITION_COUNT', { limit: whole(terms.positions), usage: whole(open), asked: whole(1) }));
  }
  return violations;
};

/** Positions that take a slot, apart from this entry's own symbol: dust takes none, a working BUY takes one. */
export const openPositions = (view: GateView, { agent, index }: EntryWish): number => {
  const taken = new Set<string>();
  for (const position of positionsOf(view.lots)) {
    if (position.agent === TREASURY) continue;
    const at = view.desk.indexOf.get(position.symbol)!;
    if (!isDust(view, at, position.quantity)) taken.add(`${position.agent} ${position.symbol}`);
  }
  for (const order of view.orders.working) if (order.side === 'BUY') taken.add(`${order.agent} ${order.symbol}`);
  taken.delete(`${agent.agent.id} ${view.desk.symbols[index]!}`);
  return taken.size;
};

const NOT_APPLICABLE: CostAnswer = { code: 'COST_GATE_NOT_APPLICABLE' };

export const costAnswer = ({ desk, risk }: GateView, { agent, wish }: EntryWish, instrument: Instrument): CostAnswer => {
  const margin = risk.profile.entries.costMargin;
  if (wish.expectedReturn === null || margin === null) return NOT_APPLICABLE;
  return costGate({ expectedReturn: wish.expectedReturn, cost: roundTripCost(desk.manifest.costs, agent.agent.entry, instrument), margin });
};

const breachViolations = ({ risk, desk }: GateView, { agent, index }: EntryWish): readonly GateViolation[] => {
  if (risk.breaches.length === 0) return [];
  const { symbol, cluster } = desk.instruments[index]!;
  return breachesOf(risk.breaches, { agent: agent.agent.id, symbol, cluster, quote: desk.manifest.quote }).map(({ limit, usage }) =>
    entryViolation('PASSIVE_BREACH', { limit, usage, asked: 0n }),
  );
};

const cashViolations = ({ valuation, orders }: GateView): readonly GateViolation[] => {
  const cash = freeCash(valuation.cash, orders);
  return cash > 0n ? [] : [entryViolation('INSUFFICIENT_CASH', { limit: maxOf(cash, money(0n)), usage: reservedCash(orders), asked: 0n })];
};
