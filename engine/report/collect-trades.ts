/**
 * Closed trades in the order in which they were closed, each with the prices of its fills and why both of its orders were
 * placed. Results are those the books have; nothing is matched again.
 */
import type { LotId, LotMatched, LotOpened } from '../../core/events.ts';
import type { ExecutedStep } from '../../core/execute.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { divideHalfEven } from '../../core/kernel/rounding.ts';
import { ONE_E18 } from '../../core/kernel/units.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { Lots } from '../../core/lots/lot.ts';
import { tradeRow } from '../run-summary.ts';
import { FIVE_DECIMALS, priceText, roundedTo } from './amounts.ts';
import { orderWhy } from './order-whys.ts';
import type { OrderWhys, PlacedOrder } from './order-whys.ts';
import type { TradeReport } from './report.ts';

/** A trade before it is written down. `entryMark` is the mark of the fill that opened it, where it had one. */
export type ClosedTrade = Readonly<{
  match: LotMatched;
  entryHour: HourUtc;
  exitHour: HourUtc;
  entryPrice: string;
  exitPrice: string;
  entry: PlacedOrder | null;
  exit: PlacedOrder | null;
  /** Whether evidence and gates are still known. */
  inFull: boolean;
}>;

export type Opened = Readonly<{ price: string; order: PlacedOrder | null; tradeId: string | null }>;

export type TradeCollector = Readonly<{
  /** What a decision of the step booked; prices are those of its fills. Returns the trade that it closed, if any. */
  booked: (decision: LotOpened | LotMatched, at: Readonly<{ hour: HourUtc; step: ExecutedStep }>) => ClosedTrade | null;
  /** The fill by which a lot came. */
  openedBy: (lotId: LotId) => Opened | null;
  /** Forgets lots that are gone. Call it after each step. */
  forget: (lots: Lots) => void;
  closed: () => readonly ClosedTrade[];
  /** Results of disposals that paid fees, which are no trades. */
  feeDisposals: () => bigint;
}>;

/** Evidence and gates of so many trades are kept: of those with the largest results. They are most of what a document holds. */
const TOLD_IN_FULL_MAX = 1_000;
const LOTS_KEPT_BEYOND = 64;

export const collectTrades = (whys: OrderWhys): TradeCollector => {
  const opened = new Map<LotId, Opened>();
  let trades: ClosedTrade[] = [];
  let inFull = 0;
  let feeDisposals = 0n;

  const close = (match: LotMatched, { hour, step }: Readonly<{ hour: HourUtc; step: ExecutedStep }>): ClosedTrade => {
    const entry = opened.get(match.lotId) ?? null;
    const trade: ClosedTrade = {
      ...tradeRow(match, hour),
      entryPrice: entry?.price ?? perUnit(match.cost, match.quantity),
      exitPrice: fillPrice(step, match.tradeId) ?? perUnit(match.proceeds, match.quantity),
      entry: entry?.order ?? null,
      exit: whys.of(match.orderId),
      inFull: true,
    };
    trades.push(trade);
    inFull += 1;
    if (inFull < 2 * TOLD_IN_FULL_MAX) return trade;
    trades = withFewerInFull(trades);
    inFull = TOLD_IN_FULL_MAX;
    return trades.at(-1)!;
  };
  return {
    booked: (decision, at) => {
      if (decision.type === 'lot_opened') {
        const price = decision.tradeId === null ? null : fillPrice(at.step, decision.tradeId);
        opened.set(decision.id, { price: price ?? perUnit(decision.cost, decision.quantity), order: whys.of(decision.orderId), tradeId: decision.tradeId });
        return null;
      }
      if (!decision.paidFee) return close(decision, at);
      feeDisposals += decision.result;
      return null;
    },
    openedBy: lotId => opened.get(lotId) ?? null,
    forget: lots => {
      if (opened.size <= 2 * lots.length + LOTS_KEPT_BEYOND) return;
      const open = new Set(lots.map(({ id }) => id));
      for (const id of opened.keys()) if (!open.has(id)) opened.delete(id);
    },
    closed: () => (inFull > TOLD_IN_FULL_MAX ? withFewerInFull(trades) : trades),
    feeDisposals: () => feeDisposals,
  };
};

const sizeOf = (amount: bigint): bigint => (amount < 0n ? -amount : amount);

/** The trades with evidence and gates of the largest results only; of equal results those that came first. */
const withFewerInFull = (trades: readonly ClosedTrade[]): ClosedTrade[] => {
  const told = trades.flatMap((trade, index) => (trade.inFull ? [{ trade, index }] : []));
  const kept = new Set(told.sort((left, right) => bySize(left.trade, right.trade) || left.index - right.index).slice(0, TOLD_IN_FULL_MAX).map(({ index }) => index));
  return trades.map((trade, index) => (!trade.inFull || kept.has(index) ? trade : { ...trade, inFull: false, entry: shortened(trade.entry), exit: shortened(trade.exit) }));
};

const shortened = (order: PlacedOrder | null): PlacedOrder | null => (order === null ? null : { id: order.id, symbol: order.symbol, reason: order.reason, evidence: {}, gates: [] });

/** What an order filled at; null for what the account did without one. */
const fillPrice = ({ bucket }: ExecutedStep, tradeId: string): string | null => {
  for (const fact of bucket.facts) if (fact.type === 'order_filled' && fact.tradeId === tradeId) return priceText(fact.price);
  return null;
};

const perUnit = (amount: bigint, quantity: bigint): string => (quantity === 0n ? '0' : priceText(divideHalfEven(amount * ONE_E18, quantity)));

const tradeReport = (trade: ClosedTrade, number: number): TradeReport => {
  const { match, entryHour, exitHour, entryPrice, exitPrice, entry, exit, inFull } = trade;
  const cost = match.cost + match.entryFee;
  return {
    number,
    symbol: match.symbol,
    agent: match.agent,
    entryHour,
    exitHour,
    heldHours: exitHour - entryHour,
    quantity: formatDecimal(match.quantity),
    entryPrice,
    exitPrice,
    fees: formatDecimal(match.entryFee + match.exitFee),
    result: formatDecimal(match.result),
    return: formatDecimal(cost <= 0n ? 0n : roundedTo(divideHalfEven(match.result * ONE_E18, cost), FIVE_DECIMALS)),
    why: { entry: entry === null ? null : orderWhy(entry, inFull), exit: exit === null ? null : orderWhy(exit, inFull) },
  };
};

/** Trades beyond these are counted and summed, and not listed: the smallest results go. In order of closing again. */
const LISTED_MAX = 60_000;

export const listedTrades = (trades: readonly ClosedTrade[], most = LISTED_MAX): readonly TradeReport[] => {
  const numbered = trades.map((trade, index) => ({ trade, number: index + 1 }));
  const kept = numbered.length <= most ? numbered : numbered.sort((left, right) => bySize(left.trade, right.trade) || left.number - right.number).slice(0, most).sort((left, right) => left.number - right.number);
  return kept.map(({ trade, number }) => tradeReport(trade, number));
};

/** The largest results first. */
const bySize = (left: ClosedTrade, right: ClosedTrade): number => {
  const [one, other] = [sizeOf(left.match.result), sizeOf(right.match.result)];
  return one === other ? 0 : one > other ? -1 : 1;
};
