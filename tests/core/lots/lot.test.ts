/** The list of open lots: its order, what an agent holds of a symbol, and the positions it adds up to. */
import { describe, expect, test } from 'vitest';
import type { LotId } from '../../../core/events.ts';
import { marketSymbol, money, quantity, timeMs } from '../../../core/kernel/units.ts';
import { heldBy, positionsOf, withLot } from '../../../core/lots/lot.ts';
import type { Lot, Lots } from '../../../core/lots/lot.ts';

const lot = (id: string, acquired: number, [agent, symbol, held]: readonly [string, string, bigint] = ['main', 'BTC/USD', 1n]): Lot => ({
  id: id as LotId,
  agent,
  symbol: marketSymbol(symbol),
  quantity: quantity(held),
  cost: money(0n),
  fee: money(0n),
  acquiredMs: timeMs(acquired),
});

const ids = (lots: Lots): string => lots.map(({ id }) => id).join(' ');

describe('a lot stands by its time of acquisition', () => {
  const lots = [lot('a', 1), lot('b', 5), lot('c', 5), lot('d', 9)];

  test.each<readonly [string, number, string]>([
    ['before the first', 0, 'new a b c d'],
    ['after the first, of one moment', 1, 'a new b c d'],
    ['between two', 4, 'a new b c d'],
    ['after all of one moment', 5, 'a b c new d'],
    ['before the last', 8, 'a b c new d'],
    ['after the last, of one moment', 9, 'a b c d new'],
    ['after the last', 10, 'a b c d new'],
  ])('%s', (_, acquired, order) => {
    expect(ids(withLot(lots, lot('new', acquired)))).toBe(order);
    expect(ids(lots)).toBe('a b c d');
  });

  test('alone', () => {
    expect(ids(withLot([], lot('new', 3)))).toBe('new');
  });
});

describe('what lots add up to', () => {
  const lots = [
    lot('a', 1, ['main', 'ETH/USD', 5n]),
    lot('b', 2, ['main', 'BTC/USD', 2n]),
    lot('c', 3, ['other', 'BTC/USD', 7n]),
    lot('d', 4, ['main', 'BTC/USD', 30n]),
    lot('e', 5, ['treasury', 'BTC/USD', -4n]),
  ];

  test('an agent holds its own units of a symbol', () => {
    const btc = marketSymbol('BTC/USD');
    expect(['main', 'other', 'treasury', 'nobody'].map(agent => heldBy(lots, agent, btc))).toEqual([32n, 7n, -4n, 0n]);
    expect(heldBy(lots, 'other', marketSymbol('ETH/USD'))).toBe(0n);
  });

  test('a position per agent and symbol, in order of the oldest lot', () => {
    expect(positionsOf(lots)).toEqual([
      { agent: 'main', symbol: 'ETH/USD', quantity: 5n },
      { agent: 'main', symbol: 'BTC/USD', quantity: 32n },
      { agent: 'other', symbol: 'BTC/USD', quantity: 7n },
      { agent: 'treasury', symbol: 'BTC/USD', quantity: -4n },
    ]);
    expect(positionsOf([])).toEqual([]);
  });
});
