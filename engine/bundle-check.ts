/**
 * What a bundle's hours must be in themselves: candles under their digests, contents under the facts that name them, events
 * under their roots, records and envelopes in their chains. Nothing is executed here.
 */
import { sha256Hex } from '../core/kernel/digest.ts';
import { canonicalText } from '../core/kernel/canonical.ts';
import { leafDigestOfText, rootOfTexts } from '../core/kernel/merkle.ts';
import { HOUR_MS } from '../core/kernel/units.ts';
import type { MarketSymbol, TimeMs } from '../core/kernel/units.ts';
import { CANDLE_VALUES, candleDigest, normalCandleValue } from '../core/market/candle.ts';
import type { Timeframe } from '../core/market/timeframe.ts';
import type { Envelope, HourRecord } from '../core/seal.ts';
import { compareColumn } from '../adapters/store/finding.ts';
import type { Report } from '../adapters/store/finding.ts';
import { envelopeOfText, hourRecordOfText, marketListingOfText } from '../schema/wire/seal-text.ts';
import { factOfText } from '../schema/wire/fact-text.ts';
import type { BundledHour, BundledStep } from './bundle-hours.ts';

/** What the next hour must continue. `envelope` is null before the first. */
export type ChainEnd = Readonly<{ genesis: string; previous: string; envelope: string | null; run: Envelope | null }>;

type Placed = Readonly<{ hour: number; step: number; timeframe: Timeframe; lengthMs: number }>;

/** The candles of a step against its content, and that against the market fact. */
const checkMarket = ({ market, factTexts }: BundledStep, { hour, step, timeframe, lengthMs }: Placed, report: Report): void => {
  const key = `hour=${hour} step=${step}`;
  if (market === null) return report({ code: 'ROW_MISSING', table: 'market_fact', key, column: null, expected: 'the content of the step', actual: null });
  const text = canonicalText(market.content);
  const openMs = hour * HOUR_MS + step * lengthMs;
  const listing = readable(() => marketListingOfText(text));
  if (typeof listing === 'string') return report({ code: 'UNREADABLE', table: 'market_fact', key, column: 'bytes', expected: null, actual: listing });
  compareColumn(report, { table: 'market_fact', key, column: 'bytes' }, { expected: `${timeframe} ${openMs}`, actual: `${listing.timeframe} ${listing.openMs}` });
  compareColumn(report, { table: 'candle', key, column: 'values', code: 'COUNT_DIFFERS' }, { expected: listing.candles.length, actual: market.candles.length });
  market.candles.slice(0, listing.candles.length).forEach((values, index) => {
    const [symbol, digest] = listing.candles[index]!;
    compareColumn(report, { table: 'candle', key: `symbol=${symbol} ${key}`, column: 'values', code: 'HASH_DIFFERS' }, { expected: digest, actual: digestOf(symbol, { timeframe, openMs, values }) });
  });
  const named = factTexts.map(marketDigestIn).filter(digest => digest !== null);
  compareColumn(report, { table: 'market_fact', key, column: 'bytes', code: 'HASH_DIFFERS' }, { expected: named.join(' '), actual: sha256Hex(text) });
};

type Candle = Readonly<{ timeframe: Timeframe; openMs: number; values: readonly string[] }>;

/** What the values hash to, or why they are none. */
const digestOf = (symbol: MarketSymbol, { timeframe, openMs, values }: Candle): string => {
  const wrong = values.length === CANDLE_VALUES.length ? values.find(value => !isNormal(value)) : `${values.length} values`;
  if (wrong !== undefined) return `no candle: ${wrong}`;
  const [open, high, low, close, volume] = values as [string, string, string, string, string];
  return candleDigest({ symbol, timeframe }, openMs as TimeMs, { open, high, low, close, volume });
};

const isNormal = (value: string): boolean => {
  const normal = normalCandleValue(value);
  return normal.ok && normal.text === value;
};

const marketDigestIn = (text: string): string | null => {
  const fact = readable(() => factOfText(text));
  return typeof fact !== 'string' && fact.type === 'market' ? fact.digest : null;
};

