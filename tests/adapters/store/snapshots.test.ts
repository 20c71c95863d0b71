/** Which states of a paper run are kept, and that they can be lost without harm. */
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dropSnapshot, latestSnapshot, pruneSnapshots, pruneStatement, putSnapshot } from '../../../adapters/store/snapshots.ts';
import { digestOf, hourUtc } from '../../../core/kernel/units.ts';
import { storeDatabase } from './store-database.ts';
import type { StoreDatabase } from './store-database.ts';

let store: StoreDatabase;
let client: pg.Client;
beforeAll(async () => {
  store = await storeDatabase();
  client = await store.app();
});
afterAll(() => store.close());

const RUN = '00000000-0000-4000-8000-00000000000a';
/** 2024-01-01T00:00:00Z; January has 744 hours, February 2024 has 696. */
const JANUARY = 473_352;
const FEBRUARY = JANUARY + 744;
const digest = digestOf('cd'.repeat(32));

const hours = async (): Promise<readonly number[]> =>
  (await client.query<{ hour: number }>('SELECT hour FROM tb_cache.snapshot WHERE run_id = $1 ORDER BY hour', [RUN])).rows.map(({ hour }) => hour - JANUARY);

test('the last 48 stay and the first of each month', async () => {
  await client.query(`INSERT INTO tb_cache.snapshot SELECT $1, hour, decode($2, 'hex'), '\\x00' FROM generate_series($3::int, $4::int) AS hour`, [RUN, digest, JANUARY + 100, FEBRUARY + 699]);
  expect(await pruneSnapshots(client, RUN, hourUtc(FEBRUARY + 699))).toBe(1_344 - 48 - 2);
  const kept = await hours();
  expect(kept.slice(0, 3)).toEqual([100, 744, 744 + 652]);
  expect(kept).toHaveLength(50);
  expect(await pruneSnapshots(client, RUN, hourUtc(FEBRUARY + 699))).toBe(0);
});

test('hour by hour the same ones are dropped as at once', async () => {
  const other = '00000000-0000-4000-8000-00000000000b';
  for (let hour = JANUARY + 700; hour < FEBRUARY + 120; hour += 1) {
    await putSnapshot(client, other, { hour: hourUtc(hour), digest, bytes: Uint8Array.of(0) });
    const { text, values } = pruneStatement(other, hourUtc(hour));
    await client.query(text, values as unknown[]);
  }
  const { rows } = await client.query<{ hour: number }>('SELECT hour FROM tb_cache.snapshot WHERE run_id = $1 ORDER BY hour', [other]);
  expect(rows.map(({ hour }) => hour - JANUARY)).toEqual([700, 744, ...Array.from({ length: 48 }, (_, index) => 744 + 72 + index)]);
  expect(await pruneSnapshots(client, other, hourUtc(FEBRUARY + 119))).toBe(0);
});

test('the latest at or before an hour is given, and one that is dropped is not', async () => {
  const put = { hour: hourUtc(JANUARY + 5_000), digest, bytes: Uint8Array.of(1, 2, 3) };
  await putSnapshot(client, RUN, put);
  await putSnapshot(client, RUN, { ...put, bytes: Uint8Array.of(9) });
  expect(await latestSnapshot(client, RUN, hourUtc(JANUARY + 6_000))).toEqual({ ...put, bytes: Buffer.from([1, 2, 3]) });
  expect((await latestSnapshot(client, RUN, hourUtc(JANUARY + 4_999)))!.hour).toBe(FEBRUARY + 699);
  await dropSnapshot(client, RUN, put.hour);
  expect((await latestSnapshot(client, RUN, hourUtc(JANUARY + 6_000)))!.hour).toBe(FEBRUARY + 699);
  expect(await latestSnapshot(client, RUN, hourUtc(JANUARY))).toBeNull();
});
