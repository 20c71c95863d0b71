/**
 * The slow, obvious twin of lots and ledger: lots in a plain list of decimals, matched oldest first, and every balance
 * told from what it means instead of summed from postings. It shares no line with core.
 */
import { Decimal } from 'decimal.js';

const Exact = Decimal.clone({ precision: 120 });
type Exact = Decimal;

export type SlowFill = Readonly<{
  agent: string;
  symbol: string;
  side: 'BUY' | 'SELL';
  quantity: string;
  price: string;
  fee: string;
  feeAsset: string;
  feeValue: string;
}>;
export type SlowOpening = Readonly<{ cash: string; holdings: readonly (readonly [asset: string, quantity: string, unitCost: string])[] }>;
type SlowLot = { agent: string; symbol: string; quantity: Exact; cost: Exact; fee: Exact };
export type SlowBooks = Readonly<{
  /** Agent, symbol, quantity, cost, fee. */
  lots: readonly (readonly string[])[];
  /** Result of every match in order. */
  results: readonly string[];
  /** Account and asset to amount; zeros left out. */
  balances: Readonly<Record<string, string>>;
}>;

const PLACES = 18;
const up = (value: Exact): Exact => value.toDecimalPlaces(PLACES, Decimal.ROUND_CEIL);
const down = (value: Exact): Exact => value.toDecimalPlaces(PLACES, Decimal.ROUND_FLOOR);
const share = (amount: Exact, part: Exact, whole: Exact): Exact => amount.times(part).div(whole).toDecimalPlaces(PLACES, Decimal.ROUND_HALF_EVEN);
const baseOf = (symbol: string): string => symbol.split('/')[0]!;

export const slowBooks = ({ cash: openingCash, holdings }: SlowOpening, fills: readonly SlowFill[]): SlowBooks => {
  const lots: SlowLot[] = [];
  const results: Exact[] = [];
  const total: Record<string, Exact> = {};
  const add = (account: string, amount: Exact): void => {
    total[account] = (total[account] ?? new Exact(0)).plus(amount);
  };

  const dispose = (agent: string, symbol: string, sold: Readonly<{ quantity: Exact; proceeds: Exact; fee: Exact }>): void => {
    let { quantity, proceeds, fee } = sold;
    while (quantity.gt(0)) {
      const lot = lots.find(candidate => candidate.agent === agent && candidate.symbol === symbol && candidate.quantity.gt(0));
      if (lot === undefined) throw new Error(`${agent} sells more ${symbol} than it holds.`);
      const taken = Exact.min(lot.quantity, quantity);
      const [brought, exitFee] = [share(proceeds, taken, quantity), share(fee, taken, quantity)];
      const [cost, entryFee] = [share(lot.cost, taken, lot.quantity), share(lot.fee, taken, lot.quantity)];
      results.push(brought.minus(exitFee).minus(cost).minus(entryFee));
      add('result USD', cost.minus(brought));
      add('fees USD', entryFee.plus(exitFee));
      [lot.quantity, lot.cost, lot.fee] = [lot.quantity.minus(taken), lot.cost.minus(cost), lot.fee.minus(entryFee)];
      [quantity, proceeds, fee] = [quantity.minus(taken), proceeds.minus(brought), fee.minus(exitFee)];
    }
  };

  add('cash USD', new Exact(openingCash));
  add('deposits USD', new Exact(openingCash).negated());
  for (const [asset, amount, unitCost] of holdings) {
    const cost = up(new Exact(amount).times(unitCost));
    lots.push({ agent: 'treasury', symbol: `${asset}/USD`, quantity: new Exact(amount), cost, fee: new Exact(0) });
    add('transfers USD', cost.negated());
    add(`trading ${asset}`, new Exact(amount).negated());
  }
  for (const { agent, symbol, side, quantity, price, fee, feeAsset, feeValue } of fills) {
    const base = baseOf(symbol);
    const units = new Exact(quantity);
    const buys = side === 'BUY';
    const feeInBase = buys && feeAsset === base;
    const quoteFee = new Exact(feeAsset === 'USD' ? fee : 0);
    if (buys) {
      const cost = up(units.times(price));
      add('cash USD', cost.plus(quoteFee).negated());
      lots.push({ agent, symbol, quantity: feeInBase ? units.minus(fee) : units, cost, fee: new Exact(feeInBase ? 0 : feeValue) });
      if (feeInBase) add(`fees ${base}`, new Exact(fee));
    } else {
      const proceeds = down(units.times(price));
      add('cash USD', proceeds.minus(quoteFee));
      dispose(agent, symbol, { quantity: units, proceeds, fee: new Exact(feeValue) });
    }
    add(`trading ${base}`, buys ? units.negated() : units);
    if (feeAsset === 'USD' || feeInBase || new Exact(fee).isZero()) continue;
    dispose('treasury', `${feeAsset}/USD`, { quantity: new Exact(fee), proceeds: new Exact(feeValue), fee: new Exact(0) });
    add(`trading ${feeAsset}`, new Exact(fee));
  }

  for (const lot of lots) {
    add('cost USD', lot.cost);
    add('deferred_fees USD', lot.fee);
    add(`position ${baseOf(lot.symbol)}`, lot.quantity);
  }
  return {
    lots: lots.filter(lot => lot.quantity.gt(0)).map(lot => [lot.agent, lot.symbol, lot.quantity.toFixed(), lot.cost.toFixed(), lot.fee.toFixed()]),
    results: results.map(result => result.toFixed()),
    balances: Object.fromEntries(Object.entries(total).flatMap(([account, amount]) => (amount.isZero() ? [] : [[account, amount.toFixed()]]))),
  };
};
