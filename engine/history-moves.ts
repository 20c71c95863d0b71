/**
 * What the lines of a history move, asset by asset, before anything is known of their worth: a trade with both of its
 * amounts, and whether everything that left had been there. It prices nothing and books nothing.
 */
import type { HistoryEvent, LineProblem, TradeEvent } from '../adapters/market-data/account-history/history-event.ts';
import { decimal, formatDecimal } from '../core/kernel/decimal.ts';
import { divideHalfEven } from '../core/kernel/rounding.ts';
import { baseOf, marketSymbol, ONE_E18, price, quantity, quoteOf } from '../core/kernel/units.ts';
import type { Asset, Price, Quantity } from '../core/kernel/units.ts';

/** A trade in a market whose base is not the quote of the run, with what both sides gave. */
export type SettledTrade = Omit<TradeEvent, 'price' | 'amount'> & Readonly<{ price: Price; amount: Quantity }>;

export type SettledEvent = SettledTrade | Exclude<HistoryEvent, TradeEvent>;

/** No single amount of a history lies above this, and no asset turns over more in all: books hold a hundred thousand times as much. */
export const AMOUNT_MAX = decimal('1000000000000000');
const TURNOVER_MAX = 10_000n * AMOUNT_MAX;

/** `amount × price` to the nearest, ties to even: what a line leaves out of the two follows from the other. */
export const settle = (event: HistoryEvent, quote: Asset): SettledEvent | LineProblem => {
  if (event.kind !== 'trade') return event;
  const { place, symbol } = event;
  const amount = quantity(event.amount ?? divideHalfEven(event.quantity * event.price!, ONE_E18));
  const paid = price(event.price ?? divideHalfEven(amount * ONE_E18, event.quantity));
  if (amount > AMOUNT_MAX || paid > AMOUNT_MAX) return { ...place, field: 'price', reason: 'makes an amount that is too large' };
  if (baseOf(symbol) !== quote) return { ...event, amount, price: paid };
  // The run counts in what this market has for its base: the same trade, seen from the other side.
  if (amount === 0n) return { ...place, field: 'amount', reason: `is nothing for ${formatDecimal(event.quantity)} ${quote}` };
  return {
    ...event,
    symbol: marketSymbol(`${quoteOf(symbol)}/${quote}`),
    side: event.side === 'BUY' ? 'SELL' : 'BUY',
    quantity: amount,
    amount: event.quantity,
    price: price(divideHalfEven(event.quantity * ONE_E18, amount)),
  };
};

type Move = Readonly<{ asset: Asset; units: bigint }>;

/** What came, and negative what went. */
export const movesOf = (event: SettledEvent): readonly Move[] => {
  switch (event.kind) {
    case 'trade': {
      const sign = event.side === 'BUY' ? 1n : -1n;
      const legs = [
        { asset: baseOf(event.symbol), units: sign * event.quantity },
        { asset: quoteOf(event.symbol), units: -sign * event.amount },
      ];
      return event.feeAsset === null ? legs : [...legs, { asset: event.feeAsset, units: -event.fee }];
    }
    case 'transfer':
      return [{ asset: event.asset, units: event.direction === 'in' ? event.quantity : -event.quantity }];
    case 'reward':
      return [{ asset: event.asset, units: event.quantity - event.fee }];
    case 'charge':
      return [{ asset: event.asset, units: -event.quantity }];
    case 'rename':
      return [
        { asset: event.from, units: -event.quantity },
        { asset: event.to, units: event.received },
      ];
    case 'sweep':
      return [...event.given.map(({ asset, quantity: units }) => ({ asset, units: -units })), { asset: event.asset, units: event.quantity }];
  }
};

/** Every line that takes more than there was, each with what is missing. A line after it is judged as if it had been there. */
export const holdingProblems = (events: readonly SettledEvent[]): readonly LineProblem[] => {
  const problems: LineProblem[] = [];
  const held = new Map<Asset, bigint>();
  const turnover = new Map<Asset, bigint>();
  for (const event of events) {
    for (const { asset, units } of netOf(movesOf(event))) {
      const before = held.get(asset) ?? 0n;
      const after = before + units;
      const turned = (turnover.get(asset) ?? 0n) + (units < 0n ? -units : units);
      if (after < 0n) problems.push({ ...event.place, field: 'quantity', reason: missingText({ asset, before, units }) });
      else if (turned > TURNOVER_MAX) problems.push({ ...event.place, field: 'quantity', reason: `the ${asset} of this history are too many in all` });
      turnover.set(asset, turned);
      held.set(asset, after < 0n ? 0n : after);
    }
  }
  return problems;
};

const netOf = (moves: readonly Move[]): readonly Move[] =>
  [...Map.groupBy(moves, ({ asset }) => asset)].map(([asset, of]) => ({ asset, units: of.reduce((sum, { units }) => sum + units, 0n) }));

const missingText = ({ asset, before, units }: Readonly<{ asset: Asset; before: bigint; units: bigint }>): string =>
  `takes ${formatDecimal(-units)} ${asset}, and ${formatDecimal(before)} were there: ${formatDecimal(-units - before)} ${asset} are missing; import the history from its beginning, or tell what was there in an opening line`;
