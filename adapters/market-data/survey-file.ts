/**
 * The first pass over a market file: how many lines, in which order, in which steps. It reads the time column alone,
 * so that a file of the wrong timeframe is refused before a single candle of it is handed on.
 */
import { formatTime } from '../../core/kernel/hours.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { FileLayout } from './file-layout.ts';
import { addStep, judgeSteps, newStepTally } from './file-timeframe.ts';
import type { StepTally } from './file-timeframe.ts';
import { MarketFileError } from './market-file-error.ts';
import { epochUnitOf, timestampReader } from './read-timestamp.ts';
import type { EpochUnit } from './read-timestamp.ts';
import { splitFields } from './split-fields.ts';
import type { MarketTable } from './table-shape.ts';

export type FileDirection = 'ascending' | 'descending';
export type FileSurvey = Readonly<{
  /** Lines that are neither blank nor header. */
  lines: number;
  direction: FileDirection;
  /** Lines whose time steps against the direction of most, and the first of them. */
  disordered: number;
  firstDisorderedLine: number | null;
}>;

/** The field of the time column, or null in a line that has too few. */
const fieldAt = (line: string, column: number): string | null => {
  if (line.includes('"')) return splitFields(line)?.[column] ?? null;
  let start = 0;
  for (let passed = 0; passed < column; passed += 1) {
    start = line.indexOf(',', start) + 1;
    if (start === 0) return null;
  }
  const end = line.indexOf(',', start);
  return end < 0 ? line.slice(start) : line.slice(start, end);
};

type FirstEpoch = Readonly<{ unit: EpochUnit; text: string; time: TimeMs; line: number }>;

/**
 * Watches that the epochs of a file keep to the unit of the first. Their ranges do not overlap, so each could be read by
 * itself, but a column that changes its unit was put together from several sources. CryptoDataDownload's archives are known to.
 */
const unitWatch = (path: string, { format }: FileLayout): ((text: string, time: TimeMs, line: number) => void) => {
  let first: FirstEpoch | null = null;
  return (text, time, line) => {
    const unit = format === 'cryptodatadownload' ? null : epochUnitOf(text);
    if (unit === null) return;
    first ??= { unit, text: text.trim(), time, line };
    if (first.unit === unit) return;
    throw new MarketFileError({
      file: path,
      line,
      reason: `the column mixes units of time: ${text.trim()} is ${formatTime(time)} in ${unit}, and ${first.text} in line ${first.line} is ${formatTime(first.time)} in ${first.unit}`,
      hint: 'Write all times of a file in one unit, or split it where the unit changes.',
    });
  };
};

type Steps = { count: number; firstLine: number | null };

const takeStep = (steps: Steps, line: number): void => {
  steps.count += 1;
  steps.firstLine ??= line;
};

const requireTimeframe = (path: string, asked: Timeframe, tally: StepTally): void => {
  const judged = judgeSteps(tally);
  if (judged.fits) return;
  throw new MarketFileError({
    file: path,
    line: null,
    reason: judged.mixed
      ? `the file mixes timeframes: stretches of it look like ${judged.looksLike} candles, and ${asked} was asked for`
      : `the file looks like ${judged.looksLike} candles, and ${asked} was asked for`,
    hint: `Import a file of ${asked} candles${judged.mixed ? ' only' : ', or name its own length with --timeframe'}.`,
  });
};

/**
 * Surveys the lines of a file. A file is ascending when at least as many lines step forward as back. Throws
 * MarketFileError when the steps show another timeframe than the one asked for, or several, or the times several units.
 */
export const surveyFile = async ({ path, layout, lines: linesOf }: Pick<MarketTable, 'path' | 'layout' | 'lines'>, timeframe: Timeframe): Promise<FileSurvey> => {
  const readTime = timestampReader(layout.timeIsUtc);
  const tally = newStepTally(timeframeMs(timeframe));
  const forward: Steps = { count: 0, firstLine: null };
  const backward: Steps = { count: 0, firstLine: null };
  const watchUnit = unitWatch(path, layout);
  let lines = 0;
  let before: number | null = null;
  for await (const block of linesOf('times')) {
    for (let index = Math.max(0, layout.firstCandleLine - block.firstLine); index < block.lines.length; index += 1) {
      const text = block.lines[index]!;
      if (text === '' || text.trim() === '') continue;
      lines += 1;
      const field = fieldAt(text, layout.columns.time);
      const time = field === null ? '' : readTime(field);
      if (typeof time === 'string') continue;
      watchUnit(field!, time, block.firstLine + index);
      if (before !== null && time !== before) {
        addStep(tally, time - before);
        takeStep(time > before ? forward : backward, block.firstLine + index);
      }
      before = time;
    }
  }
  requireTimeframe(path, timeframe, tally);
  const ascending = forward.count >= backward.count;
  const against = ascending ? backward : forward;
  return { lines, direction: ascending ? 'ascending' : 'descending', disordered: against.count, firstDisorderedLine: against.firstLine };
};
