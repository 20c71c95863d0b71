/**
 * Units that leave and units that come, lot by lot. They leave the oldest lots; what the books do not have is owed, as a
 * lot of less than nothing, and the next units that come cover it. No amount is lost on the way, and none is made up.
 */
import { assert } from '../kernel/assert.ts';
import { prorate } from '../kernel/rounding.ts';
import { addMoney, addQuantity, minOf, money, quantity, subtractMoney, subtractQuantity } from '../kernel/units.ts';
import type { MarketSymbol, Money, Quantity, TimeMs } from '../kernel/units.ts';
import type { Decision, LotId, LotMatched, LotOpened, LotReleased } from '../events.ts';
import { idOf, openLot } from './book-fills.ts';
import type { Numbering } from './book-fills.ts';
import { TREASURY, withLot } from './lot.ts';
import type { Lot, Lots } from './lot.ts';

/** What a movement did to the lots, for the ledger to post. Every decision of it is in the log already. */
export type LotMoves = Readonly<{
  opened: readonly LotOpened[];
  /** Disposals matched with lots. */
  matched: readonly LotMatched[];
  /** Disposals of earlier, whose units only came now. */
  covered: readonly LotMatched[];
  released: readonly LotReleased[];
  /** Units transferred out earlier that only came now. */
  freed: readonly LotReleased[];
}>;

export const NO_MOVES: LotMoves = { opened: [], matched: [], covered: [], released: [], freed: [] };

export type Moved = Readonly<{ lots: Lots; moves: LotMoves }>;

/** Where decisions are numbered and logged, and the fact that they follow from. */
export type Because = Readonly<{ numbering: Numbering; log: Decision[]; id: string; atMs: TimeMs }>;

/** What lots gave of themselves: their share of cost and entry fee. */
type Piece = Readonly<{ lot: Lot; taken: Quantity; cost: Money; entryFee: Money }>;
type Taken = Readonly<{ lots: Lots; pieces: readonly Piece[]; missing: Quantity }>;

type Holding = Readonly<{ symbol: MarketSymbol; agent: string | null }>;

/** Takes units from the oldest lots of a symbol, of one agent or of all; `missing` is what they do not hold. */
const take = (before: Lots, { symbol, agent }: Holding, wanted: Quantity): Taken => {
  const pieces: Piece[] = [];
  const lots: Lot[] = [];
  let left = wanted;
  for (const lot of before) {
    if (left === 0n || lot.symbol !== symbol || (agent !== null && lot.agent !== agent) || lot.quantity < 0n) {
      lots.push(lot);
      continue;
    }
    const taken = minOf(lot.quantity, left);
    const piece = { lot, taken, cost: prorate(lot.cost, taken, lot.quantity), entryFee: prorate(lot.fee, taken, lot.quantity) };
    pieces.push(piece);
    left = subtractQuantity(left, taken);
    if (taken < lot.quantity) lots.push(reduced(lot, piece));
  }
  return { lots, pieces, missing: left };
};

const reduced = (lot: Lot, { taken, cost, entryFee }: Piece): Lot => ({
  ...lot,
  quantity: subtractQuantity(lot.quantity, taken),
  cost: subtractMoney(lot.cost, cost),
  fee: subtractMoney(lot.fee, entryFee),
});

export type Disposal = Readonly<{ symbol: MarketSymbol; quantity: Quantity; proceeds: Money; exitFee: Money; paidFee: boolean }>;

/** The treasury's units sold or paid away, oldest first. What it does not hold is owed at its share of the proceeds. */
export const disposeOfUnits = (before: Lots, disposal: Disposal, because: Because): Moved => {
  const { symbol, paidFee } = disposal;
  const taken = take(before, { symbol, agent: TREASURY }, disposal.quantity);
  let { quantity: left, proceeds, exitFee } = disposal;
  const matched: LotMatched[] = [];
  for (const { lot, taken: sold, cost, entryFee } of taken.pieces) {
    const share = { proceeds: prorate(proceeds, sold, left), exitFee: prorate(exitFee, sold, left) };
    const match = matchOf(lot, { quantity: sold, cost, entryFee, ...share, paidFee }, because);
    matched.push(match);
    because.log.push(match);
    left = subtractQuantity(left, sold);
    proceeds = subtractMoney(proceeds, share.proceeds);
    exitFee = subtractMoney(exitFee, share.exitFee);
  }
  assert(left === taken.missing, 'A disposal takes what is there and owes the rest.');
  if (left === 0n) return { lots: taken.lots, moves: { ...NO_MOVES, matched } };
  const owed = openedLot({ symbol, agent: TREASURY, quantity: quantity(-left), cost: money(-proceeds), fee: exitFee, acquiredMs: because.atMs }, because);
  return { lots: withLot(taken.lots, openLot(owed)), moves: { ...NO_MOVES, matched, opened: [owed] } };
};

