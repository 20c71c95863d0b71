/** `tb export RUN`: trades as CSV, or facts, decisions and hour records as JSON lines; the log of a summary is made again. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { readTrades } from '../../adapters/store/results.ts';
import type { Trade } from '../../adapters/store/results.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import { nearestName } from '../../core/strategies/nearest.ts';
import { exportedLines } from '../../engine/export-log.ts';
import { requireRun } from '../../engine/find-run.ts';
import { nothing, usage } from '../../engine/problem.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { withStore } from '../store.ts';

const FORMATS = ['csv', 'jsonl'];
const COLUMNS = ['symbol', 'entryHour', 'exitHour', 'quantity', 'cost', 'entryFee', 'proceeds', 'exitFee', 'result', 'agent', 'lotId', 'orderId', 'tradeId'] as const;

export const run: Action<Readonly<{ name: string; format: string; out?: string }>> = async options => {
  const { format, out } = options;
  if (!FORMATS.includes(format)) {
    const near = nearestName(format, FORMATS);
    throw usage(`--format: there is no format ${format}${near === null ? '' : `; did you mean ${near}?`}`, `Formats: ${FORMATS.join(', ')}.`);
  }
  if (options.json && out === undefined) throw usage('--json: an export on stdout is many lines, not one JSON document.', 'Leave --json out, or name a file with --out.');
  const lines = await withStore(options, async client => {
    const stored = await requireRun(client, options.name);
    return writeLines(format === 'csv' ? csvLines(client, stored) : exportedLines(client, stored), out ?? null);
  });
  if (lines === 0) throw nothing(`Run ${options.name} has nothing to export as ${format}.`, 'It has no sealed hour or no closed trade.');
  if (out !== undefined) printResult(options, { document: { file: out, format, lines, run: options.name }, text: () => `Wrote ${lines} lines to ${out}.` });
};

async function* csvLines(client: StoreClient, stored: StoredRun): AsyncGenerator<string, void, void> {
  yield COLUMNS.join(',');
  for await (const trades of readTrades(client, stored)) for (const trade of trades) yield COLUMNS.map(column => cellOf(trade, column)).join(',');
}

const cellOf = (trade: Trade, column: (typeof COLUMNS)[number]): string =>
  column === 'entryHour' || column === 'exitHour' ? formatHour(trade[column]) : trade[column];

/** Writes to a file or to stdout, at the pace of whoever reads. Returns how many lines. */
const writeLines = async (lines: AsyncIterable<string>, path: string | null): Promise<number> => {
  let count = 0;
  async function* counted(): AsyncGenerator<string, void, void> {
    for await (const line of lines) {
      count += 1;
      yield `${line}\n`;
    }
  }
  try {
    await (path === null ? pipeline(counted, process.stdout, { end: false }) : writeFile(counted, path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Whoever read our stdout has read enough.
    if (path === null && code === 'EPIPE') return count;
    if (error instanceof Error && 'syscall' in error) throw usage(`--out: ${path ?? 'stdout'} cannot be written (${code ?? error.message}).`, 'Name a file in a folder you may write to.');
    throw error;
  }
  return count;
};

/** The file appears under its name when it is whole. */
const writeFile = async (lines: () => AsyncIterable<string>, path: string): Promise<void> => {
  const partial = `${path}.partial`;
  try {
    await pipeline(lines, createWriteStream(partial));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
};
