/** Asks the store what a new run has to know of the markets it names. */
import type { StoreClient } from '../adapters/store/connection.ts';
import { knownSymbols, readPrices, readRanges, readRules } from '../adapters/store/market-knowledge.ts';
import { startOfHour } from '../core/kernel/hours.ts';
import type { HourUtc, MarketSymbol } from '../core/kernel/units.ts';
import type { Series } from '../core/market/candle.ts';
import type { Timeframe } from '../core/market/timeframe.ts';
import type { MarketKnowledge } from './plan-run.ts';

export const marketOf = async (client: StoreClient, symbols: readonly MarketSymbol[], { timeframe, hour }: Readonly<{ timeframe: Timeframe; hour: HourUtc }>): Promise<MarketKnowledge> => {
  const ranges = await readRanges(client, symbols, timeframe);
  const rules = await readRules(client, symbols, hour);
  const prices = await readPrices(client, symbols, { timeframe, atMs: startOfHour(hour) });
  return { ranges, known: await knownSymbols(client), rulesOf: symbol => rules.get(symbol) ?? null, priceOf: symbol => prices.get(symbol) ?? null };
};

/** The series a desk reads, in the order of its universe. */
export const seriesOf = (symbols: readonly MarketSymbol[], timeframe: Timeframe): readonly Series[] => symbols.map(symbol => ({ symbol, timeframe }));
