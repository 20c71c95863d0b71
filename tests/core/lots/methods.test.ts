/** Lot methods: the golden vectors of specs/ledger.md, what each refuses, and what it leaves alone. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LotId } from '../../../core/events.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { baseOf, marketSymbol, money, quantity, timeMs } from '../../../core/kernel/units.ts';
import { bringUnits, disposeOfUnits, LOT_METHODS, releaseUnits } from '../../../core/lots/methods.ts';
import type { Arrival, HeldLot, HeldLots, LotMethod, LotPiece, Moved } from '../../../core/lots/methods.ts';
import { renameUnits } from '../../../core/lots/rename-lots.ts';

type Movement =
  | readonly ['in', string, string, string, string, string, string, number?]
  | readonly ['out', string, string, string, string, string]
  | readonly ['leave', string, string, string]
  | readonly ['rename', string, string, string, string];
type PieceRow = readonly (number | string | boolean | null)[];
type Outcome = Readonly<{ pieces: readonly PieceRow[]; left: readonly (readonly string[])[] }>;
type Case = Readonly<{ name: string; movements: readonly Movement[] }> & Readonly<Record<LotMethod, Outcome>>;

const { cases } = JSON.parse(readFileSync(new URL('../../../specs/vectors/lot-methods.json', import.meta.url), 'utf8')) as Readonly<{ cases: readonly Case[] }>;

const units = (text: string) => quantity(decimal(text));
const amount = (text: string) => money(decimal(text));
const named = (id: string) => () => id as LotId;
const whose = (agent: string, symbol: string) => ({ agent, symbol: marketSymbol(symbol) });
const sale = (proceeds: string, exitFee: string) => ({ proceeds: amount(proceeds), exitFee: amount(exitFee) });

/** What a movement opens without a name of its own is called after its number. */
const moved = (method: LotMethod, held: HeldLots, movement: Movement, number: number): Moved => {
  const atMs = timeMs(number);
  switch (movement[0]) {
    case 'in': {
      const [, id, agent, symbol, taken, cost, fee, acquired = number] = movement;
      return bringUnits(method, held, { nextId: named(id), ...whose(agent, symbol), quantity: units(taken), cost: amount(cost), fee: amount(fee), acquiredMs: timeMs(acquired) });
    }
    case 'out': {
      const [, agent, symbol, taken, proceeds, exitFee] = movement;
      return disposeOfUnits(method, held, { nextId: named(`#${number}`), ...whose(agent, symbol), quantity: units(taken), atMs }, sale(proceeds, exitFee));
    }
    case 'leave': {
      const [, agent, symbol, taken] = movement;
      return releaseUnits(method, held, { nextId: named(`#${number}`), ...whose(agent, symbol), quantity: units(taken), atMs });
    }
    case 'rename': {
      const [, from, to, taken, received] = movement;
      let part = 0;
      const nextId = () => `#${number}.${(part += 1)}` as LotId;
      return renameUnits(method, held, { from: marketSymbol(from), to: marketSymbol(to), quantity: units(taken), received: units(received), atMs, nextId });
    }
  }
};

const nameOf = ({ id, symbol }: HeldLot): string => id ?? baseOf(symbol);

const pieceRow = (number: number, { lot, covers, quantity: taken, cost, entryFee, sale: sold }: LotPiece): PieceRow => {
  const brought = sold === null ? [null, null, null] : [sold.proceeds, sold.exitFee, sold.result].map(formatDecimal);
  return [number, nameOf(lot), ...[taken, cost, entryFee].map(formatDecimal), ...brought, covers];
};

const outcomeOf = (method: LotMethod, movements: readonly Movement[]): Outcome => {
  let held: HeldLots = [];
  const pieces = movements.flatMap((movement, number) => {
    const made = moved(method, held, movement, number);
    ({ held } = made);
    return made.pieces.map(piece => pieceRow(number, piece));
  });
  return { pieces, left: held.map(lot => [nameOf(lot), ...[lot.quantity, lot.cost, lot.fee].map(formatDecimal)]) };
};

describe('golden vectors', () => {
  test.each(cases.flatMap(vector => LOT_METHODS.map(method => [vector.name, method, vector] as const)))('%s, %s', (_, method, vector) => {
    expect(outcomeOf(method, vector.movements)).toEqual(vector[method]);
  });

  test('tell the methods apart, and leave out no kind of movement', () => {
    expect(new Set(LOT_METHODS.map(method => JSON.stringify(cases.map(vector => vector[method])))).size).toBe(4);
    expect(new Set(cases.flatMap(({ movements }) => movements.map(([kind]) => kind)))).toEqual(new Set(['in', 'out', 'leave', 'rename']));
    expect(cases).toHaveLength(22);
  });
});

