/** Stored manifests, hour records, envelopes and market contents: strict, and equal after the round trip. */
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, bps, fraction, hourUtc, marketSymbol, money, price, quantity, ratePpm, timeMs } from '../../../core/kernel/units.ts';
import { manifestText } from '../../../core/manifest.ts';
import type { Agent, CostModel, Manifest } from '../../../core/manifest.ts';
import type { Envelope, HourRecord } from '../../../core/seal.ts';
import { manifestOfText } from '../../../schema/wire/manifest-text.ts';
import { envelopeOfText, hourRecordOfText, marketListingOfText } from '../../../schema/wire/seal-text.ts';
import { DIGEST } from './samples.ts';
import { PROFILES } from '../../../core/profile.ts';
import { cappedBy, share } from '../../support/profiles.ts';

const agent: Agent = { id: 'a', strategy: 'ema-cross', strategyDigest: null, parameters: { '10': '1', fast: '12' }, sizing: { kind: 'fraction', fraction: fraction(decimal('0.05')) }, entry: { type: 'MARKET' }, stop: null };
const costs: CostModel = { fees: { name: 'kraken', makerPpm: ratePpm(2_500), takerPpm: ratePpm(4_000), asset: 'quote' }, slippage: { kind: 'constant', bps: bps(0) }, participation: null };
const MANIFEST: Manifest = {
  version: 1, semantics: 1, encoding: 1, startHour: hourUtc(473_352), tradeFromHour: hourUtc(473_400), timeframe: '5m', quote: asset('USD'),
  openingBalances: [{ asset: asset('USD'), quantity: quantity(decimal('1000')), unitCost: price(decimal('1')) }],
  agents: [agent],
  profile: PROFILES.research,
  universe: [{ symbol: marketSymbol('BTC/USD'), tick: price(1n), lot: quantity(1n), minNotional: money(0n), baseDecimals: 8, quoteDecimals: 2, halfSpreadBps: bps(5), absent: 'missing', cluster: 'CURRENCY' }],
  venue: 'simulated',
  costs,
};

const SIZINGS: readonly Agent['sizing'][] = [{ kind: 'notional', notional: money(decimal('250')) }, { kind: 'quantity', quantity: quantity(decimal('0.5')) }];
const FEE_ASSETS: readonly CostModel['fees']['asset'][] = ['quote', 'received', { third: asset('BNB') }];

const variants: readonly (readonly [string, Manifest])[] = [
  ['the plain one', MANIFEST],
  ...SIZINGS.map(sizing => [`sized by ${sizing.kind}`, { ...MANIFEST, agents: [{ ...agent, sizing, strategyDigest: DIGEST }] }] as const),
  ['a limit entry', { ...MANIFEST, agents: [{ ...agent, entry: { type: 'LIMIT', offsetBps: bps(10), postOnly: true, timeInForce: 'FOK' } }] }],
  ['a trailing stop', { ...MANIFEST, agents: [{ ...agent, stop: { kind: 'trailing', distance: fraction(decimal('0.05')) } }] }],
  ['a recorded venue', { ...MANIFEST, venue: 'recorded' }],
  ...FEE_ASSETS.map(fee => [`fees in ${JSON.stringify(fee)}`, { ...MANIFEST, costs: { ...costs, fees: { ...costs.fees, asset: fee } } }] as const),
  ['spread and impact', { ...MANIFEST, costs: { ...costs, slippage: { kind: 'spread_impact', impactBps: bps(20) }, participation: fraction(decimal('0.025')) } }],
  ['a profile that trades', { ...MANIFEST, profile: PROFILES.conservative }],
  ['a profile with limits of its own', { ...MANIFEST, profile: cappedBy({ perPosition: '0.01', perCluster: '0.2', positions: 4 }) }],
  ['a profile without campaigns', { ...MANIFEST, profile: { ...PROFILES.balanced, amountsIn: asset('USD'), campaign: null, limits: { ...PROFILES.balanced.limits, quotes: { USD: { share: fraction(1n), amount: money(2n) } }, clusters: { FINANCE: share('0.1') } } } }],
];

test.each(variants)('a manifest, %s, is read as it was written', (_, manifest) => {
  expect(manifestOfText(manifestText(manifest))).toEqual(manifest);
});

