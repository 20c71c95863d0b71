/** Runs whose states part: which hour is found, how many rows that takes, and which slice is named where one is kept. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { findRun } from '../../adapters/store/runs.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { Desk } from '../../core/desk.ts';
import type { Progress } from '../../core/execute.ts';
import { hoursAfter } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { encodeSnapshot } from '../../core/snapshot.ts';
import { stateDigest } from '../../core/state.ts';
import { sealHour } from '../../core/seal.ts';
import { compareRuns } from '../../engine/parity/compare-runs.ts';
import { readBlock, reexecuteHour } from '../../engine/reexecute.ts';
import { replayRun } from '../../engine/replay-run.ts';
import { deskOfRun, progressAt } from '../../engine/resume.ts';
import { disarm } from '../../tools/tamper/disarm.ts';
import { changeableSlices, withChangedSlice } from '../support/changed-slices.ts';
import { asOwner, copyOf, livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --from 2024-03-01T12:00:00Z --warmup 12';
const HOURS = 96;
const FIRST = slotAt('2024-03-01T00:00:00Z', '1h') as HourUtc;
const LAST = hoursAfter(FIRST, HOURS - 1);

let store: ScratchDatabase;
const copies: ScratchDatabase[] = [];

beforeAll(async () => {
  store = await scratchStore();
  await store.write('aaa.csv', plainFile('1h', livelyCandles(FIRST, HOURS + 12, 131)));
  await store.json('import aaa.csv --symbol AAA/USD');
  await store.json(`backtest ${RUN} --to 2024-03-05T00:00:00Z --run past --keep full`);
  await store.json(`open --run desk --mode paper ${RUN}`);
  await store.json('execute-hour --run desk --through 2024-03-04T23:00:00Z');
});

afterAll(async () => {
  for (const copy of copies) await copy.drop();
});

type Look = (client: StoreClient, run: StoredRun, desk: Desk) => Promise<void>;

/** A copy without constraints, in which the paper run may be changed. */
const onDisarmed = async (look: Look): Promise<void> => {
  const copy = await copyOf(store);
  copies.push(copy);
  await asOwner(copy, async client => {
    await disarm(client);
    const run = (await findRun(client, 'desk'))!;
    await look(client, run, await deskOfRun(run));
  });
};

/** Seals hours from `from` on as if the state after it had another slice: records, hashes, states of steps, and snapshots where they are kept. */
const plant = async (client: StoreClient, run: StoredRun, desk: Desk, { from, slice }: Readonly<{ from: HourUtc; slice: string }>): Promise<void> => {
  let progress: Progress = await progressAt(client, run, desk, from);
  const block = await readBlock(client, run, desk, { fromHour: from, toHour: hoursAfter(LAST, 1) });
  for (let hour = from; hour <= LAST; hour = hoursAfter(hour, 1)) {
    const executed = reexecuteHour(desk, progress, block, block.stored.find(stored => stored.hour === hour));
    const state = hour === from ? withChangedSlice(desk, executed.after.state, slice) : executed.after.state;
    const sealed = sealHour({ ...executed.sealed.record, state: stateDigest(state) });
    progress = { ...executed.after, previous: sealed.hash, state };
    const digest = stateDigest(state);
    await client.query(`UPDATE tb.hour_record SET record = convert_to($3, 'UTF8'), hash = decode($4, 'hex') WHERE run_id = $1 AND hour = $2`, [run.id, hour, sealed.text, sealed.hash]);
    await client.query(`UPDATE tb.hour_step SET state_digest = decode($3, 'hex') WHERE run_id = $1 AND hour = $2`, [run.id, hour, digest]);
    await client.query(`UPDATE tb_cache.snapshot SET digest = decode($3, 'hex'), bytes = $4 WHERE run_id = $1 AND hour = $2`, [run.id, hour, digest, Buffer.from(encodeSnapshot(state))]);
  }
};

/** An ended replay begins at the beginning, so that it believes no snapshot that was planted. */
const failuresOf = async (client: StoreClient, run: StoredRun) => (await replayRun(client, run, { fromHour: null, toHour: null, onProgress: () => undefined })).failures;
const parityOf = async (client: StoreClient, run: StoredRun) => compareRuns(client, { left: (await findRun(client, 'past'))!, right: run }, () => undefined);

