/** A stored manifest back to the typed one. Its meaning (known strategies, bounds) is judged elsewhere, its form here. */
import type { Asset, Bps, Digest, Fraction, HourUtc, MarketSymbol, Money, Price, Quantity, RatePpm } from '../../core/kernel/units.ts';
import type { CostModel, EntryOrder, Manifest, Sizing, Slippage, StopPolicy, TimeInForce, Venue } from '../../core/manifest.ts';
import { TIMEFRAMES } from '../../core/market/timeframe.ts';
import { amount, as, decoderOf, exactly, flag, hexDigest, integer, listOf, natural, nullable, objectOf, oneOf, recordOf, taggedBy, text } from './json-fields.ts';
import type { Reader } from './json-fields.ts';
import { profileReader } from './profile-text.ts';

const asset = as<Asset>(text);
const bps = as<Bps>(natural);
const ratePpm = as<RatePpm>(natural);
const fraction = as<Fraction>(amount);
const hour = as<HourUtc>(integer);
const money = as<Money>(amount);
const price = as<Price>(amount);
const quantity = as<Quantity>(amount);

const TIMES_IN_FORCE: readonly TimeInForce[] = ['HOUR', 'IOC', 'FOK'];

const instrument = objectOf({
  absent: oneOf<'quiet' | 'missing'>(['quiet', 'missing']),
  baseDecimals: natural,
  cluster: text,
  halfSpreadBps: bps,
  lot: quantity,
  minNotional: money,
  quoteDecimals: natural,
  symbol: as<MarketSymbol>(text),
  tick: price,
});

const sizing = taggedBy<Sizing>('kind', {
  fraction: objectOf({ fraction, kind: exactly('fraction') }),
  notional: objectOf({ kind: exactly('notional'), notional: money }),
  quantity: objectOf({ kind: exactly('quantity'), quantity }),
});

const entry = taggedBy<EntryOrder>('type', {
  MARKET: objectOf({ type: exactly('MARKET') }),
  LIMIT: objectOf({ offsetBps: bps, postOnly: flag, timeInForce: oneOf(TIMES_IN_FORCE), type: exactly('LIMIT') }),
});

const stop: Reader<StopPolicy> = objectOf({ distance: fraction, kind: oneOf<StopPolicy['kind']>(['loss', 'trailing']) });
const VENUES: readonly Venue[] = ['simulated', 'recorded'];

const agent = objectOf({
  entry,
  id: text,
  parameters: recordOf(text),
  sizing,
  stop: nullable(stop),
  strategy: text,
  strategyDigest: nullable(as<Digest>(hexDigest)),
});

const namedFeeAsset = oneOf<'quote' | 'received'>(['quote', 'received']);
const thirdFeeAsset = objectOf({ third: asset });
const feeAsset: Reader<CostModel['fees']['asset']> = value =>
  typeof value === 'string' ? namedFeeAsset(value) : thirdFeeAsset(value);

const costs = objectOf({
  fees: objectOf({ asset: feeAsset, makerPpm: ratePpm, name: text, takerPpm: ratePpm }),
  participation: nullable(fraction),
  slippage: taggedBy<Slippage>('kind', {
    spread_impact: objectOf({ impactBps: bps, kind: exactly('spread_impact') }),
    constant: objectOf({ bps, kind: exactly('constant') }),
  }),
});

const manifest: Reader<Manifest> = objectOf({
  agents: listOf(agent),
  costs,
  encoding: natural,
  openingBalances: listOf(objectOf({ asset, quantity, unitCost: price })),
  profile: profileReader,
  quote: asset,
  semantics: natural,
  startHour: hour,
  timeframe: oneOf(TIMEFRAMES),
  tradeFromHour: hour,
  universe: listOf(instrument),
  venue: oneOf(VENUES),
  version: exactly(1),
});

/** A stored manifest of version 1. Throws a WireError naming the field. */
export const manifestOfText: (json: string) => Manifest = decoderOf('manifest', manifest);
