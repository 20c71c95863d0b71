/** Holdings that outgrew a cap: which caps, which entries that blocks, and when it begins and ends. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, fraction, marketSymbol, money } from '../../../core/kernel/units.ts';
import { breachesOf, passiveBreaches, stepBreaches } from '../../../core/risk/passive-breach.ts';
import type { Breach, Holding } from '../../../core/risk/passive-breach.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';
import type { Limits } from '../../../core/risk/risk-profile.ts';

const amount = (text: string) => money(decimal(text));
const USD = asset('USD');
const { balanced, research } = RISK_PROFILES;

const holding = (agent: string | null, symbol: string, cluster: string, worth: string): Holding => ({ agent, symbol: marketSymbol(symbol), cluster, worth: amount(worth) });
const held = (...holdings: readonly Holding[]) => ({ value: amount('1000'), quote: USD, holdings });
const scopes = (limits: Limits, ...holdings: readonly Holding[]): readonly string[] => passiveBreaches(limits, held(...holdings)).map(({ scope }) => scope);

describe('a breach', () => {
  test('begins past the cap, not at it', () => {
    expect(passiveBreaches(balanced.limits, held(holding('main', 'ETH/USD', 'PLATFORM', '50')))).toEqual([]);
    expect(passiveBreaches(balanced.limits, held(holding('main', 'ETH/USD', 'PLATFORM', '50.000000000000000001')))).toEqual([
      { scope: 'position main ETH/USD', limit: amount('50'), usage: amount('50.000000000000000001') },
    ]);
  });

  test('is looked for in every cap, in their order', () => {
    const limits: Limits = { ...balanced.limits, quotes: { USD: { share: fraction(decimal('0.5')), amount: null } } };
    expect(
      scopes(limits, holding('b', 'ETH/USD', 'PLATFORM', '300'), holding('a', 'SOL/USD', 'PLATFORM', '60'), holding('a', 'AUR/USD', 'UNCLASSIFIED', '251')),
    ).toEqual(['total', 'quote USD', 'cluster PLATFORM', 'cluster UNCLASSIFIED', 'position a AUR/USD', 'position a SOL/USD', 'position b ETH/USD']);
  });

  test('of a cluster adds its symbols up; agents hold positions of their own', () => {
    expect(scopes(balanced.limits, holding('a', 'ETH/USD', 'PLATFORM', '50'), holding('b', 'ETH/USD', 'PLATFORM', '50'))).toEqual([]);
    expect(scopes(balanced.limits, ...['ADA', 'DOT', 'ETH', 'SOL', 'SUI', 'TON'].map(base => holding('a', `${base}/USD`, 'PLATFORM', '42')))).toEqual(['cluster PLATFORM']);
  });

  test('of the treasury counts in its cluster and has no position', () => {
    expect(scopes(balanced.limits, holding(null, 'BNB/USD', 'PLATFORM', '260'))).toEqual(['cluster PLATFORM']);
  });

  test('of research can only be the total, which holdings alone never pass', () => {
    expect(scopes(research.limits, holding('a', 'ETH/USD', 'PLATFORM', '1000'))).toEqual([]);
  });
});

describe('an entry', () => {
  const breaches = passiveBreaches(balanced.limits, held(holding('a', 'ETH/USD', 'PLATFORM', '60'), holding('a', 'UNI/USD', 'FINANCE', '260')));
  const against = (agent: string, symbol: string, cluster: string): readonly string[] =>
    breachesOf(breaches, { agent, symbol: marketSymbol(symbol), cluster, quote: USD }).map(({ scope }) => scope);

  test('is blocked by the breaches it would add to, and by no other', () => {
    expect(breaches.map(({ scope }) => scope)).toEqual(['cluster FINANCE', 'position a ETH/USD', 'position a UNI/USD']);
    expect(against('a', 'ETH/USD', 'PLATFORM')).toEqual(['position a ETH/USD']);
    expect(against('a', 'SOL/USD', 'PLATFORM')).toEqual([]);
    expect(against('b', 'ETH/USD', 'PLATFORM')).toEqual([]);
    expect(against('b', 'AAVE/USD', 'FINANCE')).toEqual(['cluster FINANCE']);
  });
});

describe('the log', () => {
  const breach = (scope: string) => ({ scope, limit: amount('1'), usage: amount('2') });

  test('says when one begins and when it ends, and nothing in between', () => {
    const begun = stepBreaches([], [breach('total')]);
    expect(begun).toEqual({ breached: ['total'], changes: [{ type: 'passive_breach', scope: 'total', state: 'begun', limit: amount('1'), usage: amount('2') }] });
    expect(stepBreaches(begun.breached, [breach('total')])).toEqual({ breached: begun.breached, changes: [] });
    expect(stepBreaches(begun.breached, [breach('total')]).breached).toBe(begun.breached);
    expect(stepBreaches(['total'], [breach('cluster FINANCE')])).toEqual({
      breached: ['cluster FINANCE'],
      changes: [
        { type: 'passive_breach', scope: 'cluster FINANCE', state: 'begun', limit: amount('1'), usage: amount('2') },
        { type: 'passive_breach', scope: 'total', state: 'ended', limit: 0n, usage: 0n },
      ],
    });
  });
});

test('of two breaches one may end while the other goes on, and one may begin', () => {
  const breach = (scope: string): Breach => ({ scope, limit: money(1n), usage: money(2n) });
  const words = (before: readonly string[], now: readonly string[]) => {
    const { breached, changes } = stepBreaches(before, now.map(breach));
    return [breached, changes.map(({ scope, state, usage }) => `${scope} ${state} ${usage}`)];
  };
  expect(words(['a', 'b'], ['b'])).toEqual([['b'], ['a ended 0']]);
  expect(words(['a', 'b'], ['b', 'c'])).toEqual([['b', 'c'], ['c begun 2', 'a ended 0']]);
  expect(words(['a', 'b'], ['a', 'b', 'c'])).toEqual([['a', 'b', 'c'], ['c begun 2']]);
});

test('an entry is blocked by the breach of its quote, its cluster and its own position alone', () => {
  const scopes = ['total', 'quote USD', 'quote EUR', 'cluster FINANCE', 'cluster CULTURE', 'position main AAA/USD', 'position other AAA/USD', 'position main BBB/USD'];
  const entry = { agent: 'main', symbol: marketSymbol('AAA/USD'), cluster: 'FINANCE', quote: asset('USD') };
  expect(breachesOf(scopes.map(scope => ({ scope, limit: money(1n), usage: money(2n) })), entry).map(({ scope }) => scope)).toEqual(['total', 'quote USD', 'cluster FINANCE', 'position main AAA/USD']);
});
