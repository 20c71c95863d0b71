/** Each rule of the one gate at its exact bound: what still passes, what is clipped, and what a refusal says. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { fraction } from '../../../core/kernel/units.ts';
import type { RefusalCode, Severity } from '../../../core/events.ts';
import { byFraction, byNotional, byQuantity, feesOf, FREE, limitEntry } from '../../support/desk.ts';
import { ask, lotOf, verdict, violationsOf, workingOn } from './gate-views.ts';
import type { Scene } from './gate-views.ts';

const units = decimal;
const BY_VOLUME = { ...FREE, participation: fraction(decimal('0.025')) };
const WHOLE_LOT = { lot: '1' };

describe('blocks', () => {
  test.each<readonly [string, Scene, RefusalCode, Severity, string, string, string]>([
    ['a kill', { status: 'KILLED' }, 'KILLED', 'CRITICAL', '0', '0', '0'],
    ['a halt', { status: 'HALTED' }, 'HALTED', 'HIGH', '0', '0', '0'],
    ['no mark', { mark: null }, 'MARK_MISSING', 'HIGH', '0', '0', '0'],
    ['data missing for four hours', { age: 4 }, 'DATA_MISSING', 'HIGH', '3', '4', '0'],
    ['data missing for 23 hours', { age: 23 }, 'DATA_MISSING', 'HIGH', '3', '23', '0'],
    ['data missing for three hours and five minutes', { timeframe: '5m', age: 37 }, 'DATA_MISSING', 'HIGH', '3', '3', '0'],
    ['a mark of 24 hours', { age: 24 }, 'MARK_STALE', 'HIGH', '24', '24', '0'],
    ['a mark of 24 hours in a quiet market', { age: 24, rules: { absent: 'quiet' } }, 'MARK_STALE', 'HIGH', '24', '24', '0'],
    ['as many positions as allowed', { caps: { positions: 1 }, lots: [lotOf('BBB/USD', '1')] }, 'POSITION_COUNT', 'MEDIUM', '1', '1', '1'],
    ['no cash beside a holding', { cash: '0', lots: [lotOf('BBB/USD', '1')] }, 'INSUFFICIENT_CASH', 'MEDIUM', '0', '0', '0'],
    ['all cash reserved', { cash: '50', working: [workingOn('BBB/USD', { reserved: '50' })] }, 'INSUFFICIENT_CASH', 'MEDIUM', '0', '50', '0'],
    ['more reserved than there is', { cash: '50', working: [workingOn('BBB/USD', { reserved: '60' })] }, 'INSUFFICIENT_CASH', 'MEDIUM', '0', '60', '0'],
  ])('%s', (_, scene, code, severity, limit, usage, asked) => {
    expect(violationsOf(scene)).toEqual([{ code, severity, limit: units(limit), usage: units(usage), asked: units(asked) }]);
  });

  test.each<readonly [string, Scene]>([
    ['a mark of three hours', { age: 3 }],
    ['a mark of three hours in steps of five minutes', { timeframe: '5m', age: 36 }],
    ['a quiet market for 23 hours', { age: 23, rules: { absent: 'quiet' } }],
    ['one position fewer than allowed', { caps: { positions: 2 }, lots: [lotOf('BBB/USD', '1')] }],
  ])('%s is none', (_, scene) => {
    expect(verdict(scene)).toBe(units('1'));
  });

  test('all that apply are said, the most severe first', () => {
    expect(verdict({ status: 'KILLED', age: 30, cash: '0', caps: { positions: 1 }, lots: [lotOf('CCC/USD', '1')] })).toBe('KILLED MARK_STALE POSITION_COUNT INSUFFICIENT_CASH');
  });

  test('come before sizing: no clip stands beside one', () => {
    expect(verdict({ status: 'HALTED', rules: WHOLE_LOT, sizing: byQuantity('0.5') })).toBe('HALTED');
  });
});

describe('the count of positions', () => {
  const one = { positions: 1 };
  test.each<readonly [string, Scene, bigint | string]>([
    ['its own holding', { lots: [lotOf('AAA/USD', '1')] }, units('1')],
    ['its own working BUY', { working: [workingOn('AAA/USD')] }, units('1')],
    ['the treasury', { lots: [lotOf('BBB/USD', '1', 'treasury')] }, units('1')],
    ['dust', { rules: { minNotional: '5' }, lots: [lotOf('AAA/USD', '0.01', 'other')] }, units('1')],
    ['a working SELL', { working: [workingOn('BBB/USD', { side: 'SELL' })] }, units('1')],
    ['a working BUY elsewhere', { working: [workingOn('BBB/USD')] }, 'POSITION_COUNT'],
    ['the holding of another agent in the same symbol', { lots: [lotOf('AAA/USD', '1', 'other')] }, 'POSITION_COUNT'],
  ])('with %s', (_, scene, expected) => {
    expect(verdict({ ...scene, caps: one })).toBe(expected);
  });

  test('takes a holding and a working BUY of one symbol for one', () => {
    expect(verdict({ caps: { positions: 2 }, lots: [lotOf('BBB/USD', '1')], working: [workingOn('BBB/USD')] })).toBe(units('1'));
  });
});

describe('clips at mark 100, the wish being one unit', () => {
  const cases: readonly (readonly [string, Scene, bigint | string])[] = [
    ['cash for exactly one', { cash: '100' }, units('1')],
    ['a hundred-millionth less cash', { cash: '99.99999999' }, units('0.99999999')],
    ['the same in whole lots', { cash: '99.99999999', rules: WHOLE_LOT }, 'INSUFFICIENT_CASH'],
    ['cash for one and its fee', { cash: '100.4', costs: { ...FREE, fees: feesOf(2_500, 4_000) } }, units('1')],
    ['a little less than one and its fee', { cash: '100.39999999', costs: { ...FREE, fees: feesOf(2_500, 4_000) }, rules: WHOLE_LOT }, 'INSUFFICIENT_CASH'],
    ['exactly the cap of a position', { cash: '1000', caps: { perPosition: '0.1' } }, units('1')],
    ['less than the cap of a position', { cash: '999.99', caps: { perPosition: '0.1' } }, units('0.99999')],
    ['the same in whole lots', { cash: '999.99', caps: { perPosition: '0.1' }, rules: WHOLE_LOT }, 'PER_POSITION_CAP'],
    ['exactly the total', { cash: '600', caps: { total: '0.5' }, lots: [lotOf('BBB/USD', '40')] }, units('1')],
    ['less than the total', { cash: '600', caps: { total: '0.5' }, lots: [lotOf('BBB/USD', '40.00002')] }, units('0.999999')],
    ['the same in whole lots', { cash: '600', caps: { total: '0.5' }, lots: [lotOf('BBB/USD', '40.00002')], rules: WHOLE_LOT }, 'TOTAL_CAP'],
    ['a total already passed', { cash: '600', caps: { total: '0.5' }, lots: [lotOf('BBB/USD', '80')] }, 'PASSIVE_BREACH'],
    ['exactly the volume', { costs: BY_VOLUME, volumes: ['40'] }, units('1')],
    ['less than the volume', { costs: BY_VOLUME, volumes: ['39.9996'] }, units('0.99999')],
    ['the same in whole lots', { costs: BY_VOLUME, volumes: ['39.9996'], rules: WHOLE_LOT }, 'NO_VOLUME'],
    ['no volume yet', { costs: BY_VOLUME }, 'NO_VOLUME'],
    ['exactly a lot', { rules: WHOLE_LOT }, units('1')],
    ['less than a lot', { rules: WHOLE_LOT, sizing: byQuantity('0.99999999') }, 'BELOW_LOT'],
    ['one and a half lots', { rules: WHOLE_LOT, sizing: byQuantity('1.5') }, units('1')],
    ['exactly the minimum', { rules: { minNotional: '100' } }, units('1')],
    ['less than the minimum', { rules: { minNotional: '100' }, sizing: byQuantity('0.99999999') }, 'BELOW_MINIMUM'],
    ['clipped below the minimum', { rules: { minNotional: '100' }, cash: '99' }, 'TOTAL_CAP BELOW_MINIMUM'],
    ['clipped below the minimum by a fee', { rules: { minNotional: '100' }, cash: '100', costs: { ...FREE, fees: feesOf(2_500, 4_000) } }, 'INSUFFICIENT_CASH BELOW_MINIMUM'],
  ];
  test.each(cases)('%s', (_, scene, expected) => {
    expect(verdict(scene)).toBe(expected);
  });

  test.each<readonly [RefusalCode, Severity, Scene, string, string, string]>([
    ['INSUFFICIENT_CASH', 'MEDIUM', { cash: '109', working: [workingOn('BBB/USD', { reserved: '10' })], rules: WHOLE_LOT }, '99', '10', '100'],
    ['PER_POSITION_CAP', 'MEDIUM', { cash: '949.99', lots: [lotOf('AAA/USD', '0.5')], caps: { perPosition: '0.15' }, rules: WHOLE_LOT }, '149.9985', '50', '100'],
    ['PER_POSITION_CAP', 'MEDIUM', { cash: '1000', working: [workingOn('AAA/USD', { reserved: '7', exposure: '5' })], caps: { perPosition: '0.1' }, rules: WHOLE_LOT }, '100', '5', '100'],
    ['TOTAL_CAP', 'MEDIUM', { cash: '600', lots: [lotOf('BBB/USD', '40', 'treasury')], working: [workingOn('CCC/USD', { reserved: '2', exposure: '1' })], caps: { total: '0.5' }, rules: WHOLE_LOT }, '500', '401', '100'],
    ['NO_VOLUME', 'LOW', { costs: BY_VOLUME, volumes: ['39.9996'], rules: WHOLE_LOT }, '0.99999', '0', '1'],
    ['BELOW_LOT', 'LOW', { rules: WHOLE_LOT, sizing: byQuantity('0.5') }, '1', '0', '0.5'],
    ['BELOW_MINIMUM', 'LOW', { rules: { minNotional: '100' }, sizing: byQuantity('0.99') }, '100', '0', '99'],
  ])('%s says what it allows, what is used and what was asked (%#)', (code, severity, scene, limit, usage, asked) => {
    expect(violationsOf(scene)).toEqual([{ code, severity, limit: units(limit), usage: units(usage), asked: units(asked) }]);
  });

  test('of several the tightest is said', () => {
    const scene: Scene = { caps: { perPosition: '0.1' }, costs: BY_VOLUME, rules: { minNotional: '100' } };
    expect(verdict({ ...scene, cash: '50', volumes: ['40'] })).toBe('PER_POSITION_CAP BELOW_MINIMUM');
    expect(verdict({ ...scene, cash: '500', volumes: ['4'] })).toBe('NO_VOLUME BELOW_MINIMUM');
  });
});

describe('a grant', () => {
  const granted = (scene: Scene, still: string | null = null) => ask(scene, still).granted;

  test('without a collar reserves at the mark', () => {
    expect(granted({ costs: { ...FREE, fees: feesOf(2_500, 4_000) } })).toEqual({
      quantity: units('1'),
      mark: units('100'),
      limitPrice: null,
      collarPrice: null,
      reserved: units('100.4'),
      reservedExposure: units('100'),
      costGate: 'COST_GATE_NOT_APPLICABLE',
      volatility: 'VOLATILITY_NOT_APPLIED',
    });
  });

  test('with a collar reserves, and is capped, at the collar', () => {
    const caps = { maxChase: '0.01', perPosition: '0.1' };
    expect(granted({ caps, cash: '1010', costs: { ...FREE, fees: feesOf(2_500, 4_000) } })).toEqual({
      quantity: units('1'),
      mark: units('100'),
      limitPrice: null,
      collarPrice: units('101'),
      reserved: units('101.404'),
      reservedExposure: units('101'),
      costGate: 'COST_GATE_NOT_APPLICABLE',
      volatility: 'VOLATILITY_NOT_APPLIED',
    });
    expect(verdict({ caps, cash: '1009.99999899' })).toBe(units('0.99999999'));
  });

  test.each([
    ['0.01', 50, '100', '99.5'],
    ['0.3', 50, '100', '99.3'],
    ['0.01', 0, '100', '100'],
    ['0.01', 10_000, '100', '0.01'],
  ])('of a LIMIT stands on the tick %s at %i bps below %s: %s', (tick, offset, mark, limit) => {
    const grant = granted({ mark, rules: { tick }, entry: limitEntry(offset), caps: { maxChase: '0.01' } });
    expect(grant).toMatchObject({ limitPrice: units(limit), collarPrice: null, reserved: units(limit), quantity: units('1') });
  });

  test.each([
    ['a notional', byNotional('250'), '2.5'],
    ['a notional that does not divide', byNotional('33.333333333'), '0.33333333'],
    ['a share of the value', byFraction('0.001'), '1'],
    ['units', byQuantity('3'), '3'],
  ])('follows %s', (_, sizing, expected) => {
    expect(verdict({ sizing })).toBe(units(expected));
  });

  test('asks for no more than what is left of an earlier one', () => {
    expect(verdict({ sizing: byQuantity('3') }, '0.75')).toBe(units('0.75'));
  });
});