const BTC = 'BTC/USD';
const lot = (id: string, agent = 'main', paid: readonly [string, string, string] = ['1', '100', '0.4'], acquired = 0): Arrival => ({
  nextId: named(id),
  ...whose(agent, BTC),
  quantity: units(paid[0]),
  cost: amount(paid[1]),
  fee: amount(paid[2]),
  acquiredMs: timeMs(acquired),
});
const heldOf = (method: LotMethod, ...arrivals: readonly Arrival[]): HeldLots => arrivals.reduce<HeldLots>((held, arrival) => bringUnits(method, held, arrival).held, []);
const leaving = (taken: string, agent = 'main', symbol = BTC) => ({ nextId: named('owed'), ...whose(agent, symbol), quantity: units(taken), atMs: timeMs(7) });

describe.each(LOT_METHODS)('%s', method => {
  test('owes what it does not hold, at its share of what it brought, and takes nothing of another asset', () => {
    const { held, pieces, opened } = disposeOfUnits(method, heldOf(method, lot('a')), leaving('3'), sale('300', '0.9'));
    expect(pieces).toMatchObject([{ covers: false, quantity: units('1'), sale: { proceeds: amount('100'), exitFee: amount('0.3'), result: amount('-0.7') } }]);
    expect(held).toEqual(opened);
    expect(opened).toMatchObject([{ id: 'owed', quantity: decimal('-2'), cost: decimal('-200'), fee: decimal('0.6'), acquiredMs: 7 }]);
    const other = disposeOfUnits(method, heldOf(method, lot('a')), leaving('1', 'main', 'ETH/USD'), sale('1', '0'));
    expect(other.pieces).toEqual([]);
    expect(other.held).toMatchObject([{ quantity: units('1') }, { quantity: decimal('-1'), symbol: 'ETH/USD' }]);
  });

  test('covers what is owed first, and keeps the rest', () => {
    const owing = disposeOfUnits(method, [], leaving('2'), sale('50', '0.5')).held;
    const part = bringUnits(method, owing, lot('a', 'main', ['0.5', '9', '0.1']));
    expect(part.pieces).toMatchObject([{ covers: true, quantity: units('0.5'), cost: amount('9'), entryFee: amount('0.1'), sale: { proceeds: amount('12.5'), exitFee: amount('0.125'), result: amount('3.275') } }]);
    expect(part.held).toMatchObject([{ id: 'owed', quantity: decimal('-1.5'), cost: decimal('-37.5'), fee: decimal('0.375') }]);
    const whole = bringUnits(method, part.held, lot('b', 'main', ['2', '40', '0.4']));
    expect(whole.opened).toMatchObject([{ quantity: units('0.5'), cost: amount('10'), fee: amount('0.1') }]);
    expect(whole.held).toEqual(whole.opened);
  });

  test('moves more than nothing', () => {
    expect(() => bringUnits(method, [], lot('a', 'main', ['0', '1', '0']))).toThrow('What comes in is more than nothing.');
    expect(() => disposeOfUnits(method, heldOf(method, lot('a')), leaving('0'), sale('0', '0'))).toThrow('What leaves is more than nothing.');
    expect(() => releaseUnits(method, heldOf(method, lot('a')), leaving('0'))).toThrow('What leaves is more than nothing.');
    expect(bringUnits(method, [], lot('a', 'main', ['0.000000000000000001', '0', '0'])).held).toHaveLength(1);
  });

  test('leaves the lots it was given as they were', () => {
    const held = Object.freeze(heldOf(method, lot('a'), lot('b')));
    const copies = held.map(each => ({ ...each }));
    disposeOfUnits(method, held, leaving('1.5'), sale('200', '1'));
    releaseUnits(method, held, leaving('1.5'));
    bringUnits(method, held, lot('c'));
    expect(held).toEqual(copies);
  });

  test('shares a loss as it shares a gain', () => {
    const { pieces } = disposeOfUnits(method, heldOf(method, lot('a')), leaving('0.5'), sale('10', '0.2'));
    expect(pieces).toMatchObject([{ quantity: units('0.5'), cost: amount('50'), entryFee: amount('0.2'), sale: { proceeds: amount('10'), exitFee: amount('0.2'), result: amount('-40.4') } }]);
  });
});

test.each([
  ['fifo', ['b', 'a', 'c']],
  ['lifo', ['c', 'a', 'b']],
  ['hifo', ['b', 'a', 'c']],
] as const)('%s goes by the time of acquisition, not of arrival', (method, order) => {
  const held = heldOf(method, lot('a', 'main', ['1', '100', '0'], 5), lot('b', 'main', ['1', '100', '0'], 3), lot('c', 'main', ['1', '100', '0'], 5));
  expect(disposeOfUnits(method, held, leaving('3'), sale('3', '0')).pieces.map(piece => piece.lot.id)).toEqual(order);
});

test('an agent sells its own lots, but of an average pool its share of all', () => {
  const two = (method: LotMethod): HeldLots => heldOf(method, lot('a'), lot('b', 'other', ['1', '200', '0']));
  for (const method of ['fifo', 'lifo', 'hifo'] as const) {
    expect(disposeOfUnits(method, two(method), leaving('1.5'), sale('3', '0')).opened).toMatchObject([{ agent: 'main', quantity: decimal('-0.5') }]);
    expect(disposeOfUnits(method, two(method), leaving('1', 'other'), sale('1', '0')).pieces.map(piece => piece.lot.id)).toEqual(['b']);
  }
  const pool = disposeOfUnits('average', two('average'), leaving('1.5', 'other'), sale('3', '0'));
  expect(pool.opened).toEqual([]);
  expect(pool.pieces).toMatchObject([{ lot: { id: null }, cost: amount('225'), entryFee: amount('0.3') }]);
});