const readable = <Value extends object>(read: () => Value): Value | string => {
  try {
    return read();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const checkRecord = (hour: BundledHour, record: HourRecord, end: ChainEnd, report: Report): void => {
  const key = `hour=${hour.hour}`;
  const at = (table: string, column: string) => ({ table, key, column });
  const facts = hour.steps.flatMap(({ factTexts }) => factTexts);
  const decisions = hour.steps.flatMap(({ decisionTexts }) => decisionTexts);
  compareColumn(report, { ...at('hour_record', 'hash'), code: 'HASH_DIFFERS' }, { expected: leafDigestOfText(hour.recordText), actual: hour.hash });
  compareColumn(report, at('hour_record', 'record'), { expected: hour.hour, actual: record.hour });
  compareColumn(report, { ...at('hour_record', 'record'), code: 'CHAIN_BROKEN' }, { expected: end.genesis, actual: record.genesis });
  compareColumn(report, { ...at('hour_record', 'record'), code: 'CHAIN_BROKEN' }, { expected: end.previous, actual: record.previous });
  compareColumn(report, { ...at('hour_record', 'record'), code: 'COUNT_DIFFERS' }, { expected: hour.steps.length, actual: record.steps });
  compareColumn(report, { ...at('fact', 'seq'), code: 'COUNT_DIFFERS' }, { expected: record.counts.facts, actual: facts.length });
  compareColumn(report, { ...at('decision', 'seq'), code: 'COUNT_DIFFERS' }, { expected: record.counts.decisions, actual: decisions.length });
  compareColumn(report, { ...at('fact', 'bytes'), code: 'ROOT_DIFFERS' }, { expected: record.factsRoot, actual: rootOfTexts(facts) });
  compareColumn(report, { ...at('decision', 'bytes'), code: 'ROOT_DIFFERS' }, { expected: record.decisionsRoot, actual: rootOfTexts(decisions) });
};

const LABELS = ['run', 'name', 'mode', 'account'] as const;

const checkEnvelope = (hour: BundledHour, envelope: Envelope, end: ChainEnd, report: Report): void => {
  const at = { table: 'envelope', key: `hour=${hour.hour}`, column: 'bytes' } as const;
  compareColumn(report, at, { expected: hour.hour, actual: envelope.hour });
  compareColumn(report, { ...at, code: 'CHAIN_BROKEN' }, { expected: leafDigestOfText(hour.recordText), actual: envelope.hourHash });
  if (end.envelope !== null) compareColumn(report, { ...at, code: 'CHAIN_BROKEN' }, { expected: end.envelope, actual: envelope.previous });
  if (end.run !== null) for (const label of LABELS) compareColumn(report, at, { expected: `${label} ${end.run[label]}`, actual: `${label} ${envelope[label]}` });
};

/** Checks an hour and says what the next one must continue; null where nothing can, because it cannot be read. */
export const checkBundledHour = (hour: BundledHour, end: ChainEnd, market: Readonly<{ timeframe: Timeframe; lengthMs: number }>, report: Report): ChainEnd | null => {
  const record = readable(() => hourRecordOfText(hour.recordText));
  const envelope = readable(() => envelopeOfText(hour.envelopeText));
  const key = `hour=${hour.hour}`;
  if (typeof record === 'string') report({ code: 'UNREADABLE', table: 'hour_record', key, column: 'record', expected: null, actual: record });
  if (typeof envelope === 'string') report({ code: 'UNREADABLE', table: 'envelope', key, column: 'bytes', expected: null, actual: envelope });
  if (typeof record === 'string' || typeof envelope === 'string') return null;
  hour.steps.forEach((step, index) => checkMarket(step, { hour: hour.hour, step: index, ...market }, report));
  checkRecord(hour, record, end, report);
  checkEnvelope(hour, envelope, end, report);
  return { genesis: end.genesis, previous: leafDigestOfText(hour.recordText), envelope: leafDigestOfText(hour.envelopeText), run: end.run ?? envelope };
};
