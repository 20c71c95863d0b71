/**
 * What a round trip of planned orders costs, as the return at which it earns nothing: the one figure that campaigns, the
 * cost gate and the rank of entries go by. It predicts no return.
 */
import { ONE_E18, ratePpm } from '../kernel/units.ts';
import type { Fraction } from '../kernel/units.ts';
import type { CostModel, EntryOrder, Instrument } from '../manifest.ts';
import { breakEvenReturn, expectedSlippage } from './cost-gate.ts';
import type { Leg } from './cost-gate.ts';

/** In by the entry order, out by a MARKET order. The share of a candle that an order will take is not known yet, so all of it is assumed. */
export const roundTripCost = ({ fees, slippage }: CostModel, entry: EntryOrder, { halfSpreadBps }: Instrument): Fraction => {
  const moved =
    slippage.kind === 'constant' ? expectedSlippage(slippage) : expectedSlippage({ kind: 'spread_impact', halfSpreadBps, impactBps: slippage.impactBps, shareOfCap: ONE_E18 as Fraction });
  const still = expectedSlippage({ kind: 'none' });
  const takes = entry.type === 'MARKET' || entry.timeInForce !== 'HOUR';
  const inLeg: Leg = { feePpm: ratePpm(takes ? fees.takerPpm : fees.makerPpm), slippage: entry.type === 'MARKET' ? moved : still, feeInReceived: fees.asset === 'received' };
  const outLeg: Leg = { feePpm: fees.takerPpm, slippage: moved, feeInReceived: false };
  return breakEvenReturn(inLeg, outLeg);
};
