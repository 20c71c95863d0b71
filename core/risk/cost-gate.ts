/**
 * The cost gate: an entry must be expected to earn more than its round trip and the profile's margin. It judges what
 * was predicted and never makes a prediction: without one it only records that it did not apply.
 */
import { divideDown, divideUp } from '../kernel/rounding.ts';
import { ONE_E18, fraction } from '../kernel/units.ts';
import type { Bps, Fraction, RatePpm } from '../kernel/units.ts';

const PPM = 1_000_000n;
const BPS = 10_000n;
/** 10^-4. */
const ONE_BPS = 100_000_000_000_000n;

/** A planned order: its fee rate, how far its fill is expected to move against us, and whether its fee is cut from what is received. */
export type Leg = Readonly<{ feePpm: RatePpm; slippage: Fraction; feeInReceived: boolean }>;

export type SlippageTerms =
  | Readonly<{ kind: 'none' }>
  | Readonly<{ kind: 'constant'; bps: Bps }>
  | Readonly<{ kind: 'spread_impact'; halfSpreadBps: Bps; impactBps: Bps; shareOfCap: Fraction }>;

/** What a MARKET order is expected to move, as a share, up; a LIMIT moves nothing. `shareOfCap` is 1 where the participation is not known. */
export const expectedSlippage = (terms: SlippageTerms): Fraction => {
  switch (terms.kind) {
    case 'none':
      return fraction(0n);
    case 'constant':
      return fraction(BigInt(terms.bps) * ONE_BPS);
    case 'spread_impact':
      return fraction(divideUp(BigInt(terms.halfSpreadBps) * ONE_E18 + BigInt(terms.impactBps) * terms.shareOfCap, BPS));
  }
};

/**
 * The return at which a round trip earns nothing, up. What 1 of quote costs in is (1 + slippage) × (1 + fee), or ÷
 * (1 − fee) where the fee is cut from the base received; what it brings back is (1 − slippage) × (1 − fee).
 */
export const breakEvenReturn = (entry: Leg, exit: Leg): Fraction => {
  const fee = BigInt(entry.feePpm);
  const [grossIn, netIn] = entry.feeInReceived ? [PPM, PPM - fee] : [PPM + fee, PPM];
  const paid = (ONE_E18 + entry.slippage) * grossIn * ONE_E18 * PPM;
  const brought = netIn * (ONE_E18 - exit.slippage) * (PPM - BigInt(exit.feePpm));
  return fraction(divideUp(paid, brought) - ONE_E18);
};

/** Shares. `cost` is the return that earns nothing. */
export type Expectation = Readonly<{ expectedReturn: Fraction | null; cost: Fraction; margin: Fraction | null }>;

export type CostAnswer =
  | Readonly<{ code: 'COST_GATE_NOT_APPLICABLE' }>
  | Readonly<{ code: 'COST_GATE_PASSED' | 'COST_GATE'; limit: Fraction; usage: Fraction; asked: Fraction }>;

/**
 * Passed when the expected return lies above cost and margin; to reach them exactly earns nothing and does not pass.
 * Limit: cost and margin. Usage: the cost. Asked: the return expected.
 */
export const costGate = ({ expectedReturn, cost, margin }: Expectation): CostAnswer => {
  if (expectedReturn === null || margin === null) return { code: 'COST_GATE_NOT_APPLICABLE' };
  const limit = fraction(cost + margin);
  return { code: expectedReturn > limit ? 'COST_GATE_PASSED' : 'COST_GATE', limit, usage: cost, asked: expectedReturn };
};

/** What is left of an expected return after its round trip: entries compete by it. Down. */
export const netEdge = (expectedReturn: Fraction, cost: Fraction): Fraction =>
  fraction(divideDown((ONE_E18 + expectedReturn) * ONE_E18, ONE_E18 + cost) - ONE_E18);
