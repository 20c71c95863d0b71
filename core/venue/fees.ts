/** What a fill is charged, in which asset. Fees round up to the step of the asset they are charged in. */
import { divideDown, divideUp, feeUp, floorToStep, quantityFor, valueAt } from '../kernel/rounding.ts';
import { baseOf, DECIMALS, maxOf, minOf, money, quantity, quoteOf } from '../kernel/units.ts';
import type { Asset, Money, Price, Quantity, RatePpm } from '../kernel/units.ts';
import type { Side } from '../events.ts';
import type { Liquidity } from '../log.ts';
import type { Fees, Instrument } from '../manifest.ts';

/** What is held of a third asset to pay fees with, at its last recorded mark. */
export type FeeStock = Readonly<{ asset: Asset; quantity: Quantity; mark: Price; decimals: number }>;

export type Fee = Readonly<{ asset: Asset; quantity: Quantity; value: Money; fromStock: boolean }>;

type Filled = Readonly<{ side: Side; quantity: Quantity; price: Price; notional: Money; liquidity: Liquidity }>;

const stepOf = (decimals: number): bigint => POWERS[DECIMALS - decimals]!;
const POWERS = Array.from({ length: DECIMALS + 1 }, (_, power) => BigInt(`1${'0'.repeat(power)}`));

const rateOf = (fees: Fees, liquidity: Liquidity): RatePpm => (liquidity === 'MAKER' ? fees.makerPpm : fees.takerPpm);

/** What is bought pays its own fee when fees come out of what is received, or when it is the third asset itself. */
const paysInBase = ({ asset }: Fees, instrument: Instrument, side: Side): boolean =>
  side === 'BUY' && (asset === 'received' || (asset !== 'quote' && asset.third === baseOf(instrument.symbol)));

/**
 * The fee of a fill. Charged in the asset received, a BUY pays in base and a SELL in quote; charged in a third asset,
 * it falls back to quote when the stock does not cover it. A fee in quote never takes more than a SELL brings.
 */
export const feeOf = (fees: Fees, instrument: Instrument, filled: Filled, stock: FeeStock | null): Fee => {
  const quote = quoteOf(instrument.symbol);
  const rate = rateOf(fees, filled.liquidity);
  const full = feeUp(filled.notional, rate, stepOf(instrument.quoteDecimals));
  const inQuote = filled.side === 'SELL' ? minOf(full, filled.notional) : full;
  const quoteFee: Fee = { asset: quote, quantity: quantity(inQuote), value: inQuote, fromStock: false };
  if (fees.asset === 'quote' || rate === 0) return quoteFee;
  if (paysInBase(fees, instrument, filled.side)) return baseFee(instrument, filled, rate);
  if (fees.asset === 'received' || stock === null || stock.mark <= 0n) return quoteFee;
  const exact = divideUp(inQuote * stepOf(0), stock.mark);
  const step = stepOf(stock.decimals);
  const units = quantity(divideUp(exact, step) * step);
  if (units > stock.quantity) return quoteFee;
  return { asset: stock.asset, quantity: units, value: valueAt(units, stock.mark), fromStock: true };
};

const baseFee = (instrument: Instrument, filled: Filled, rate: RatePpm): Fee => {
  const units = feeUp(filled.quantity, rate, stepOf(instrument.baseDecimals));
  return { asset: baseOf(instrument.symbol), quantity: units, value: valueAt(units, filled.price), fromStock: false };
};

/** Whether a fee in base would leave nothing of what is bought: its step can be coarser than the lot. */
export const feeTakesAll = (fees: Fees, instrument: Instrument, filled: Pick<Filled, 'side' | 'quantity' | 'liquidity'>): boolean =>
  paysInBase(fees, instrument, filled.side) &&
  feeUp(filled.quantity, rateOf(fees, filled.liquidity), stepOf(instrument.baseDecimals)) >= filled.quantity;

/** A limit may turn out maker or taker, so the dearer of both is set aside; a fee in the base received needs no cash. */
const reserveRate = (fees: Fees): RatePpm => (fees.asset === 'received' ? NO_RATE : (Math.max(fees.makerPpm, fees.takerPpm) as RatePpm));
const NO_RATE = 0 as RatePpm;

/** The most cash a fill may need beyond its notional, in steps of the quote. */
export const feeReserve = (fees: Fees, instrument: Instrument, notional: Money): Money =>
  feeUp(notional, reserveRate(fees), stepOf(instrument.quoteDecimals));

/** The most whole lots whose notional and fee reserve, each rounded up, fit into a budget that is not negative. */
export const affordable = (budget: Money, price: Price, { fees, instrument }: Readonly<{ fees: Fees; instrument: Instrument }>): Quantity => {
  if (reserveRate(fees) === 0) return floorToStep(quantityFor(budget, price), instrument.lot);
  const rate = BigInt(reserveRate(fees));
  const unrounded = money(divideDown(budget * 1_000_000n, 1_000_000n + rate));
  const fee = feeReserve(fees, instrument, unrounded);
  if (unrounded + fee <= budget) return floorToStep(quantityFor(unrounded, price), instrument.lot);
  // Rounding the fee up breaks the budget: either this fee is paid on less, or one step of it less on the most that costs.
  const oneStepLess = divideDown((fee - stepOf(instrument.quoteDecimals)) * 1_000_000n, rate);
  return floorToStep(quantityFor(money(maxOf(budget - fee, oneStepLess)), price), instrument.lot);
};
