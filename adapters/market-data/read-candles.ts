/**
 * A market file as batches of valid candles, ascending by time whatever order the file has, each line of it accounted
 * for as candle, duplicate or rejected. It never repairs a line, never fills a hole, and never touches the store.
 */
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { newCollector } from './collect-candles.ts';
import type { CandleBatch, Collector, ReadTally } from './collect-candles.ts';
import { detectFormat } from './detect-format.ts';
import type { FormatChoice } from './detect-format.ts';
import type { FileLayout } from './file-layout.ts';
import { MarketFileError } from './market-file-error.ts';
import { lineParser } from './parse-candle.ts';
import type { ParseLine } from './parse-candle.ts';
import { openMarketFile, readLineBlocks, requireUnchanged, requireWhole } from './read-lines.ts';
import type { LineBlock, OpenMarketFile } from './read-lines.ts';
import { surveyFile } from './survey-file.ts';
import type { FileSurvey } from './survey-file.ts';

export type { CandleBatch, ReadTally, RejectedLine } from './collect-candles.ts';
export type { FileCandle } from './parse-candle.ts';

export type ReadRequest = Readonly<{
  path: string;
  series: Series;
  format: FormatChoice;
  /** What the clock says; a candle that has not closed by then is refused. */
  nowMs: TimeMs;
  /** Stop at the first line that is not as it should be, instead of rejecting and counting it. */
  strict: boolean;
}>;

/** A file out of order is sorted in memory, at about 200 bytes a line: nine years of minutes take a gigabyte. */
const SORTED_LINES_MAX = 5_000_000;

const detectLayout = async (file: OpenMarketFile, { format, series, path }: ReadRequest): Promise<FileLayout> => {
  let first: LineBlock | null = null;
  for await (const block of readLineBlocks(file)) {
    first = block;
    break;
  }
  return detectFormat({ file: path, format, symbol: series.symbol }, first);
};

type Plan = Readonly<{ layout: FileLayout; survey: FileSurvey }>;

/** The first pass. What is wrong with the text of a gzip file may be damage to the file, and then that is what is said. */
const planReading = async (file: OpenMarketFile, request: ReadRequest): Promise<Plan> => {
  try {
    const layout = await detectLayout(file, request);
    const survey = await surveyFile(file, layout, request.series.timeframe);
    requireReadableOrder(request, survey);
    return { layout, survey };
  } catch (error) {
    await requireWhole(file);
    throw error;
  }
};

/** Order is a matter of the whole file, so it is refused before the first batch. */
const requireReadableOrder = ({ path, strict }: ReadRequest, survey: FileSurvey): void => {
  if (strict && survey.disordered > 0) {
    throw new MarketFileError({
      file: path,
      line: survey.firstDisorderedLine,
      reason: `the time steps against the order of the file, which is ${survey.direction}; ${survey.disordered} ${survey.disordered === 1 ? 'line does' : 'lines do'}`,
      hint: 'Sort the file by time, or leave out --strict to have the lines sorted in and counted.',
    });
  }
  const sorted = survey.direction === 'descending' || survey.disordered > 0;
  if (sorted && survey.lines > SORTED_LINES_MAX) {
    throw new MarketFileError({
      file: path,
      line: survey.firstDisorderedLine,
      reason: `${survey.lines} lines are not ascending by time, and at most ${SORTED_LINES_MAX} are sorted in memory`,
      hint: 'Sort the file by time first, or split it.',
    });
  }
};

/** Calls `take` with each line that can be a candle. */
const eachLine = (block: LineBlock, layout: FileLayout, take: (text: string, line: number) => void): void => {
  for (let index = Math.max(0, layout.firstCandleLine - block.firstLine); index < block.lines.length; index += 1) {
    const text = block.lines[index]!;
    if (text !== '' && text.trim() !== '') take(text, block.firstLine + index);
  }
};

type Reading = Readonly<{ file: OpenMarketFile; layout: FileLayout; parse: ParseLine; collector: Collector }>;

/** The lines ascend already: memory stays flat. */
async function* readInOrder({ file, layout, parse, collector }: Reading): AsyncGenerator<CandleBatch, void, void> {
  for await (const block of readLineBlocks(file)) {
    eachLine(block, layout, (text, line) => {
      const parsed = parse(text, line);
      if (typeof parsed === 'string') collector.reject(line, parsed);
      else collector.accept(parsed);
    });
    if (collector.isFull()) yield collector.take();
  }
}

/**
 * The lines do not ascend: each is judged in the order of the file, the good ones are kept as text and handed on in
 * the order of time, lines of equal time in the order of the file.
 */
async function* readSorted({ file, layout, parse, collector }: Reading): AsyncGenerator<CandleBatch, void, void> {
  const texts: string[] = [];
  const lines: number[] = [];
  const times: number[] = [];
  for await (const block of readLineBlocks(file)) {
    eachLine(block, layout, (text, line) => {
      const parsed = parse(text, line);
      if (typeof parsed === 'string') {
        collector.reject(line, parsed);
        return;
      }
      texts.push(text);
      lines.push(line);
      times.push(parsed.openMs);
    });
    if (collector.isFull()) yield collector.take();
  }
  const order = Uint32Array.from(times.keys()).sort((left, right) => times[left]! - times[right]! || left - right);
  for (const row of order) {
    const parsed = parse(texts[row]!, lines[row]!);
    if (typeof parsed === 'string') collector.reject(lines[row]!, parsed);
    else collector.accept(parsed);
    if (collector.isFull()) yield collector.take();
  }
}

const requireCandles = (path: string, { tally }: CandleBatch, collector: Collector): void => {
  if (tally.candles > 0) return;
  const first = collector.firstRejected();
  throw new MarketFileError({
    file: path,
    line: first === null ? null : first.line,
    reason: first === null ? 'the file has no candle lines' : `no line of ${tally.lines} is a valid candle; the first: ${first.reason}`,
    hint: first === null ? 'Copy or download it again.' : 'Check --format, --symbol and --timeframe against the file.',
  });
};

/**
 * Reads a market file in two passes: the first for format, order and timeframe, the second for the candles. Yields
 * batches of about eight thousand rows, ascending; the last batch's tally, which is also the generator's return value,
 * sums up the file. A line that is no candle is rejected with its reason, or thrown when strict. Throws
 * MarketFileError for what concerns the whole file: unreadable, of no known format, of another timeframe, without
 * any valid candle, changed while it was read. All but the last two are thrown before the first batch.
 */
export async function* readCandles(request: ReadRequest): AsyncGenerator<CandleBatch, ReadTally, void> {
  const { path, series, nowMs, strict } = request;
  const file = await openMarketFile(path);
  try {
    const { layout, survey } = await planReading(file, request);
    const collector = newCollector({ path, series, strict, layout, survey });
    const reading: Reading = { file, layout, collector, parse: lineParser({ layout, series, nowMs }) };
    yield* survey.direction === 'ascending' && survey.disordered === 0 ? readInOrder(reading) : readSorted(reading);
    await requireUnchanged(file);
    const last = collector.take();
    requireCandles(path, last, collector);
    yield last;
    return last.tally;
  } finally {
    await file.handle.close();
  }
}
