/** Snapshots: state as bytes and back, to the same digest and the same next hours. */
import { describe, expect, test } from 'vitest';
import { decodeSnapshot, encodeSnapshot } from '../../core/snapshot.ts';
import { initialState, stateDigest } from '../../core/state.ts';
import { agentOf, byQuantity, deskOf, instrument, KRAKEN_COSTS, limitEntry, operatorFact, runHours, START } from '../support/desk.ts';
import { candlesFrom } from '../support/market.ts';

const agents = [agentOf('buy-and-hold', byQuantity('1.5'), { entry: limitEntry(50) })];
const desk = deskOf({ universe: [instrument('BTC/USD'), instrument('ETH/USD')], agents, costs: KRAKEN_COSTS, holdings: [['ETH', '2', '10']] });
const candles = [candlesFrom(START, '100 100 100 100 1000\n101 102 100 101 1000'), candlesFrom(START, '30 31 29 30 1000\n30 31 29 30 1000')];

describe('a snapshot', () => {
  const halted = { ...operatorFact(1, { command: 'halt' }), reason: 'Wartung – 保守 😀 "\\"\n\u007f' };
  const { state } = runHours(desk, candles, 2, { 1: [halted] }).after;

  test('with working orders, lots and a reason in any script reads back to the same digest', () => {
    const decoded = decodeSnapshot(desk, encodeSnapshot(state));
    expect(stateDigest(decoded)).toBe(stateDigest(state));
    expect([decoded.orders, decoded.lots, decoded.portfolio, decoded.risk]).toEqual([state.orders, state.lots, state.portfolio, state.risk]);
    expect(decoded.risk.standing.reason).toBe(halted.reason);
    expect(encodeSnapshot(decoded)).toEqual(encodeSnapshot(state));
  });

  test('of the beginning reads back too', () => {
    const before = initialState(desk);
    expect(stateDigest(decodeSnapshot(desk, encodeSnapshot(before)))).toBe(stateDigest(before));
  });

  test('reads from the middle of a larger buffer', () => {
    const bytes = encodeSnapshot(state);
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(stateDigest(decodeSnapshot(desk, larger.subarray(3)))).toBe(stateDigest(state));
  });

  test('cut short, or of another desk, is refused', () => {
    const bytes = encodeSnapshot(state);
    expect(() => decodeSnapshot(desk, bytes.subarray(0, bytes.length - 1))).toThrow(/not cut short/);
    expect(() => decodeSnapshot(desk, new Uint8Array(0))).toThrow(/has every slice/);
    const two = deskOf({ universe: desk.instruments, agents: [...agents, { ...agents[0]!, id: 'x' }] });
    expect(() => decodeSnapshot(two, bytes)).toThrow(/has every slice/);
  });
});
