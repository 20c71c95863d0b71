/**
 * Stored candles beside what a venue says of the same times now. Nothing is stored: two sources that differ are told apart here, and
 * which of them is right is for whoever reads it.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readLatest } from '../../adapters/store/stored-revisions.ts';
import type { MarketSource } from '../../adapters/ports.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import { CANDLE_VALUES } from '../../core/market/candle.ts';
import type { CandleValues, Series } from '../../core/market/candle.ts';
import type { Range } from './ranges.ts';

/** `closeBps` in hundredths of a basis point of the venue's close, rounded down. */
export type DifferentCandle = Readonly<{ openMs: TimeMs; here: CandleValues; there: CandleValues; closeBps: bigint }>;

export type Comparison = Readonly<{
  series: Series;
  equal: number;
  different: number;
  onlyHere: number;
  onlyThere: number;
  /** How far the closes of all candles that both have lie apart, in hundredths of a basis point, rounded down. */
  maxCloseBps: bigint;
  meanCloseBps: bigint;
  /** Those whose closes lie furthest apart first. */
  worst: readonly DifferentCandle[];
}>;

const WORST_KEPT = 10;
const HUNDREDTHS_OF_BPS = 1_000_000n;

const apart = (here: CandleValues, there: CandleValues): bigint => {
  const [left, right] = [decimal(here.close), decimal(there.close)];
  return ((left > right ? left - right : right - left) * HUNDREDTHS_OF_BPS) / right;
};

const isEqual = (left: CandleValues, right: CandleValues): boolean => CANDLE_VALUES.every(name => left[name] === right[name]);

/** Asks the source for the range and compares page by page. Throws what the source throws. */
export const compareWithSource = async (client: StoreClient, source: MarketSource, { series, range }: Readonly<{ series: Series; range: Range }>): Promise<Comparison> => {
  const counts = { equal: 0, different: 0, onlyHere: 0, onlyThere: 0 };
  let [maxCloseBps, sumCloseBps] = [0n, 0n];
  let worst: readonly DifferentCandle[] = [];
  for await (const page of source.candles({ series, ...range, cursor: null })) {
    const stored = await readLatest(client, series, { fromMs: page.coveredFromMs, toMs: page.coveredToMs });
    const different: DifferentCandle[] = [];
    for (const { openMs, values: there } of page.candles) {
      const here = stored.get(openMs);
      if (here === undefined) counts.onlyThere += 1;
      else if (isEqual(here, there)) counts.equal += 1;
      else different.push({ openMs, here, there, closeBps: apart(here, there) });
    }
    const there = new Set(page.candles.map(({ openMs }) => openMs));
    counts.onlyHere += [...stored.keys()].filter(openMs => !there.has(openMs)).length;
    counts.different += different.length;
    for (const { closeBps } of different) {
      sumCloseBps += closeBps;
      if (closeBps > maxCloseBps) maxCloseBps = closeBps;
    }
    worst = [...worst, ...different].toSorted((left, right) => (left.closeBps > right.closeBps ? -1 : left.closeBps < right.closeBps ? 1 : left.openMs - right.openMs)).slice(0, WORST_KEPT);
  }
  const both = BigInt(counts.equal + counts.different);
  return { series, ...counts, maxCloseBps, meanCloseBps: both === 0n ? 0n : sumCloseBps / both, worst };
};