describe('a difference in one slice of the last hour', () => {
  test('is named by replay and by parity, whichever slice it is', () =>
    onDisarmed(async (client, run, desk) => {
      const { state } = await progressAt(client, run, desk, hoursAfter(LAST, 1));
      const slices = changeableSlices(desk, state);
      expect(slices).toEqual(['marks', 'volumes', 'returns', 'memory.main', 'campaigns', 'orders', 'lots', 'ledger', 'portfolio', 'risk', 'protections']);
      for (const slice of slices) {
        await client.query('BEGIN');
        await plant(client, run, desk, { from: LAST, slice });
        const failures = await failuresOf(client, run);
        expect(failures, slice).toMatchObject([{ code: 'RECORD_MISMATCH', severity: 'CRITICAL', scope: 'hour', hour: '2024-03-04T23:00:00Z', field: 'stateDigest', slice, sliceNote: null }]);
        expect(failures[0]!.sliceExpected, slice).not.toBe(failures[0]!.sliceActual);
        const { parity, differences, rowsRead } = await parityOf(client, run);
        expect({ parity, differences }, slice).toMatchObject({ parity: false, differences: [{ what: 'record', hour: '2024-03-04T23:00:00Z', event: 'hour record', field: 'state', slice, sliceNote: null }] });
        expect(rowsRead).toBeLessThanOrEqual(2 * (Math.ceil(Math.log2(HOURS)) + 1));
        await client.query('ROLLBACK');
      }
    }));
});

describe('a difference that begins earlier', () => {
  test.each([0, 1, 30, 47, 48, 94])('after %i hours is found by halving, as a scan finds it', at =>
    onDisarmed(async (client, run, desk) => {
      const from = hoursAfter(FIRST, at);
      await plant(client, run, desk, { from, slice: 'risk' });
      const { rows } = await client.query<{ hour: number }>(
        `SELECT one.hour FROM tb.hour_record one JOIN tb.hour_record other ON other.hour = one.hour AND other.run_id <> one.run_id WHERE one.run_id = $1 AND one.hash <> other.hash ORDER BY one.hour LIMIT 1`,
        [run.id],
      );
      expect(rows[0]!.hour).toBe(from);
      const report = await parityOf(client, run);
      expect(report.differences).toMatchObject([{ what: 'record', hour: new Date(from * 3_600_000).toISOString().replace('.000', ''), field: 'state' }]);
      expect(report.rowsRead).toBeLessThanOrEqual(2 * (Math.ceil(Math.log2(HOURS)) + 1));
    }));

  test('at an hour without a snapshot is named as of the next that has one', () =>
    onDisarmed(async (client, run, desk) => {
      const from = hoursAfter(FIRST, 30);
      await plant(client, run, desk, { from, slice: 'risk' });
      expect(await failuresOf(client, run)).toMatchObject([
        { code: 'RECORD_MISMATCH', hour: '2024-03-02T06:00:00Z', slice: 'risk', sliceField: 'standing › reason', sliceExpected: 'planted', sliceActual: '', sliceNote: 'as of 2024-03-03T00:00:00Z, the first hour from here on with a snapshot' },
      ]);
      expect((await parityOf(client, run)).differences).toMatchObject([{ field: 'state', slice: null, sliceNote: 'slice unknown: desk has no snapshot at this hour, and its facts do not give what was sealed' }]);
    }));

  test('says that the slice is not known where no later snapshot is kept, or none that was sealed', () =>
    onDisarmed(async (client, run, desk) => {
      await plant(client, run, desk, { from: hoursAfter(FIRST, 30), slice: 'risk' });
      await client.query('UPDATE tb_cache.snapshot SET bytes = decode($2, $3) WHERE run_id = $1', [run.id, '00', 'hex']);
      expect(await failuresOf(client, run)).toMatchObject([{ slice: null, sliceNote: 'slice unknown: the snapshot of 2024-03-03T00:00:00Z does not hold what that hour was sealed with' }]);
      await client.query('DELETE FROM tb_cache.snapshot WHERE run_id = $1', [run.id]);
      expect(await failuresOf(client, run)).toMatchObject([{ slice: null, sliceField: null, sliceNote: 'slice unknown: no snapshot at this hour or after it' }]);
    }));

  test('and is gone by the next snapshot is said to be', () =>
    onDisarmed(async (client, run) => {
      const hour = hoursAfter(FIRST, 30);
      await client.query(`UPDATE tb.hour_record SET record = convert_to(regexp_replace(convert_from(record, 'UTF8'), '"state":"..', '"state":"00'), 'UTF8') WHERE run_id = $1 AND hour = $2`, [run.id, hour]);
      expect(await failuresOf(client, run)).toMatchObject([{ code: 'RECORD_MISMATCH', field: 'state', slice: null, sliceNote: 'slice unknown: no snapshot at this hour, and at that of 2024-03-03T00:00:00Z the states are equal again' }]);
    }));
});

test('equal runs are found equal by one row of each', () =>
  onDisarmed(async (client, run) => {
    const report = await parityOf(client, run);
    expect(report).toMatchObject({ parity: true, hours: HOURS, rowsRead: 2, differences: [], value: null });
    expect(report.head).toBe(report.heads.left);
  }));

