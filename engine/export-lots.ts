/**
 * The same entries under another lot method: which lots each movement took, and where those lots came from. FIFO must come
 * out as it was sealed; other methods change which cost and entry fees leave, never what was sold, received or moved.
 */
import { assert } from '../core/kernel/assert.ts';
import type { Digest, MarketSymbol, Money, Quantity, TimeMs } from '../core/kernel/units.ts';
import type { EntryKind, LotId } from '../core/events.ts';
import { bringUnits, disposeOfUnits, releaseUnits } from '../core/lots/methods.ts';
import type { Arrival, HeldLot, HeldLots, LotMethod, LotPiece, Moved } from '../core/lots/methods.ts';
import { renameUnits } from '../core/lots/rename-lots.ts';
import { unitsOf } from './export-entries.ts';
import type { BookedEntry, LotEvent } from './export-entries.ts';

/** Where a lot began: the event `lot_opened` of its id, and the entry that posted it. */
export type LotOrigin = Readonly<{ hash: Digest; booked: BookedEntry }>;

export type OwnedPiece = LotPiece &
  Readonly<{
    /** Null for a piece of an average pool. */
    origin: LotOrigin | null;
    /** The sealed event that says the same; null under a method other than FIFO. */
    match: string | null;
  }>;

export type DerivedEntry = BookedEntry & Readonly<{ pieces: readonly OwnedPiece[]; opened: readonly HeldLot[] }>;

/** A reader of entries in their order; each call returns the entry with the lots that it moved under the method. */
export const lotDeriver = (method: LotMethod): ((booked: BookedEntry) => DerivedEntry) => {
  let held: HeldLots = [];
  const origins = new Map<LotId, LotOrigin>();
  return booked => {
    if (booked.lots.length === 0) return { ...booked, pieces: [], opened: [] };
    const moved = movedBy(method, held, booked);
    held = moved.held;
    if (method === 'fifo') assertSealed(moved, booked);
    const sealed = booked.lots.filter(lot => 'covers' in lot);
    const pieces = moved.pieces.map((piece, index) => ({
      ...piece,
      origin: piece.lot.id === null ? null : origins.get(piece.lot.id)!,
      match: method === 'fifo' ? sealed[index]!.id : null,
    }));
    for (const { id } of moved.opened) if (id !== null) origins.set(id, { hash: booked.lots.find(lot => lot.id === id)?.hash ?? booked.entry.hash, booked });
    for (const { lot } of pieces) if (lot.id !== null && !held.some(({ id }) => id === lot.id)) origins.delete(lot.id);
    return { ...booked, pieces, opened: moved.opened };
  };
};

/** Entries in which units leave without a sale. */
const RELEASING: readonly EntryKind[] = ['transfer_out', 'rounding'];

/** The movement of an entry, told from its sealed lots: how many units of whom for how much, but not which. */
const movedBy = (method: LotMethod, held: HeldLots, booked: BookedEntry): Moved => {
  const { lots, fact, time } = booked;
  const nextId = idsOf(booked);
  if (fact?.event.type === 'asset_renamed') {
    const { quantity, received } = fact.event;
    const symbolOf = (isFrom: boolean): MarketSymbol => lots.find(lot => unitsOf(lot) < 0n === isFrom)!.event.symbol;
    return renameUnits(method, held, { from: symbolOf(true), to: symbolOf(false), quantity, received, atMs: time, nextId });
  }
  if (unitsOf(lots[0]!) < 0n) return leftBy(method, held, booked, nextId);
  let moved: Moved = { held, pieces: [], opened: [] };
  for (const arrival of arrivalsOf(lots)) {
    const next = bringUnits(method, moved.held, { ...arrival, nextId, acquiredMs: arrival.acquiredMs ?? time });
    moved = { held: next.held, pieces: [...moved.pieces, ...next.pieces], opened: [...moved.opened, ...next.opened] };
  }
  return moved;
};

