/**
 * With the research profile, no slippage, no participation limit and a flat fee a backtest is a textbook next-open
 * simulation, fill for fill: on walks, and on a real year with its
 * holes where the machine has one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { normalCandleValue } from '../../core/market/candle.ts';
import { agentOf, byFraction, byNotional, byQuantity, decisionsOf, deskOf, factsOf, feesOf, FREE, instrument, runHours, START } from '../support/desk.ts';
import type { Script } from '../support/desk.ts';
import { drawsOf, walk } from '../support/market.ts';
import type { SlotCandle } from '../support/market.ts';
import { referenceCrosses } from '../support/reference-indicators.ts';
import { textbook } from '../support/textbook.ts';
import type { Size, TextbookMarket, Trade } from '../support/textbook.ts';

type Signals = ReadonlyMap<number, 'enter' | 'exit'>;
type Market = Readonly<{ symbol: string; candles: readonly SlotCandle[]; signals: Signals }>;
type Case = Readonly<{ markets: readonly Market[]; hours: number; cash: string; feePpm: number; size: Size; strategy: 'ema-cross' | 'scripted' }>;

const sizingOf = ({ kind, amount }: Size) => ({ quantity: byQuantity, notional: byNotional, fraction: byFraction })[kind](amount);

const engineTrades = ({ markets, hours, cash, feePpm, size, strategy }: Case): Readonly<{ trades: readonly Trade[]; cash: string }> => {
  const script: Script = markets.map(({ candles, signals }) =>
    Object.fromEntries(candles.flatMap(({ slot }, index) => (signals.has(slot) ? [[index, signals.get(slot)!]] : []))),
  );
  const parameters = strategy === 'ema-cross' ? { fast: '12', slow: '26' } : {};
  const desk = deskOf(
    {
      universe: markets.map(({ symbol }) => instrument(symbol, { absent: 'quiet' })),
      agents: [agentOf(strategy, sizingOf(size), { parameters })],
      cash,
      costs: { ...FREE, fees: feesOf(feePpm, feePpm) },
    },
    [script],
  );
  const ran = runHours(desk, markets.map(({ candles }) => candles), hours);
  const placed = new Map(decisionsOf(ran, 'order_placed').map(({ event }) => [event.id, event]));
  const trades = factsOf(ran, 'order_filled').map(({ hour, event }): Trade => {
    const { symbol, side } = placed.get(event.orderId)!;
    const [quantity, price, fee] = [event.quantity, event.price, event.fee].map(amount => formatDecimal(amount));
    return { hour: START + hour, symbol, side, quantity: quantity!, price: price!, fee: fee! };
  });
  return { trades: inOrder(trades), cash: formatDecimal(ran.hours.at(-1)!.valuation.cash) };
};

const inOrder = (trades: readonly Trade[]): readonly Trade[] =>
  trades.toSorted((left, right) => left.hour - right.hour || (left.symbol < right.symbol ? -1 : left.symbol > right.symbol ? 1 : 0));

const textbookTrades = ({ markets, hours, cash, feePpm, size }: Case) => {
  const books = markets.map(({ symbol, candles, signals }): TextbookMarket => ({ symbol, bars: new Map(candles.map(({ slot, values }) => [slot, values])), signals }));
  const { trades, cash: left } = textbook(books, { cash, feeRate: formatDecimal(BigInt(feePpm) * 10n ** 12n), size, from: START, to: START + hours });
  return { trades: inOrder(trades), cash: left };
};

const crossesOf = (candles: readonly SlotCandle[]): Signals => {
  const bars = candles.map(({ values }) => [values.open, values.high, values.low, values.close] as const);
  return new Map(referenceCrosses(bars, { fast: 12, slow: 26 }).crosses.map(([bar, action]) => [candles[bar]!.slot, action]));
};

const randomSignals = (candles: readonly SlotCandle[], seed: number): Signals => {
  const draw = drawsOf(seed);
  return new Map(candles.filter(() => draw(5) === 0).map(({ slot }) => [slot, draw(2) === 0 ? 'enter' : 'exit'] as const));
};

const marketsOf = (seed: number, symbols: readonly string[]): readonly Market[] =>
  symbols.map((symbol, index) => {
    const candles = walk({ seed: seed * 10 + index, firstSlot: START, candles: 300, gapsPerMille: 0, movePerMille: 25, decimals: 2 + (seed % 4) });
    return { symbol, candles, signals: randomSignals(candles, seed * 10 + index) };
  });

const SIZES: readonly Size[] = [
  { kind: 'quantity', amount: '0.75' },
  { kind: 'notional', amount: '1234.56' },
  { kind: 'fraction', amount: '0.15' },
];

describe('random signals on walks', () => {
  describe.each(SIZES)('sized by $kind', size => {
    test.each([1, 2, 3, 4, 5, 6])('one symbol, seed %i', seed => {
      const run: Case = { markets: marketsOf(seed, ['BTC/USD']), hours: 300, cash: '100000', feePpm: 1_000 * seed, size, strategy: 'scripted' };
      const trades = textbookTrades(run);
      expect(engineTrades(run)).toEqual(trades);
      expect(trades.trades.length).toBeGreaterThan(20);
    });

    test.each([7, 8, 9])('four symbols, seed %i', seed => {
      const markets = marketsOf(seed, ['ADA/USD', 'BTC/USD', 'ETH/USD', 'SOL/USD']);
      const run: Case = { markets, hours: 300, cash: '100000', feePpm: 2_600, size, strategy: 'scripted' };
      expect(engineTrades(run)).toEqual(textbookTrades(run));
    });
  });

  test.each([11, 12, 13, 14])('all of the cash in one symbol, where every rise between close and open clips, seed %i', seed => {
    const size: Size = { kind: 'fraction', amount: '1' };
    const run: Case = { markets: marketsOf(seed, ['BTC/USD']), hours: 300, cash: '5000', feePpm: 4_000, size, strategy: 'scripted' };
    const trades = textbookTrades(run);
    expect(engineTrades(run)).toEqual(trades);
    expect(trades.trades.length).toBeGreaterThan(20);
  });

  test('a signal without cash is no trade', () => {
    const run: Case = { markets: marketsOf(15, ['BTC/USD']), hours: 300, cash: '0', feePpm: 0, size: SIZES[0]!, strategy: 'scripted' };
    expect(textbookTrades(run)).toEqual({ trades: [], cash: '0' });
    expect(engineTrades(run)).toEqual({ trades: [], cash: '0' });
  });
});

describe('crosses of averages', () => {
  test.each([21, 22, 23])('three symbols, seed %i', seed => {
    const markets = marketsOf(seed, ['BTC/USD', 'ETH/USD', 'SOL/USD']).map(market => ({ ...market, signals: crossesOf(market.candles) }));
    const run: Case = { markets, hours: 300, cash: '50000', feePpm: 4_000, size: { kind: 'fraction', amount: '0.25' }, strategy: 'ema-cross' };
    expect(engineTrades(run)).toEqual(textbookTrades(run));
  });
});

const REAL = new URL('../../../shared/data/kraken-ohlcvt/', import.meta.url);
/** 2021-01-01T00:00:00Z in seconds; a test's year starts in hour 500,000 like every other run here. */
const YEAR_STARTS = 1_609_459_200;
const YEAR_HOURS = 8_760;

