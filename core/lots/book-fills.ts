/**
 * Fills become lots: a BUY opens one, a SELL is matched against the oldest. Pieces share cost, fees and proceeds in
 * proportion to quantity, half-even, and the last piece takes the rest, so nothing is left over when a lot closes.
 */
import { assert } from '../kernel/assert.ts';
import { notionalDown, notionalUp, prorate } from '../kernel/rounding.ts';
import { baseOf, minOf, money, quoteOf, subtractMoney, subtractQuantity } from '../kernel/units.ts';
import type { MarketSymbol, Money, Quantity } from '../kernel/units.ts';
import type { Decision, LotId, LotMatched, LotOpened } from '../events.ts';
import type { OrderFilledFact } from '../log.ts';
import type { BookedFill } from '../orders/venue-answers.ts';
import { TREASURY, withLot } from './lot.ts';
import type { Lot, Lots } from './lot.ts';

/** What a fill did to the lots, for the ledger to post. */
export type Booking = Readonly<{
  fill: BookedFill;
  opened: LotOpened | null;
  matched: readonly LotMatched[];
  /** Treasury lots given up to pay a fee in a third asset. */
  feeMatched: readonly LotMatched[];
}>;

/** Numbers decisions as they are made: `hour.step.seq`. */
export type Numbering = Readonly<{ hour: number; step: number }>;

export const idOf = ({ hour, step }: Numbering, seq: number): string => `${hour}.${step}.${seq}`;

export const bookFills = (
  before: Lots,
  fills: readonly BookedFill[],
  numbering: Numbering,
  log: Decision[],
): Readonly<{ lots: Lots; bookings: readonly Booking[] }> => {
  let lots = before;
  const bookings: Booking[] = [];
  for (const fill of fills) {
    const { fact, order } = fill;
    const paysWithStock = fact.feeAsset !== quoteOf(order.symbol) && !paysInBase(fill);
    let opened: LotOpened | null = null;
    let matched: readonly LotMatched[] = [];
    if (order.side === 'BUY') {
      opened = lotOf(fill, idOf(numbering, log.length) as LotId);
      log.push(opened);
      lots = withLot(lots, openLot(opened));
    } else {
      const disposal = { agent: order.agent, symbol: order.symbol, quantity: fact.quantity, ...saleOf(fact), paidFee: false, fact };
      ({ lots, matched } = dispose(lots, disposal));
      log.push(...matched);
    }
    let feeMatched: readonly LotMatched[] = [];
    if (paysWithStock && fact.fee > 0n) {
      ({ lots, matched: feeMatched } = dispose(lots, feeDisposal(lots, fact)));
      log.push(...feeMatched);
    }
    bookings.push({ fill, opened, matched, feeMatched });
  }
  return { lots, bookings };
};

/** Only a BUY has base to pay with; a SELL of the third asset itself pays its fee from the stock. */
const paysInBase = ({ fact, order }: BookedFill): boolean => order.side === 'BUY' && fact.feeAsset === baseOf(order.symbol);

/** A fee in base cuts the quantity acquired; any other fee is part of the lot's basis. */
const lotOf = (fill: BookedFill, id: LotId): LotOpened => {
  const { fact, order } = fill;
  const inBase = paysInBase(fill);
  return {
    acquiredMs: fact.atMs,
    agent: order.agent,
    cost: notionalUp(fact.quantity, fact.price),
    fee: inBase ? money(0n) : fact.feeValue,
    id,
    orderId: order.id,
    quantity: inBase ? subtractQuantity(fact.quantity, fact.fee) : fact.quantity,
    symbol: order.symbol,
    tradeId: fact.tradeId,
    type: 'lot_opened',
  };
};

export const openLot = ({ id, agent, symbol, quantity, cost, fee, acquiredMs }: LotOpened): Lot => ({
  id,
  agent,
  symbol,
  quantity,
  cost,
  fee,
  acquiredMs,
});

const saleOf = (fact: OrderFilledFact): Readonly<{ proceeds: Money; exitFee: Money }> => ({
  proceeds: notionalDown(fact.quantity, fact.price),
  exitFee: fact.feeValue,
});

const feeDisposal = (lots: Lots, fact: OrderFilledFact): Disposal => {
  const symbol = lots.find(lot => lot.agent === TREASURY && baseOf(lot.symbol) === fact.feeAsset)?.symbol;
  assert(symbol !== undefined, 'A fee in a third asset is paid from a treasury lot.');
  return { agent: TREASURY, symbol, quantity: fact.fee, proceeds: fact.feeValue, exitFee: money(0n), paidFee: true, fact };
};

type Disposal = Readonly<{
  agent: string;
  symbol: MarketSymbol;
  quantity: Quantity;
  proceeds: Money;
  exitFee: Money;
  paidFee: boolean;
  fact: OrderFilledFact;
}>;

/** Matches a disposal against the oldest lots of its agent and symbol. */
const dispose = (before: Lots, disposal: Disposal): Readonly<{ lots: Lots; matched: readonly LotMatched[] }> => {
  const matched: LotMatched[] = [];
  const lots: Lot[] = [];
  let { quantity: left, proceeds, exitFee } = disposal;
  for (const lot of before) {
    if (left === 0n || lot.symbol !== disposal.symbol || lot.agent !== disposal.agent || lot.quantity < 0n) {
      lots.push(lot);
      continue;
    }
    const taken = minOf(lot.quantity, left);
    const piece = { proceeds: prorate(proceeds, taken, left), exitFee: prorate(exitFee, taken, left) };
    const match = matchOf(lot, taken, piece, disposal);
    matched.push(match);
    left = subtractQuantity(left, taken);
    proceeds = subtractMoney(proceeds, piece.proceeds);
    exitFee = subtractMoney(exitFee, piece.exitFee);
    const rest = restOf(lot, match);
    if (rest.quantity > 0n) lots.push(rest);
  }
  assert(left === 0n, 'A disposal never exceeds what is held.');
  return { lots, matched };
};

type Piece = Readonly<{ proceeds: Money; exitFee: Money }>;

const matchOf = (lot: Lot, taken: Quantity, { proceeds, exitFee }: Piece, { fact, paidFee }: Disposal): LotMatched => {
  const cost = prorate(lot.cost, taken, lot.quantity);
  const entryFee = prorate(lot.fee, taken, lot.quantity);
  return {
    agent: lot.agent,
    cost,
    entryFee,
    exitFee,
    lotId: lot.id,
    orderId: fact.orderId,
    paidFee,
    proceeds,
    quantity: taken,
    result: money(proceeds - exitFee - cost - entryFee),
    symbol: lot.symbol,
    tradeId: fact.tradeId,
    type: 'lot_matched',
  };
};

const restOf = (lot: Lot, match: LotMatched): Lot => ({
  ...lot,
  quantity: subtractQuantity(lot.quantity, match.quantity),
  cost: subtractMoney(lot.cost, match.cost),
  fee: subtractMoney(lot.fee, match.entryFee),
});
