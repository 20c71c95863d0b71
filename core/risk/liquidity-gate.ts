/**
 * The liquidity gate: whether a known order book is fresh, sane and tight enough to buy from, and how much it holds.
 * A symbol without a known book passes: candles say nothing about books.
 */
import { whole } from '../kernel/decimal.ts';
import { divideDown, divideUp } from '../kernel/rounding.ts';
import { ONE_E18, quantity } from '../kernel/units.ts';
import type { Price, Quantity } from '../kernel/units.ts';
import type { LiquidityPolicy } from './risk-profile.ts';

/** The best prices of a book, what is offered at the best ask, and how old it is. */
export type BookTop = Readonly<{ bid: Price; ask: Price; askQuantity: Quantity; ageMs: number }>;

export type LiquidityCode = 'BOOK_STALE' | 'BOOK_CROSSED' | 'SPREAD_TOO_WIDE';

/** Limit and usage: seconds for the age (usage to the millisecond), prices for a crossed book, bps for the spread (usage up). */
export type LiquidityProblem = Readonly<{ code: LiquidityCode; limit: bigint; usage: bigint }>;

const BPS = 10_000n;

/** Everything wrong with a book, in the order of the gate; the bounds themselves are allowed. */
export const liquidityProblems = (policy: LiquidityPolicy | null, book: BookTop | null): readonly LiquidityProblem[] => {
  if (policy === null || book === null) return [];
  const { bid, ask, ageMs } = book;
  const problems: LiquidityProblem[] = [];
  if (ageMs > policy.bookAgeSeconds * 1_000) {
    problems.push({ code: 'BOOK_STALE', limit: whole(policy.bookAgeSeconds), usage: divideDown(whole(ageMs), 1_000n) });
  }
  if (bid <= 0n || ask <= bid) return [...problems, { code: 'BOOK_CROSSED', limit: ask, usage: bid }];
  // The spread over the middle: (ask − bid) ÷ ((ask + bid) ÷ 2).
  if ((ask - bid) * 2n * BPS > BigInt(policy.spreadBps) * (ask + bid)) {
    problems.push({ code: 'SPREAD_TOO_WIDE', limit: whole(policy.spreadBps), usage: divideUp((ask - bid) * 2n * BPS * ONE_E18, ask + bid) });
  }
  return problems;
};

/** The most that may be bought so that the best ask holds it `depthMultiple` times, down; null where nothing is known. */
export const depthClip = (policy: LiquidityPolicy | null, book: BookTop | null): Quantity | null =>
  policy === null || book === null ? null : quantity(divideDown(book.askQuantity, BigInt(policy.depthMultiple)));
