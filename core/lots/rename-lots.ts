/**
 * An asset that takes another name, and maybe another count, under every lot method: lots keep cost, fee, date and owner,
 * the oldest first whatever the method, for nothing is sold.
 */
import { addMoney, money, quantity, subtractQuantity } from '../kernel/units.ts';
import { prorate } from '../kernel/rounding.ts';
import type { MarketSymbol, Quantity, TimeMs } from '../kernel/units.ts';
import type { LotId } from '../events.ts';
import { TREASURY } from './lot.ts';
import { bringUnits, releaseUnits, takeUnits } from './methods.ts';
import type { Arrival, HeldLots, LotMethod, LotPiece, Moved, Taken } from './methods.ts';

export type Renaming = Readonly<{
  from: MarketSymbol;
  to: MarketSymbol;
  quantity: Quantity;
  received: Quantity;
  atMs: TimeMs;
  /** Names the next lot that is opened. */
  nextId: () => LotId;
}>;

/** Lots of everybody under another name. Units are shared out half-even in proportion, the last piece takes the rest. */
export const renameUnits = (method: LotMethod, before: HeldLots, renaming: Renaming): Moved => {
  const { from, to, atMs, nextId } = renaming;
  const taken = takeUnits(method === 'average' ? method : 'fifo', before, { symbol: from, agent: null, quantity: renaming.quantity });
  const { arrivals, unmatched } = renamedPieces(taken, renaming);
  let moved: Moved = { held: taken.held, pieces: taken.pieces, opened: [] };
  if (taken.missing > 0n) {
    const owed = releaseUnits(method, moved.held, { nextId, agent: TREASURY, symbol: from, quantity: taken.missing, atMs });
    moved = both(moved, owed);
  }
  for (const { piece, ...units } of arrivals) {
    const { agent, acquiredMs } = piece.lot;
    moved = both(moved, bringUnits(method, moved.held, { ...units, nextId, agent, symbol: to, acquiredMs }));
  }
  if (unmatched === 0n) return moved;
  const unknown = { nextId, agent: TREASURY, symbol: to, quantity: unmatched, cost: money(0n), fee: money(0n), acquiredMs: atMs };
  return both(moved, bringUnits(method, moved.held, unknown));
};

const both = (before: Moved, after: Moved): Moved => ({
  held: after.held,
  pieces: [...before.pieces, ...after.pieces],
  opened: [...before.opened, ...after.opened],
});

type RenamedUnits = Pick<Arrival, 'quantity' | 'cost' | 'fee'> & Readonly<{ piece: LotPiece }>;

/**
 * A piece too small for a unit of its own joins the one before it, else the one after it. `unmatched` is what came for
 * units that no lot held.
 */
const renamedPieces = ({ pieces }: Taken, { quantity: renamed, received }: Renaming): Readonly<{ arrivals: readonly RenamedUnits[]; unmatched: Quantity }> => {
  const arrivals: RenamedUnits[] = [];
  let [left, unitsLeft] = [renamed, received];
  let waiting = { cost: money(0n), fee: money(0n) };
  for (const piece of pieces) {
    const units = prorate(unitsLeft, piece.quantity, left);
    left = subtractQuantity(left, piece.quantity);
    unitsLeft = subtractQuantity(unitsLeft, units);
    const [cost, fee] = [addMoney(piece.cost, waiting.cost), addMoney(piece.entryFee, waiting.fee)];
    const last = arrivals.at(-1);
    if (units === 0n && last !== undefined) arrivals[arrivals.length - 1] = { ...last, cost: addMoney(last.cost, cost), fee: addMoney(last.fee, fee) };
    else if (units === 0n) waiting = { cost, fee };
    else arrivals.push({ piece, quantity: units, cost, fee });
    if (units > 0n) waiting = { cost: money(0n), fee: money(0n) };
  }
  const [first] = pieces;
  // Nothing at all came of what was taken: the first unit that came carries it.
  if (arrivals.length === 0 && first !== undefined) return { arrivals: [{ piece: first, quantity: unitsLeft, ...waiting }], unmatched: quantity(0n) };
  return { arrivals, unmatched: unitsLeft };
};
