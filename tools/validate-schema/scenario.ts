/**
 * The runs that the invariants are tried on: small, and between them every kind of fact, decision, fee and row. Markets
 * are invented and the same everywhere; nothing here touches a store.
 */
import { decimal } from '../../core/kernel/decimal.ts';
import { asset, bps, fraction, HOUR_MS, money, price, quantity, timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { AccountFact, OperatorCommand } from '../../core/log.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { PROFILES } from '../../core/profile.ts';
import { FIXTURE_START, hourAt } from '../fixtures/case.ts';
import type { Arrival, CaseDefinition } from '../fixtures/case.ts';
import { halt } from '../fixtures/cases/halt.ts';
import { severeLossRecovery } from '../fixtures/cases/severe-loss-recovery.ts';
import { stops } from '../fixtures/cases/stops.ts';
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

/** A fixture case that is executed as paper, so many hours of it, over markets whose names begin with its letter. */
export type CaseRun = Readonly<{ name: string; definition: CaseDefinition; hours: number; letter: string }>;

const minuteOf = (hour: number, minute: number) => timeMs(hourAt(hour) * HOUR_MS + minute * 60_000);
const venueErrors: readonly Arrival[] = [5, 10, 20, 30, 40].map(minute => ({ hour: 76, step: 0, fact: { type: 'venue_error', atMs: minuteOf(76, minute), id: `e-${minute}`, reason: 'timeout' } }));
const fault: Arrival = { hour: 80, step: 0, fact: { type: 'fault_reported', atMs: minuteOf(80, 1), id: 'f-1', reason: 'INV-BOOKS-TIE' } };

/** Campaigns that sell in part and buy back until the venue errs; a fall that halts and is reviewed; stops that stand and trail. */
export const CASES: readonly CaseRun[] = [
  { name: 'paper-campaigns', definition: { ...severeLossRecovery, arrivals: [...severeLossRecovery.arrivals, ...venueErrors, fault] }, hours: 84, letter: 'C' },
  { name: 'paper-halted', definition: halt, hours: 122, letter: 'H' },
  { name: 'paper-stops', definition: stops, hours: 42, letter: 'S' },
];

export type Command = Readonly<{ beforeHour: number; key: string; reason: string }> & OperatorCommand;

/** What the operator of the paper run asks for, some of it in vain. */
export const COMMANDS: readonly Command[] = [
  { beforeHour: 4, command: 'deposit', amount: money(decimal('1250.5')), key: 'd-1', reason: 'more to trade with' },
  { beforeHour: 5, command: 'cancel', key: 'c-0', reason: 'nothing there to cancel' },
  { beforeHour: 9, command: 'withdraw', amount: money(decimal('99999999')), key: 'w-1', reason: 'more than there is' },
  { beforeHour: 10, command: 'withdraw', amount: money(decimal('300.25')), key: 'w-2', reason: 'rent' },
  { beforeHour: 12, command: 'profile', profile: { ...PROFILES.balanced, name: 'narrower', sizing: { ...PROFILES.balanced.sizing, base: fraction(decimal('0.04')) }, limits: { ...PROFILES.balanced.limits, perPosition: { share: fraction(decimal('0.04')), amount: null } } }, key: 'p-1', reason: 'smaller positions' },
  { beforeHour: 13, command: 'profile', profile: PROFILES.research, key: 'p-2', reason: 'no paper run does research' },
  { beforeHour: 17, command: 'halt', key: 'h-1', reason: 'a look at the books' },
  { beforeHour: 28, command: 'resume', key: 'r-1', reason: 'the books are right' },
  { beforeHour: 40, command: 'flatten', key: 'f-1', reason: 'out of everything' },
  { beforeHour: 42, command: 'withdraw', amount: money(decimal('100')), key: 'w-3', reason: 'rent again' },
  { beforeHour: 44, command: 'kill', key: 'k-1', reason: 'enough' },
];

/** A cancel meets an order of the run of five-minute steps while it rests. */
export const FAST_COMMANDS: readonly Command[] = [4, 5, 6, 7].map(beforeHour => ({ beforeHour, command: 'cancel', key: `c-${beforeHour}`, reason: 'not at this price' }));

/** An account that was imported from a file: every kind of line, in assets with candles and without. */
export const HISTORY = `time,type,id,symbol,side,price,quantity,amount,value,fee,fee_asset,fee_value,asset,basis,acquired,to_asset,received
,opening,o-1,,,,25000,,,,,,USD,,,,
,opening,o-2,,,,0.5,,,,,,AUR,21000.5,2023-05-01,,
,opening,o-3,,,,12,,,,,,TOK,3300,2022-03-04T05:06:07Z,,
2024-01-01T00:30:00Z,deposit,d-1,,,,1000.25,,,,,,,,,,
2024-01-01T01:10:00Z,buy,t-1,AUR/USD,,41300.1,0.02,826.002,,2.147605,,,,,,,
2024-01-01T02:20:00Z,buy,t-2,DUN/USD,,6.5,1000,6500,,1.5,DUN,,,,,,
2024-01-01T03:05:00Z,sell,t-3,DUN/AUR,,0.00016,500,0.08,,0.0002,AUR,,,,,,
2024-01-01T03:05:00Z,buy,t-4,NIL/TOK,,0.25,8,2,550,0.75,DUN,,,,,,
2024-01-01T05:00:00Z,transfer-in,x-1,,,,2,,,,,,TOK,500,2021-01-01,,
2024-01-01T06:00:00Z,reward,r-1,,,,0.125,,,0.025,TOK,,TOK,,,,
2024-01-01T06:00:00Z,reward,r-2,,,,3.5,,,0.5,,,,,,,
2024-01-01T07:00:00Z,funding,f-1,,,,-4.75,,,,,,,,,,
2024-01-01T07:00:00Z,funding,f-2,,,,1.25,,,,,,,,,,
2024-01-01T07:30:00Z,fee,c-1,,,,10,,65,,,,DUN,,,,
2024-01-01T07:45:00Z,fee,c-2,,,,2.5,,,,,,,,,,
2024-01-01T08:00:00Z,rounding,q-1,,,,-0.00000001,,,,,,DUN,,,,
2024-01-01T08:00:00Z,rounding,q-2,,,,0.00000001,,,,,,AUR,,,,
2024-01-01T08:00:00Z,rounding,q-3,,,,-0.0001,,,,,,,,,,
2024-01-01T09:00:00Z,transfer-out,x-2,,,,3.25,,,,,,TOK,,,,
2024-01-01T10:00:00Z,rename,n-1,,,,8,,,,,,NIL,,,NUL,80
2024-01-01T11:00:00Z,sell,t-5,TOK/USD,,288.8,8.5,2454.8,,6.38248,,,,,,,
2024-01-01T12:00:00Z,withdrawal,w-1,,,,1500,,,,,,,,,,
`;

const at = (minute: number) => timeMs(FIXTURE_START * HOUR_MS + minute * 60_000);
const units = (text: string) => quantity(decimal(text));
const usd = (text: string) => money(decimal(text));
const NO_FEE = { fee: quantity(0n), feeAsset: asset('USD'), feeValue: usd('0') } as const;

/** What a venue may say of an account and no file may: more leaves than there was, and some of it comes later. */
export const OVERDRAWN: readonly AccountFact[] = [
  { type: 'account_transferred', atMs: at(1), id: 'd-1', ordinal: 0, direction: 'in', asset: asset('USD'), quantity: units('100'), basis: usd('100'), acquiredMs: at(1) },
  { type: 'account_traded', atMs: at(2), id: 't-1', ordinal: 0, symbol: AUR.symbol, side: 'SELL', quantity: units('0.02'), price: price(decimal('41000')), amount: units('820'), value: usd('820'), ...NO_FEE, fee: units('2'), feeValue: usd('2') },
  { type: 'account_transferred', atMs: at(3), id: 'x-1', ordinal: 0, direction: 'out', asset: asset('DUN'), quantity: units('5') },
  { type: 'account_traded', atMs: at(65), id: 't-2', ordinal: 0, symbol: AUR.symbol, side: 'BUY', quantity: units('0.03'), price: price(decimal('41500')), amount: units('1245'), value: usd('1245'), ...NO_FEE, fee: units('3'), feeValue: usd('3') },
  { type: 'account_transferred', atMs: at(66), id: 'x-2', ordinal: 0, direction: 'in', asset: asset('DUN'), quantity: units('4'), basis: usd('26'), acquiredMs: at(-600) },
  { type: 'asset_renamed', atMs: at(130), id: 'n-1', ordinal: 0, from: asset('TOK'), to: asset('DUN'), quantity: units('2'), received: units('3') },
  { type: 'account_charged', atMs: at(131), id: 'c-1', ordinal: 0, purpose: 'fees', asset: asset('TOK'), quantity: units('0.5'), value: usd('140') },
];
export const OVERDRAWN_HOURS = 3;

/** Nobody trades in it. */
export const overdrawnManifest: Manifest = { ...backtestManifest, agents: [], openingBalances: [], universe: [AUR, DUN, TOK] };
