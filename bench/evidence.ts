/**
 * What evidence costs on a real embedded PostgreSQL with a log of many hours: verifying it, proving an event of it, checking
 * a proof in a process that has just started, and sealing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '../adapters/store/connection.ts';
import type { StoreAddress, StoreClient } from '../adapters/store/connection.ts';
import { readStoredHours } from '../adapters/store/read-run.ts';
import { findRun } from '../adapters/store/runs.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { ensureServer, stopServer } from '../adapters/store/server/embedded.ts';
import { hoursAfter } from '../core/kernel/hours.ts';
import { rootOfTexts } from '../core/kernel/merkle.ts';
import { HOUR_MS, timeMs } from '../core/kernel/units.ts';
import { sealHour } from '../core/seal.ts';
import { readTrust } from '../engine/evidence-places.ts';
import { proveEvent } from '../engine/prove.ts';
import { envelopeFor } from '../engine/record.ts';
import { verifyStore } from '../engine/verify-store.ts';
import { hourRecordOfText } from '../schema/wire/seal-text.ts';
import { BENCH_START } from './engine.ts';
import { median } from './figures.ts';
import type { Figure } from './figures.ts';
import { syntheticSymbols } from './market.ts';
import { importSynthetic } from './store.ts';

/** How long the log is, and how many symbols trade in it. */
type LogSize = Readonly<{ hours: number; symbols: number; runs: number }>;

const TB = fileURLToPath(new URL('../cli/tb.mjs', import.meta.url));
const THREADS = Math.min(2, availableParallelism());

type Bench = LogSize & Readonly<{ folder: string; settings: string; address: StoreAddress; client: StoreClient; run: StoredRun }>;

const tb = ({ folder, settings }: Pick<Bench, 'folder' | 'settings'>, line: string): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [TB, '--store', folder, ...line.split(' ')], { encoding: 'utf8', env: { ...process.env, XDG_CONFIG_HOME: settings, TB_KEYS: '', TB_CHECKPOINTS: '' } });
  if (status !== 0) throw new Error(`tb ${line} ended with ${String(status)}: ${stderr}`);
  return stdout;
};

const isoOf = (hour: number): string => new Date(hour * HOUR_MS).toISOString().replace('.000', '');

/** A backtest that trades often and keeps every event, with a checkpoint over all of it. */
const makeLog = async (places: Pick<Bench, 'folder' | 'settings' | keyof LogSize>, client: StoreClient): Promise<StoredRun> => {
  const { hours, symbols } = places;
  await importSynthetic(client, { symbols, candles: hours, timeframe: '1h', firstOpenMs: BENCH_START * HOUR_MS });
  const window = `--from ${isoOf(BENCH_START)} --to ${isoOf(BENCH_START + hours)} --warmup 0`;
  tb(places, `backtest --strategy ema-cross --param fast=2 --param slow=4 --symbols ${syntheticSymbols(symbols).join(',')} ${window} --profile research --fees none --slippage none --participation none --keep full --run bench --quiet`);
  tb(places, 'keys init --quiet');
  tb(places, 'checkpoint bench --quiet');
  return (await findRun(client, 'bench'))!;
};

const timed = async (times: number, work: () => Promise<unknown>): Promise<readonly number[]> => {
  const all: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const started = performance.now();
    await work();
    all.push(performance.now() - started);
  }
  return all;
};

/** All events of the run, its hours, envelopes, snapshots and candles, in the time from first to last byte. */
const timeVerify = async ({ client, address, hours, runs }: Bench, sealed: boolean): Promise<Figure> => {
  const counts = { events: 0, candles: 0 };
  const all = await timed(runs, async () => {
    const report = await verifyStore(client, { run: 'bench', requireAnchor: false, full: true, sealed, threads: { address, count: THREADS }, onProgress: () => undefined });
    if (!report.verified) throw new Error(`The log does not verify: ${JSON.stringify(report.findings[0])}`);
    Object.assign(counts, { events: report.facts + report.decisions, candles: report.candles });
  });
  const rate = (ms: number): number => (counts.events * 1_000) / ms;
  const path = sealed ? 'verify --full --sealed' : 'verify --full';
  return { path, value: rate(median(all)), best: rate(Math.min(...all)), unit: 'events/s', ...(sealed ? { atLeast: 500_000 } : {}), detail: `${counts.events} events in ${hours} hours, ${counts.candles} candles beside them, ${THREADS} threads` };
};

