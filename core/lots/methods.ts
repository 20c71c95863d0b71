/**
 * Which lots units leave, by method: oldest first, newest first, dearest first, or an average pool. It shares amounts over
 * the pieces exactly as the sealed books do, which are FIFO; it never moves a ledger.
 */
import { assert } from '../kernel/assert.ts';
import { prorate } from '../kernel/rounding.ts';
import { addMoney, addQuantity, minOf, money, quantity, subtractMoney, subtractQuantity } from '../kernel/units.ts';
import type { MarketSymbol, Money, Quantity, TimeMs } from '../kernel/units.ts';
import type { LotId } from '../events.ts';

export const LOT_METHODS = ['fifo', 'lifo', 'hifo', 'average'] as const;
export type LotMethod = (typeof LOT_METHODS)[number];

/** What is left of a lot, or of the pool of an asset. */
export type HeldLot = Readonly<{
  /** Null for a pool, whose units have no date of their own and belong to nobody in particular. What is owed always has one. */
  id: LotId | null;
  agent: string;
  symbol: MarketSymbol;
  /** Negative is owed: units that left before they came, with what they brought as a negative cost. */
  quantity: Quantity;
  cost: Money;
  fee: Money;
  acquiredMs: TimeMs;
  /** As acquired, fee included: what HIFO ranks by, so that rounding of the rest cannot turn a tie. */
  acquired: Readonly<{ quantity: Quantity; basis: Money }>;
}>;

/** Open lots by time of acquisition, those of one moment in order of opening. */
export type HeldLots = readonly HeldLot[];

/** Units that come in, with what was paid for them and the fee that came with them. `nextId` names the lot, where they open one. */
export type Arrival = Readonly<{ nextId: () => LotId; agent: string; symbol: MarketSymbol; quantity: Quantity; cost: Money; fee: Money; acquiredMs: TimeMs }>;

/** Units that leave; `nextId` names a lot of what is owed then. */
export type Departure = Readonly<{ nextId: () => LotId; agent: string; symbol: MarketSymbol; quantity: Quantity; atMs: TimeMs }>;

/** What a disposal brings, and the fee of it. */
export type Sale = Readonly<{ proceeds: Money; exitFee: Money }>;

/** A movement's part in one lot. */
export type LotPiece = Readonly<{
  /** The lot as it stood before. */
  lot: HeldLot;
  /** Units that came and cover an owed lot, instead of units that leave a lot. */
  covers: boolean;
  quantity: Quantity;
  cost: Money;
  entryFee: Money;
  /** Null where units left without a sale. result = proceeds − exitFee − cost − entryFee. */
  sale: (Sale & Readonly<{ result: Money }>) | null;
}>;

/** The lots after a movement, its pieces in the order in which they were taken, and what it opened or added to a pool. */
export type Moved = Readonly<{ held: HeldLots; pieces: readonly LotPiece[]; opened: readonly HeldLot[] }>;

/** Units come in: they cover what is owed of them first, and the rest is a new lot, or joins the pool. */
export const bringUnits = (method: LotMethod, before: HeldLots, arrival: Arrival): Moved => {
  assert(arrival.quantity > 0n, 'What comes in is more than nothing.');
  const pieces: LotPiece[] = [];
  const held: HeldLot[] = [];
  let { quantity: left, cost, fee } = arrival;
  for (const lot of before) {
    if (left === 0n || lot.quantity > 0n || !isOf(method, lot, arrival)) {
      held.push(lot);
      continue;
    }
    const owed = quantity(-lot.quantity);
    const taken = minOf(owed, left);
    const share = { cost: prorate(cost, taken, left), entryFee: prorate(fee, taken, left) };
    const sold = { proceeds: prorate(money(-lot.cost), taken, owed), exitFee: prorate(lot.fee, taken, owed) };
    pieces.push({ lot, covers: true, quantity: taken, ...share, sale: lot.cost === 0n ? null : { ...sold, result: money(sold.proceeds - sold.exitFee - share.cost - share.entryFee) } });
    left = subtractQuantity(left, taken);
    cost = subtractMoney(cost, share.cost);
    fee = subtractMoney(fee, share.entryFee);
    if (taken < owed) held.push({ ...lot, quantity: addQuantity(lot.quantity, taken), cost: addMoney(lot.cost, sold.proceeds), fee: subtractMoney(lot.fee, sold.exitFee) });
  }
  if (left === 0n) return { held, pieces, opened: [] };
  const opened = lotOf(method, { ...arrival, quantity: left, cost, fee });
  return { held: withLot(method, held, opened), pieces, opened: [opened] };
};

/** Units are sold or paid away for what they bring. What is not held is owed, at its share of it. */
export const disposeOfUnits = (method: LotMethod, before: HeldLots, departure: Departure, sale: Sale): Moved => {
  const { held, pieces, missing } = takeUnits(method, before, departure);
  let left = departure.quantity;
  let { proceeds, exitFee } = sale;
  const sold = pieces.map(piece => {
    const share = { proceeds: prorate(proceeds, piece.quantity, left), exitFee: prorate(exitFee, piece.quantity, left) };
    left = subtractQuantity(left, piece.quantity);
    proceeds = subtractMoney(proceeds, share.proceeds);
    exitFee = subtractMoney(exitFee, share.exitFee);
    return { ...piece, sale: { ...share, result: money(share.proceeds - share.exitFee - piece.cost - piece.entryFee) } };
  });
  assert(left === missing, 'A disposal takes what is there and owes the rest.');
  if (missing > 0n) return owing(method, { held, pieces: sold, opened: [] }, { ...departure, quantity: missing, cost: money(-proceeds), fee: exitFee });
  assert(proceeds === 0n && exitFee === 0n, 'The pieces of a disposal add up to it.');
  return { held, pieces: sold, opened: [] };
};

