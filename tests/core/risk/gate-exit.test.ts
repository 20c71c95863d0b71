/** The door for exits: its four checks, and everything about a desk that it cannot see. */
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { marketSymbol, quantity } from '../../../core/kernel/units.ts';
import type { WorkingOrder } from '../../../core/orders/order.ts';
import { gateExit, unreservedOf } from '../../../core/risk/gate-exit.ts';
import type { ExitAsk } from '../../../core/risk/gate-exit.ts';
import { altered } from '../../support/orders.ts';
import { lotOf, viewOf, workingOn } from './gate-views.ts';
import type { Scene } from './gate-views.ts';

const held = [lotOf('AAA/USD', '2.5'), lotOf('AAA/USD', '7', 'treasury'), lotOf('BBB/USD', '9')];

const answerTo = (scene: Scene, asked: string | null = null, ask: Partial<ExitAsk> = {}): string => {
  const answer = gateExit(viewOf({ lots: held, ...scene }), { agent: 'main', symbol: marketSymbol('AAA/USD'), quantity: asked === null ? null : quantity(decimal(asked)), ...ask });
  if (answer.granted !== null) return formatDecimal(answer.granted.quantity);
  return answer.violations.map(({ code, severity, limit, usage, asked: more }) => `${code} ${severity} ${[limit, usage, more].map(formatDecimal).join(' ')}`).join(', ');
};

const selling = (id: string, units: string, filled = '0'): WorkingOrder =>
  altered(workingOn('AAA/USD', { side: 'SELL', id }), { quantity: quantity(decimal(units)), filled: quantity(decimal(filled)) });

describe('an exit', () => {
  test.each<readonly [string, Scene, string | null, string]>([
    ['of all that is held', {}, null, '2.5'],
    ['of a part', {}, '1', '1'],
    ['of more than is held, clipped', {}, '3', '2.5'],
    ['of whole lots', { rules: { lot: '1' } }, null, '2'],
    ['of what no working SELL has taken', { working: [selling('1.0.0', '2', '0.5')] }, null, '1'],
    ['of what all working SELLs have taken', { working: [selling('1.0.0', '2'), selling('1.0.1', '0.5')] }, null, 'NOTHING_UNRESERVED LOW 2.5 2.5 2.5'],
    ['beside a working BUY', { working: [workingOn('AAA/USD')] }, null, '2.5'],
    ['below the lot', { rules: { lot: '3' } }, null, 'DUST LOW 0 0 2.5'],
    ['below the minimum', { rules: { minNotional: '251' } }, null, 'DUST LOW 251 250 2.5'],
    ['of nothing', { lots: [] }, null, 'NOTHING_UNRESERVED LOW 0 0 0'],
  ])('%s', (_, scene, asked, expected) => {
    expect(answerTo(scene, asked)).toBe(expected);
  });

  test('in a market the run does not know is refused', () => {
    expect(answerTo({}, null, { symbol: marketSymbol('ZZZ/USD') })).toBe('INSTRUMENT_NOT_TRADABLE HIGH 0 0 0');
  });

  test('is asked by agent: another holds nothing here, and the treasury is nobody’s to sell', () => {
    expect(answerTo({}, null, { agent: 'other' })).toBe('NOTHING_UNRESERVED LOW 0 0 0');
  });

  test.each<readonly [string, Scene]>([
    ['a kill', { status: 'KILLED' }],
    ['a halt', { status: 'HALTED' }],
    ['no cash', { cash: '0' }],
    ['every cap', { caps: { total: '0.0001', perPosition: '0.0001', positions: 0, maxChase: '0' } }],
    ['a mark however old', { age: 400_000 }],
    ['volume of nothing', { volumes: ['0', '0'] }],
  ])('does not see %s', (_, scene) => {
    expect(answerTo(scene)).toBe('2.5');
  });
});

test('what is unreserved is what is held less what is being sold', () => {
  const view = viewOf({ lots: held, working: [selling('1.0.0', '2', '0.5'), workingOn('AAA/USD', { side: 'SELL', agent: 'other', id: '1.0.1' }), workingOn('BBB/USD', { side: 'SELL', id: '1.0.2' })] });
  expect(unreservedOf(view, 'main', marketSymbol('AAA/USD'))).toBe(decimal('1'));
});
