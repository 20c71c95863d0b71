/** A long run over a synthetic market for every strategy that ships: more hours and symbols than a fixture can hold. */
import { syntheticColumns, syntheticSymbols } from '../../bench/market.ts';
import { openDesk } from '../../core/desk.ts';
import { beginRun, executeHour } from '../../core/execute.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { divideDown } from '../../core/kernel/rounding.ts';
import { asset, bps, fraction, hourUtc, HOUR_MS, money, ONE_E18, price, quantity, ratePpm } from '../../core/kernel/units.ts';
import type { Digest } from '../../core/kernel/units.ts';
import { ENCODING_VERSION, SEMANTICS_VERSION } from '../../core/manifest.ts';
import type { Manifest } from '../../core/manifest.ts';
import { feedOf } from '../../core/market/feed.ts';
import { PROFILES } from '../../core/profile.ts';
import { validateParameters } from '../../core/strategies/parameters.ts';
import type { STRATEGIES } from '../../core/strategies/registry.ts';
import { clusterOf } from '../../core/risk/clusters.ts';

type Strategy = (typeof STRATEGIES)[number];
export type SyntheticSize = Readonly<{ symbols: number; hours: number }>;

/** 2024-01-01T00:00:00Z. */
const START = hourUtc(473_352);
const FINEST = decimal('0.00000001');

const manifestOf = (strategy: Strategy, symbols: Manifest['universe'][number]['symbol'][]): Manifest => {
  const validated = validateParameters(strategy, {});
  if (!validated.ok) throw new Error(validated.problem);
  return {
    version: 1,
    semantics: SEMANTICS_VERSION,
    encoding: ENCODING_VERSION,
    startHour: START,
    tradeFromHour: START,
    timeframe: '1h',
    quote: asset('USD'),
    openingBalances: [{ asset: asset('USD'), quantity: quantity(decimal('100000')), unitCost: price(ONE_E18) }],
    agents: [
      {
        id: 'main',
        strategy: strategy.id,
        strategyDigest: null,
        parameters: validated.texts,
        sizing: { kind: 'fraction', fraction: fraction(divideDown(ONE_E18, BigInt(symbols.length))) },
        entry: { type: 'MARKET' },
      stop: null,
      },
    ],
    profile: PROFILES.balanced,
    universe: symbols.map(symbol => ({
      symbol,
      tick: price(decimal('0.01')),
      lot: quantity(FINEST),
      minNotional: money(decimal('1')),
      baseDecimals: 8,
      quoteDecimals: 8,
      halfSpreadBps: bps(15),
      absent: 'missing',
      cluster: clusterOf(symbol),
    })),
    venue: 'simulated',
    costs: {
      fees: { name: 'synthetic', makerPpm: ratePpm(2_500), takerPpm: ratePpm(4_000), asset: 'quote' },
      slippage: { kind: 'spread_impact', impactBps: bps(20) },
      participation: fraction(decimal('0.025')),
    },
  };
};

/** Strategy id to the head hash of its run; every strategy trades the same market. */
export const syntheticHeads = (strategies: readonly Strategy[], { symbols: count, hours }: SyntheticSize): Readonly<Record<string, Digest>> => {
  const symbols = [...syntheticSymbols(count)];
  const size = { symbols: count, candles: hours, timeframe: '1h', firstOpenMs: START * HOUR_MS } as const;
  const columns = symbols.map((symbol, index) => syntheticColumns(symbol, index + 1, size));
  return Object.fromEntries(
    strategies.map(strategy => {
      const desk = openDesk(manifestOf(strategy, symbols), [strategy]);
      const feed = feedOf(desk.symbols, '1h', columns);
      let progress = beginRun(desk);
      for (let hour = 0; hour < hours; hour += 1) progress = executeHour(desk, progress, feed).after;
      return [`synthetic ${strategy.id}`, progress.previous];
    }),
  );
};