const leftBy = (method: LotMethod, held: HeldLots, { entry, lots, time }: BookedEntry, nextId: () => LotId): Moved => {
  const { agent, symbol } = lots[0]!.event;
  assert(lots.every(({ event }) => event.agent === agent && event.symbol === symbol), 'An entry takes units of one holder.');
  const departure = { nextId, agent, symbol, quantity: -total(lots, unitsOf) as Quantity, atMs: time };
  return RELEASING.includes(entry.event.kind) ? releaseUnits(method, held, departure) : disposeOfUnits(method, held, departure, saleOf(lots));
};

const total = (lots: readonly LotEvent[], amountOf: (lot: LotEvent) => bigint): bigint => lots.reduce((sum, lot) => sum + amountOf(lot), 0n);

/** What the sealed pieces of a disposal brought together, what is owed included. */
const saleOf = (lots: readonly LotEvent[]): Readonly<{ proceeds: Money; exitFee: Money }> => ({
  proceeds: total(lots, ({ event }) => (event.type === 'lot_matched' ? event.proceeds : -event.cost)) as Money,
  exitFee: total(lots, ({ event }) => (event.type === 'lot_matched' ? event.exitFee : event.type === 'lot_opened' ? event.fee : 0n)) as Money,
});

type Brought = Omit<Arrival, 'nextId' | 'acquiredMs'> & Readonly<{ acquiredMs: TimeMs | null }>;

/** Each lot that came is an arrival of its own; what covered owed units came with the first. */
const arrivalsOf = (lots: readonly LotEvent[]): readonly Brought[] => {
  const opened = lots.flatMap(({ event }) => (event.type === 'lot_opened' ? [event] : []));
  const covering = lots.flatMap(({ event }) => (event.type === 'lot_opened' ? [] : [event]));
  if (covering.length === 0) return opened;
  const { agent, symbol } = covering[0]!;
  const [first, ...others] = opened;
  const sum = (amounts: readonly bigint[], more: bigint | undefined): bigint => amounts.reduce((before, amount) => before + amount, more ?? 0n);
  const whole: Brought = {
    agent,
    symbol,
    quantity: sum(covering.map(event => event.quantity), first?.quantity) as Quantity,
    cost: sum(covering.map(event => event.cost), first?.cost) as Money,
    fee: sum(covering.map(event => event.entryFee), first?.fee) as Money,
    acquiredMs: first?.acquiredMs ?? null,
  };
  return [whole, ...others];
};

/** Ids of lots in the order of opening: the sealed ones, and beyond them names that the entry gives. */
const idsOf = ({ entry, lots }: BookedEntry): (() => LotId) => {
  const sealed = lots.flatMap(({ event }) => (event.type === 'lot_opened' ? [event.id] : []));
  let next = 0;
  return () => sealed[next++] ?? (`${entry.id}.${next}` as LotId);
};

const assertSealed = ({ pieces, opened }: Moved, { lots }: BookedEntry): void => {
  const sealedPieces = lots.flatMap(({ event }) => (event.type === 'lot_opened' ? [] : [event]));
  const sealedLots = lots.flatMap(({ event }) => (event.type === 'lot_opened' ? [event] : []));
  assert(pieces.length === sealedPieces.length && opened.length === sealedLots.length, 'FIFO moves as many lots as were sealed.');
  for (const [index, { lot, quantity, cost, entryFee, sale }] of pieces.entries()) {
    const event = sealedPieces[index]!;
    assert(lot.id === event.lotId && quantity === event.quantity && cost === event.cost && entryFee === event.entryFee, 'FIFO takes the lots that were sealed.');
    const sold = event.type === 'lot_matched' ? event : null;
    assert(sale?.proceeds === sold?.proceeds && sale?.exitFee === sold?.exitFee && sale?.result === sold?.result, 'FIFO comes to the results that were sealed.');
  }
  for (const [index, lot] of opened.entries()) {
    const event = sealedLots[index]!;
    const same = lot.id === event.id && lot.quantity === event.quantity && lot.cost === event.cost && lot.fee === event.fee && lot.acquiredMs === event.acquiredMs;
    assert(same && lot.agent === event.agent && lot.symbol === event.symbol, 'FIFO opens the lots that were sealed.');
  }
};
