/** A difference that is planted in one slice of a state is told as that slice, with a value in it. */
import { describe, expect, test } from 'vitest';
import { PROFILES } from '../../core/profile.ts';
import { decodeSnapshot, encodeSnapshot } from '../../core/snapshot.ts';
import { stateDigest } from '../../core/state.ts';
import { sliceDifference } from '../../engine/replay-slice.ts';
import { changeableSlices, withChangedSlice } from '../support/changed-slices.ts';
import { agentOf, byFraction, deskOf, instrument, KRAKEN_COSTS, runHours, START } from '../support/desk.ts';
import { walk } from '../support/market.ts';

const universe = [instrument('AAA/USD'), instrument('BBB/USD')];
const candles = [5, 6].map(seed => walk({ seed, firstSlot: START, candles: 60, gapsPerMille: 0, movePerMille: 30, decimals: 2 }));
const agents = ['one', 'two'].map(id => ({ ...agentOf('ema-cross', byFraction('0.05'), { parameters: { fast: '3', slow: '9' } }), id }));
const desk = deskOf({ universe, agents, costs: KRAKEN_COSTS, profile: PROFILES.balanced });
const { state } = runHours(desk, candles, 60).after;

describe('slices', () => {
  const slices = changeableSlices(desk, state);

  test('all of them have something to change', () => {
    expect(slices).toEqual(['marks', 'volumes', 'returns', 'memory.one', 'memory.two', 'campaigns', 'orders', 'lots', 'ledger', 'portfolio', 'risk', 'protections']);
  });

  test.each(slices)('%s is named alone, with a place and both values', slice => {
    const other = withChangedSlice(desk, state, slice);
    expect(stateDigest(other)).not.toBe(stateDigest(state));
    const found = sliceDifference(desk, { expected: other, actual: state })!;
    expect([found.slice, found.others]).toEqual([slice, []]);
    expect(found.field).not.toBe('');
    expect(found.expected).not.toBe(found.actual);
  });

  test.each([
    ['risk', 'standing › reason', 'planted', ''],
    ['protections', 'pausedUntilHour', '999999', '-'],
    ['lots', '9.9.9 › agent', 'zz', null],
    ['orders', 'wanted › zz ZZZ/USD › agent', 'zz', null],
    ['campaigns', 'zz ZZZ/USD › status', 'FLAT', null],
  ])('of %s the value is %s', (slice, field, expected, actual) => {
    expect(sliceDifference(desk, { expected: withChangedSlice(desk, state, slice), actual: state })).toEqual({ slice, field, expected, actual, others: [] });
  });

  test('what no view shows is told by its byte', () => {
    expect(sliceDifference(desk, { expected: withChangedSlice(desk, state, 'volumes'), actual: state })).toMatchObject({ slice: 'volumes', field: expect.stringMatching(/^(byte 0|AAA\/USD › median)$/) as unknown });
  });

  test('several that differ are all named, the first of them with its value', () => {
    const other = withChangedSlice(desk, withChangedSlice(desk, state, 'risk'), 'marks');
    expect(sliceDifference(desk, { expected: state, actual: other })).toMatchObject({ slice: 'marks', field: 'AAA/USD › close', others: ['risk'] });
  });

  test('equal states have none', () => {
    expect(sliceDifference(desk, { expected: state, actual: decodeSnapshot(desk, encodeSnapshot(state)) })).toBe(null);
  });
});