const timeProve = async ({ client, run, settings, hours, runs }: Bench): Promise<Figure> => {
  const evidence = { folder: join(settings, 'tb', 'checkpoints'), files: [], trusted: readTrust({ trust: [], keys: join(settings, 'tb', 'keys') }), every: false };
  let hour = run.startHour;
  const all = await timed(5 * runs, async () => {
    hour = hoursAfter(run.startHour, (hour - run.startHour + 7_919) % hours);
    await proveEvent(client, run, { tree: 'facts', hour, step: 0, seq: 0 }, evidence);
  });
  return { path: 'prove', value: median(all), best: Math.min(...all), unit: 'ms', atMost: 50, detail: `an event of a log of ${hours + 1} envelopes, checkpoint read and verified` };
};

const timeVerifyProof = (bench: Bench): Figure => {
  const { hours, runs } = bench;
  const file = join(bench.settings, 'proof.json');
  tb(bench, `prove --run bench fact:${bench.run.startHour + Math.floor(hours / 2)}.0.0 --out ${file} --quiet`);
  const all = Array.from({ length: runs }, () => (JSON.parse(tb(bench, `verify-proof ${file} --json`)) as { micros: number }).micros / 1_000);
  return { path: 'verify-proof, after start', value: median(all), best: Math.min(...all), unit: 'ms', atMost: 5, detail: 'the first proof of a fresh process, signature included' };
};

/** Roots, record and envelope of stored hours once more: what sealing adds to events whose texts are there. Of one thread that waits for nothing, the time on the processor. */
const timeSealing = async ({ client, run, hours, runs }: Bench): Promise<Figure> => {
  const stored = [];
  for await (const batch of readStoredHours(client, run, { fromHour: run.startHour, throughHour: hoursAfter(run.startHour, Math.min(hours, 8_760) - 1) })) stored.push(...batch);
  const all = stored.map(({ text, steps }) => ({ record: hourRecordOfText(text), facts: steps.flatMap(({ facts }) => facts.map(fact => fact.text)), decisions: steps.flatMap(({ decisionTexts }) => decisionTexts) }));
  const events = all.reduce((sum, { facts, decisions }) => sum + facts.length + decisions.length, 0);
  const sight = { ingestThrough: 1, inboxThrough: 0, executedAtMs: timeMs(0) };
  const identity = { key: run, name: run.name, mode: run.mode };
  const seal = (): number => {
    const started = process.cpuUsage();
    for (const { record, facts, decisions } of all) {
      const sealed = sealHour({ ...record, factsRoot: rootOfTexts(facts), decisionsRoot: rootOfTexts(decisions) });
      if (sealed.record.factsRoot !== record.factsRoot) throw new Error('An hour was sealed otherwise.');
      envelopeFor(identity, { hour: record.hour, hourHash: sealed.hash, previous: record.previous, sight });
    }
    const { user, system } = process.cpuUsage(started);
    return (user + system) / events;
  };
  const micros = Array.from({ length: runs }, seal);
  return { path: 'sealing', value: median(micros), best: Math.min(...micros), unit: 'µs/event', atMost: 3, detail: `${events} events in ${all.length} hours: leaves, roots, hour record, envelope` };
};

export const timeEvidence = async (size: LogSize): Promise<readonly Figure[]> => {
  // As the command line does, so that threads start as fast as they do there.
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tb/compiled', import.meta.url)));
  const folder = mkdtempSync(join(tmpdir(), 'tb-bench-'));
  const settings = mkdtempSync(join(tmpdir(), 'tb-bench-settings-'));
  try {
    tb({ folder, settings }, 'init --quiet');
    const address = await ensureServer(folder);
    const client = await connect(address, 'app');
    try {
      const bench: Bench = { ...size, folder, settings, address, client, run: await makeLog({ ...size, folder, settings }, client) };
      return [await timeVerify(bench, true), await timeVerify(bench, false), await timeProve(bench), timeVerifyProof(bench), await timeSealing(bench)];
    } finally {
      await client.end();
    }
  } finally {
    await stopServer(folder);
    for (const made of [folder, settings]) rmSync(made, { recursive: true, force: true });
  }
};