/** The treasury's units that leave with what they cost, oldest first; nobody paid for them. */
export const releaseUnits = (before: Lots, symbol: MarketSymbol, leaving: Quantity, because: Because): Moved => {
  const taken = take(before, { symbol, agent: TREASURY }, leaving);
  const released = taken.pieces.map(piece => releasedOf(piece, because));
  because.log.push(...released);
  if (taken.missing === 0n) return { lots: taken.lots, moves: { ...NO_MOVES, released } };
  const owed = openedLot(owedUnits(symbol, taken.missing, because), because);
  return { lots: withLot(taken.lots, openLot(owed)), moves: { ...NO_MOVES, released, opened: [owed] } };
};

/** Owed without a price: they were not sold, so whatever will have been paid for them leaves with them. */
const owedUnits = (symbol: MarketSymbol, missing: Quantity, { atMs }: Because): Arrival => ({
  symbol,
  agent: TREASURY,
  quantity: quantity(-missing),
  cost: money(0n),
  fee: money(0n),
  acquiredMs: atMs,
});

export type Arrival = Readonly<{ symbol: MarketSymbol; agent: string; quantity: Quantity; cost: Money; fee: Money; acquiredMs: TimeMs }>;

/** Units that come in: they cover what is owed of them first, and the rest is a new lot. */
export const bringUnits = (before: Lots, arrival: Arrival, because: Because): Moved => {
  assert(arrival.quantity > 0n, 'What comes in is more than nothing.');
  const { symbol, agent } = arrival;
  let { quantity: left, cost, fee } = arrival;
  const covered: LotMatched[] = [];
  const freed: LotReleased[] = [];
  const lots: Lot[] = [];
  for (const lot of before) {
    if (left === 0n || lot.symbol !== symbol || lot.agent !== agent || lot.quantity > 0n) {
      lots.push(lot);
      continue;
    }
    const owed = quantity(-lot.quantity);
    const taken = minOf(owed, left);
    const share = { cost: prorate(cost, taken, left), entryFee: prorate(fee, taken, left) };
    const sold = { proceeds: prorate(money(-lot.cost), taken, owed), exitFee: prorate(lot.fee, taken, owed) };
    if (lot.cost === 0n && lot.fee === 0n) freed.push(freedOf(lot, { quantity: taken, ...share }, because));
    else covered.push(coveredOf(lot, { quantity: taken, ...share, ...sold, paidFee: false }, because));
    left = subtractQuantity(left, taken);
    cost = subtractMoney(cost, share.cost);
    fee = subtractMoney(fee, share.entryFee);
    if (taken < owed) {
      lots.push({ ...lot, quantity: addQuantity(lot.quantity, taken), cost: addMoney(lot.cost, sold.proceeds), fee: subtractMoney(lot.fee, sold.exitFee) });
    }
  }
  if (left === 0n) return { lots, moves: { ...NO_MOVES, covered, freed } };
  const opened = openedLot({ ...arrival, quantity: left, cost, fee }, because);
  return { lots: withLot(lots, openLot(opened)), moves: { ...NO_MOVES, covered, freed, opened: [opened] } };
};

export type Renaming = Readonly<{ from: MarketSymbol; to: MarketSymbol; quantity: Quantity; received: Quantity }>;

/**
 * Lots of everybody under another name: cost, fee, date and owner stay, units are shared out half-even in proportion.
 * A piece too small for a unit of its own joins the one before it, else the one after it.
 */
export const renameUnits = (before: Lots, { from, to, quantity: renamed, received }: Renaming, because: Because): Moved => {
  const taken = take(before, { symbol: from, agent: null }, renamed);
  const released = taken.pieces.map(piece => releasedOf(piece, because));
  because.log.push(...released);
  const { arrivals, unmatched } = renamedPieces(taken, to, { renamed, received });
  const unknown = { symbol: to, agent: TREASURY, quantity: unmatched, cost: money(0n), fee: money(0n), acquiredMs: because.atMs };
  let moved: Moved = { lots: taken.lots, moves: { ...NO_MOVES, released } };
  if (taken.missing > 0n) {
    const owed = openedLot(owedUnits(from, taken.missing, because), because);
    moved = { lots: withLot(moved.lots, openLot(owed)), moves: { ...moved.moves, opened: [owed] } };
  }
  for (const arrival of unmatched > 0n ? [...arrivals, unknown] : arrivals) {
    const next = bringUnits(moved.lots, arrival, because);
    moved = { lots: next.lots, moves: both(moved.moves, next.moves) };
  }
  return moved;
};

