/** The columns of the table of trades: what each shows, in which order it sorts first, and which make way on a phone. */
import { element } from './element.ts';
import type { Child } from './element.ts';
import { duration, hourText, plain, signedAmount, signedPercent } from './format.ts';
import type { TradeRow } from './read-report.ts';
import type { SortKey } from './trade-rows.ts';

export type Column = Readonly<{ key: SortKey; title: string; kind: string; cell: (trade: TradeRow) => Child; exact: (trade: TradeRow) => string | null }>;

const figure = (key: 'quantity' | 'entryPrice' | 'exitPrice', title: string): Column => ({ key, title, kind: 'number wide', cell: trade => plain(Number(trade[key])), exact: trade => trade[key] });

const signClass = (value: number): string => (value < 0 ? 'figure loss' : 'figure gain');

export const COLUMNS: readonly Column[] = [
  { key: 'number', title: '#', kind: 'number', cell: trade => String(trade.number), exact: () => null },
  { key: 'symbol', title: 'Market', kind: 'name', cell: trade => element('bdi', {}, trade.symbol), exact: trade => `${trade.symbol}, by ${trade.agent}` },
  { key: 'entryHour', title: 'Entry, UTC', kind: 'time wide', cell: trade => hourText(trade.entryHour), exact: () => null },
  { key: 'exitHour', title: 'Exit, UTC', kind: 'time', cell: trade => hourText(trade.exitHour), exact: () => null },
  { key: 'heldHours', title: 'Held', kind: 'number wide', cell: trade => duration(trade.heldHours), exact: () => null },
  figure('quantity', 'Quantity'),
  figure('entryPrice', 'Entry price'),
  figure('exitPrice', 'Exit price'),
  { key: 'fees', title: 'Fees', kind: 'number wide', cell: trade => plain(Number(trade.fees)), exact: trade => trade.fees },
  { key: 'result', title: 'Result', kind: 'number', cell: trade => element('span', { class: signClass(Number(trade.result)) }, signedAmount(Number(trade.result))), exact: trade => trade.result },
  { key: 'return', title: 'Return', kind: 'number', cell: trade => element('span', { class: signClass(Number(trade.return)) }, signedPercent(Number(trade.return))), exact: trade => trade.return },
];

/** What a narrow screen leaves out of the row, for the part that opens below it. */
export const restOf = (trade: TradeRow): HTMLElement =>
  element('dl', { class: 'evidence narrow-only' }, ...COLUMNS.filter(({ kind }) => kind.includes('wide')).map(({ title, cell }) => element('div', {}, element('dt', {}, title), element('dd', {}, cell(trade)))));
