/**
 * Runs of every sort from a seed: timeframes, one to three agents with strategies, sizings and entries of their own, profiles,
 * fee assets, coarse and fine rules, holes, late and revised candles, operators who do as they please.
 */
import { decimal } from '../../core/kernel/decimal.ts';
import { asset, bps, fraction, marketSymbol, money, price, quantity, ratePpm } from '../../core/kernel/units.ts';
import type { OperatorCommand } from '../../core/log.ts';
import type { Agent, CostModel, EntryOrder, Instrument, Manifest, Sizing } from '../../core/manifest.ts';
import { stepsPerHour } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { PROFILES } from '../../core/profile.ts';
import type { RunProfile } from '../../core/profile.ts';
import { lateCandle, operatorAt, revisedCandle } from '../../tools/fixtures/case.ts';
import type { Arrival, CaseDefinition } from '../../tools/fixtures/case.ts';
import { fixedNotional, fixedQuantity, instrument, manifestOf, shareOfPortfolio } from '../../tools/fixtures/manifest.ts';
import { candlesOf, without } from '../../tools/fixtures/market.ts';
import type { FixtureCandle } from '../../tools/fixtures/market.ts';

export type Draw = Readonly<{ below: (bound: number) => number; pick: <Item>(items: readonly Item[]) => Item }>;

export const drawOf = (seed: number): Draw => {
  let state = Math.imul(seed, 7_919) + 13;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return (state >>> 8) % bound;
  };
  return { below, pick: items => items[below(items.length)]! };
};

const STRATEGIES: readonly Pick<Agent, 'strategy' | 'parameters'>[] = [
  { strategy: 'buy-and-hold', parameters: {} },
  { strategy: 'donchian-breakout', parameters: { entry: '5', exit: '3' } },
  { strategy: 'ema-cross', parameters: { fast: '2', slow: '4' } },
  { strategy: 'rsi-reversion', parameters: { overbought: '60', oversold: '40', period: '3' } },
];
const SIZINGS: readonly Sizing[] = [shareOfPortfolio('0.3'), fixedNotional('700'), fixedQuantity('0.7')];
const ENTRIES: readonly EntryOrder[] = [
  { type: 'MARKET' },
  { type: 'LIMIT', offsetBps: bps(0), postOnly: false, timeInForce: 'IOC' },
  { type: 'LIMIT', offsetBps: bps(5), postOnly: false, timeInForce: 'FOK' },
  { type: 'LIMIT', offsetBps: bps(10), postOnly: true, timeInForce: 'HOUR' },
  { type: 'LIMIT', offsetBps: bps(30), postOnly: false, timeInForce: 'HOUR' },
];
const STOPS: readonly Agent['stop'][] = [null, null, { kind: 'loss', distance: fraction(decimal('0.02')) }, { kind: 'trailing', distance: fraction(decimal('0.015')) }];
const ANY_PROFILE: readonly RunProfile[] = [PROFILES.research, PROFILES.balanced, PROFILES.conservative];
const HOURS: Readonly<Record<Timeframe, number>> = { '1h': 96, '15m': 30, '5m': 20, '1m': 4 };

const agentsOf = ({ below, pick }: Draw): readonly Agent[] =>
  Array.from({ length: 1 + below(3) }, (_, index) => ({ id: `agent-${index}`, ...pick(STRATEGIES), strategyDigest: null, sizing: pick(SIZINGS), entry: pick(ENTRIES), stop: pick(STOPS) }));

const universeOf = ({ below, pick }: Draw): readonly Instrument[] =>
  ['AUR/USD', 'BOR/USD', 'TOK/USD'].slice(below(3)).map(symbol =>
    instrument(symbol, {
      tick: pick(['0.0001', '0.01', '0.5']),
      lot: pick(['0.0001', '0.1', '1']),
      minNotional: pick(['0', '10', '100']),
      baseDecimals: pick([8, 2, 0]),
      quoteDecimals: pick([8, 2]),
      absent: pick(['quiet', 'missing']),
    }),
  );

const costsOf = ({ pick }: Draw): CostModel => ({
  fees: {
    name: 'variant',
    makerPpm: ratePpm(pick([0, 1_000, 2_500])),
    takerPpm: ratePpm(pick([0, 1_000, 4_000])),
    asset: pick(['quote', 'received', { third: asset('TOK') }]),
  },
  slippage: pick([{ kind: 'spread_impact', impactBps: bps(20) }, { kind: 'constant', bps: bps(10) }]),
  participation: pick([null, fraction(decimal('0.025'))]),
});

