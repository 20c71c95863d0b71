/** The trades that a reader asked for: which words they hold, whether gains or losses, and in which order. Pure. */
import type { TradeReport, TradeWhy } from '../../../engine/report/report.ts';
import { hourText } from './format.ts';

type TradeRow = Omit<TradeReport, 'why'>;
export type SortKey = 'number' | 'symbol' | 'entryHour' | 'exitHour' | 'heldHours' | 'quantity' | 'entryPrice' | 'exitPrice' | 'fees' | 'result' | 'return';
export type Outcome = 'all' | 'gains' | 'losses';
export type Question = Readonly<{ words: string; outcome: Outcome; key: SortKey; isDescending: boolean }>;

/** What the words are looked for in, a text a trade, in lower case. Reasons are in it once they have been read. */
export const searchTexts = (trades: readonly TradeRow[], reasons: readonly TradeWhy[] | null): readonly string[] =>
  trades.map((trade, index) => {
    const why = reasons?.[index];
    const parts = [`#${trade.number}`, trade.symbol, trade.agent, hourText(trade.entryHour), hourText(trade.exitHour), why?.entry?.reason, why?.entry?.orderId, why?.exit?.reason, why?.exit?.orderId];
    return parts.filter(part => part !== undefined).join(' \n ').toLowerCase();
  });

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/).filter(word => word !== '');

const isAsked = (trade: TradeRow, outcome: Outcome): boolean => outcome === 'all' || (outcome === 'gains' ? Number(trade.result) > 0 : Number(trade.result) <= 0);

/** Indexes into the trades, all words in the texts of each, in the order asked for; equals stay in order of closing. */
export const answer = (trades: readonly TradeRow[], { words, outcome, key, isDescending, texts }: Question & Readonly<{ texts: readonly string[] | null }>): readonly number[] => {
  const wanted = wordsOf(words);
  const found: number[] = [];
  trades.forEach((trade, index) => {
    if (isAsked(trade, outcome) && wanted.every(word => texts?.[index]?.includes(word) === true)) found.push(index);
  });
  const sign = isDescending ? -1 : 1;
  if (key === 'symbol') return found.toSorted((left, right) => sign * byCodeUnit(trades[left]!.symbol, trades[right]!.symbol) || left - right);
  if (key === 'number') return isDescending ? found.toReversed() : found;
  const values = Float64Array.from(trades, trade => Number(trade[key]));
  return found.toSorted((left, right) => sign * (values[left]! - values[right]!) || left - right);
};

const byCodeUnit = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
