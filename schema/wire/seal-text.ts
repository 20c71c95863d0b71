/** Stored hour records, envelopes and market contents back to typed ones; versions other than 1 are refused. */
import type { Digest, HourUtc, MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import { TIMEFRAMES } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import type { Envelope, HourRecord, RunMode } from '../../core/seal.ts';
import { as, decoderOf, exactly, hexDigest, integer, listOf, natural, objectOf, oneOf, refuse, text } from './json-fields.ts';
import type { Reader } from './json-fields.ts';

const digest = as<Digest>(hexDigest);
const hour = as<HourUtc>(integer);

const hourRecord: Reader<HourRecord> = objectOf({
  counts: objectOf({ decisions: natural, facts: natural }),
  decisionsRoot: digest,
  encoding: natural,
  factsRoot: digest,
  genesis: digest,
  hour,
  previous: digest,
  semantics: natural,
  state: digest,
  steps: natural,
  trialBalance: digest,
  version: exactly(1),
});

/** A stored hour record. Throws a WireError naming the field. */
export const hourRecordOfText: (json: string) => HourRecord = decoderOf('hour record', hourRecord);

const RUN_MODES: readonly RunMode[] = ['backtest', 'paper', 'live', 'import'];

const envelope: Reader<Envelope> = objectOf({
  account: text,
  build: text,
  engine: text,
  executedAtMs: as<TimeMs>(natural),
  hour,
  hourHash: digest,
  inboxThrough: natural,
  ingestThrough: natural,
  mode: oneOf(RUN_MODES),
  name: text,
  previous: digest,
  run: text,
  version: exactly(1),
});

/** A stored envelope. Throws a WireError naming the field. */
export const envelopeOfText: (json: string) => Envelope = decoderOf('envelope', envelope);

/** What the shared content row of a market fact lists: each symbol that closed a candle, with the candle's digest. */
export type MarketListing = Readonly<{
  candles: readonly (readonly [MarketSymbol, Digest])[];
  openMs: TimeMs;
  timeframe: Timeframe;
  type: 'candles';
  version: 1;
}>;

const listedCandle: Reader<readonly [MarketSymbol, Digest]> = value => {
  if (!Array.isArray(value) || value.length !== 2) return refuse('must be a pair of symbol and digest');
  return [text(value[0]) as MarketSymbol, digest(value[1])];
};

const marketListing: Reader<MarketListing> = objectOf({
  candles: listOf(listedCandle),
  openMs: as<TimeMs>(integer),
  timeframe: oneOf(TIMEFRAMES),
  type: exactly('candles'),
  version: exactly(1),
});

/** The content of a market fact. Throws a WireError naming the field. */
export const marketListingOfText: (json: string) => MarketListing = decoderOf('market content', marketListing);
