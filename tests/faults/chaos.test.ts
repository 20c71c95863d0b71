/**
 * The fault harness itself: one seed is one plan, a few seeds hold, its wire cuts where it says, and each invariant names
 * the damage that it is there for.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../adapters/store/connection.ts';
import { ADMIN_ROLE } from '../../adapters/store/server/address.ts';
import { onDatabase } from '../../tools/chaos/databases.ts';
import type { Database } from '../../tools/chaos/databases.ts';
import { FAULTS } from '../../tools/chaos/faults/all.ts';
import { checkBooks, checkInvariants, checkOrders, checkReplay, checkSnapshots } from '../../tools/chaos/invariants.ts';
import { planOf } from '../../tools/chaos/plan.ts';
import { runPlan, setUp } from '../../tools/chaos/run-plan.ts';
import type { Document } from '../../tools/chaos/run-tb.ts';
import { readStored } from '../../tools/chaos/stored.ts';
import type { ChainLink } from '../../tools/chaos/stored.ts';
import { openWire } from '../../tools/chaos/wire.ts';
import { makeWorld } from '../../tools/chaos/world.ts';
import type { World } from '../../tools/chaos/world.ts';

const DESK = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD,BBB/USD --timeframe 1h --from 2024-03-01T00:00:00Z';

/** A few small runs that together have every fault there is, at one, four and twelve steps an hour. */
const SEEDS = [[22, 6], [115, 6], [279, 6]] as const;

describe('a plan', () => {
  test('is drawn from its seed alone', () => {
    expect(planOf(7, FAULTS, 40)).toEqual(planOf(7, FAULTS, 40));
    expect(planOf(7, FAULTS, 40)).not.toEqual(planOf(8, FAULTS, 40));
    expect(planOf(7, FAULTS, 5).steps.map(({ fault, job: { work, hours }, struck }) => [fault, work, hours, struck])).toEqual([['time-zone', 'operator', 2, 1], ['overlap-facts', 'late', 1, 0], ['race', 'operator', 1, 0], ['restart-server', 'facts-file', 1, 0], ['kill-server', 'backtest', 1, 0]]);
  });

  test('has every fault before any comes again, and strikes only commands that the fault can strike', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const { steps } = planOf(seed, FAULTS, 2 * FAULTS.length);
      for (const half of [steps.slice(0, FAULTS.length), steps.slice(FAULTS.length)]) expect(new Set(half.map(({ fault }) => fault)).size).toBe(FAULTS.length);
    }
  });
});

describe('a wire', () => {
  let world: World;

  beforeAll(async () => {
    world = makeWorld(planOf(1, FAULTS, 1), { smallDisk: false });
    await world.done('init');
  });

  afterAll(() => world.close());

  test('forwards every message, counts them, and knows the reply to a COMMIT', async () => {
    const { host } = await world.address();
    const wire = await openWire({ server: host, folder: `${world.folder}/wire` }, () => 'forward');
    await world.done('import bbb.csv --symbol BBB/USD --timeframe 5m', { store: wire.store });
    expect(wire.totals().commits).toBe(1);
    expect(wire.totals().client).toBeGreaterThan(20);
    expect(wire.totals().server).toBeGreaterThan(wire.totals().client);
    await wire.close();
  });

  test.each(['drop', 'tear'] as const)('breaks the connection at the message it is told to %s, and the command says so', async verdict => {
    const { host } = await world.address();
    const wire = await openWire({ server: host, folder: `${world.folder}/wire` }, ({ side, ordinal }) => (side === 'server' && ordinal === 12 ? verdict : 'forward'));
    expect(await world.tb('runs', { store: wire.store })).toMatchObject({ exit: 4 });
    expect(wire.totals().server).toBe(12);
    await wire.close();
  });
});

const forEachTrigger = (action: string): string => `
  DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT tgrelid::regclass AS place, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
      WHERE relnamespace = 'tb'::regnamespace AND NOT tgisinternal AND tgparentid = 0 LOOP
      EXECUTE format('ALTER TABLE %s ${action} %I', found.place, found.tgname);
    END LOOP;
  END $$`;

