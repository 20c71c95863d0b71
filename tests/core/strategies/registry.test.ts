/** The built-in strategies: their order, their names, and defaults that their own validation accepts. */
import { describe, expect, test } from 'vitest';
import { isSortedUnique } from '../../../core/kernel/order.ts';
import { validateParameters } from '../../../core/strategies/parameters.ts';
import { findStrategy, STRATEGIES } from '../../../core/strategies/registry.ts';

describe('registry', () => {
  test('lists every strategy by id', () => {
    expect(STRATEGIES.map(strategy => strategy.id)).toEqual(['buy-and-hold', 'donchian-breakout', 'ema-cross', 'momentum-ensemble', 'rsi-reversion']);
    expect(isSortedUnique(STRATEGIES.map(strategy => strategy.id))).toBe(true);
  });

  test('finds a strategy by its exact id', () => {
    expect(findStrategy('ema-cross')?.id).toBe('ema-cross');
    expect(findStrategy('EMA-CROSS')).toBeNull();
    expect(findStrategy('')).toBeNull();
    expect(findStrategy('momentum-ensemble')).toHaveProperty('predict');
    expect(findStrategy('recorded-model')).toMatchObject({ recorded: true, parameters: [] });
  });

  test.each([
    ['buy-and-hold', {}],
    ['donchian-breakout', { entry: '48', exit: '24' }],
    ['ema-cross', { fast: '12', slow: '26' }],
    ['momentum-ensemble', { fast: '4', volatility: '168', prior: '100', history: '300', candlesPerHour: '1' }],
    ['recorded-model', {}],
    ['rsi-reversion', { period: '14', oversold: '30', overbought: '70' }],
  ])('%s has defaults of its own', (id, texts) => {
    const validated = validateParameters(findStrategy(id)!, {});
    expect(validated).toEqual({ ok: true, parameters: Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Number(text)])), texts });
  });
});
