/** Several threads come to what one comes to, in the same order, on the store as it was at one moment; and what one of them cannot do is told. */
import { beforeAll, expect, test } from 'vitest';
import { connect, withConnection } from '../../../adapters/store/connection.ts';
import type { StoreClient } from '../../../adapters/store/connection.ts';
import type { Finding } from '../../../adapters/store/finding.ts';
import { findRun } from '../../../adapters/store/runs.ts';
import { openVerifyPool } from '../../../adapters/store/verify-pool.ts';
import type { Verified } from '../../../adapters/store/verify-pool.ts';
import { verifyCandles } from '../../../adapters/store/verify-candles.ts';
import { stretchVerifier } from '../../../adapters/store/verify-stretch.ts';
import type { StretchToVerify } from '../../../adapters/store/verify-stretch.ts';
import { hoursAfter } from '../../../core/kernel/hours.ts';
import type { StoredRun } from '../../../adapters/store/runs.ts';
import { disarm } from '../../../tools/tamper/disarm.ts';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../../support/scratch-store.ts';
import type { ScratchDatabase } from '../../support/scratch-store.ts';

let store: ScratchDatabase;
let run: StoredRun;
let stretches: readonly StretchToVerify[];

beforeAll(async () => {
  store = await scratchStore();
  await store.write('aaa.csv', plainFile('15m', livelyCandles(slotAt('2024-03-01T00:00:00Z', '15m'), 4 * 72, 17)));
  await store.json('import aaa.csv --symbol AAA/USD --timeframe 15m');
  await store.json('backtest --strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --timeframe 15m --from 2024-03-01T06:00:00Z --warmup 6 --to 2024-03-04T00:00:00Z --run whole --keep full');
  await withConnection(store.address, 'owner', disarm);
  run = await withConnection(store.address, 'app', async client => (await findRun(client, 'whole'))!);
  stretches = Array.from({ length: 9 }, (_, nth) => {
    const fromHour = hoursAfter(run.startHour, 8 * nth - (nth === 0 ? 1 : 0));
    return { fromHour, throughHour: hoursAfter(run.startHour, 8 * nth + 7), events: (['all', 'sealed', 'none'] as const)[nth % 3]! };
  });
});

const onSnapshot = async <Result>(work: (client: StoreClient, snapshot: string) => Promise<Result>): Promise<Result> => {
  const client = await connect(store.address, 'app');
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await work(client, (await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot')).rows[0]!.snapshot);
  } finally {
    await client.end();
  }
};

const alone = async (client: StoreClient): Promise<readonly Verified[]> => {
  const verify = await stretchVerifier(client, run);
  const all: Verified[] = [];
  for (const stretch of stretches) {
    const findings: Finding[] = [];
    all.push({ tally: await verify(stretch, finding => void findings.push(finding)), findings });
  }
  return all;
};

const byThreads = async (threads: number, snapshot: string): Promise<readonly Verified[]> => {
  const pool = openVerifyPool({ address: store.address, snapshot, threads });
  try {
    const all: Verified[] = [];
    for await (const { tally, findings } of pool.stretches(run, stretches)) all.push({ tally, findings });
    return all;
  } finally {
    await pool.close();
  }
};

/** As the owner of the store, for good, while others look at it. */
const tamper = (sql: string): Promise<unknown> => withConnection(store.address, 'owner', client => client.query(sql));

test('whole or damaged, they find the same as one, in the order of the hours, and nothing that came after the moment they look at', async () => {
  await onSnapshot(async (before, snapshot) => {
    const whole = await alone(before);
    expect(whole.flatMap(({ findings }) => findings)).toEqual([]);
    expect(whole.reduce((sum, { tally }) => sum + tally.hours, 0)).toBe(72);
    await tamper(`UPDATE tb.fact SET bytes = set_byte(bytes, 12, get_byte(bytes, 12) # 1) WHERE hour % 7 = 0 AND seq = 0; DELETE FROM tb.decision WHERE hour % 11 = 0 AND seq = 0; UPDATE tb.envelope SET hash = sha256('x') WHERE hour % 13 = 0`);
    for (const threads of [2, 3]) expect(await byThreads(threads, snapshot)).toEqual(whole);
  });
  await onSnapshot(async (after, snapshot) => {
    const damaged = await alone(after);
    expect(damaged.flatMap(({ findings }) => findings.map(({ table }) => table))).toEqual(expect.arrayContaining(['decision', 'envelope', 'fact']));
    for (const threads of [1, 2, 20]) expect(await byThreads(threads, snapshot)).toEqual(damaged);
  });
});

test('candles and imports too', async () => {
  await tamper("UPDATE tb.candle SET volume = volume + 1 WHERE open_ms % 21600000 = 0; UPDATE tb.candle SET received_ms = received_ms + 1 WHERE open_ms % 43200000 = 900000; UPDATE tb.ingest SET added = added + 1");
  await onSnapshot(async (client, snapshot) => {
    const alone: Finding[] = [];
    expect(await verifyCandles(client, finding => void alone.push(finding))).toBe(4 * 72);
    expect(alone.map(({ table, column }) => `${table} ${column}`).sort()).toEqual([...Array<string>(12).fill('candle digest'), ...Array<string>(6).fill('candle received_ms'), 'ingest added']);
    const pool = openVerifyPool({ address: store.address, snapshot, threads: 2 });
    try {
      for await (const _ of pool.stretches(run, stretches.slice(0, 1)));
      expect(pool.isRunning()).toBe(true);
      const byThreads: Finding[] = [];
      expect(await verifyCandles(client, finding => void byThreads.push(finding), { symbols: ['AAA/USD'], ingestAfter: 0 }, pool)).toBe(4 * 72);
      expect(byThreads).toEqual(alone);
    } finally {
      await pool.close();
    }
  });
});

test('a moment that nobody can look at any more is a failure, and leaves no thread behind', async () => {
  await expect(byThreads(2, '00000003-0000001B-1')).rejects.toThrow(/snapshot/);
});
