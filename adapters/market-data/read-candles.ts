/**
 * A market file as batches of valid candles, ascending by time whatever order the file has, each line of it accounted
 * for as candle, duplicate or rejected. It never repairs a line, never fills a hole, and never touches the store.
 */
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { newCollector } from './collect-candles.ts';
import type { CandleBatch, Collector, ReadTally } from './collect-candles.ts';
import type { FormatChoice } from './detect-format.ts';
import type { FileLayout } from './file-layout.ts';
import { MarketFileError } from './market-file-error.ts';
import { openTable } from './market-table.ts';
import { lineParser } from './parse-candle.ts';
import type { ParseLine } from './parse-candle.ts';
import type { LineBlock } from './read-lines.ts';
import { surveyFile } from './survey-file.ts';
import type { FileSurvey } from './survey-file.ts';
import type { MarketTable } from './table-shape.ts';
import type { ArchiveMember } from './zip-archive.ts';

export type { CandleBatch, ReadTally, RejectedLine } from './collect-candles.ts';
export type { FileCandle } from './parse-candle.ts';

export type ReadRequest = Readonly<{
  path: string;
  /** A text in an archive that the caller has opened; without one, the path is read. */
  member?: ArchiveMember | null;
  series: Series;
  format: FormatChoice;
  /** What the clock says; a candle that has not closed by then is refused. */
  nowMs: TimeMs;
  /** Stop at the first line that is not as it should be, instead of rejecting and counting it. */
  strict: boolean;
}>;

/** A file out of order is sorted in memory, at about 200 bytes a line: nine years of minutes take a gigabyte. */
const SORTED_LINES_MAX = 5_000_000;

/** The first pass. What is wrong with the text of a packed file may be damage to the file, and then that is what is said. */
const surveyed = async (table: MarketTable, request: ReadRequest): Promise<FileSurvey> => {
  try {
    const survey = await surveyFile(table, request.series.timeframe);
    requireReadableOrder(request, table.path, survey);
    return survey;
  } catch (error) {
    await table.requireWhole();
    throw error;
  }
};

/** Order is a matter of the whole file, so it is refused before the first batch. */
const requireReadableOrder = ({ strict }: ReadRequest, path: string, survey: FileSurvey): void => {
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

type Reading = Readonly<{ table: MarketTable; parse: ParseLine; collector: Collector }>;

/** The lines ascend already: memory stays flat. */
async function* readInOrder({ table, parse, collector }: Reading): AsyncGenerator<CandleBatch, void, void> {
  for await (const block of table.lines('candles')) {
    eachLine(block, table.layout, (text, line) => {
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
async function* readSorted({ table, parse, collector }: Reading): AsyncGenerator<CandleBatch, void, void> {
  const texts: string[] = [];
  const lines: number[] = [];
  const times: number[] = [];
  for await (const block of table.lines('candles')) {
    eachLine(block, table.layout, (text, line) => {
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
  const { series, nowMs, strict, format, member = null } = request;
  const table = await openTable({ path: request.path, member, format, symbol: series.symbol });
  const { path, layout } = table;
  try {
    const survey = await surveyed(table, request);
    const collector = newCollector({ path, series, strict, layout, survey });
    const reading: Reading = { table, collector, parse: lineParser({ layout, series, nowMs }) };
    yield* survey.direction === 'ascending' && survey.disordered === 0 ? readInOrder(reading) : readSorted(reading);
    await table.requireUnchanged();
    const last = collector.take();
    requireCandles(path, last, collector);
    yield last;
    return last.tally;
  } finally {
    await table.close();
  }
}
