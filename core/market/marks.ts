/**
 * The marks slice: each symbol's last close and the slot it came from. A late candle may move a mark forward in time
 * and does nothing else; it never re-enters an indicator or a window. Nor does a trade of the account.
 */
import { assert } from '../kernel/assert.ts';
import { CONTENT_AT, contentOf, copyOfLeaf, leafBytes, leafBytesOf } from '../kernel/leaf-bytes.ts';
import { divideHalfEven } from '../kernel/rounding.ts';
import { money, price } from '../kernel/units.ts';
import type { Money, Price, Quantity } from '../kernel/units.ts';
import type { Desk } from '../desk.ts';
import type { AccountTradedFact, Fact } from '../log.ts';
import { mantissaOf, narrow, powerOfTen, widen } from './columns.ts';
import type { MarketStep } from './feed.ts';

/** Content: int64 mantissas, int32 slots (-1 before the first candle), uint8 scales, one of each per symbol. `words` are the mantissas in halves. */
export type Marks = Readonly<{ bytes: Uint8Array; mantissa: BigInt64Array; words: Uint32Array; slot: Int32Array; scale: Uint8Array }>;

const viewOf = (bytes: Uint8Array, symbols: number): Marks => ({
  bytes,
  mantissa: new BigInt64Array(bytes.buffer, bytes.byteOffset + CONTENT_AT, symbols),
  words: new Uint32Array(bytes.buffer, bytes.byteOffset + CONTENT_AT, 2 * symbols),
  slot: new Int32Array(bytes.buffer, bytes.byteOffset + CONTENT_AT + 8 * symbols, symbols),
  scale: new Uint8Array(bytes.buffer, bytes.byteOffset + CONTENT_AT + 12 * symbols, symbols),
});

export const noMarks = (symbols: number): Marks => {
  const marks = viewOf(leafBytes(13 * symbols), symbols);
  marks.slot.fill(-1);
  return marks;
};

export const marksOfContent = (content: Uint8Array, symbols: number): Marks => viewOf(leafBytesOf(content), symbols);
export const marksContent = (marks: Marks): Uint8Array => contentOf(marks.bytes);

/** The marks after the candles that closed in this step, after any that came late, and after trades where no candle closed. */
export const observeMarket = (desk: Desk, before: Marks, market: MarketStep, facts: readonly Fact[]): Marks => {
  const marks = viewOf(copyOfLeaf(before.bytes), desk.symbols.length);
  const { rows, series, slot } = market;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index]!;
    if (row < 0) continue;
    const { close } = series[index]!;
    // As two words: an int64 that is read becomes a bigint.
    marks.words[2 * index] = close.words[2 * row]!;
    marks.words[2 * index + 1] = close.words[2 * row + 1]!;
    marks.scale[index] = close.scale[row]!;
    marks.slot[index] = slot;
  }
  for (const fact of facts) {
    if (fact.type === 'candle_late' || fact.type === 'candle_revised') moveMark({ desk, now: slot }, marks, fact);
    if (fact.type === 'account_traded') markTrade({ desk, market }, marks, fact);
  }
  return marks;
};

type Seen = Readonly<{ desk: Desk; market: MarketStep }>;

/** A trade against the run's quote is the last price that is known where no candle of its time is. */
const markTrade = ({ desk, market }: Seen, marks: Marks, { symbol, atMs, price: traded }: AccountTradedFact): void => {
  const index = desk.indexOf.get(symbol);
  if (index === undefined) return;
  const slot = Math.min(Math.floor(atMs / desk.timeframeMs), market.slot);
  if (marks.slot[index]! > slot || (slot === market.slot && market.rows[index]! >= 0)) return;
  const narrowed = narrow(traded);
  if (narrowed === null) return;
  marks.mantissa[index] = narrowed.mantissa;
  marks.scale[index] = narrowed.scale;
  marks.slot[index] = slot;
};

type ArrivedCandle = Extract<Fact, { type: 'candle_late' | 'candle_revised' }>;

const moveMark = ({ desk, now }: Readonly<{ desk: Desk; now: number }>, marks: Marks, fact: ArrivedCandle): void => {
  const index = desk.indexOf.get(fact.symbol);
  const slot = fact.openMs / desk.timeframeMs;
  assert(slot < now, 'A candle that arrives late opened before this step.');
  if (index === undefined || marks.slot[index]! > slot) return;
  const { mantissa, scale } = mantissaOf(fact.values.close);
  marks.mantissa[index] = mantissa;
  marks.scale[index] = scale;
  marks.slot[index] = slot;
};

/** A symbol's last close; null before its first candle. */
export const markOf = (marks: Marks, index: number): Price | null =>
  marks.slot[index]! < 0 ? null : price(widen(marks.mantissa[index]!, marks.scale[index]!));

/** What a quantity is worth at a symbol's mark, to the nearest, ties to even; null before its first candle. Equals valueAt at markOf, without widening the mark. */
export const worthAtMark = (marks: Marks, index: number, held: Quantity): Money | null =>
  marks.slot[index]! < 0 ? null : money(divideHalfEven(held * marks.mantissa[index]!, powerOfTen(marks.scale[index]!)));