const text = manifestText(MANIFEST);
describe('a manifest is refused by the name of its field', () => {
  test.each([
    ['another version', text.replace(/"version":1\}$/, '"version":2}'), 'manifest: version must be 1, is 2'],
    ['an unknown timeframe', text.replace('"5m"', '"7m"'), 'manifest: timeframe must be one of 1m, 5m, 15m, 1h, is "7m"'],
    ['an unknown field of the profile', text.replace('"maxChase"', '"maxChaise"'), 'manifest: profile.entries.maxChaise is not a field of it'],
    ['an unknown sizing', text.replace('"kind":"fraction"', '"kind":"feeling"'), 'manifest: agents[0].sizing.kind must be one of fraction, notional, quantity, is "feeling"'],
    ['an unknown stop', text.replace('"stop":null', '"stop":{"distance":"0.05","kind":"mental"}'), 'manifest: agents[0].stop.kind must be one of loss, trailing, is "mental"'],
    ['an unknown venue', text.replace('"simulated"', '"imagined"'), 'manifest: venue must be one of simulated, recorded, is "imagined"'],
    ['an unknown fee asset', text.replace('"asset":"quote"', '"asset":"gold"'), 'manifest: costs.fees.asset must be one of quote, received, is "gold"'],
    ['a parameter that is no text', text.replace('"fast":"12"', '"fast":12'), 'manifest: agents[0].parameters.fast must be a string, is 12'],
    ['a negative rate', text.replace('2500', '-2500'), 'manifest: costs.fees.makerPpm must not be negative'],
  ])('%s', (_, changed, message) => {
    expect(() => manifestOfText(changed)).toThrow(message);
  });
});

const RECORD: HourRecord = { version: 1, genesis: DIGEST, hour: hourUtc(-5), steps: 12, counts: { facts: 1, decisions: 0 }, factsRoot: DIGEST, decisionsRoot: DIGEST, state: DIGEST, trialBalance: DIGEST, semantics: 1, encoding: 1, previous: DIGEST };
const ENVELOPE: Envelope = { version: 1, run: 'id', name: 'my run ✓', mode: 'paper', account: 'main', hour: hourUtc(473_352), hourHash: DIGEST, build: 'tb 0.1.0', engine: 'v8', executedAtMs: timeMs(1), ingestThrough: 2, inboxThrough: 3, previous: DIGEST };

test('hour records and envelopes are read as they were written', () => {
  expect(hourRecordOfText(canonicalText(RECORD))).toEqual(RECORD);
  expect(envelopeOfText(canonicalText(ENVELOPE))).toEqual(ENVELOPE);
});

test.each([
  ['record', () => hourRecordOfText(canonicalText({ ...RECORD, version: 2 })), 'hour record: version must be 1, is 2'],
  ['counts', () => hourRecordOfText(canonicalText({ ...RECORD, counts: { facts: 1 } })), 'hour record: counts.decisions is missing'],
  ['root', () => hourRecordOfText(canonicalText({ ...RECORD, factsRoot: 'x' })), 'hour record: factsRoot must be 64 lower-case hex digits, is "x"'],
  ['mode', () => envelopeOfText(canonicalText({ ...ENVELOPE, mode: 'dream' })), 'envelope: mode must be one of backtest, paper, live, import, is "dream"'],
  ['sight', () => envelopeOfText(canonicalText({ ...ENVELOPE, inboxThrough: -1 })), 'envelope: inboxThrough must not be negative, is -1'],
])('a wrong %s is refused by name', (_, read, message) => {
  expect(read).toThrow(message);
});

test('market contents are read as they were written', () => {
  const listing = { candles: [['BTC/USD', DIGEST], ['ETH/USD', DIGEST]], openMs: 1_704_067_200_000, timeframe: '1h', type: 'candles', version: 1 };
  expect(marketListingOfText(canonicalText(listing))).toEqual(listing);
  expect(() => marketListingOfText(canonicalText({ ...listing, candles: [['BTC/USD']] }))).toThrow('market content: candles[0] must be a pair of symbol and digest');
  expect(() => marketListingOfText(canonicalText({ ...listing, candles: [['BTC/USD', 'x']] }))).toThrow('market content: candles[0] must be 64 lower-case hex digits');
});
