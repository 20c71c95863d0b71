/** `--stop` and `--trailing-stop` as a user writes them, and the strategies that can have none. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../core/kernel/decimal.ts';
import { Problem } from '../../engine/problem.ts';
import { stopOf } from '../../engine/stop-options.ts';

const plain = { id: 'ema-cross', observe: () => null };
const predicting = { id: 'momentum-ensemble', predict: () => null };

describe('a stop', () => {
  test.each([
    [null, null, null],
    ['5%', null, { kind: 'loss', distance: decimal('0.05') }],
    [null, '0.125', { kind: 'trailing', distance: decimal('0.125') }],
    ['99.9%', null, { kind: 'loss', distance: decimal('0.999') }],
  ])('of %s and %s', (stop, trailingStop, expected) => {
    expect(stopOf({ stop, trailingStop }, plain)).toEqual(expected);
  });

  test('is refused for a strategy that predicts, by the option that asks for it', () => {
    expect(stopOf({ stop: null, trailingStop: null }, predicting)).toBe(null);
    for (const [options, option] of [[{ stop: '5%', trailingStop: null }, '--stop'], [{ stop: null, trailingStop: '5%' }, '--trailing-stop']] as const) {
      expect(() => stopOf(options, predicting)).toThrow(Problem);
      expect(() => stopOf(options, predicting)).toThrow(`${option}: momentum-ensemble trades in campaigns, which decide their own exits by prediction.`);
    }
  });
});
