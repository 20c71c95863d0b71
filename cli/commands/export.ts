/** `tb export RUN`: tables as CSV, the log as JSON lines, or the books as a journal; the log of a summary is made again. */
import { readTrades } from '../../adapters/store/results.ts';
import type { Trade } from '../../adapters/store/results.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import { LOT_METHODS } from '../../core/lots/methods.ts';
import type { LotMethod } from '../../core/lots/methods.ts';
import { bookLines } from '../../engine/export-books.ts';
import { exportedLines } from '../../engine/export-log.ts';
import { requireRun } from '../../engine/find-run.ts';
import { nothing, usage } from '../../engine/problem.ts';
import { readHead } from '../../engine/run-head.ts';
import { counted, oneLine, orNearest, typed } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { withStore } from '../store.ts';
import { writeLines } from '../write-lines.ts';

const FORMATS = ['csv', 'jsonl', 'hledger', 'beancount'] as const;
const TABLES = ['trades', 'fills', 'tax-lots'] as const;
const COLUMNS = ['symbol', 'entryHour', 'exitHour', 'quantity', 'cost', 'entryFee', 'proceeds', 'exitFee', 'result', 'agent', 'lotId', 'orderId', 'tradeId'] as const;

type Options = Readonly<{ name: string; format: string; table?: string; lots?: string; out?: string }>;

export const run: Action<Options> = async options => {
  const { format, out } = options;
  const source = sourceOf(options);
  if (options.json && out === undefined) throw usage('--json: an export on stdout is many lines, not one JSON document.', 'Leave --json out, or name a file with --out.');
  const { written, head, hours } = await withStore(options, async client => {
    const stored = await requireRun(client, options.name);
    const at = await readHead(client, stored);
    return { written: await writeLines(source.lines(client, stored), out ?? null), head: at.hash, hours: hoursAfter(at.hour, 1) - stored.startHour };
  });
  if (written === 0) throw nothing(`Run ${options.name} has nothing to export as ${format}.`, hours === 0 ? 'It has no sealed hour yet.' : `It has no ${source.lack}.`);
  if (out === undefined) return;
  const lines = format === 'csv' ? written - 1 : written;
  printResult(options, { document: { file: out, format, head, hours, lines, run: options.name }, text: () => `Wrote ${counted(lines, source.row)} to ${oneLine(out)}.` });
};

/** What is written: its lines, what one of them is called, and what a run without any of them lacks. */
type Source = Readonly<{ row: string; lack: string; lines: (client: StoreClient, stored: StoredRun) => AsyncGenerator<string, void, void> }>;

const chosenOf = <Choice extends string>(option: string, noun: string, given: string, known: readonly Choice[]): Choice => {
  const choice = known.find(name => name === given);
  if (choice === undefined) throw usage(`${option}: there is no ${noun} ${typed(given)}${orNearest(given, known)}`, `${noun[0]!.toUpperCase()}${noun.slice(1)}s: ${known.join(', ')}.`);
  return choice;
};

const sourceOf = (options: Options): Source => {
  const format = chosenOf('--format', 'format', options.format, FORMATS);
  const method = options.lots === undefined ? null : chosenOf('--lots', 'method', options.lots, LOT_METHODS);
  if (format === 'csv') return tableOf(options.table, method);
  if (options.table !== undefined) throw usage(`--table: ${format} has no tables.`, 'Leave --table out, or take --format csv.');
  if (format === 'jsonl') {
    if (method !== null) throw usage('--lots: the log is what was sealed, oldest lots first.', 'Take --format csv, hledger or beancount.');
    return { row: 'line', lack: 'event', lines: exportedLines };
  }
  return { row: 'line', lack: 'entry', lines: (client, stored) => bookLines(client, stored, { kind: 'journal', program: format, method: method ?? 'fifo' }) };
};

/** A method of lots says which table is meant. */
const tableOf = (given: string | undefined, method: LotMethod | null): Source => {
  const table = given === undefined ? (method === null ? 'trades' : 'tax-lots') : chosenOf('--table', 'table', given, TABLES);
  if (table === 'tax-lots') return { row: 'tax lot', lack: 'disposal', lines: (client, stored) => bookLines(client, stored, { kind: 'tax-lots', method: method ?? 'fifo' }) };
  if (method !== null) throw usage(`--lots: the table ${table} is what was sealed, oldest lots first.`, 'Take --table tax-lots.');
  return table === 'fills' ? { row: 'fill', lack: 'fill', lines: (client, stored) => bookLines(client, stored, { kind: 'fills' }) } : { row: 'trade', lack: 'closed trade', lines: csvLines };
};

/** The head of the table comes with the first trade: a run without any has no lines. */
async function* csvLines(client: StoreClient, stored: StoredRun): AsyncGenerator<string, void, void> {
  let headed = false;
  for await (const trades of readTrades(client, stored)) {
    for (const trade of trades) {
      if (!headed) yield COLUMNS.join(',');
      headed = true;
      yield COLUMNS.map(column => cellOf(trade, column)).join(',');
    }
  }
}

const cellOf = (trade: Trade, column: (typeof COLUMNS)[number]): string =>
  column === 'entryHour' || column === 'exitHour' ? formatHour(trade[column]) : trade[column];
