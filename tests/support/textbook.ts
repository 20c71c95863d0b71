/**
 * The textbook: a signal at the close of a bar trades at the open of the next bar there is, with what cash allows. No
 * desk, no venue, no books; decimals of a library, and nothing shared with core.
 */
import { Decimal } from 'decimal.js';

const Exact = Decimal.clone({ precision: 80 });
type Exact = Decimal;

export type TextbookBar = Readonly<{ open: string; close: string }>;
export type Size = Readonly<{ kind: 'quantity' | 'notional' | 'fraction'; amount: string }>;
export type TextbookMarket = Readonly<{ symbol: string; bars: ReadonlyMap<number, TextbookBar>; signals: ReadonlyMap<number, 'enter' | 'exit'> }>;
export type Trade = Readonly<{ hour: number; symbol: string; side: 'BUY' | 'SELL'; quantity: string; price: string; fee: string }>;
type Terms = Readonly<{ cash: string; feeRate: string; size: Size; from: number; to: number }>;
type Order = Readonly<{ side: 'BUY' | 'SELL'; quantity: Exact }>;

const LOT_DECIMALS = 8;
const down = (value: Exact): Exact => value.toDecimalPlaces(LOT_DECIMALS, Decimal.ROUND_FLOOR);
const feeOn = (notional: Exact, rate: string): Exact => notional.times(rate).toDecimalPlaces(LOT_DECIMALS, Decimal.ROUND_CEIL);

/** The most that cash buys, fee included. */
const affordable = (cash: Exact, price: string, rate: string): Exact => {
  let quantity = down(cash.div(new Exact(price).times(new Exact(1).plus(rate))));
  while (quantity.gt(0) && quantity.times(price).plus(feeOn(quantity.times(price), rate)).gt(cash)) quantity = quantity.minus('0.00000001');
  return quantity;
};

/** Every trade between two hours, and the cash that is left. Throws where several buys compete for too little cash. */
export const textbook = (markets: readonly TextbookMarket[], terms: Terms): Readonly<{ trades: readonly Trade[]; cash: string }> => {
  const trades: Trade[] = [];
  const held = new Map(markets.map(market => [market.symbol, new Exact(0)]));
  const lastClose = new Map<string, string>();
  const pending = new Map<string, Order>();
  let cash = new Exact(terms.cash);

  for (let hour = terms.from; hour < terms.to; hour += 1) {
    const cashBefore = cash;
    for (const { symbol, bars } of markets) {
      const bar = bars.get(hour);
      const order = pending.get(symbol);
      if (bar === undefined || order === undefined) continue;
      pending.delete(symbol);
      const quantity = order.side === 'SELL' ? order.quantity : Exact.min(order.quantity, affordable(cashBefore, bar.open, terms.feeRate));
      if (quantity.lte(0)) continue;
      const notional = quantity.times(bar.open);
      const fee = feeOn(notional, terms.feeRate);
      cash = order.side === 'SELL' ? cash.plus(notional).minus(fee) : cash.minus(notional).minus(fee);
      held.set(symbol, order.side === 'SELL' ? new Exact(0) : quantity);
      trades.push({ hour, symbol, side: order.side, quantity: quantity.toFixed(), price: bar.open, fee: fee.toFixed() });
    }
    if (cash.lt(0)) throw new Error(`Several buys compete for cash in hour ${hour}: no textbook says who gets it.`);
    for (const { symbol, bars } of markets) lastClose.set(symbol, bars.get(hour)?.close ?? lastClose.get(symbol) ?? '0');
    for (const { symbol, signals } of markets) {
      const close = lastClose.get(symbol)!;
      if (signals.get(hour) === 'exit') pending.delete(symbol);
      if (signals.get(hour) === 'exit' && held.get(symbol)!.gt(0)) pending.set(symbol, { side: 'SELL', quantity: held.get(symbol)! });
      if (signals.get(hour) !== 'enter' || pending.has(symbol) || held.get(symbol)!.gt(0)) continue;
      const value = [...held].reduce((sum, [owned, quantity]) => sum.plus(quantity.times(lastClose.get(owned)!)), cash);
      const wished = { quantity: terms.size.amount, notional: new Exact(terms.size.amount).div(close), fraction: value.times(terms.size.amount).div(close) }[terms.size.kind];
      const quantity = Exact.min(down(new Exact(wished)), affordable(cash, close, terms.feeRate));
      if (quantity.gt(0)) pending.set(symbol, { side: 'BUY', quantity });
    }
  }
  return { trades, cash: cash.toFixed() };
};