/** Units leave with what they cost, and nobody paid for them. What is not held is owed without a price. */
export const releaseUnits = (method: LotMethod, before: HeldLots, departure: Departure): Moved => {
  const { held, pieces, missing } = takeUnits(method, before, departure);
  const moved = { held, pieces, opened: [] };
  return missing > 0n ? owing(method, moved, { ...departure, quantity: missing, cost: money(0n), fee: money(0n) }) : moved;
};

type Owed = Departure & Readonly<{ cost: Money; fee: Money }>;

const owing = (method: LotMethod, { held, pieces, opened }: Moved, owed: Owed): Moved => {
  const lot = lotOf(method, { ...owed, quantity: quantity(-owed.quantity), acquiredMs: owed.atMs });
  return { held: withLot(method, held, lot), pieces, opened: [...opened, lot] };
};

/** Whose lots: one agent's of a symbol, or everybody's; a pool is one for the whole account and asset. */
export type Scope = Readonly<{ agent: string | null; symbol: MarketSymbol }>;

const isOf = (method: LotMethod, lot: HeldLot, { agent, symbol }: Scope): boolean =>
  lot.symbol === symbol && (method === 'average' || agent === null || lot.agent === agent);

export type Taken = Readonly<{ held: HeldLots; pieces: readonly (LotPiece & Readonly<{ sale: null }>)[]; missing: Quantity }>;

/** Takes units from the lots that the method chooses; `missing` is what they do not hold. */
export const takeUnits = (method: LotMethod, before: HeldLots, { quantity: wanted, ...scope }: Scope & Readonly<{ quantity: Quantity }>): Taken => {
  assert(wanted > 0n, 'What leaves is more than nothing.');
  const held = [...before];
  const pieces: (LotPiece & Readonly<{ sale: null }>)[] = [];
  let left = wanted;
  while (left > 0n) {
    const at = nextLot(method, held, scope);
    const lot = held[at];
    if (lot === undefined) break;
    const taken = minOf(lot.quantity, left);
    const [cost, entryFee] = [prorate(lot.cost, taken, lot.quantity), prorate(lot.fee, taken, lot.quantity)];
    pieces.push({ lot, covers: false, quantity: taken, cost, entryFee, sale: null });
    left = subtractQuantity(left, taken);
    const rest = { ...lot, quantity: subtractQuantity(lot.quantity, taken), cost: subtractMoney(lot.cost, cost), fee: subtractMoney(lot.fee, entryFee) };
    if (rest.quantity > 0n) held[at] = rest;
    else held.splice(at, 1);
    assert(rest.quantity > 0n || (rest.cost === 0n && rest.fee === 0n), 'Nothing is left over when a lot closes.');
  }
  return { held, pieces, missing: left };
};

/** Where the lot stands that units leave next; −1 without any. */
const nextLot = (method: LotMethod, held: HeldLots, scope: Scope): number => {
  const isNext = (lot: HeldLot): boolean => lot.quantity > 0n && isOf(method, lot, scope);
  switch (method) {
    case 'fifo':
    case 'average':
      return held.findIndex(isNext);
    case 'lifo':
      return held.findLastIndex(isNext);
    case 'hifo':
      return dearestLot(held, isNext);
  }
};

/** Dearest per unit as acquired, fee included; of equals the oldest. Fractions are compared exactly, by cross product. */
const dearestLot = (held: HeldLots, isNext: (lot: HeldLot) => boolean): number => {
  let dearest = -1;
  for (let at = 0; at < held.length; at += 1) {
    const lot = held[at]!;
    if (!isNext(lot)) continue;
    const best = held[dearest]?.acquired;
    if (best === undefined || lot.acquired.basis * best.quantity > best.basis * lot.acquired.quantity) dearest = at;
  }
  return dearest;
};

const lotOf = (method: LotMethod, { nextId, agent, symbol, quantity: units, cost, fee, acquiredMs }: Arrival): HeldLot => ({
  id: method === 'average' && units > 0n ? null : nextId(),
  agent,
  symbol,
  quantity: units,
  cost,
  fee,
  acquiredMs,
  acquired: { quantity: units, basis: addMoney(cost, fee) },
});

/** A lot stands where its time of acquisition puts it; of a pool there is one. */
const withLot = (method: LotMethod, held: HeldLots, lot: HeldLot): HeldLots => {
  const pool = method === 'average' && lot.quantity > 0n ? held.find(other => other.symbol === lot.symbol && other.quantity > 0n) : undefined;
  if (pool !== undefined) {
    const enlarged = { ...pool, quantity: addQuantity(pool.quantity, lot.quantity), cost: addMoney(pool.cost, lot.cost), fee: addMoney(pool.fee, lot.fee) };
    return held.map(other => (other === pool ? enlarged : other));
  }
  const younger = held.findIndex(({ acquiredMs }) => acquiredMs > lot.acquiredMs);
  return younger < 0 ? [...held, lot] : [...held.slice(0, younger), lot, ...held.slice(younger)];
};
