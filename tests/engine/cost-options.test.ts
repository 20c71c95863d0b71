/** Amounts, rates, shares and basis points as they are typed: what each takes, and what is really wrong with the rest. */
import { expect, test } from 'vitest';
import { amountOf, entryOf, feesOf, participationOf, sizingOf, slippageOf } from '../../engine/cost-options.ts';
import { Problem } from '../../engine/problem.ts';

const told = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
  return 'nothing';
};

test.each([
  ['99999999999999999999999999', '--cash: 99999999999999999999999999 is more than 1000000000000000, the largest that can be held.'],
  ['1000000000000000.000000000000000001', '--cash: 1000000000000000.000000000000000001 is more than 1000000000000000, the largest that can be held.'],
  ['1e5', '--cash: 1e5 has an exponent.'],
  ['0', '--cash: 0 is not an amount above zero.'],
  ['', '--cash: "" is empty.'],
  ['ten dollars', '--cash: "ten dollars" is not an amount.'],
])('the amount %j', (text, message) => {
  expect(told(() => amountOf('--cash', text))).toBe(message);
});

test('the largest amount is one', () => {
  expect(amountOf('--cash', '1000000000000000')).toBe(1_000_000_000_000_000_000_000_000_000_000_000n);
});

test.each([
  ['0.25%,1e-1%', '--fees: 1e-1% has an exponent.'],
  ['0.25%,-0.1%', '--fees: -0.1% has a minus sign.'],
  ['0.25%,0.4', '--fees: 0.4 has no unit.'],
  ['0.25%,99999999999999999999999999%', '--fees: 99999999999999999999999999% is more than 100 %.'],
  ['0.25%,some', '--fees: some is not a rate.'],
  ['0.25%,0.4pct', '--fees: 0.4pct is not a rate.'],
])('the fees %s', (text, message) => {
  expect(told(() => feesOf(text))).toBe(message);
});

test.each([
  ['1e-2', '--participation: 1e-2 has an exponent.'],
  ['0%', '--participation: 0% is not above zero.'],
  ['1.01', '--participation: 1.01 is more than 100%.'],
  ['99999999999999999999999999%', '--participation: 99999999999999999999999999% is more than 100%.'],
  ['half', '--participation: half is not a share.'],
])('the share %s', (text, message) => {
  expect(told(() => participationOf(text))).toBe(message);
});

test.each([
  ['5001', '--slippage: 5001 is more than 5000 basis points.'],
  ['0.5bps', '--slippage: 0.5bps is not a whole number of basis points.'],
  ['1e1', '--slippage: 1e1 has an exponent.'],
  ['-1', '--slippage: -1 has a minus sign.'],
  ['much', '--slippage: much is not known.'],
])('the slippage %s', (text, message) => {
  expect(told(() => slippageOf(text))).toBe(message);
});

test.each([
  ['limit:10000bps', '--entry: limit:10000bps is more than 9999 basis points.'],
  ['limit:1e1', '--entry: limit:1e1 has an exponent.'],
  ['limit:', '--entry: limit: is empty.'],
  ['limit:25bps,later', '--entry: limit:25bps,later is not known.'],
])('the entry %s', (text, message) => {
  expect(told(() => entryOf(text))).toBe(message);
});

test('what is well written is taken as before', () => {
  expect(feesOf('0,0.1%')).toEqual({ name: 'custom', makerPpm: 0, takerPpm: 1_000, asset: 'quote' });
  expect(participationOf('2.5%')).toBe(25_000_000_000_000_000n);
  expect(participationOf('100%')).toBe(1_000_000_000_000_000_000n);
  expect(slippageOf('5bps')).toEqual({ kind: 'constant', bps: 5 });
  expect(sizingOf('quantity:0.5')).toEqual({ kind: 'quantity', quantity: 500_000_000_000_000_000n });
  expect(entryOf('limit:25,ioc')).toEqual({ type: 'LIMIT', offsetBps: 25, postOnly: false, timeInForce: 'IOC' });
});
