/** Parameter texts: what is accepted in which form, and the one sentence that refuses the rest. */
import { describe, expect, test } from 'vitest';
import { buyAndHold } from '../../../core/strategies/buy-and-hold.ts';
import { emaCross } from '../../../core/strategies/ema-cross.ts';
import { validateParameters } from '../../../core/strategies/parameters.ts';
import { rsiReversion } from '../../../core/strategies/rsi-reversion.ts';

const problemOf = (strategy: typeof emaCross, given: Readonly<Record<string, string>>): string | null => {
  const validated = validateParameters(strategy, given);
  return validated.ok ? null : validated.problem;
};

describe('accepted', () => {
  test('fills in defaults and keeps the order of the specs', () => {
    const validated = validateParameters(emaCross, { slow: '50' });
    expect(validated).toEqual({ ok: true, parameters: { fast: 12, slow: 50 }, texts: { fast: '12', slow: '50' } });
    expect(validated.ok && Object.keys(validated.texts)).toEqual(['fast', 'slow']);
  });

  test.each([
    ['030', '30', 30],
    ['30.0', '30', 30],
    ['32.50', '32.5', 32.5],
    ['1', '1', 1],
    ['29.9999999999999', '29.9999999999999', 29.9999999999999],
  ])('%s is %s', (given, text, value) => {
    const validated = validateParameters(rsiReversion, { oversold: given });
    expect(validated.ok && [validated.texts['oversold'], validated.parameters['oversold']]).toEqual([text, value]);
  });

  test('a parameter named like something every object has', () => {
    const spec = { ...emaCross.parameters[0]!, name: 'constructor' };
    const validated = validateParameters({ id: 'mine', parameters: [spec], contradiction: () => null }, {});
    expect(validated.ok && validated.texts).toEqual({ constructor: '12' });
  });

  test('a strategy without parameters', () => {
    expect(validateParameters(buyAndHold, {})).toEqual({ ok: true, parameters: {}, texts: {} });
  });
});

describe('refused, in order of precedence', () => {
  const FAST = 'it takes a whole number from 2 to 1999, default 12.';
  test.each([
    ['an unknown name first', { fats: '5', fast: 'x' }, 'ema-cross has no parameter "fats", did you mean fast?; it has fast, slow.'],
    ['of two unknown names the first', { zzzz: '1', other: '1' }, 'ema-cross has no parameter "other"; it has fast, slow.'],
    ['a name from the prototype', { constructor: '1' }, 'ema-cross has no parameter "constructor"; it has fast, slow.'],
    ['an exponent', { fast: '1e1' }, `Parameter fast of ema-cross is "1e1", which is not a plain decimal number; ${FAST}`],
    ['a plus', { fast: '+5' }, `Parameter fast of ema-cross is "+5", which is not a plain decimal number; ${FAST}`],
    ['a space', { fast: ' 5' }, `Parameter fast of ema-cross is " 5", which is not a plain decimal number; ${FAST}`],
    ['nothing', { fast: '' }, `Parameter fast of ema-cross is "", which is not a plain decimal number; ${FAST}`],
    ['not a number', { fast: 'NaN' }, `Parameter fast of ema-cross is "NaN", which is not a plain decimal number; ${FAST}`],
    ['a negative zero', { fast: '-0' }, `Parameter fast of ema-cross is "-0", which is not a plain decimal number; ${FAST}`],
    ['16 digits', { fast: '5.000000000000001' }, `Parameter fast of ema-cross is 5.000000000000001, which has more than 15 significant digits; ${FAST}`],
    ['a fraction where whole numbers go', { fast: '5.5' }, `Parameter fast of ema-cross is 5.5, which is not a whole number; ${FAST}`],
    ['one below the minimum', { fast: '1' }, `Parameter fast of ema-cross is 1, below its minimum of 2; ${FAST}`],
    ['a negative', { fast: '-12' }, `Parameter fast of ema-cross is -12, below its minimum of 2; ${FAST}`],
    ['one above the maximum', { fast: '2000' }, `Parameter fast of ema-cross is 2000, above its maximum of 1999; ${FAST}`],
    ['the first spec before the second', { slow: '1', fast: '1' }, `Parameter fast of ema-cross is 1, below its minimum of 2; ${FAST}`],
    ['a contradiction last', { fast: '26' }, 'Parameters of ema-cross contradict each other: fast (26) must be less than slow (26).'],
  ])('%s', (_, given, problem) => {
    expect(problemOf(emaCross, given)).toBe(problem);
  });

  test('a long value is cut in the message', () => {
    expect(problemOf(emaCross, { fast: 'x'.repeat(100) })).toContain(`is "${'x'.repeat(40)}…", which`);
  });

  test('any parameter of a strategy that has none', () => {
    expect(problemOf(buyAndHold, { fast: '5' })).toBe('buy-and-hold has no parameter "fast"; it has none.');
  });

  test('levels the wrong way round', () => {
    expect(problemOf(rsiReversion, { oversold: '70', overbought: '70' })).toBe(
      'Parameters of rsi-reversion contradict each other: oversold (70) must be less than overbought (70).',
    );
  });

  test('a default outside of its own bounds is a bug', () => {
    const broken = { ...emaCross, parameters: [{ ...emaCross.parameters[0]!, default: 1 }] };
    expect(() => validateParameters(broken, {})).toThrow('The default of fast is a plain decimal within its own bounds.');
  });
});
