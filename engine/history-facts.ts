/**
 * Lines of a history as facts about the account, each worth what it says or what the last price before it makes it. What
 * no price and no line says is refused by name: no worth is guessed.
 */
import type { ChargeEvent, LineProblem, RewardEvent } from '../adapters/market-data/account-history/history-event.ts';
import type { HistoryEvent } from '../adapters/market-data/account-history/history-event.ts';
import { formatDecimal } from '../core/kernel/decimal.ts';
import { divideHalfEven, prorate, valueAt } from '../core/kernel/rounding.ts';
import { baseOf, marketSymbol, money, ONE_E18, price, quantity, quoteOf } from '../core/kernel/units.ts';
import type { Asset, Money, Price, Quantity } from '../core/kernel/units.ts';
import type { AccountFact, AccountTradedFact } from '../core/log.ts';
import { AMOUNT_MAX } from './history-moves.ts';
import type { SettledEvent, SettledTrade } from './history-moves.ts';

/** What an asset is worth at the moment, in the quote of the run; null where no recent price is known. */
export type Pricing = Readonly<{ quote: Asset; priceOf: (asset: Asset) => Price | null }>;

/** The facts of a line, the first of them `ordinal`th of its moment. */
export const factsOfEvent = (event: SettledEvent, ordinal: number, pricing: Pricing): readonly AccountFact[] | LineProblem => {
  const { atMs, id } = event;
  switch (event.kind) {
    case 'trade':
      return tradeFacts(event, ordinal, pricing);
    case 'transfer': {
      const head = { type: 'account_transferred', atMs, id, ordinal, asset: event.asset, quantity: event.quantity } as const;
      if (event.direction === 'out') return [{ ...head, direction: 'out' }];
      return [{ ...head, direction: 'in', basis: event.basis ?? money(event.quantity), acquiredMs: event.acquiredMs ?? atMs }];
    }
    case 'reward':
      return valued(event, quantity(event.quantity - event.fee), pricing, value => [
        { type: 'account_rewarded', atMs, id, ordinal, purpose: event.purpose, asset: event.asset, quantity: event.quantity, fee: event.fee, value },
      ]);
    case 'charge':
      return valued(event, event.quantity, pricing, value => [{ type: 'account_charged', atMs, id, ordinal, purpose: event.purpose, asset: event.asset, quantity: event.quantity, value }]);
    case 'rename':
      return [{ type: 'asset_renamed', atMs, id, ordinal, from: event.from, to: event.to, quantity: event.quantity, received: event.received }];
    case 'sweep':
      return sweepFacts(event, ordinal, pricing);
  }
};

const problemAt = ({ place }: SettledEvent, field: string, reason: string): LineProblem => ({ ...place, field, reason });

const worthOf = (units: Quantity, unit: Price | null): Money | null => (unit === null ? null : valueAt(units, unit));

/** What rounding brought or took has no worth of its own. */
const valued = (event: RewardEvent | ChargeEvent, units: Quantity, { quote, priceOf }: Pricing, facts: (value: Money) => readonly AccountFact[]): readonly AccountFact[] | LineProblem => {
  const { asset, purpose } = event;
  const value = asset === quote ? money(units) : purpose === 'rounding' ? money(0n) : (event.value ?? worthOf(units, priceOf(asset)));
  if (value === null) return problemAt(event, 'value', unknownText(units, asset, { quote, id: event.id }));
  if (asset === quote && event.value !== null && event.value !== value) return problemAt(event, 'value', `${formatDecimal(units)} ${quote} are worth what they are`);
  return value > AMOUNT_MAX ? problemAt(event, 'value', 'is too large') : facts(value);
};

const unpricedText = (units: bigint, asset: Asset, quote: Asset): string =>
  `what ${formatDecimal(units)} ${asset} were worth is not known: the store has no candle of ${asset}/${quote} of the day before, and no trade says it; import candles`;

const unknownText = (units: bigint, asset: Asset, { quote, id }: Readonly<{ quote: Asset; id: string }>): string =>
  `${unpricedText(units, asset, quote)}, or add a value line with id ${id} to a generic file`;

