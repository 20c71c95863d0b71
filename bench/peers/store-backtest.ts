/** Our command line as a user starts it: `tb backtest` over the same market, imported once into a store of its own and kept there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../adapters/store/connection.ts';
import { ensureServer, stopServer } from '../../adapters/store/server/embedded.ts';
import { HOUR_MS } from '../../core/kernel/units.ts';
import { BENCH_START } from '../engine.ts';
import { syntheticSymbols } from '../market.ts';
import { importSynthetic } from '../store.ts';
import type { PeerMarket } from './market-file.ts';
import { CASH } from './rules.ts';

const TB = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

export type StoreBacktests = Readonly<{ seconds: () => number; close: () => Promise<void> }>;

const tb = (folder: string, args: readonly string[]): void => {
  const { status, stderr } = spawnSync(process.execPath, [TB, '--store', folder, '--quiet', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tb ${args.join(' ')} ended with ${String(status)}: ${stderr}`);
};

const isoOf = (hour: number): string => new Date(hour * HOUR_MS).toISOString().replace('.000', '');

/** Each call of `seconds` is one process from its start to its end, with a run of its own that stays in the store. */
export const openStoreBacktests = async ({ symbols, hours }: PeerMarket): Promise<StoreBacktests> => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-peers-'));
  const close = async (): Promise<void> => {
    await stopServer(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await fillStore(folder, { symbols, hours });
  } catch (problem) {
    await close();
    throw problem;
  }
  const window = ['--from', isoOf(BENCH_START), '--to', isoOf(BENCH_START + hours), '--warmup', '0'];
  const free = ['--profile', 'research', '--cash', CASH, '--fees', 'none', '--slippage', 'none', '--participation', 'none'];
  let runs = 0;
  return {
    seconds: () => {
      runs += 1;
      const started = performance.now();
      tb(folder, ['backtest', '--strategy', 'ema-cross', '--symbols', syntheticSymbols(symbols).join(','), ...window, ...free, '--run', `peers-${runs}`]);
      return (performance.now() - started) / 1_000;
    },
    close,
  };
};

const fillStore = async (folder: string, { symbols, hours }: PeerMarket): Promise<void> => {
  tb(folder, ['init']);
  const client = await connect(await ensureServer(folder), 'app');
  try {
    await importSynthetic(client, { symbols, candles: hours, timeframe: '1h', firstOpenMs: BENCH_START * HOUR_MS });
  } finally {
    await client.end();
  }
};