test('a renaming goes by the oldest lots of everybody, and owner and date go with them', () => {
  const [from, to] = [marketSymbol(BTC), marketSymbol('ETH/USD')];
  let number = 0;
  const nextId = () => `r${(number += 1)}` as LotId;
  const held = heldOf('lifo', lot('a', 'main', ['1', '10', '0.1'], 4), lot('b', 'other', ['1', '30', '0.3'], 2), lot('c', 'main', ['2', '50', '0'], 6));
  const made = renameUnits('lifo', held, { from, to, quantity: units('3'), received: units('6'), atMs: timeMs(9), nextId });
  expect(made.pieces.map(piece => [piece.lot.id, piece.quantity, piece.sale])).toEqual([['b', units('1'), null], ['a', units('1'), null], ['c', units('1'), null]]);
  expect(made.opened).toMatchObject([
    { id: 'r1', agent: 'other', symbol: to, quantity: units('2'), cost: amount('30'), fee: amount('0.3'), acquiredMs: 2, acquired: { quantity: units('2'), basis: amount('30.3') } },
    { id: 'r2', agent: 'main', symbol: to, quantity: units('2'), cost: amount('10'), fee: amount('0.1'), acquiredMs: 4 },
    { id: 'r3', agent: 'main', symbol: to, quantity: units('2'), cost: amount('25'), fee: amount('0'), acquiredMs: 6 },
  ]);
  expect(made.held.map(({ id }) => id)).toEqual(['r1', 'r2', 'c', 'r3']);
});

test('a renaming of which nothing came keeps the cost with the first unit that did', () => {
  const [from, to] = [marketSymbol(BTC), marketSymbol('ETH/USD')];
  const tiny = heldOf('fifo', lot('a', 'main', ['1', '10', '0.1']), lot('b', 'other', ['1', '20', '0.2']));
  const made = renameUnits('fifo', tiny, { from, to, quantity: units('6'), received: quantity(1n), atMs: timeMs(9), nextId: named('r') });
  expect(made.opened).toMatchObject([
    { agent: 'treasury', symbol: from, quantity: decimal('-4'), cost: 0n },
    { agent: 'main', symbol: to, quantity: 1n, cost: amount('30'), fee: amount('0.3') },
  ]);
});

describe('what is owed beside what is held', () => {
  test.each(LOT_METHODS)('%s covers the oldest that is owed and not a unit more than it is', method => {
    const first = disposeOfUnits(method, [], { ...leaving('2'), nextId: named('first') }, sale('50', '0'));
    const second = disposeOfUnits(method, first.held, { ...leaving('1'), nextId: named('second'), atMs: timeMs(8) }, sale('30', '0'));
    const made = bringUnits(method, second.held, lot('a', 'main', ['2', '40', '0']));
    expect(made.pieces).toMatchObject([{ lot: { id: 'first' }, covers: true, quantity: units('2'), sale: { result: amount('10') } }]);
    expect(made.held).toMatchObject([{ id: 'second', quantity: decimal('-1'), cost: decimal('-30') }]);
  });

  test('is passed by a renaming, which takes from whoever holds', () => {
    const [from, to] = [marketSymbol(BTC), marketSymbol('ETH/USD')];
    for (const method of ['fifo', 'lifo', 'hifo'] as const) {
      const owing = disposeOfUnits(method, [], leaving('2', 'treasury'), sale('50', '0')).held;
      const held = bringUnits(method, owing, lot('a', 'main', ['4', '40', '4'], 9)).held;
      const made = renameUnits(method, held, { from, to, quantity: units('1'), received: units('3'), atMs: timeMs(10), nextId: named('r') });
      expect(made.held).toMatchObject([
        { id: 'owed', agent: 'treasury', quantity: decimal('-2'), cost: decimal('-50') },
        { id: 'a', agent: 'main', quantity: units('3'), cost: amount('30'), fee: amount('3') },
        { id: 'r', agent: 'main', symbol: to, quantity: units('3'), cost: amount('10'), fee: amount('1') },
      ]);
    }
  });

  test.each(LOT_METHODS)('%s: a renaming of what nobody holds is owed on one side and unknown on the other', method => {
    const [from, to] = [marketSymbol(BTC), marketSymbol('ETH/USD')];
    const made = renameUnits(method, [], { from, to, quantity: units('2'), received: units('6'), atMs: timeMs(9), nextId: named('r') });
    expect(made.pieces).toEqual([]);
    expect(made.opened).toMatchObject([
      { agent: 'treasury', symbol: from, quantity: decimal('-2'), cost: 0n },
      { agent: 'treasury', symbol: to, quantity: decimal('6'), cost: 0n },
    ]);
    expect(made.held).toEqual(made.opened);
  });
});
