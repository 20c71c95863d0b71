/**
 * The runs that the invariants are tried on: small, and between them every kind of fact, decision, fee and row. Markets
 * are invented and the same everywhere; nothing here touches a store.
 */
import { decimal } from '../../core/kernel/decimal.ts';
import { asset, bps, money, price, quantity } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { OperatorCommand } from '../../core/log.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { PROFILES } from '../../core/risk/profile.ts';
import { costsOf, fixedNotional, instrument, manifestOf, MARKET_ENTRY, shareOfPortfolio } from '../fixtures/manifest.ts';
import { candlesOf, without } from '../fixtures/market.ts';
import type { FixtureCandle, Stretch } from '../fixtures/market.ts';

export const HOURS = 48;
/** Its hours have twelve steps each, so a few are enough. */
export const FAST_HOURS = 9;

export type Market = Readonly<{ symbol: MarketSymbol; timeframe: Timeframe; candles: readonly FixtureCandle[] }>;

const AUR = instrument('AUR/USD', { tick: '0.1', lot: '0.0001', minNotional: '5', halfSpreadBps: 5, absent: 'missing' });
const DUN = instrument('DUN/USD', { tick: '0.0001', lot: '0.01', minNotional: '5' });
const TOK = instrument('TOK/USD', { tick: '0.1', lot: '0.001', minNotional: '5' });

const swings = (hours: number, volumeUnits: number, noisePpm: number): readonly Stretch[] =>
  Array.from({ length: Math.ceil(hours / 5) }, (_, nth) => ({ candles: 5, driftPpm: nth % 2 === 0 ? 4_000 : -4_000, noisePpm, jumpPpm: 700, volumeUnits }));

const aur = candlesOf({ seed: 11, startTicks: 412_500, priceDecimals: 1, volumeDecimals: 4, stretches: swings(HOURS, 3_000_000, 3_000) });
/** So thin that orders of any size fill in part. */
const dun = candlesOf({ seed: 12, startTicks: 64_820, priceDecimals: 4, volumeDecimals: 2, stretches: swings(HOURS, 800_000, 3_500) });
const tok = candlesOf({ seed: 13, startTicks: 2_871, priceDecimals: 1, volumeDecimals: 3, stretches: swings(HOURS, 9_000_000, 1_500) });
const fast = candlesOf({ seed: 14, startTicks: 381_250, priceDecimals: 1, volumeDecimals: 4, stretches: swings(12 * FAST_HOURS, 500_000, 900) });

/** A candle that nobody told us about in its hour, and is heard of six hours later. */
export const LATE = { symbol: AUR.symbol, index: 20, heardHour: 26 } as const;
/** A candle whose volume the provider corrects two hours later. */
export const REVISED = { symbol: DUN.symbol, index: 30, heardHour: 33, values: { volume: '7777.77' } } as const;

export const HOURLY: readonly Market[] = [
  { symbol: AUR.symbol, timeframe: '1h', candles: without(aur, [[LATE.index, LATE.index]]) },
  { symbol: DUN.symbol, timeframe: '1h', candles: without(dun, [[14, 15]]) },
  { symbol: TOK.symbol, timeframe: '1h', candles: tok },
];
export const FIVE_MINUTES: readonly Market[] = [{ symbol: AUR.symbol, timeframe: '5m', candles: fast }];

export const lateCandle = (): FixtureCandle => aur[LATE.index]!;
export const revisedCandle = (): FixtureCandle => ({ index: REVISED.index, values: { ...dun[REVISED.index]!.values, ...REVISED.values } });

const shared = { quote: 'USD', strategy: 'ema-cross', parameters: { fast: '2', slow: '4' }, profile: PROFILES.balanced } as const;

/** Fees in a third asset out of a treasury that was bought in two lots. */
export const paperManifest: Manifest = manifestOf({
  ...shared,
  timeframe: '1h',
  cash: '40000',
  holdings: [
    { asset: asset('TOK'), quantity: quantity(decimal('0.0171')), unitCost: price(decimal('250.25')) },
    { asset: asset('TOK'), quantity: quantity(decimal('0.9')), unitCost: price(decimal('301.5')) },
  ],
  sizing: shareOfPortfolio('0.05'),
  entry: MARKET_ENTRY,
  universe: [AUR, DUN, TOK],
  costs: costsOf('binance', { maker: 750, taker: 750 }, { third: asset('TOK') }),
  warmUpHours: 6,
});

/** Limit orders that rest over many steps, and fees in what was received. */
export const fastManifest: Manifest = manifestOf({
  ...shared,
  timeframe: '5m',
  cash: '10000',
  sizing: fixedNotional('450'),
  entry: { type: 'LIMIT', offsetBps: bps(15), postOnly: false, timeInForce: 'HOUR' },
  universe: [AUR],
  costs: costsOf('binance', { maker: 1_000, taker: 1_000 }, 'received'),
  warmUpHours: 1,
});

/** Fees in quote; stored as a backtest in full, in summary, and once more to be dropped. */
export const backtestManifest: Manifest = manifestOf({
  ...shared,
  timeframe: '1h',
  cash: '25000',
  sizing: shareOfPortfolio('0.2'),
  entry: MARKET_ENTRY,
  universe: [AUR, DUN],
  costs: costsOf('kraken', { maker: 2_500, taker: 4_000 }, 'quote'),
  warmUpHours: 0,
});

export type Command = Readonly<{ beforeHour: number; key: string; reason: string }> & OperatorCommand;

/** What the operator of the paper run asks for, some of it in vain. */
export const COMMANDS: readonly Command[] = [
  { beforeHour: 4, command: 'deposit', amount: money(decimal('1250.5')), key: 'd-1', reason: 'more to trade with' },
  { beforeHour: 5, command: 'cancel', key: 'c-0', reason: 'nothing there to cancel' },
  { beforeHour: 9, command: 'withdraw', amount: money(decimal('99999999')), key: 'w-1', reason: 'more than there is' },
  { beforeHour: 10, command: 'withdraw', amount: money(decimal('300.25')), key: 'w-2', reason: 'rent' },
  { beforeHour: 17, command: 'halt', key: 'h-1', reason: 'a look at the books' },
  { beforeHour: 28, command: 'resume', key: 'r-1', reason: 'the books are right' },
  { beforeHour: 40, command: 'flatten', key: 'f-1', reason: 'out of everything' },
  { beforeHour: 44, command: 'kill', key: 'k-1', reason: 'enough' },
];

/** A cancel meets an order of the run of five-minute steps while it rests. */
export const FAST_COMMANDS: readonly Command[] = [4, 5, 6, 7].map(beforeHour => ({ beforeHour, command: 'cancel', key: `c-${beforeHour}`, reason: 'not at this price' }));
