/** Measurements on a real embedded PostgreSQL in a folder of their own: import, hours with durable commit, processes, replay. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '../adapters/store/connection.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import { importCandles } from '../adapters/store/import-candles.ts';
import { findRun } from '../adapters/store/runs.ts';
import { ensureServer, stopServer } from '../adapters/store/server/embedded.ts';
import { normalTextOf } from '../adapters/store/read-columns.ts';
import { digestOf, HOUR_MS, hourUtc, timeMs } from '../core/kernel/units.ts';
import type { CandleColumns, Column } from '../core/market/columns.ts';
import { executeHours } from '../engine/execute-hours.ts';
import { openSession } from '../engine/paper.ts';
import { replayRun } from '../engine/replay-run.ts';
import { BENCH_START } from './engine.ts';
import { median, quantile } from './figures.ts';
import type { Figure } from './figures.ts';
import { syntheticColumns, syntheticSymbols } from './market.ts';
import type { MarketSize } from './market.ts';

/** `logHours`: how long the log grows before hours are timed again. */
type StoreSize = Readonly<{ symbols: number; runs: number; logHours: number }>;

const HOURS_PER_YEAR = 8_760;
/** Hours timed at a time, and hours kept back for whole processes. */
const TIMED_HOURS = 200;
const SPARE_HOURS = 100;
const TB = fileURLToPath(new URL('../cli/tb.mjs', import.meta.url));

export const timeStore = async (size: StoreSize): Promise<readonly Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-bench-'));
  try {
    tb(folder, ['init']);
    const client = await connect(await ensureServer(folder), 'app');
    try {
      return [await timeImport(client, size), ...(await timeHours(client, folder, size)), await timeReplay(client), timeProcess(folder, size.runs)];
    } finally {
      await client.end();
    }
  } finally {
    await stopServer(folder);
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Runs the command line as a user would and returns its wall time. */
const tb = (folder: string, args: readonly string[]): number => {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [TB, '--store', folder, '--quiet', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tb ${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return performance.now() - started;
};

/** Files of a year of hours, or of as many as the run needs. */
const timeImport = async (client: StoreClient, { symbols, logHours }: StoreSize): Promise<Figure> => {
  const candles = Math.max(HOURS_PER_YEAR, logHours + 2 * TIMED_HOURS + SPARE_HOURS);
  const size = { symbols, candles, timeframe: '1h', firstOpenMs: BENCH_START * HOUR_MS } as const;
  const rates = await importSynthetic(client, size);
  return { path: 'import, durable, per file', value: median(rates), best: Math.max(...rates), unit: 'candles/s', atLeast: 200_000, detail: `${symbols} files of ${candles} candles, digest, checks and keys included, parsing not` };
};

/** A file of candles for each symbol, and how many candles a second each took. */
export const importSynthetic = async (client: StoreClient, size: MarketSize): Promise<readonly number[]> => {
  const rates: number[] = [];
  for (const [index, symbol] of syntheticSymbols(size.symbols).entries()) {
    const columns = syntheticColumns(symbol, index + 1, size);
    const batches = batchesOf(columns);
    const started = performance.now();
    await importCandles(client, originOf(columns), each(batches), () => 0);
    rates.push((size.candles * 1_000) / (performance.now() - started));
  }
  return rates;
};

const originOf = ({ series }: CandleColumns) =>
  ({ series, source: 'synthetic', format: 'bench', absent: 'missing', fileName: `${series.symbol}.bench`, fileSha256: digestOf('0'.repeat(64)), fileBytes: 0, receivedMs: timeMs(Date.now()) }) as const;

const textAt = ({ mantissa, scale }: Column, row: number): string => normalTextOf(mantissa[row]!, scale[row]!);

const batchesOf = ({ slot, length, open, high, low, close, volume }: CandleColumns) => [
  Array.from({ length }, (_, row) => ({
    openMs: timeMs(slot[row]! * HOUR_MS),
    trades: null,
    values: { open: textAt(open, row), high: textAt(high, row), low: textAt(low, row), close: textAt(close, row), volume: textAt(volume, row) },
  })),
];

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item, void, void> {
  yield* items;
}

/** Hours right after opening, and hours after a long log, on one run. */
const timeHours = async (client: StoreClient, folder: string, { symbols, logHours }: StoreSize): Promise<readonly Figure[]> => {
  const list = syntheticSymbols(symbols).join(',');
  tb(folder, ['open', '--run', 'bench', '--mode', 'paper', '--strategy', 'ema-cross', '--symbols', list, '--from', isoOf(BENCH_START), '--warmup', '0', '--slippage', 'none']);
  const early = await executed(client, TIMED_HOURS);
  await executed(client, logHours - TIMED_HOURS);
  const late = await executed(client, TIMED_HOURS);
  const figures = (path: string, hourMs: readonly number[]): readonly Figure[] => {
    const detail = `${symbols} symbols, ${hourMs.length} hours, commit included`;
    const best = Math.min(...hourMs);
    return [
      { path, value: median(hourMs), best, unit: 'ms/hour p50', atMost: 6, detail },
      { path, value: quantile(hourMs, 0.99), best, unit: 'ms/hour p99', atMost: 30, detail },
    ];
  };
  const growth = median(late) / median(early);
  return [
    ...figures('execute-hour --through, new run', early),
    ...figures(`execute-hour --through, after ${logHours} hours`, late),
    { path: 'an hour after the log against before it', value: growth, best: growth, unit: '×', atMost: 1.2, detail: 'by the medians of both' },
  ];
};

export const isoOf = (hour: number): string => new Date(hour * HOUR_MS).toISOString().replace('.000', '');

const executed = async (client: StoreClient, hours: number): Promise<readonly number[]> => {
  const run = await findRun(client, 'bench');
  const session = await openSession(client, run!);
  const through = hourUtc(session.progress.hour + hours - 1);
  const request = { hour: null, through, facts: [], withoutData: false, nowMs: Date.now(), onHour: () => undefined };
  return (await executeHours(client, session, request)).hourMs;
};

const timeReplay = async (client: StoreClient): Promise<Figure> => {
  const run = await findRun(client, 'bench');
  const started = performance.now();
  const report = await replayRun(client, run!, { fromHour: null, toHour: null, onProgress: () => undefined });
  if (!report.parity) throw new Error(`The replay differs: ${JSON.stringify(report.failures)}`);
  const perSecond = (report.symbolHours * 1_000) / (performance.now() - started);
  return { path: 'replay-window, every event compared', value: perSecond, best: perSecond, unit: 'symbol-hours/s', detail: `${report.hours} hours from the store` };
};

const timeProcess = (folder: string, runs: number): Figure => {
  const wall = Array.from({ length: runs }, () => tb(folder, ['execute-hour', '--run', 'bench']));
  return { path: 'one execute-hour process', value: median(wall), best: Math.min(...wall), unit: 'ms wall', atMost: 350, detail: 'start, resume, execute, commit' };
};