describe('the invariants', () => {
  let world: World;
  let course: readonly ChainLink[];

  beforeAll(async () => {
    world = makeWorld({ ...planOf(3, FAULTS, 1), desk: { timeframe: '1h', options: DESK } }, { smallDisk: false });
    await setUp(world);
    ({ chain: course } = await readStored(await world.address()));
  });

  afterAll(() => world.close());

  const checked = ({ address, store }: Database) =>
    checkInvariants(world, { course, snapshots: stored => stored, elsewhere: { address, how: { store, acknowledges: false } } });

  /** Statements of somebody who can switch everything off, on a copy of the store. */
  const afterDamage = async (check: (database: Database) => Promise<unknown>, ...statements: readonly string[]) =>
    onDatabase(await world.address(), 'copy', async database => {
      await withConnection({ ...database.address, user: ADMIN_ROLE }, 'owner', async client => {
        await client.query('SET session_replication_role = replica');
        await client.query(forEachTrigger('DISABLE TRIGGER'));
        for (const statement of statements) await client.query(statement);
        await client.query(forEachTrigger('ENABLE ALWAYS TRIGGER'));
      });
      return check(database);
    });

  test('hold where nothing happened, six hours and the one that was acknowledged', async () => {
    expect(await onDatabase(await world.address(), 'copy', checked)).toEqual({ hours: 6, acknowledged: 1 });
  });

  test('V1 names an acknowledged hour that is gone', async () => {
    const last = course.at(-1)!.hour;
    await expect(afterDamage(checked, ...['envelope', 'hour_record', 'hour_step'].map(table => `DELETE FROM tb.${table} WHERE hour = ${last}`))).rejects.toThrow('V1: hour 2024-03-01T05:00:00Z was acknowledged with hash');
  });

  test('V2 names a fact whose bytes are others', async () => {
    await expect(afterDamage(checked, `UPDATE tb.fact SET bytes = bytes || ' ' WHERE hour = ${course[1]!.hour}`)).rejects.toThrow(/^V2: the store does not verify: .*"table":"fact"/);
  });

  test('V3 names a course that was another', async () => {
    const other = course.map((link, index) => (index === 3 ? { ...link, hash: '00' } : link));
    await expect(
      onDatabase(await world.address(), 'copy', ({ address, store }) => checkInvariants(world, { course: other, snapshots: () => [], elsewhere: { address, how: { store, acknowledges: false } } })),
    ).rejects.toThrow('V3: hour 2024-03-01T03:00:00Z was sealed as');
  });

  test('V3 names a store whose checkpoint went further', async () => {
    world.acknowledged.signed.push(9);
    await expect(onDatabase(await world.address(), 'copy', checked)).rejects.toThrow('V3: the chain is anchored over 7 envelopes, and 9 were signed.');
    world.acknowledged.signed.pop();
  });

  test('V4 names what the books do not add up to', async () => {
    await expect(afterDamage(({ address }) => checkBooks(address), `UPDATE tb.posting SET amount = amount + 1 WHERE ordinal = 0`)).rejects.toThrow(/^V4: .*INV-DOUBLE-ENTRY/);
  });

  /** The last hour sealed with another state, and its hash with it: only who executes it again can tell. */
  const OTHER_STATE = `
    WITH other AS (
      SELECT run_id, hour, convert_to(regexp_replace(convert_from(record, 'UTF8'), '"state":"[0-9a-f]{4}', '"state":"0000'), 'UTF8') AS record FROM tb.hour_record
      WHERE run_id = (SELECT id FROM tb.run WHERE name = 'desk') ORDER BY hour DESC LIMIT 1)
    UPDATE tb.hour_record sealed SET record = other.record, hash = sha256('\\x00'::bytea || other.record) FROM other WHERE sealed.run_id = other.run_id AND sealed.hour = other.hour`;

  test('V5 names a replay that ends in another state than was sealed', async () => {
    const replayed = async ({ address, store }: Database) => checkReplay(JSON.parse((await world.tb('replay-window --run desk', { store, acknowledges: false })).out) as Document, (await readStored(address)).chain);
    await onDatabase(await world.address(), 'copy', replayed);
    await expect(afterDamage(replayed, OTHER_STATE)).rejects.toThrow(/^V5: replay from 2024-03-01T00:00:00Z ends in .*, the chain in [0-9a-f]{64}: .*"code":"RECORD_MISMATCH".*"hour":"2024-03-01T05:00:00Z"/);
  });

  test('V5 names a snapshot from which going on ends in another', async () => {
    const { snapshotHours } = await readStored(await world.address());
    const earlier = snapshotHours.filter(hour => hour < course.at(-1)!.hour);
    expect(earlier.length).toBeGreaterThan(0);
    const resumed = ({ address }: Database) => checkSnapshots(address, earlier);
    await onDatabase(await world.address(), 'copy', resumed);
    await expect(afterDamage(resumed, OTHER_STATE)).rejects.toThrow(/^V5: replay from the snapshot after 2024-03-01T0\d:00:00Z ends in .*RECORD_MISMATCH/);
  });

  test('V6 names an order that is sent twice, not at all, or under the name of another', () => {
    expect(() => checkOrders({ orders: { intents: 2, sent: 2, names: 2 } })).not.toThrow();
    for (const orders of [{ intents: 2, sent: 3, names: 3 }, { intents: 2, sent: 1, names: 1 }, { intents: 2, sent: 2, names: 1 }]) expect(() => checkOrders({ orders })).toThrow('V6: ');
  });
});

describe('a run', () => {
  test('of every fault there is, over three seeds', () => {
    expect(new Set(SEEDS.flatMap(([seed, steps]) => planOf(seed, FAULTS, steps).steps.map(({ fault }) => fault)))).toEqual(new Set(FAULTS.map(({ name }) => name)));
  });

  test.each(SEEDS)('of seed %i, %i steps, keeps what was acknowledged and ends as if nothing had happened', async (seed, steps) => {
    const { failure, ...outcome } = await runPlan(planOf(seed, FAULTS, steps), () => undefined);
    expect(failure).toBeNull();
    expect(outcome.steps).toHaveLength(steps);
    expect(outcome.hours).toBeGreaterThan(6);
    expect(outcome.acknowledged).toBeGreaterThan(0);
  }, 600_000);
});
