/**
 * Gathers the candles and rejected lines of one file into batches and keeps the tally. It settles lines of equal time:
 * the first in the file stands, an equal one is a duplicate, one with other values is rejected with both line numbers.
 */
import { assert } from '../../core/kernel/assert.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { CandleValues, Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { FileLayout, MarketFileFormat } from './file-layout.ts';
import { MarketFileError } from './market-file-error.ts';
import type { FileCandle } from './parse-candle.ts';
import type { FileDirection, FileSurvey } from './survey-file.ts';

export type RejectedLine = Readonly<{ file: string; line: number; reason: string }>;

/** What has been read so far. `lines` is `candles` + `duplicates` + `rejected`; `linesTotal` is known from the first batch on. */
export type ReadTally = Readonly<{
  file: string;
  format: MarketFileFormat;
  direction: FileDirection;
  linesTotal: number;
  lines: number;
  candles: number;
  duplicates: number;
  rejected: number;
  /** Lines whose time steps against the file's direction; they are sorted in. */
  disordered: number;
  firstDisorderedLine: number | null;
  /** Stretches without a candle between the first and the last, and how many candles are absent in them. */
  gaps: number;
  absent: number;
  firstOpenMs: TimeMs | null;
  lastOpenMs: TimeMs | null;
}>;

/** `candles` go on from the batch before, strictly ascending. The tally of the last batch is the summary of the file. */
export type CandleBatch = Readonly<{ candles: readonly FileCandle[]; rejected: readonly RejectedLine[]; tally: ReadTally }>;

export type Collector = Readonly<{
  /** Takes the next candle; times never go back from one call to the next. */
  accept: (candle: FileCandle) => void;
  /** Takes a line that is no candle. In strict reading it throws MarketFileError instead. */
  reject: (line: number, reason: string) => void;
  isFull: () => boolean;
  /** What was gathered since the last time. */
  take: () => CandleBatch;
  firstRejected: () => RejectedLine | null;
}>;
export type CollectRequest = Readonly<{ path: string; series: Series; strict: boolean; layout: FileLayout; survey: FileSurvey }>;

const BATCH_ROWS = 8_192;

type Counts = { -readonly [Key in keyof ReadTally]: ReadTally[Key] };

const sameValues = (left: CandleValues, right: CandleValues): boolean =>
  left.open === right.open && left.high === right.high && left.low === right.low && left.close === right.close && left.volume === right.volume;

const newCounts = ({ path, layout, survey }: CollectRequest): Counts => ({
  file: path, format: layout.format, direction: survey.direction, linesTotal: survey.lines, lines: 0, candles: 0, duplicates: 0, rejected: 0,
  disordered: survey.disordered, firstDisorderedLine: survey.firstDisorderedLine, gaps: 0, absent: 0, firstOpenMs: null, lastOpenMs: null,
});

const countCandle = (counts: Counts, candle: FileCandle, lengthMs: number): void => {
  if (counts.lastOpenMs !== null && candle.openMs - counts.lastOpenMs > lengthMs) {
    counts.gaps += 1;
    counts.absent += (candle.openMs - counts.lastOpenMs) / lengthMs - 1;
  }
  counts.lines += 1;
  counts.candles += 1;
  counts.firstOpenMs ??= candle.openMs;
  counts.lastOpenMs = candle.openMs;
};

export const newCollector = (request: CollectRequest): Collector => {
  const lengthMs = timeframeMs(request.series.timeframe);
  const counts = newCounts(request);
  let candles: FileCandle[] = [];
  let rejected: RejectedLine[] = [];
  let last: FileCandle | null = null;
  let firstRejected: RejectedLine | null = null;

  const reject = (line: number, reason: string): void => {
    if (request.strict) throw new MarketFileError({ file: request.path, line, reason, hint: 'Correct the line, or leave out --strict to have such lines rejected and counted.' });
    const entry = { file: request.path, line, reason };
    firstRejected ??= entry;
    rejected.push(entry);
    counts.lines += 1;
    counts.rejected += 1;
  };
  const accept = (candle: FileCandle): void => {
    if (last === null || candle.openMs > last.openMs) {
      last = candle;
      candles.push(candle);
      countCandle(counts, candle, lengthMs);
      return;
    }
    assert(candle.openMs === last.openMs, 'Candles are accepted in ascending order.');
    if (sameValues(candle.values, last.values)) {
      counts.lines += 1;
      counts.duplicates += 1;
    } else {
      reject(candle.line, `the candle of ${formatTime(candle.openMs)} stands in line ${last.line} with other values, and that one is kept`);
    }
  };
  const take = (): CandleBatch => {
    const batch = { candles, rejected, tally: { ...counts } };
    [candles, rejected] = [[], []];
    return batch;
  };
  return { accept, reject, take, isFull: () => candles.length + rejected.length >= BATCH_ROWS, firstRejected: () => firstRejected };
};
