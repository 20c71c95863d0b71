/**
 * The market that the long runs trade: three years of hours with holes, candles that come late, candles that are revised,
 * and people who interfere. Every part is a function of hour and symbol, so it can be asked for in any order.
 */
import { syntheticColumns, syntheticSymbols } from '../../bench/market.ts';
import type { OutsideFact } from '../../core/bucket.ts';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import { hourUtc, HOUR_MS, money, timeMs } from '../../core/kernel/units.ts';
import type { Digest, Fraction, MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import type { OperatorCommand, PredictionFact } from '../../core/log.ts';
import { CANDLE_VALUES, candleDigest } from '../../core/market/candle.ts';
import type { CandleValues } from '../../core/market/candle.ts';
import { emptyColumn, widenAt } from '../../core/market/columns.ts';
import type { CandleColumns } from '../../core/market/columns.ts';
import { PROFILES } from '../../core/profile.ts';
import type { InsertionOrder } from './insertion-order.ts';

/** 2022-01-01T00:00:00Z, and three years of hours. */
export const START = hourUtc(455_832);
export const HOURS = 3 * 8_760;
export const SYMBOLS: readonly MarketSymbol[] = syntheticSymbols(5);

const HASH_LENGTH = 32;
/** Every so many hours some symbols have no candle; it comes late, and the one before it is revised. */
const HOLES_EVERY = 211;
const LATE_AFTER = 2;
const REVISED_AFTER = 5;
/** Every so many hours somebody interferes. */
const OPERATORS_EVERY = 701;

const isHole = (hour: number, symbol: number): boolean => hour % HOLES_EVERY === 7 && (Math.floor(hour / HOLES_EVERY) + symbol) % 3 === 0;

/** A symbol's candles without a hole. */
const wholeColumns = (index: number): CandleColumns =>
  syntheticColumns(SYMBOLS[index]!, index + 1, { symbols: SYMBOLS.length, candles: HOURS, timeframe: '1h', firstOpenMs: START * HOUR_MS });

/** The columns without the rows of the holes, row by row in the order of insertion. */
const withHoles = (whole: CandleColumns, index: number, order: InsertionOrder): CandleColumns => {
  const kept = Array.from({ length: HOURS }, (_, hour) => hour).filter(hour => !isHole(hour, index));
  const length = kept.length;
  const values = CANDLE_VALUES.map(name => [name, emptyColumn(length)] as const);
  const columns = { ...whole, length, slot: new Int32Array(length), digest: new Uint8Array(HASH_LENGTH * length), ...Object.fromEntries(values) };
  for (const [row, hour] of order.list(kept.map((hour, row) => [row, hour] as const))) {
    columns.slot[row] = whole.slot[hour]!;
    columns.digest.set(whole.digest.subarray(HASH_LENGTH * hour, HASH_LENGTH * (hour + 1)), HASH_LENGTH * row);
    for (const [name, column] of values) {
      column.mantissa[row] = whole[name].mantissa[hour]!;
      column.scale[row] = whole[name].scale[hour]!;
    }
  }
  return columns;
};

/** What the long runs trade, by symbol, and what the outside adds to an hour, by hours from the start. */
export type YearsMarket = Readonly<{ columnsOf: ReadonlyMap<MarketSymbol, CandleColumns>; outsideOf: (hour: number) => readonly OutsideFact[] }>;

export const yearsMarket = (order: InsertionOrder): YearsMarket => {
  const whole = new Map(order.list(SYMBOLS.map((_, index) => index)).map(index => [index, wholeColumns(index)]));
  const columnsOf = new Map(order.list([...whole]).map(([index, columns]) => [SYMBOLS[index]!, withHoles(columns, index, order)]));
  const outsideOf = (hour: number): readonly OutsideFact[] => [...arrivals(whole, hour), ...interference(hour)];
  return { columnsOf, outsideOf };
};

const valuesAt = (columns: CandleColumns, row: number): CandleValues => ({
  open: formatDecimal(widenAt(columns.open, row)),
  high: formatDecimal(widenAt(columns.high, row)),
  low: formatDecimal(widenAt(columns.low, row)),
  close: formatDecimal(widenAt(columns.close, row)),
  volume: formatDecimal(widenAt(columns.volume, row)),
});

/** Candles of holes some hours later, and for some a revision of the candle before the hole. */
const arrivals = (whole: ReadonlyMap<number, CandleColumns>, hour: number): readonly OutsideFact[] =>
  SYMBOLS.flatMap((symbol, index): OutsideFact[] => {
    const columns = whole.get(index)!;
    const atMs = timeMs((START + hour) * HOUR_MS + 1_000);
    const at = (row: number) => ({ atMs, symbol, openMs: timeMs((START + row) * HOUR_MS) });
    const facts: OutsideFact[] = [];
    if (isHole(hour - LATE_AFTER, index)) {
      const row = hour - LATE_AFTER;
      facts.push({ ...at(row), type: 'candle_late', values: valuesAt(columns, row), digest: digestAt(columns, row) });
    }
    if (isHole(hour - REVISED_AFTER, index)) {
      const row = hour - REVISED_AFTER - 1;
      const values = { ...valuesAt(columns, row), volume: '0.5' };
      facts.push({ ...at(row), type: 'candle_revised', values, digest: candleDigest(columns.series, at(row).openMs, values), supersedes: digestAt(columns, row) });
    }
    return facts;
  });

const digestAt = (columns: CandleColumns, row: number): Digest => candleDigest(columns.series, timeMs((START + row) * HOUR_MS), valuesAt(columns, row));

/** Money in, a halt, its end, another profile, money out: two commands at one moment, ordered by their keys. */
const interference = (hour: number): readonly OutsideFact[] => {
  const round = Math.floor(hour / OPERATORS_EVERY);
  const atMs = timeMs((START + hour) * HOUR_MS + 2_000);
  const fact = (key: string, command: OperatorCommand): OutsideFact => ({ actor: 'desk', atMs, key: `${key}-${round}`, reason: `round "${round}" é`, type: 'operator', ...command });
  switch (hour % OPERATORS_EVERY) {
    case 11:
      return [fact('a', { command: 'deposit', amount: money(decimal('1000')) }), fact('b', { command: 'halt' })];
    case 14:
      return [fact('c', { command: 'resume' }), fact('d', { command: 'profile', profile: round % 2 === 0 ? PROFILES.conservative : PROFILES.balanced })];
    case 20:
      return [fact('e', { command: 'withdraw', amount: money(decimal('400')) })];
    default:
      return [];
  }
};

/** A share of so many hundred-millionths, the finest step of a prediction. */
const share = (count: number): Fraction => (BigInt(count) * 10_000_000_000n) as Fraction;

/** What a model outside says of every symbol at the close of an hour: a slow wave, each symbol at a pace of its own. */
export const predictionsOf = (hour: number, agent: string): readonly PredictionFact[] =>
  SYMBOLS.map((symbol, index): PredictionFact => {
    const period = 240 + 38 * index;
    const wave = Math.abs((hour % (2 * period)) - period) - Math.floor(period / 2);
    const atMs: TimeMs = timeMs((START + hour + 1) * HOUR_MS);
    const horizon = (scale: number) => ({ probabilityUp: share(50_000_000 + wave * 150_000), expectedReturn: share(wave * 20_000 * scale) });
    const prediction = { hour1: horizon(1), hours4: horizon(2), hours24: hour % 5 === 0 ? null : horizon(4), regime: wave >= 0 ? 'TREND_UP' : 'TREND_DOWN', confidence: share(70_000_000), volatility: share(3_000_000) } as const;
    return { agent, atMs, model: 'wave-1', prediction, symbol, type: 'prediction' };
  });
