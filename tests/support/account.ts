/** Histories of an account in a few words, and what the books make of them as text, for literal expectations. */
import type { Decision } from '../../core/events.ts';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import { HOUR_MS, asset, marketSymbol, money, price, quantity, timeMs } from '../../core/kernel/units.ts';
import { balancesOf } from '../../core/ledger/ledger.ts';
import type { AccountFact } from '../../core/log.ts';
import { deskOf, instrument, runHours, START } from './desk.ts';
import type { Opening, Ran } from './desk.ts';
import type { SlotCandle } from './market.ts';

/** Minutes after the start of the run, the name, and the rest. */
type When = readonly [minute: number, id: string];

const head = ([minute, id]: When) => ({ atMs: timeMs(START * HOUR_MS + minute * 60_000), id, ordinal: 0 }) as const;
const units = (text: string) => quantity(decimal(text));
const usd = (text: string) => money(decimal(text));

type Trade = Readonly<{ side: 'BUY' | 'SELL'; symbol: string; quantity: string; price: string; amount: string; value?: string; fee?: string; feeAsset?: string; feeValue?: string }>;

/** A fee is in USD unless its asset is named; the value is the amount unless it is told. */
export const traded = (when: When, trade: Trade): AccountFact => ({
  ...head(when),
  type: 'account_traded',
  side: trade.side,
  symbol: marketSymbol(trade.symbol),
  quantity: units(trade.quantity),
  price: price(decimal(trade.price)),
  amount: units(trade.amount),
  value: usd(trade.value ?? trade.amount),
  fee: units(trade.fee ?? '0'),
  feeAsset: asset(trade.feeAsset ?? 'USD'),
  feeValue: usd(trade.feeValue ?? trade.fee ?? '0'),
});

/** Of money the basis is the amount, and it was acquired at that moment. */
export const cameIn = (when: When, held: string, amount: string, origin: Readonly<{ basis?: string; acquiredMs?: number }> = {}): AccountFact => ({
  ...head(when),
  type: 'account_transferred',
  direction: 'in',
  asset: asset(held),
  quantity: units(amount),
  basis: usd(origin.basis ?? amount),
  acquiredMs: timeMs(origin.acquiredMs ?? head(when).atMs),
});

export const wentOut = (when: When, held: string, amount: string): AccountFact => ({ ...head(when), type: 'account_transferred', direction: 'out', asset: asset(held), quantity: units(amount) });

type Received = Readonly<{ fee?: string; value: string; purpose?: 'income' | 'funding' | 'rounding' }>;

export const rewarded = (when: When, held: string, amount: string, { fee = '0', value, purpose = 'income' }: Received): AccountFact => ({
  ...head(when),
  type: 'account_rewarded',
  purpose,
  asset: asset(held),
  quantity: units(amount),
  fee: units(fee),
  value: usd(value),
});

type Paid = Readonly<{ value: string; purpose?: 'fees' | 'funding' | 'rounding' }>;

export const charged = (when: When, held: string, amount: string, { value, purpose = 'fees' }: Paid): AccountFact => ({
  ...head(when),
  type: 'account_charged',
  purpose,
  asset: asset(held),
  quantity: units(amount),
  value: usd(value),
});

export const renamed = (when: When, [from, amount]: readonly [string, string], [to, received]: readonly [string, string]): AccountFact => ({
  ...head(when),
  type: 'asset_renamed',
  from: asset(from),
  to: asset(to),
  quantity: units(amount),
  received: units(received),
});

const SYMBOLS = ['BNB/USD', 'BTC/USD', 'ETH/USD', 'MATIC/USD', 'POL/USD'] as const;
export type Candles = Partial<Record<(typeof SYMBOLS)[number], readonly SlotCandle[]>>;

export const accountDesk = (opening: Partial<Opening> = {}) => deskOf({ universe: SYMBOLS.map(symbol => instrument(symbol)), agents: [], cash: '0', ...opening });

/** Runs a history, each fact in its hour. */
export const runHistory = (facts: readonly AccountFact[], { candles = {}, hours, opening }: Readonly<{ candles?: Candles; hours?: number; opening?: Partial<Opening> }> = {}): Ran => {
  const hourOf = ({ atMs }: AccountFact): number => Math.floor(atMs / HOUR_MS) - START;
  const outside = Object.fromEntries([...Map.groupBy(facts, hourOf)].map(([hour, ofHour]) => [String(hour), ofHour]));
  const last = Math.max(0, ...facts.map(hourOf));
  return runHours(accountDesk(opening), SYMBOLS.map(symbol => candles[symbol] ?? []), hours ?? last + 1, outside);
};

const text = formatDecimal;

const lineOf = (event: Decision): string | null => {
  switch (event.type) {
    case 'lot_opened':
      return `open ${event.id} ${event.symbol} ${text(event.quantity)} cost ${text(event.cost)} fee ${text(event.fee)}`;
    case 'lot_matched':
      return `match ${event.lotId} ${text(event.quantity)} brings ${text(event.proceeds)} less ${text(event.exitFee)}, cost ${text(event.cost)} and ${text(event.entryFee)}: ${text(event.result)}${event.paidFee ? ' as fee' : ''}`;
    case 'lot_released':
      return `release ${event.lotId} ${text(event.quantity)} cost ${text(event.cost)} fee ${text(event.entryFee)}`;
    case 'ledger_posted':
      return `${event.kind} ${event.reference}: ${event.postings.map(({ account, amount, asset: held }) => `${account} ${text(amount)}${held === 'USD' ? '' : ` ${held}`}`).join(', ')}`;
    case 'balance_overdrawn':
      return `${event.severity} ${event.asset} ${text(event.balance)} by ${event.reference}`;
    case 'risk_changed':
      return `${event.to} by ${event.actor}: ${event.reason}`;
    default:
      return `other ${event.type}`;
  }
};

/** Every decision of a run as a line. The hour of a lot's id counts from the start. */
export const booksStory = (ran: Ran): readonly string[] =>
  ran.hours.flatMap(({ steps }) => steps.flatMap(({ decisions }) => decisions.map(decision => (lineOf(decision) ?? '').replaceAll(`${START}.`, '0.').replaceAll(`${START + 1}.`, '1.').replaceAll(`${START + 2}.`, '2.'))));

export const lotsLeft = ({ after: { state } }: Ran): readonly string[] =>
  state.lots.map(lot => `${lot.symbol} ${text(lot.quantity)} cost ${text(lot.cost)} fee ${text(lot.fee)} of ${(lot.acquiredMs - START * HOUR_MS) / 60_000}`);

export const balancesLeft = ({ after: { state } }: Ran): readonly string[] =>
  balancesOf(state.ledger).map(({ account, asset: held, amount }) => `${account} ${text(amount)} ${held}`);
