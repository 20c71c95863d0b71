/** Genesis: the hash of every opening value, and of nothing else. */
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { bps, fraction, hourUtc } from '../../core/kernel/units.ts';
import { genesisOf, manifestText } from '../../core/manifest.ts';
import type { Manifest } from '../../core/manifest.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { PROFILES } from '../../core/profile.ts';
import { agentOf, byNotional, byQuantity, FREE, instrument, limitEntry, manifestOf } from '../support/desk.ts';

const agents = [agentOf('ema-cross', byQuantity('1'), { parameters: { fast: '12', slow: '26' } })];
const manifest = manifestOf({ universe: [instrument('BTC/USD')], agents, cash: '100' });
const agent = manifest.agents[0]!;

const TEXT =
  '{"agents":[{"entry":{"type":"MARKET"},"id":"main","parameters":{"fast":"12","slow":"26"},"sizing":{"kind":"quantity","quantity":"1"},"stop":null,"strategy":"ema-cross","strategyDigest":null}],' +
  '"costs":{"fees":{"asset":"quote","makerPpm":0,"name":"test","takerPpm":0},"participation":null,"slippage":{"bps":0,"kind":"constant"}},"encoding":2,' +
  '"openingBalances":[{"asset":"USD","quantity":"100","unitCost":"1"}],"profile":' +
  `${canonicalText(PROFILES.research)},` +
  '"quote":"USD","semantics":2,"startHour":500000,"timeframe":"1h","tradeFromHour":500000,' +
  '"universe":[{"absent":"missing","baseDecimals":8,"cluster":"CURRENCY","halfSpreadBps":15,"lot":"0.00000001","minNotional":"0","quoteDecimals":8,"symbol":"BTC/USD","tick":"0.00000001"}],"venue":"simulated","version":1}';

describe('genesis', () => {
  test('is the SHA-256 of the canonical text of the manifest', () => {
    expect(manifestText(manifest)).toBe(TEXT);
    expect(genesisOf(manifest)).toBe(sha256Hex(TEXT));
  });

  test('does not depend on the order in which fields were written', () => {
    expect(genesisOf(Object.fromEntries(Object.entries(manifest).toReversed()) as Manifest)).toBe(genesisOf(manifest));
  });

  test.each<readonly [string, Partial<Manifest>]>([
    ['the start', { startHour: hourUtc(499_999) }],
    ['the end of the warm-up', { tradeFromHour: hourUtc(500_001) }],
    ['the timeframe', { timeframe: '5m' }],
    ['a balance', { openingBalances: manifestOf({ universe: [], agents, cash: '100.01' }).openingBalances }],
    ['a parameter', { agents: [{ ...agent, parameters: { fast: '12', slow: '27' } }] }],
    ['the strategy file', { agents: [{ ...agent, strategyDigest: sha256Hex('code') }] }],
    ['the size', { agents: [{ ...agent, sizing: byNotional('1') }] }],
    ['the entry order', { agents: [{ ...agent, entry: limitEntry(0) }] }],
    ['the stop', { agents: [{ ...agent, stop: { kind: 'loss', distance: fraction(50n) } }] }],
    ['the venue', { venue: 'recorded' }],
    ['the profile', { profile: PROFILES.balanced }],
    ['an instrument rule', { universe: [instrument('BTC/USD', { tick: '0.01' })] }],
    ['a cost', { costs: { ...FREE, slippage: { kind: 'constant', bps: bps(1) } } }],
    ['the semantics', { semantics: 3 }],
    ['the encoding', { encoding: 3 }],
  ])('changes with %s', (_, change) => {
    expect(genesisOf({ ...manifest, ...change })).not.toBe(genesisOf(manifest));
  });
});
