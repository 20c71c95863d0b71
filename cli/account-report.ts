/** The books of a run in a few lines: what came and went, what it earned and cost, and what is there now. */
import { formatDecimal } from '../core/kernel/decimal.ts';
import { formatHour } from '../core/kernel/hours.ts';
import { valueAt } from '../core/kernel/rounding.ts';
import { quoteOf } from '../core/kernel/units.ts';
import type { MarketSymbol } from '../core/kernel/units.ts';
import type { Desk } from '../core/desk.ts';
import type { Account } from '../core/events.ts';
import { balanceOf } from '../core/ledger/ledger.ts';
import { positionsOf } from '../core/lots/lot.ts';
import { markOf } from '../core/market/marks.ts';
import type { State } from '../core/state.ts';
import type { RunSummary } from '../engine/run-summary.ts';
import { counted } from '../engine/wording.ts';
import { bold, dim, facts, table } from './output.ts';
import { amount, percent } from './verdict.ts';
import type { MoreFacts } from './verdict.ts';

export type Standing = Readonly<{ desk: Desk; state: State }>;

export type Books = Readonly<Record<'deposits' | 'fees' | 'funding' | 'income' | 'realised' | 'rounding' | 'transfers' | 'withdrawals', string>>;

/** Balances of the quote as their reader would sign them: what came, was earned or paid is above zero. */
export const booksOf = ({ desk, state }: Standing): Books => {
  const debit = (account: Account): bigint => balanceOf(state.ledger, account, desk.manifest.quote);
  const credit = (account: Account): string => formatDecimal(-debit(account));
  return {
    deposits: credit('deposits'),
    fees: formatDecimal(debit('fees')),
    funding: credit('funding'),
    income: credit('income'),
    realised: credit('result'),
    rounding: credit('rounding'),
    transfers: credit('transfers'),
    withdrawals: formatDecimal(debit('withdrawals')),
  };
};

/** Whether money or holdings came or went after the opening, which the balances of deposits, withdrawals and transfers say together. */
export const hasFlows = ({ desk, state }: Standing): boolean => {
  const { openingBalances, quote } = desk.manifest;
  const opening = openingBalances.reduce((sum, { asset, quantity }) => sum + (asset === quote ? (quantity as bigint) : 0n), 0n);
  const transferred = balanceOf(state.ledger, 'transfers', quote) !== 0n && openingBalances.every(({ asset }) => asset === quote);
  return -balanceOf(state.ledger, 'deposits', quote) !== opening || balanceOf(state.ledger, 'withdrawals', quote) !== 0n || transferred;
};

export type ShownPosition = Readonly<{ agent: string; mark: string | null; quantity: string; symbol: MarketSymbol; value: string | null }>;

export const positionsIn = ({ desk, state }: Standing): readonly ShownPosition[] =>
  positionsOf(state.lots).map(({ agent, symbol, quantity }) => {
    const mark = markOf(state.marks, desk.indexOf.get(symbol)!);
    return { agent, mark: mark === null ? null : formatDecimal(mark), quantity: formatDecimal(quantity), symbol, value: mark === null ? null : formatDecimal(valueAt(quantity, mark)) };
  });

export const positionsText = (held: readonly ShownPosition[]): string =>
  held.length === 0
    ? 'No open positions.'
    : table(
        ['position', 'quantity', 'mark', 'value'],
        held.map(({ symbol, quantity, mark, value }) => [symbol, quantity, mark ?? '-', value === null ? '-' : `${amount(value)} ${quoteOf(symbol)}`]),
      );

/** An account without a strategy: its verdict is its books. */
export const accountText = (name: string, standing: Standing, summary: RunSummary, more: MoreFacts = []): string => {
  const { manifest, symbols } = standing.desk;
  const books = booksOf(standing);
  const lines = facts([
    ['value', `${amount(summary.equity)} ${manifest.quote}, of it ${amount(summary.cash)} in cash`],
    ['put in', `deposits ${amount(books.deposits)}, transfers ${amount(books.transfers)}, withdrawn ${amount(books.withdrawals)}`],
    ['result', `realised ${amount(books.realised)}, income ${amount(books.income)}, funding ${amount(books.funding)}, rounding ${amount(books.rounding)}, fees ${amount(books.fees)}`],
    ['return', `${percent(summary.return, true)} of a unit, drawdown ${percent(summary.maxDrawdown)} at most`],
    ['trades', `${counted(summary.fills, 'trade')}; ${summary.trades} closed, ${summary.winningTrades} with a gain`],
    ...more,
    ['window', `${formatHour(manifest.startHour)}, ${counted(summary.hours, 'hour')}`],
    ['head', summary.head],
  ]);
  return `${bold(name)} ${dim('account history')} ${symbols.join(' ')}\n${lines}`;
};
