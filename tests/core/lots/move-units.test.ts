/** Units that leave and come, lot by lot, on lists written out: whose lots they leave, what is owed and what covers it, and what a renaming does to pieces too small for a unit. */
import { describe, expect, test } from 'vitest';
import type { Decision, LotId } from '../../../core/events.ts';
import { marketSymbol, money, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { Lot } from '../../../core/lots/lot.ts';
import { bringUnits, disposeOfUnits, releaseUnits, renameUnits } from '../../../core/lots/move-units.ts';
import type { Because, LotMoves, Moved } from '../../../core/lots/move-units.ts';

const [BTC, ETH] = ['BTC/USD', 'ETH/USD'].map(marketSymbol) as [Lot['symbol'], Lot['symbol']];

type Terms = Readonly<{ agent?: string; symbol?: Lot['symbol']; units: bigint; cost?: bigint; fee?: bigint; acquired?: number }>;

const lot = (id: string, { agent = 'treasury', symbol = BTC, units, cost = 0n, fee = 0n, acquired = 0 }: Terms): Lot => ({
  id: id as LotId,
  agent,
  symbol,
  quantity: quantity(units),
  cost: money(cost),
  fee: money(fee),
  acquiredMs: timeMs(acquired),
});

const because = (): Because & Readonly<{ log: Decision[] }> => ({ numbering: { hour: 7, step: 0 }, log: [], id: 'F1', atMs: timeMs(50) });

const lotLine = ({ id, agent, symbol, quantity: units, cost, fee, acquiredMs }: Lot): string => `${id} ${agent} ${symbol} ${units} cost ${cost} fee ${fee} of ${acquiredMs}`;
const movesOf = ({ opened, matched, covered, released, freed }: LotMoves): readonly string[] => [
  ...opened.map(made => `opened ${made.id} ${made.quantity}`),
  ...matched.map(match => `matched ${match.lotId} ${match.quantity} for ${match.proceeds} less ${match.exitFee}, cost ${match.cost} and ${match.entryFee}: ${match.result}`),
  ...covered.map(match => `covered ${match.lotId} ${match.quantity} for ${match.proceeds} less ${match.exitFee}, cost ${match.cost} and ${match.entryFee}: ${match.result}`),
  ...released.map(piece => `released ${piece.lotId} ${piece.quantity} cost ${piece.cost} and ${piece.entryFee}`),
  ...freed.map(piece => `freed ${piece.lotId} ${piece.quantity} cost ${piece.cost} and ${piece.entryFee}`),
];
const told = ({ lots, moves }: Moved): readonly (readonly string[])[] => [lots.map(lotLine), movesOf(moves)];

const sale = (units: bigint, proceeds: bigint, exitFee = 0n) => ({ symbol: BTC, quantity: quantity(units), proceeds: money(proceeds), exitFee: money(exitFee), paidFee: false });
const arrival = (units: bigint, rest: Partial<Terms> = {}) => ({
  symbol: rest.symbol ?? BTC,
  agent: rest.agent ?? 'treasury',
  quantity: quantity(units),
  cost: money(rest.cost ?? 0n),
  fee: money(rest.fee ?? 0n),
  acquiredMs: timeMs(rest.acquired ?? 40),
});

describe('units that are sold', () => {
  test('are those of their symbol, past older lots of another', () => {
    const lots = [lot('e', { symbol: ETH, units: 9n, cost: 90n }), lot('b', { units: 4n, cost: 40n, fee: 4n })];
    expect(told(disposeOfUnits(lots, sale(1n, 15n, 1n), because()))).toEqual([
      ['e treasury ETH/USD 9 cost 90 fee 0 of 0', 'b treasury BTC/USD 3 cost 30 fee 3 of 0'],
      ['matched b 1 for 15 less 1, cost 10 and 1: 3'],
    ]);
  });

  test('are the treasury’s, past older lots of an agent', () => {
    const lots = [lot('m', { agent: 'main', units: 9n, cost: 90n }), lot('t', { units: 1n, cost: 12n })];
    expect(told(disposeOfUnits(lots, sale(1n, 15n), because()))).toEqual([['m main BTC/USD 9 cost 90 fee 0 of 0'], ['matched t 1 for 15 less 0, cost 12 and 0: 3']]);
  });

  test('and are not there are owed, at their share of what was brought', () => {
    const lots = [lot('t', { units: 1n, cost: 12n })];
    expect(told(disposeOfUnits(lots, sale(3n, 45n, 3n), because()))).toEqual([
      ['7.0.1 treasury BTC/USD -2 cost -30 fee 2 of 50'],
      ['opened 7.0.1 -2', 'matched t 1 for 15 less 1, cost 12 and 0: 2'],
    ]);
  });
});

describe('units that leave', () => {
  test('take cost and fee along, and what is not there is owed without a price', () => {
    const lots = [lot('m', { agent: 'main', units: 5n }), lot('t', { units: 2n, cost: 9n, fee: 1n })];
    expect(told(releaseUnits(lots, BTC, quantity(3n), because()))).toEqual([
      ['m main BTC/USD 5 cost 0 fee 0 of 0', '7.0.1 treasury BTC/USD -1 cost 0 fee 0 of 50'],
      ['opened 7.0.1 -1', 'released t 2 cost 9 and 1'],
    ]);
  });
});

describe('units that come', () => {
  test('are more than nothing', () => {
    expect(() => bringUnits([], arrival(0n), because())).toThrow('Assertion failed: What comes in is more than nothing.');
    expect(() => bringUnits([], arrival(-1n), because())).toThrow('Assertion failed: What comes in is more than nothing.');
    expect(told(bringUnits([], arrival(1n), because()))).toEqual([['7.0.0 treasury BTC/USD 1 cost 0 fee 0 of 40'], ['opened 7.0.0 1']]);
  });

  test('cover what was sold without a fee as a sale', () => {
    expect(told(bringUnits([lot('o', { units: -2n, cost: -30n })], arrival(2n, { cost: 20n, fee: 1n }), because()))).toEqual([[], ['covered o 2 for 30 less 0, cost 20 and 1: 9']]);
  });

  test('cover what was sold for nothing but a fee as a sale', () => {
    expect(told(bringUnits([lot('o', { units: -2n, fee: 4n })], arrival(1n, { cost: 20n }), because()))).toEqual([['o treasury BTC/USD -1 cost 0 fee 2 of 0'], ['covered o 1 for 0 less 2, cost 20 and 0: -22']]);
  });

  test('free what was given away, whatever they cost', () => {
    expect(told(bringUnits([lot('o', { units: -2n })], arrival(3n, { cost: 30n, fee: 3n }), because()))).toEqual([['7.0.1 treasury BTC/USD 1 cost 10 fee 1 of 40'], ['opened 7.0.1 1', 'freed o 2 cost 20 and 2']]);
  });

  test('cover the oldest that is owed, and not a unit more than they are', () => {
    const lots = [lot('o', { units: -2n, cost: -30n }), lot('p', { units: -1n, cost: -16n })];
    expect(told(bringUnits(lots, arrival(2n, { cost: 20n }), because()))).toEqual([['p treasury BTC/USD -1 cost -16 fee 0 of 0'], ['covered o 2 for 30 less 0, cost 20 and 0: 10']]);
  });

  test('cover nothing that another owes, nor of another symbol', () => {
    const lots = [lot('o', { units: -2n, cost: -30n }), lot('e', { agent: 'main', symbol: ETH, units: -1n })];
    expect(told(bringUnits(lots, arrival(2n, { agent: 'main', cost: 20n }), because()))).toEqual([
      ['o treasury BTC/USD -2 cost -30 fee 0 of 0', 'e main ETH/USD -1 cost 0 fee 0 of 0', '7.0.0 main BTC/USD 2 cost 20 fee 0 of 40'],
      ['opened 7.0.0 2'],
    ]);
  });
});

describe('a renaming', () => {
  const renaming = (units: bigint, received: bigint) => ({ from: BTC, to: ETH, quantity: quantity(units), received: quantity(received) });

  test('passes what is owed and takes from whoever holds', () => {
    const lots = [lot('o', { units: -5n, cost: -50n }), lot('m', { agent: 'main', units: 4n, cost: 8n, fee: 2n, acquired: 3 })];
    expect(told(renameUnits(lots, renaming(2n, 20n), because()))).toEqual([
      ['o treasury BTC/USD -5 cost -50 fee 0 of 0', 'm main BTC/USD 2 cost 4 fee 1 of 3', '7.0.1 main ETH/USD 20 cost 4 fee 1 of 3'],
      ['opened 7.0.1 20', 'released m 2 cost 4 and 1'],
    ]);
  });

  test('joins a piece too small for a unit to the one before it', () => {
    const lots = [lot('a', { units: 90n, cost: 9n, acquired: 1 }), lot('b', { agent: 'main', units: 10n, cost: 7n, fee: 2n, acquired: 2 })];
    expect(told(renameUnits(lots, renaming(100n, 2n), because()))[0]).toEqual(['7.0.2 treasury ETH/USD 2 cost 16 fee 2 of 1']);
  });

  test('joins pieces too small for a unit to the one after them, where there is none before', () => {
    const lots = [lot('a', { units: 10n, cost: 7n, fee: 1n, acquired: 1 }), lot('b', { units: 10n, cost: 5n, fee: 2n, acquired: 2 }), lot('c', { agent: 'main', units: 80n, cost: 9n, fee: 4n, acquired: 3 }), lot('d', { units: 80n, cost: 2n, acquired: 4 })];
    expect(told(renameUnits(lots, renaming(180n, 2n), because()))[0]).toEqual(['7.0.4 main ETH/USD 1 cost 21 fee 7 of 3', '7.0.5 treasury ETH/USD 1 cost 2 fee 0 of 4']);
  });

  test('of which nothing came keeps cost, owner and date with the first unit that did', () => {
    const lots = [lot('a', { agent: 'main', units: 1n, cost: 10n, fee: 1n, acquired: 1 }), lot('b', { units: 1n, cost: 20n, fee: 2n, acquired: 2 })];
    expect(told(renameUnits(lots, renaming(6n, 1n), because()))).toEqual([
      ['7.0.3 main ETH/USD 1 cost 30 fee 3 of 1', '7.0.2 treasury BTC/USD -4 cost 0 fee 0 of 50'],
      ['opened 7.0.2 -4', 'opened 7.0.3 1', 'released a 1 cost 10 and 1', 'released b 1 cost 20 and 2'],
    ]);
  });

  test('of what nobody holds is owed on one side and unknown on the other', () => {
    expect(told(renameUnits([], renaming(2n, 6n), because()))).toEqual([
      ['7.0.0 treasury BTC/USD -2 cost 0 fee 0 of 50', '7.0.1 treasury ETH/USD 6 cost 0 fee 0 of 50'],
      ['opened 7.0.0 -2', 'opened 7.0.1 6'],
    ]);
  });

  test('covers and frees what is owed under the new name', () => {
    const owed = [lot('s', { symbol: ETH, units: -1n, cost: -9n, acquired: 1 }), lot('g', { symbol: ETH, units: -2n, acquired: 2 })];
    expect(told(renameUnits([...owed, lot('b', { units: 4n, cost: 40n, fee: 4n, acquired: 3 })], renaming(4n, 4n), because()))).toEqual([
      ['7.0.3 treasury ETH/USD 1 cost 10 fee 1 of 3'],
      ['opened 7.0.3 1', 'covered s 1 for 9 less 0, cost 10 and 1: -2', 'released b 4 cost 40 and 4', 'freed g 2 cost 20 and 2'],
    ]);
  });

  test('keeps what two lots in turn cover under the new name', () => {
    const lots = [lot('s', { symbol: ETH, units: -4n, cost: -40n, acquired: 1 }), lot('a', { units: 1n, cost: 5n, acquired: 2 }), lot('b', { units: 1n, cost: 6n, acquired: 3 })];
    expect(told(renameUnits(lots, renaming(2n, 2n), because()))).toEqual([
      ['s treasury ETH/USD -2 cost -20 fee 0 of 1'],
      ['covered s 1 for 10 less 0, cost 5 and 0: 5', 'covered s 1 for 10 less 0, cost 6 and 0: 4', 'released a 1 cost 5 and 0', 'released b 1 cost 6 and 0'],
    ]);
  });
});
