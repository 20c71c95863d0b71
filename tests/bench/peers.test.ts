import { describe, expect, test } from 'vitest';
import { comparePeer, tradesDigest } from '../../bench/peers/compare-peer.ts';
import { engineTrades } from '../../bench/peers/engine-trades.ts';
import { filledAtClose } from '../../bench/peers/filled-at-close.ts';
import { peerColumns } from '../../bench/peers/market-file.ts';
import { readRecorded, RECORDED_MARKET } from '../../bench/peers/recorded.ts';
import { OWN_RULES, PEER_RULES, PEERS, QUANTITY_TOLERANCE } from '../../bench/peers/rules.ts';
import type { PeerName, Rules } from '../../bench/peers/rules.ts';
import { byEntry, firstDifference, tradeOf } from '../../bench/peers/trade.ts';
import type { Trade } from '../../bench/peers/trade.ts';
import { widenAt } from '../../core/market/columns.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';

const columns = peerColumns(RECORDED_MARKET);

/** What each peer is recorded with: trades, and what it was worth at the end. */
const RECORDED: Readonly<Record<PeerName, readonly [version: string, trades: number, equity: number | null]>> = {
  backtesting: ['0.6.6', 66, 94_285.32],
  vectorbt: ['1.0.0', 64, 95_145.912733],
  backtrader: ['1.9.78.123', 64, 996_152.39],
  nautilus: ['1.221.0', 64, 994_599.727969],
  grademark: ['0.3.0', 61, null],
};

describe('the recorded trades of other engines', () => {
  test.each(PEERS)('%s: our engine by its rules comes to every one of them', peer => {
    const recorded = readRecorded(peer);
    const [version, trades, equity] = RECORDED[peer];

    expect(recorded).toMatchObject({ version, market: { symbols: 3, hours: 1_200 }, whole: { symbols: 30, hours: 8_760 } });
    expect(recorded.trades).toHaveLength(trades);

    const { difference, equity: ours, held } = comparePeer(peer, recorded, columns);
    expect(difference).toBeNull();
    expect(held).toBe(3);
    if (equity === null) return;
    expect(recorded.equity).toBeCloseTo(equity, 5);
    expect(ours).toBeCloseTo(equity, 5);
  });

  /** Without any one of the rules that a peer follows, the trades are others. */
  const ESSENTIAL: Readonly<Record<PeerName, readonly (keyof Rules)[]>> = {
    backtesting: ['seed', 'waits', 'lot', 'account', 'size', 'atEnd'],
    vectorbt: ['seed', 'fill', 'account', 'size'],
    backtrader: ['lot'],
    nautilus: ['seed', 'fill', 'size'],
    grademark: ['blindWhenFilling', 'atEnd'],
  };

  test.each(PEERS.flatMap(peer => ESSENTIAL[peer].map(rule => [peer, rule] as const)))('%s: not without its rule of %s', (peer, rule) => {
    const { trades } = engineTrades(columns, { ...PEER_RULES[peer], [rule]: OWN_RULES[rule] });
    expect(firstDifference(trades, readRecorded(peer).trades.map(tradeOf), QUANTITY_TOLERANCE[peer])).not.toBeNull();
  });

  test('each peer differs from our own rules in what its rules say, and in nothing that they do not', () => {
    const own = engineTrades(columns, OWN_RULES).trades.map(({ symbol, entry, exit }) => `${symbol} ${entry} ${exit ?? 'held'}`);
    const shared = (peer: PeerName): number => readRecorded(peer).trades.filter(([symbol, entry, exit]) => own.includes(`${symbol} ${entry} ${exit ?? 'held'}`)).length;
    expect(own).toHaveLength(64);
    expect(PEERS.map(shared)).toEqual([58, 61, 64, 61, 55]);
  });
});

describe('a market in which the next open is this close', () => {
  const [first] = columns;
  const moved = filledAtClose(first!);

  test('has every open from the close before, the same closes, and one candle more', () => {
    const row = (from: typeof moved, at: number): readonly string[] => [from.open, from.high, from.low, from.close].map(column => formatDecimal(widenAt(column, at)));
    expect([moved.length, moved.slot[0], moved.slot[1_200]]).toEqual([1_201, first!.slot[0], first!.slot[1_199]! + 1]);
    expect(row(moved, 0)).toEqual(row(first!, 0));
    for (let at = 1; at < 1_200; at += 1) {
      expect(row(moved, at)[0]).toBe(row(first!, at - 1)[3]);
      expect(row(moved, at)[3]).toBe(row(first!, at)[3]);
    }
    const last = row(first!, 1_199)[3];
    expect(row(moved, 1_200)).toEqual([last, last, last, last]);
  });
});

describe('comparing round trips', () => {
  const trade: Trade = { symbol: 0, entry: 3, exit: 5, entryPrice: 100.01, exitPrice: 101, quantity: 2 };

  test.each<readonly [string, readonly Trade[], readonly Trade[], string | null]>([
    ['equal', [trade], [trade], null],
    ['a size that the peer does not know', [trade], [{ ...trade, quantity: null }], null],
    ['a size within tolerance', [{ ...trade, quantity: 2.000_000_01 }], [trade], null],
    ['a size beyond it', [{ ...trade, quantity: 2.000_001 }], [trade], 'trade 1 differs in quantity: [0,3,5,100.01,101,2.000001], not [0,3,5,100.01,101,2]'],
    ['another hour', [{ ...trade, exit: 6 }], [trade], 'trade 1 differs in exit: [0,3,6,100.01,101,2], not [0,3,5,100.01,101,2]'],
    ['the last bit of a price', [{ ...trade, entryPrice: 100.010_000_000_000_02 }], [trade], 'trade 1 differs in entryPrice: [0,3,5,100.01000000000002,101,2], not [0,3,5,100.01,101,2]'],
    ['still held', [{ ...trade, exit: null, exitPrice: null }], [trade], 'trade 1 differs in exit: [0,3,null,100.01,null,2], not [0,3,5,100.01,101,2]'],
    ['one missing', [], [trade], 'trade 1 is missing: [0,3,5,100.01,101,2]'],
    ['one too many', [trade, trade], [trade], 'trade 2 is one too many: [0,3,5,100.01,101,2]'],
  ])('%s', (_, ours, theirs, difference) => {
    expect(firstDifference(ours, theirs, 1e-8)).toBe(difference);
  });

  test('a digest covers moments and prices and no sizes', () => {
    expect(tradesDigest([trade])).toBe(tradesDigest([{ ...trade, quantity: 7 }]));
    expect(tradesDigest([trade])).not.toBe(tradesDigest([{ ...trade, exitPrice: 101.01 }]));
    expect([{ ...trade, symbol: 1 }, trade, { ...trade, entry: 2 }].sort(byEntry).map(({ entry, symbol }) => [entry, symbol])).toEqual([[2, 0], [3, 0], [3, 1]]);
  });
});