const tradeFacts = (event: SettledTrade, ordinal: number, pricing: Pricing): readonly AccountFact[] | LineProblem => {
  const { quote } = pricing;
  const { atMs, id, symbol, side, amount, fee } = event;
  const value = valueOfTrade(event, pricing);
  if (typeof value !== 'bigint') return value;
  const feeAsset = event.feeAsset ?? quote;
  const feeValue = fee === 0n ? money(0n) : feeAsset === quote ? money(fee) : (event.feeValue ?? feeWorth(event, value, pricing));
  if (feeValue === null) return problemAt(event, 'fee_value', unknownText(fee, feeAsset, { quote, id }));
  if (feeAsset === quote && event.feeValue !== null && event.feeValue !== feeValue) return problemAt(event, 'fee_value', `${formatDecimal(fee)} ${quote} are worth what they are`);
  const [received, units] = side === 'BUY' ? [baseOf(symbol), event.quantity] : [quoteOf(symbol), amount];
  if (received !== quote && (feeAsset === received ? fee : 0n) >= units) return problemAt(event, 'fee', `leaves nothing of the ${formatDecimal(units)} ${received} received`);
  if (value > AMOUNT_MAX || feeValue > AMOUNT_MAX) return problemAt(event, 'value', 'is too large');
  return [{ type: 'account_traded', atMs, id, ordinal, symbol, side, quantity: event.quantity, price: event.price, amount, value, fee, feeAsset, feeValue }];
};

/** Against the quote of the run a trade is worth its amount; else what was paid in, or what was traded, is worth. */
const valueOfTrade = (event: SettledTrade, { quote, priceOf }: Pricing): Money | LineProblem => {
  const { symbol, amount } = event;
  const counter = quoteOf(symbol);
  if (counter === quote) {
    if (event.value === null || event.value === (amount as bigint)) return money(amount);
    return problemAt(event, 'value', `a trade in ${quote} is worth its ${formatDecimal(amount)} ${quote}`);
  }
  const value = event.value ?? worthOf(amount, priceOf(counter)) ?? worthOf(event.quantity, priceOf(baseOf(symbol)));
  return value ?? problemAt(event, 'value', unknownText(amount, counter, { quote, id: event.id }));
};

/** A fee in what was traded is worth its share of the trade. */
const feeWorth = ({ symbol, fee, feeAsset, amount, quantity: units }: SettledTrade, value: Money, { priceOf }: Pricing): Money | null => {
  if (feeAsset === baseOf(symbol)) return prorate(value, fee, units);
  if (feeAsset === quoteOf(symbol) && amount > 0n) return prorate(value, fee, amount);
  return feeAsset === null ? null : worthOf(fee, priceOf(feeAsset));
};

type Sweep = Extract<HistoryEvent, { kind: 'sweep' }>;

/** Each asset of a sweep brought its share by worth of what was received; the last takes the rest. */
const sweepFacts = (event: Sweep, ordinal: number, { quote, priceOf }: Pricing): readonly AccountFact[] | LineProblem => {
  const { atMs, asset } = event;
  let units: bigint = event.quantity;
  let value = asset === quote ? money(units) : worthOf(event.quantity, priceOf(asset));
  if (value === null) return problemAt(event, 'value', unpricedText(units, asset, quote));
  const worths = event.given.map(given => worthOf(given.quantity, priceOf(given.asset)));
  if (event.given.some(given => given.asset === quote)) return problemAt(event, 'asset', `${quote} was given with other assets at once, and what each of them brought is not told`);
  const unknown = event.given[worths.indexOf(null)];
  if (unknown !== undefined) return problemAt(event, 'value', unpricedText(unknown.quantity, unknown.asset, quote));
  let left = worths.reduce<bigint>((sum, worth) => sum + worth!, 0n);
  const facts: AccountTradedFact[] = [];
  for (const [index, given] of event.given.entries()) {
    const worth = worths[index]!;
    const isLast = index === event.given.length - 1;
    const amount = isLast || left === 0n ? (isLast ? units : 0n) : prorate(units, worth, left);
    const share = isLast ? value : money(left === 0n ? 0n : prorate(value, worth, left));
    const symbol = marketSymbol(`${given.asset}/${asset}`);
    if (amount === 0n && asset !== quote) return problemAt(event, 'amount', `brought nothing for ${formatDecimal(given.quantity)} ${given.asset}`);
    facts.push({
      type: 'account_traded',
      atMs,
      id: `${event.id}/${index + 1}`,
      ordinal: ordinal + index,
      symbol,
      side: 'SELL',
      quantity: given.quantity,
      price: price(divideHalfEven(amount * ONE_E18, given.quantity)),
      amount: quantity(amount),
      value: asset === quote ? money(amount) : share,
      fee: quantity(0n),
      feeAsset: quote,
      feeValue: money(0n),
    });
    units -= amount;
    value = money(value - share);
    left -= worth;
  }
  return facts;
};
