/** What a new run has to know of its markets: ranges, what a hole means, and recorded trading rules. Reads only. */
import type pg from 'pg';
import { decimal } from '../../core/kernel/decimal.ts';
import { price, quantity } from '../../core/kernel/units.ts';
import type { HourUtc, MarketSymbol, Money, Price, Quantity, TimeMs } from '../../core/kernel/units.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';

/** `absent` is what most of the candles were told by: a source that writes every candle, or one that leaves quiet times out. Null without candles. */
export type MarketRange = Readonly<{ symbol: MarketSymbol; firstOpenMs: TimeMs | null; lastOpenMs: TimeMs | null; absent: 'quiet' | 'missing' | null }>;

const RANGES = `
  SELECT wanted.symbol,
    (SELECT open_ms FROM tb.candle WHERE series_id = series.id ORDER BY open_ms LIMIT 1) AS first_open_ms,
    (SELECT open_ms FROM tb.candle WHERE series_id = series.id ORDER BY open_ms DESC LIMIT 1) AS last_open_ms,
    (SELECT absent FROM tb.ingest WHERE series_id = series.id GROUP BY absent HAVING sum(added) > 0 ORDER BY sum(added) DESC, absent LIMIT 1) AS absent
  FROM unnest($1::text[]) WITH ORDINALITY AS wanted(symbol, place)
  LEFT JOIN tb.series ON series.symbol = wanted.symbol AND series.timeframe = $2
  ORDER BY place`;

type RangeRow = Readonly<{ symbol: MarketSymbol; first_open_ms: TimeMs | null; last_open_ms: TimeMs | null; absent: 'quiet' | 'missing' | null }>;

/** One range per symbol asked for, in that order; nulls where the store has no candle of it in this timeframe. */
export const readRanges = async (client: pg.ClientBase, symbols: readonly MarketSymbol[], timeframe: Timeframe): Promise<readonly MarketRange[]> => {
  const { rows } = await client.query<RangeRow>(RANGES, [symbols, timeframe]);
  return rows.map(({ symbol, first_open_ms, last_open_ms, absent }) => ({ symbol, firstOpenMs: first_open_ms, lastOpenMs: last_open_ms, absent }));
};

export const knownSymbols = async (client: pg.ClientBase): Promise<readonly MarketSymbol[]> => {
  const { rows } = await client.query<{ symbol: MarketSymbol }>('SELECT symbol FROM tb.instrument ORDER BY symbol COLLATE "C"');
  return rows.map(({ symbol }) => symbol);
};

const PRICES = `
  SELECT series.symbol, trim_scale(coalesce(before.close, after.close))::text AS close
  FROM tb.series
  LEFT JOIN LATERAL (SELECT close FROM tb.candle WHERE series_id = series.id AND open_ms < $3 ORDER BY open_ms DESC, revision DESC LIMIT 1) AS before ON true
  LEFT JOIN LATERAL (SELECT close FROM tb.candle WHERE series_id = series.id AND open_ms >= $3 ORDER BY open_ms, revision DESC LIMIT 1) AS after ON true
  WHERE series.symbol = ANY($1::text[]) AND series.timeframe = $2`;

/** The last close before a moment, else the first after it, by symbol: what an order of the first hours would cost, near enough. */
export const readPrices = async (client: pg.ClientBase, symbols: readonly MarketSymbol[], { timeframe, atMs }: Readonly<{ timeframe: Timeframe; atMs: TimeMs }>): Promise<ReadonlyMap<MarketSymbol, Price>> => {
  const { rows } = await client.query<{ symbol: MarketSymbol; close: string | null }>(PRICES, [symbols, timeframe, atMs]);
  return new Map(rows.flatMap(({ symbol, close }) => (close === null ? [] : [[symbol, price(decimal(close))] as const])));
};

export type RecordedRules = Readonly<{ tick: Price; lot: Quantity; minNotional: Money; baseDecimals: number; quoteDecimals: number }>;

const RULES = `
  SELECT DISTINCT ON (symbol) symbol, tick, lot, min_notional, base_decimals, quote_decimals
  FROM tb.instrument_rule WHERE symbol = ANY($1::text[]) AND from_hour <= $2
  ORDER BY symbol, from_hour DESC, recorded_ms DESC`;

type RuleRow = Readonly<{ symbol: MarketSymbol; tick: string; lot: string; min_notional: string; base_decimals: number; quote_decimals: number }>;

/** The rules in force at an hour, by symbol; a symbol without recorded rules is left out. */
export const readRules = async (client: pg.ClientBase, symbols: readonly MarketSymbol[], hour: HourUtc): Promise<ReadonlyMap<MarketSymbol, RecordedRules>> => {
  const { rows } = await client.query<RuleRow>(RULES, [symbols, hour]);
  return new Map(rows.map(row => [row.symbol, rulesOf(row)]));
};

const rulesOf = (row: RuleRow): RecordedRules => ({
  tick: price(decimal(row.tick)),
  lot: quantity(decimal(row.lot)),
  minNotional: decimal(row.min_notional) as Money,
  baseDecimals: row.base_decimals,
  quoteDecimals: row.quote_decimals,
});