type Ratio = Readonly<{ renamed: Quantity; received: Quantity }>;

/** `unmatched` is what came for units that the books did not have. */
const renamedPieces = (taken: Taken, symbol: MarketSymbol, { renamed, received }: Ratio): Readonly<{ arrivals: readonly Arrival[]; unmatched: Quantity }> => {
  const arrivals: Arrival[] = [];
  let [left, unitsLeft] = [renamed, received];
  let waiting = { cost: money(0n), fee: money(0n) };
  for (const { lot, taken: units, cost, entryFee } of taken.pieces) {
    const share = prorate(unitsLeft, units, left);
    left = subtractQuantity(left, units);
    unitsLeft = subtractQuantity(unitsLeft, share);
    const last = arrivals.at(-1);
    if (share > 0n) {
      const { agent, acquiredMs } = lot;
      arrivals.push({ symbol, agent, quantity: share, cost: addMoney(cost, waiting.cost), fee: addMoney(entryFee, waiting.fee), acquiredMs });
      waiting = { cost: money(0n), fee: money(0n) };
    } else if (last !== undefined) {
      arrivals[arrivals.length - 1] = { ...last, cost: addMoney(last.cost, cost), fee: addMoney(last.fee, entryFee) };
    } else {
      waiting = { cost: addMoney(waiting.cost, cost), fee: addMoney(waiting.fee, entryFee) };
    }
  }
  const [piece] = taken.pieces;
  // Nothing at all came of what was taken: the first unit that came carries it.
  if (arrivals.length === 0 && piece !== undefined) {
    const { agent, acquiredMs } = piece.lot;
    return { arrivals: [{ symbol, agent, quantity: unitsLeft, ...waiting, acquiredMs }], unmatched: quantity(0n) };
  }
  return { arrivals, unmatched: unitsLeft };
};

const both = (left: LotMoves, right: LotMoves): LotMoves => ({
  opened: [...left.opened, ...right.opened],
  matched: [...left.matched, ...right.matched],
  covered: [...left.covered, ...right.covered],
  released: [...left.released, ...right.released],
  freed: [...left.freed, ...right.freed],
});

type MatchedUnits = Readonly<{ quantity: Quantity; cost: Money; entryFee: Money; proceeds: Money; exitFee: Money; paidFee: boolean }>;

const matchOf = (lot: Lot, units: MatchedUnits, { id }: Because): LotMatched => {
  const { cost, entryFee, proceeds, exitFee } = units;
  return {
    ...units,
    agent: lot.agent,
    lotId: lot.id,
    orderId: null,
    result: money(proceeds - exitFee - cost - entryFee),
    symbol: lot.symbol,
    tradeId: id,
    type: 'lot_matched',
  };
};

const coveredOf = (lot: Lot, units: MatchedUnits, because: Because): LotMatched => {
  const match = matchOf(lot, units, because);
  because.log.push(match);
  return match;
};

type ReleasedUnits = Readonly<{ quantity: Quantity; cost: Money; entryFee: Money }>;

const freedOf = (lot: Lot, units: ReleasedUnits, because: Because): LotReleased => {
  const freed: LotReleased = { ...units, agent: lot.agent, lotId: lot.id, symbol: lot.symbol, tradeId: because.id, type: 'lot_released' };
  because.log.push(freed);
  return freed;
};

const releasedOf = ({ lot, taken, cost, entryFee }: Piece, { id }: Because): LotReleased => ({
  agent: lot.agent,
  cost,
  entryFee,
  lotId: lot.id,
  quantity: taken,
  symbol: lot.symbol,
  tradeId: id,
  type: 'lot_released',
});

const openedLot = (lot: Arrival, { numbering, log, id }: Because): LotOpened => {
  const opened: LotOpened = { ...lot, id: idOf(numbering, log.length) as LotId, orderId: null, tradeId: id, type: 'lot_opened' };
  log.push(opened);
  return opened;
};