test('a hash that was changed alone is told as a hash', () =>
  onDisarmed(async (client, run) => {
    await client.query(`UPDATE tb.hour_record SET hash = decode($3, 'hex') WHERE run_id = $1 AND hour = $2`, [run.id, LAST, 'ab'.repeat(32)]);
    const report = await parityOf(client, run);
    expect(report.differences).toMatchObject([{ what: 'hash', hour: '2024-03-04T23:00:00Z', field: 'hash', right: 'ab'.repeat(32) }]);
    expect(report).toMatchObject({ parity: false, value: { difference: '0', causes: [] } });
  }));

describe('runs of another version', () => {
  const older = `
    WITH other AS (SELECT id, convert_to(regexp_replace(convert_from(manifest, 'UTF8'), '"semantics":[0-9]+', '"semantics":1'), 'UTF8') AS manifest FROM tb.run)
    UPDATE tb.run SET manifest = other.manifest, genesis = sha256(other.manifest) FROM other WHERE run.id = other.id`;

  test('are not replayed; which rules changed is listed; stored hashes are compared all the same', async () => {
    const copy = await copyOf(store);
    copies.push(copy);
    await asOwner(copy, async client => {
      await disarm(client);
      await client.query(older);
    });
    const said = await copy.tb('replay-window --run desk --json');
    expect(said.exit).toBe(3);
    const document = JSON.parse(said.out) as Record<string, unknown> & { changedRules: readonly Record<string, string>[] };
    expect(document).toMatchObject({
      status: 'OTHER VERSION', parity: false, run: 'desk', hours: 0, head: null, from: '2024-03-01T00:00:00Z', to: '2024-03-05T00:00:00Z',
      error: { exit: 3, message: 'The run was opened under semantics 1, encoding 2; this tb executes semantics 2, encoding 2.', hint: expect.stringContaining('tb replay-manifest') as unknown },
      failures: [{ code: 'VERSION_MISMATCH', severity: 'HIGH', scope: 'version', hour: null, event: 'manifest', field: 'semantics', expected: '1', actual: '2' }],
    });
    expect(document.changedRules.length).toBeGreaterThan(30);
    expect(document.changedRules).toContainEqual({ date: '2026-11-21', version: 'semantics 2, encoding 2', title: 'A volatility of 0 counts as missing' });
    expect(said.err).toMatch(/^warning The run was opened under semantics 1/);
    const text = await copy.tb('replay-hour --run desk --hour 2024-03-02T00:00:00Z');
    expect(text).toMatchObject({ exit: 3, out: expect.stringMatching(/^OTHER VERSION\n[^]*VERSION_MISMATCH HIGH whole run\n {2}where {5}manifest, semantics\n {2}expected {2}1\n {2}actual {4}2\n\d+ rules changed since \(specs\/decisions\.md\):\n[^]* {2}A volatility of 0 counts as missing\n[^]*The run was opened under semantics 1/) as unknown });
    expect(await copy.json('parity past desk')).toMatchObject({ parity: true, status: 'PARITY: TRUE', rowsRead: 2 });
    const manifest = await copy.tb('replay-manifest --run desk --json');
    expect(manifest.exit).toBe(5);
    await asOwner(copy, client => client.query(`UPDATE tb.hour_record SET hash = decode($1, 'hex') WHERE hour = $2 AND run_id = (SELECT id FROM tb.run WHERE name = 'desk')`, ['ab'.repeat(32), LAST]));
    expect(JSON.parse((await copy.tb('parity past desk --json')).out)).toMatchObject({ parity: false, differences: [{ what: 'hash', hour: '2024-03-04T23:00:00Z' }], value: null });
  });
});

test('replay-manifest reports every failure that applies, each with the severity of its code', () =>
  onDisarmed(async (client, run) => {
    await client.query(`UPDATE tb.run SET genesis = decode($2, 'hex') WHERE id = $1`, [run.id, 'cd'.repeat(32)]);
    await client.query(`DELETE FROM tb.fact WHERE run_id = $1 AND hour = $2`, [run.id, hoursAfter(FIRST, 20)]);
    await client.query(`UPDATE tb.hour_record SET hash = decode($3, 'hex') WHERE run_id = $1 AND hour = $2`, [run.id, hoursAfter(FIRST, 40), 'ef'.repeat(32)]);
    const copy = copies.at(-1)!;
    const said = await copy.tb('replay-manifest --run desk --json');
    expect(said.exit).toBe(5);
    const { failures } = JSON.parse(said.out) as { failures: readonly Record<string, string>[] };
    const classes = new Set(failures.map(({ code, severity, scope }) => `${code} ${severity} ${scope}`));
    for (const one of ['HASH_DIFFERS CRITICAL bytes', 'CHAIN_BROKEN CRITICAL chain', 'COUNT_DIFFERS HIGH hour', 'ROOT_DIFFERS CRITICAL hour']) expect(classes).toContain(one);
  }));