const realYear = (file: string): readonly SlotCandle[] =>
  gunzipSync(readFileSync(new URL(file, REAL)))
    .toString('utf8')
    .split('\n')
    .flatMap((line): readonly SlotCandle[] => {
      const [seconds, ...prices] = line.split(',');
      const hour = (Number(seconds) - YEAR_STARTS) / 3_600;
      if (line === '' || hour < 0 || hour >= YEAR_HOURS) return [];
      const [open, high, low, close] = prices.slice(0, 4).map(text => {
        const normal = normalCandleValue(text);
        if (!normal.ok) throw new Error(normal.why);
        return normal.text;
      });
      return [{ slot: START + hour, values: { open: open!, high: high!, low: low!, close: close!, volume: '1' } }];
    });

const isHere = existsSync(REAL);
if (!isHere) console.log('Skipped: the textbook on a real year, as ../shared/data is absent.');

describe.skipIf(!isHere)('a real year of two markets', () => {
  const markets = (): readonly Market[] =>
    [
      ['BTC/USD', 'XBTUSD_60.csv.gz'],
      ['ETH/USD', 'ETHUSD_60.csv.gz'],
    ].map(([symbol, file]) => {
      const candles = realYear(file!);
      return { symbol: symbol!, candles, signals: crossesOf(candles) };
    });

  test('crosses of averages, sized three ways', () => {
    const real = markets();
    for (const size of [SIZES[0]!, SIZES[1]!, { kind: 'fraction', amount: '0.4' } as const]) {
      const run: Case = { markets: real, hours: YEAR_HOURS, cash: '250000', feePpm: 2_600, size, strategy: 'ema-cross' };
      const trades = textbookTrades(run);
      expect(engineTrades(run)).toEqual(trades);
      expect(trades.trades.length).toBeGreaterThan(600);
    }
  });
});