const marketOf = ({ below, pick }: Draw, candles: number): readonly FixtureCandle[] =>
  candlesOf({
    seed: below(1_000_000),
    startTicks: pick([500, 2_000, 10_000]),
    priceDecimals: pick([1, 2, 3]),
    volumeDecimals: 1,
    stretches: Array.from({ length: 10 }, (_, nth) => ({
      candles: Math.ceil(candles / 10),
      driftPpm: (nth % 2 === 0 ? 1 : -1) * below(3_000),
      noisePpm: 500 + below(9_000),
      jumpPpm: below(6_000),
      volumeUnits: pick([100, 3_000, 500_000]),
    })),
  }).slice(0, candles);

const COMMANDS: readonly OperatorCommand[] = [
  { command: 'kill' },
  { command: 'halt' },
  { command: 'resume' },
  { command: 'flatten' },
  { command: 'cancel' },
  { command: 'deposit', amount: money(decimal('5000')) },
  { command: 'withdraw', amount: money(decimal('100')) },
  { command: 'withdraw', amount: money(decimal('99999')) },
];

const operatorsOf = ({ below, pick }: Draw, { hours, steps }: Readonly<{ hours: number; steps: number }>): readonly Arrival[] =>
  Array.from({ length: below(12) }, (_, index) =>
    operatorAt({ hour: below(hours), step: below(steps), minute: below(60) }, { ...pick(COMMANDS), key: `k-${index}`, reason: pick(['', 'so be it', 'für "später"\\']) }),
  );

/** Half of the candles that went missing arrive an hour or more later; some that were there are revised. */
const arrivalsOf = ({ below, pick }: Draw, manifest: Manifest, all: readonly FixtureCandle[], kept: readonly FixtureCandle[]) => {
  const steps = stepsPerHour(manifest.timeframe);
  const laterThan = (candle: FixtureCandle): number => Math.floor(candle.index / steps) + 1 + below(3);
  return (symbol: string): readonly Arrival[] => [
    ...all
      .filter(candle => !kept.includes(candle) && below(2) === 0)
      .map(candle => lateCandle(manifest, { symbol: marketSymbol(symbol), candle, hour: laterThan(candle), minute: below(60) })),
    ...Array.from({ length: below(3) }, () => pick(kept)).map(candle =>
      revisedCandle(manifest, { symbol: marketSymbol(symbol), candle, hour: laterThan(candle), minute: below(60), values: { volume: '1.5' } }),
    ),
  ];
};

/** The same run for the same seed, for ever. */
export const variantOf = (seed: number): CaseDefinition => {
  const draw = drawOf(seed);
  const timeframe = draw.pick<Timeframe>(['1h', '15m', '5m', '1m']);
  const [hours, steps] = [HOURS[timeframe], stepsPerHour(timeframe)];
  const opening = { timeframe, quote: 'USD', cash: '10000', sizing: SIZINGS[0]!, entry: ENTRIES[0]!, ...STRATEGIES[0]!, profile: draw.pick(ANY_PROFILE), warmUpHours: draw.below(3) };
  const holdings = [{ asset: asset('TOK'), quantity: quantity(decimal('0.5')), unitCost: price(decimal('20')) }];
  const base = manifestOf({ ...opening, universe: universeOf(draw), costs: costsOf(draw), holdings: draw.pick([[], holdings]) });
  const manifest: Manifest = { ...base, agents: agentsOf(draw) };
  const markets = manifest.universe.map(({ symbol }) => {
    const all = marketOf(draw, hours * steps);
    const kept = without(all, Array.from({ length: draw.below(4) }, () => [draw.below(all.length), draw.below(all.length)] as const).map(([first, last]) => [first, Math.min(first + 5, last)]));
    return { kept, arrivals: arrivalsOf(draw, manifest, all, kept)(symbol) };
  });
  const arrivals = [...markets.flatMap(market => market.arrivals), ...operatorsOf(draw, { hours, steps })];
  return { name: `variant-${seed}`, hours, manifest, candles: markets.map(({ kept }) => kept), arrivals: onceEach(arrivals.filter(({ hour }) => hour < hours)) };
};

/** The same candle revised twice in one hour would be one fact twice. */
const onceEach = (arrivals: readonly Arrival[]): readonly Arrival[] => {
  const seen = new Set<string>();
  return arrivals.filter(({ hour, fact }) => {
    const key = fact.type === 'candle_late' || fact.type === 'candle_revised' ? `${hour} ${fact.type} ${fact.symbol} ${fact.openMs}` : fact.type === 'operator' ? fact.key : 'id' in fact ? fact.id : `${fact.agent} ${fact.symbol}`;
    return !seen.has(key) && seen.add(key);
  });
};
