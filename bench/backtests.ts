/**
 * Whole backtests as processes on a real embedded PostgreSQL: cold with candles from the columnar cache and stored by
 * default, kept in full, replayed, and swept. Peak memory of a long window is held against that of a short one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../adapters/store/connection.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import { ensureServer, stopServer } from '../adapters/store/server/embedded.ts';
import { HOUR_MS } from '../core/kernel/units.ts';
import { BENCH_START } from './engine.ts';
import { median } from './figures.ts';
import type { Figure } from './figures.ts';
import { syntheticSymbols } from './market.ts';
import { timeProgram } from './program.ts';
import type { Took } from './program.ts';
import { importSynthetic, isoOf } from './store.ts';

/** `years`: how long the long window is; with 1 there is only the one of a year. */
type BacktestSize = Readonly<{ symbols: number; runs: number; years: number }>;

const HOURS_PER_YEAR = 8_760;
/** Seconds and megabytes that are asked of a cold process. */
const ASKED_MS = { year: 2_000, long: 6_000 } as const;
const ASKED_MB = 350;
const SWEPT_HOURS = 2_190;

type Bench = BacktestSize & Readonly<{ folder: string; client: StoreClient }>;

export const timeBacktests = async (size: BacktestSize): Promise<readonly Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-bench-'));
  try {
    timeProgram(folder, ['init']);
    const client = await connect(await ensureServer(folder), 'app');
    try {
      await importSynthetic(client, { symbols: size.symbols, candles: HOURS_PER_YEAR * size.years, timeframe: '1h', firstOpenMs: BENCH_START * HOUR_MS });
      const bench = { ...size, folder, client };
      return [...timeCold(bench), ...(await timeFull(bench)), ...timeSweep(bench)];
    } finally {
      await client.end();
    }
  } finally {
    await stopServer(folder);
    rmSync(folder, { recursive: true, force: true });
  }
};

const optionsOf = (symbols: number, hours: number): readonly string[] => [
  '--strategy', 'ema-cross', '--symbols', syntheticSymbols(symbols).join(','), '--from', isoOf(BENCH_START), '--to', isoOf(BENCH_START + hours),
  '--warmup', '0', '--profile', 'research', '--cash', '1000000', '--fees', 'none', '--slippage', 'none', '--participation', 'none',
];

type Cold = Readonly<{ name: string; hours: number; askedMs: number; backtests: Took[]; replays: Took[] }>;

/** The first backtest of a window makes the cache of its candles and is not counted. */
const timeCold = ({ folder, symbols, runs, years }: Bench): readonly Figure[] => {
  const windows: readonly Cold[] = [
    { name: 'a year', hours: HOURS_PER_YEAR, askedMs: ASKED_MS.year, backtests: [], replays: [] },
    ...(years > 1 ? [{ name: `${years} years`, hours: HOURS_PER_YEAR * years, askedMs: ASKED_MS.long, backtests: [], replays: [] }] : []),
  ];
  for (let round = 0; round <= runs; round += 1) {
    for (const { hours, backtests, replays } of windows) {
      const run = `cold-${hours}-${round}`;
      const backtest = timeProgram(folder, ['backtest', ...optionsOf(symbols, hours), '--run', run]);
      if (round === 0) continue;
      backtests.push(backtest);
      replays.push(timeProgram(folder, ['replay-window', '--run', run]));
    }
  }
  return [...windows.flatMap(coldFigures(symbols)), ...flatness(windows)];
};

const coldFigures = (symbols: number) => ({ name, hours, askedMs, backtests, replays }: Cold): readonly Figure[] => {
  const [wall, peak] = [backtests.map(({ wallMs }) => wallMs), backtests.map(({ peakMb }) => peakMb)];
  const cpu = median(backtests.map(({ cpuMs }) => cpuMs));
  const trades = String(backtests[0]!.document['trades']);
  const ratios = backtests.map(({ wallMs }, round) => wallMs / replays[round]!.wallMs);
  const replayCpu = median(replays.map(({ cpuMs }) => cpuMs));
  return [
    { path: `cold backtest process, ${name}`, value: median(wall), best: Math.min(...wall), unit: 'ms wall', atMost: askedMs, detail: `${symbols} × ${hours} hours from the cache, summary stored, ${trades} trades, ${Math.round(cpu)} ms of processor` },
    { path: `peak memory of it, ${name}`, value: median(peak), best: Math.min(...peak), unit: 'MB', atMost: ASKED_MB, detail: 'of the process, without the server' },
    { path: `replay-window of it, ${name}`, value: median(ratios), best: Math.max(...ratios), unit: '× as fast', atLeast: 1, detail: `against the backtest, both as processes, run in turns; ${Math.round(replayCpu)} ms of processor` },
  ];
};

/** Ten times the hours may cost a tenth more memory, which is what young garbage varies by. */
const FLAT_MAX = 1.1;

const flatness = ([short, long]: readonly Cold[]): readonly Figure[] => {
  if (short === undefined || long === undefined) return [];
  const ratios = long.backtests.map(({ peakMb }, round) => peakMb / short.backtests[round]!.peakMb);
  return [{ path: 'peak memory, long window against a year', value: median(ratios), best: Math.min(...ratios), unit: '×', atMost: FLAT_MAX, detail: `${long.hours} hours against ${short.hours}` }];
};

/** Everything an hour brought, with mirrors, keys and triggers, by the clock of the command: start-up is not in it. */
const timeFull = async ({ folder, client, symbols, runs }: Bench): Promise<readonly Figure[]> => {
  const rates: number[] = [];
  let decisions = 0;
  for (let round = 0; round < runs; round += 1) {
    const { document } = timeProgram(folder, ['backtest', ...optionsOf(symbols, SWEPT_HOURS), '--run', `full-${round}`, '--keep', 'full']);
    const { rows } = await client.query<{ decisions: number }>(`SELECT sum(decisions) AS decisions FROM tb.hour_step JOIN tb.run ON run.id = run_id AND run.retention = hour_step.retention WHERE run.name = $1`, [`full-${round}`]);
    decisions = rows[0]!.decisions;
    rates.push((decisions * 1_000) / (document['wallMs'] as number));
  }
  return [{ path: 'backtest --keep full', value: median(rates), best: Math.max(...rates), unit: 'decisions/s', atLeast: 60_000, detail: `${decisions} decisions in ${SWEPT_HOURS} hours, executed, stored and committed` }];
};

/** 64 combinations on two threads against one, each a process: start-up and loading count for both. */
const timeSweep = ({ folder, symbols, runs }: Bench): readonly Figure[] => {
  const sweep = (workers: number): Took =>
    timeProgram(folder, ['sweep', ...optionsOf(symbols, SWEPT_HOURS), '--param', 'fast=5..19/2', '--param', 'slow=24..94/10', '--workers', String(workers)]);
  const rounds = Array.from({ length: Math.min(runs, SWEEPS_MAX) }, () => ({ one: sweep(1), two: sweep(2) }));
  const ratios = rounds.map(({ one, two }) => one.wallMs / two.wallMs);
  const peak = median(rounds.map(({ two }) => two.peakMb));
  return [{ path: 'sweep of 64 on two workers', value: median(ratios), best: Math.max(...ratios), unit: '× as fast', atLeast: 1.8, detail: `against one worker; ${symbols} × ${SWEPT_HOURS} hours each, ${Math.round(median(rounds.map(({ two }) => two.wallMs)))} ms, ${Math.round(peak)} MB at most` }];
};

const SWEEPS_MAX = 3;
