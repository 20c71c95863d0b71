/** Appending hours on a real server: what is stored, who wins a race, and what a broken connection leaves. */
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { appendStep } from '../../../adapters/store/append-step.ts';
import type { StepToAppend } from '../../../adapters/store/append-step.ts';
import { latestSnapshot } from '../../../adapters/store/snapshots.ts';
import { readHead } from '../../../adapters/store/run-head.ts';
import { readHourRecords, readStepsOfHour, readStoredHours, typedFacts } from '../../../adapters/store/read-run.ts';
import { readMarketListings } from '../../../adapters/store/market-facts.ts';
import { readTrades } from '../../../adapters/store/results.ts';
import { createRun, storedRunOf } from '../../../adapters/store/runs.ts';
import type { NewRun, StoredRun } from '../../../adapters/store/runs.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { hourUtc, money } from '../../../core/kernel/units.ts';
import type { OrderId } from '../../../core/log.ts';
import { venueOrderId } from '../../../core/orders/venue-order-id.ts';
import { sealEnvelope, sealHour } from '../../../core/seal.ts';
import { BTC, ETH, FIRST_MS } from './candles.ts';
import { storeDatabase } from './store-database.ts';
import type { StoreDatabase } from './store-database.ts';
import { ACCOUNT, addCommands, importMarket, newTinyRun, openingOf, START, tinySteps } from './tiny-run.ts';

let store: StoreDatabase;
let client: pg.Client;
let contents: readonly Uint8Array[];
let run: StoredRun;
let steps: readonly StepToAppend[];

beforeAll(async () => {
  store = await storeDatabase();
  client = await store.app();
  contents = await importMarket(client);
});
afterAll(() => store.close());

const openRun = async (newRun: NewRun): Promise<void> => {
  await createRun(client, newRun, openingOf(newRun));
  run = storedRunOf(newRun);
  steps = tinySteps(newRun, contents, await addCommands(client, newRun));
};
beforeEach(() => openRun(newTinyRun('paper')));

const rows = async (sql: string): Promise<readonly unknown[]> => (await client.query(sql, [run.id])).rows;
const countOf = async (table: string): Promise<number> => ((await rows(`SELECT count(*) AS count FROM tb.${table} WHERE run_id = $1`))[0] as { count: number }).count;
const appendAll = async (): Promise<void> => {
  for (const step of steps) expect(await appendStep(client, run, step)).toEqual({ outcome: 'appended' });
};

test('everything of the hours is stored, in its tables and as it was hashed', async () => {
  await appendAll();
  const counts = { hour_step: 4, hour_record: 4, envelope: 5, fact: 11, venue_trade: 2, decision: 15, signal: 2, order_placed: 2, order_refused: 1, cancel_requested: 1, order_closed: 2, lot: 1, lot_match: 1, ledger_entry: 3, posting: 11, risk_change: 1, operator_refused: 1, outbox: 3 };
  for (const [table, count] of Object.entries(counts)) expect([table, await countOf(table)]).toEqual([table, count]);
  expect(await rows('SELECT hour, step, seq, order_id, side, order_type, time_in_force, post_only, reduce_only, quantity, limit_price, collar_price, mark, reserved, attempt FROM tb.order_placed WHERE run_id = $1 ORDER BY hour')).toEqual([
    { hour: START, step: 0, seq: 2, order_id: `${START}.0.2`, side: 'BUY', order_type: 'LIMIT', time_in_force: 'HOUR', post_only: false, reduce_only: false, quantity: '0.500000000000000000', limit_price: '100.000000000000000000', collar_price: '101.260000000000000000', mark: '100.250000000000000000', reserved: '50.830700000000000000', attempt: 1 },
    { hour: START + 1, step: 0, seq: 5, order_id: `${START + 1}.0.5`, side: 'SELL', order_type: 'MARKET', time_in_force: 'IOC', post_only: false, reduce_only: true, quantity: '0.500000000000000000', limit_price: null, collar_price: null, mark: '110.000000000000000000', reserved: '0.000000000000000000', attempt: 1 },
  ]);
  expect(await rows('SELECT code, violations FROM tb.order_refused WHERE run_id = $1')).toEqual([
    { code: 'PER_POSITION_CAP', violations: '[{"asked":"51.5","code":"PER_POSITION_CAP","limit":"50","severity":"MEDIUM","usage":"0"},{"asked":"1","code":"BELOW_MINIMUM","limit":"5","severity":"LOW","usage":"0"}]' },
  ]);
  expect(await rows('SELECT evidence FROM tb.signal WHERE run_id = $1 ORDER BY hour')).toEqual([{ evidence: '{"fast":"100.5","slow":"-0.00000001"}' }, { evidence: '{}' }]);
  expect(await rows('SELECT reason FROM tb.order_closed WHERE run_id = $1 ORDER BY hour')).toEqual([{ reason: '' }, { reason: 'ünïcode ✓' }]);
  expect(await rows('SELECT hour, seq, kind, client_order_id FROM tb.outbox WHERE run_id = $1 ORDER BY hour, seq')).toEqual([
    { hour: START, seq: 2, kind: 'place', client_order_id: venueOrderId({ runId: run.id, account: ACCOUNT, orderId: `${START}.0.2` as OrderId }) },
    { hour: START + 1, seq: 3, kind: 'cancel', client_order_id: venueOrderId({ runId: run.id, account: ACCOUNT, orderId: `${START}.0.2` as OrderId }) },
    { hour: START + 1, seq: 5, kind: 'place', client_order_id: venueOrderId({ runId: run.id, account: ACCOUNT, orderId: `${START + 1}.0.5` as OrderId }) },
  ]);
});

test('what is read is what was appended', async () => {
  await appendAll();
  const read = [];
  for await (const batch of readStoredHours(client, run, { fromHour: START, throughHour: hourUtc(START + 9) })) read.push(...batch);
  expect(read.map(({ hour, hash, text }) => ({ hour, hash, text }))).toEqual(steps.map(({ close }) => ({ hour: close!.sealed.hour, hash: close!.sealed.hash, text: close!.sealed.text })));
  expect(read.map(hour => hour.steps.length)).toEqual([1, 1, 1, 1]);
  read.forEach((hour, index) => {
    const [stored] = hour.steps;
    const { step } = steps[index]!;
    expect(typedFacts(stored!)).toEqual(step.facts);
    expect(stored!.facts.map(({ text }) => text)).toEqual(step.factTexts);
    expect(stored!.decisionTexts).toEqual(step.decisionTexts);
    expect({ ...stored, facts: 0, decisionTexts: 0 }).toEqual({ hour: step.hour, step: 0, facts: 0, decisionTexts: 0, stateDigest: step.stateDigest, ingestThrough: 3, inboxThrough: step.inboxThrough, executedAtMs: step.executedAtMs });
  });
  expect(read[3]!.steps[0]!.facts.map(({ inboxId }) => inboxId)).toEqual([null, steps[3]!.step.inboxIds['k-1'], steps[3]!.step.inboxIds['k-2']]);
  expect(await readStepsOfHour(client, run, hourUtc(START + 1))).toEqual(read[1]!.steps);
  const records = [];
  for await (const batch of readHourRecords(client, run, { fromHour: hourUtc(START + 1), throughHour: hourUtc(START + 2) })) records.push(...batch);
  expect(records.map(({ hour }) => hour)).toEqual([START + 1, START + 2]);
  const market = steps[0]!.step.facts[0]!;
  const listing = (await readMarketListings(client, market.type === 'market' ? [market.digest] : [])).values().next().value!;
  expect([listing.openMs, listing.candles.map(([symbol]) => symbol)]).toEqual([FIRST_MS, [BTC.symbol, ETH.symbol]]);
  const trades = [];
  for await (const batch of readTrades(client, run)) trades.push(...batch);
  expect(trades).toEqual([{ entryHour: START + 1, exitHour: START + 2, agent: 'a', symbol: 'BTC/USD', quantity: '0.5', cost: '50', entryFee: '0.13', proceeds: '55', exitFee: '0.22', result: '4.65', lotId: `${START + 1}.0.1`, orderId: `${START + 1}.0.5`, tradeId: 'T-2' }]);
});

test('the head moves with each hour', async () => {
  expect(await readHead(client, run)).toEqual({ head: null, envelope: { hour: START - 1, hash: openingOf(run).hash }, ingestThrough: 0, inboxThrough: 0, lastStep: null });
  await appendAll();
  const last = steps[3]!;
  expect(await readHead(client, run)).toEqual({
    head: { hour: START + 3, hash: last.close!.sealed.hash, recordText: last.close!.sealed.text },
    envelope: { hour: START + 3, hash: last.close!.envelope.hash }, ingestThrough: 3, inboxThrough: last.step.inboxThrough, lastStep: { hour: START + 3, step: 0 },
  });
  expect(await readHead(client, { ...run, id: '00000000-0000-4000-8000-ffffffffffff' })).toBeNull();
  expect((await latestSnapshot(client, run.id, hourUtc(START + 1)))!).toMatchObject({ hour: START + 1, digest: steps[1]!.step.stateDigest, bytes: Buffer.from([1, 255, 0]) });
});

describe('the fence', () => {
  test('the same hour again is a no-op, with other bytes it is told so', async () => {
    await appendAll();
    expect(await appendStep(client, run, steps[1]!)).toEqual({ outcome: 'already', same: true });
    const { step, close } = steps[1]!;
    const envelope = sealEnvelope({ ...close!.envelope.envelope, build: 'another build' });
    expect(await appendStep(client, run, { step, close: { ...close!, envelope } })).toEqual({ outcome: 'already', same: true });
    const sealed = sealHour({ ...close!.sealed.record, trialBalance: run.genesis });
    const otherHash = { ...close!, sealed, envelope: sealEnvelope({ ...close!.envelope.envelope, hourHash: sealed.hash }) };
    expect(await appendStep(client, run, { step, close: otherHash })).toEqual({ outcome: 'already', same: false });
    const otherTexts = { ...step, decisionTexts: step.decisionTexts.with(0, step.decisionTexts[0]!.replace('FILLED', 'EXPIRED')) };
    expect(await appendStep(client, run, { step: otherTexts, close })).toEqual({ outcome: 'already', same: false });
    expect(await countOf('hour_record')).toBe(4);
  });

  test('an hour that skips one, or stands on another hash, is refused and nothing of it stays', async () => {
    await appendStep(client, run, steps[0]!);
    await expect(appendStep(client, run, steps[2]!)).rejects.toMatchObject({ name: 'StoreError', kind: 'refused', message: expect.stringContaining('what comes before it is not stored') });
    const { step, close } = steps[1]!;
    const sealed = sealHour({ ...close!.sealed.record, previous: run.genesis });
    const forked = { step, close: { ...close!, sealed, envelope: sealEnvelope({ ...close!.envelope.envelope, hourHash: sealed.hash }) } };
    await expect(appendStep(client, run, forked)).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('another hash') });
    expect([await countOf('hour_step'), await countOf('hour_record'), await countOf('fact')]).toEqual([1, 1, 1]);
    expect(await appendStep(client, run, steps[1]!)).toEqual({ outcome: 'appended' });
  });

  test('an hour of several steps is closed by its last, and no step is skipped', async () => {
    const [first, second] = [steps[0]!.step, steps[1]!.step];
    const stepOf = (step: number): StepToAppend => ({ step: { ...first, step, decisions: [], decisionTexts: [] }, close: null });
    await expect(appendStep(client, run, stepOf(1))).rejects.toMatchObject({ kind: 'refused' });
    expect(await appendStep(client, run, stepOf(0))).toEqual({ outcome: 'appended' });
    expect(await appendStep(client, run, stepOf(0))).toEqual({ outcome: 'already', same: true });
    expect(await appendStep(client, run, stepOf(1))).toEqual({ outcome: 'appended' });
    expect(await readHead(client, run)).toMatchObject({ head: null, lastStep: { hour: START, step: 1 } });
    await expect(appendStep(client, run, { step: second, close: null })).rejects.toMatchObject({ kind: 'refused' });
  });

  test('of two executors one wins each hour, and both know', async () => {
    const rival = await store.app();
    for (const step of steps) {
      const outcomes = await Promise.all([appendStep(client, run, step), appendStep(rival, run, step)]);
      expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['already', 'appended']);
      expect(outcomes.find(({ outcome }) => outcome === 'already')).toEqual({ outcome: 'already', same: true });
    }
    expect([await countOf('hour_record'), await countOf('decision')]).toEqual([4, 15]);
  });

  test('of two executors that disagree one wins, and the other is told', async () => {
    const rival = await store.app();
    const { step, close } = steps[0]!;
    const sealed = sealHour({ ...close!.sealed.record, trialBalance: run.genesis });
    const rivals = { step, close: { ...close!, sealed, envelope: sealEnvelope({ ...close!.envelope.envelope, hourHash: sealed.hash }) } };
    const outcomes = await Promise.all([appendStep(client, run, steps[0]!), appendStep(rival, run, rivals)]);
    expect(outcomes.toSorted((left, right) => left.outcome.localeCompare(right.outcome))).toEqual([{ outcome: 'already', same: false }, { outcome: 'appended' }]);
  });

  test('a trade that is reported twice is refused, and no race', async () => {
    await appendStep(client, run, steps[0]!);
    await appendStep(client, run, steps[1]!);
    const { step, close } = steps[2]!;
    const twice = step.facts.map(fact => (fact.type === 'order_filled' ? { ...fact, tradeId: 'T-1' } : fact));
    await expect(appendStep(client, run, { step: { ...step, facts: twice }, close })).rejects.toMatchObject({ kind: 'refused' });
  });

  test('a caller whose envelope tells another story than its step is stopped before the server', () => {
    const { step, close } = steps[0]!;
    expect(() => appendStep(client, run, { step: { ...step, ingestThrough: 2 }, close })).toThrow('what the last step could see');
    expect(() => appendStep(client, run, { step: { ...step, factTexts: [] }, close })).toThrow('Every fact has its text');
    expect(() => appendStep(client, run, { step: { ...step, marketContent: null }, close })).toThrow('brings its content');
  });
});

describe('a connection that breaks', () => {
  /** Ends the connection's server process at a chosen moment: before the transaction, or when its COMMIT is answered. */
  const breaking = async (when: 'before' | 'at commit'): Promise<pg.Client> => {
    const broken = await store.app();
    const { rows: pids } = await broken.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const owner = await store.owner();
    const kill = (): Promise<unknown> => owner.query('SELECT pg_terminate_backend($1, 5000)', [pids[0]!.pid]);
    if (when === 'before') await kill();
    else {
      const real = broken.query.bind(broken) as (...given: readonly unknown[]) => Promise<unknown>;
      const lostAnswer = async (...given: readonly unknown[]): Promise<unknown> => {
        const answer = await real(...given);
        if (given[0] !== 'COMMIT') return answer;
        await kill();
        throw Object.assign(new Error('Connection terminated unexpectedly'), { code: undefined });
      };
      Object.assign(broken, { query: lostAnswer });
    }
    return broken;
  };

  test.each(['before', 'at commit'] as const)('%s: with a way to reconnect the hour is appended once', async when => {
    let reconnects = 0;
    const reconnect = async (): Promise<pg.ClientBase> => {
      reconnects += 1;
      return store.app();
    };
    expect(await appendStep(await breaking(when), run, steps[0]!, reconnect)).toEqual({ outcome: 'appended' });
    expect(reconnects).toBe(1);
    expect([await countOf('hour_record'), await countOf('decision')]).toEqual([1, 4]);
  });

  test('without one the store is unreachable', async () => {
    await expect(appendStep(await breaking('before'), run, steps[0]!)).rejects.toMatchObject({ name: 'StoreError', kind: 'unreachable' });
    expect(await countOf('hour_record')).toBe(0);
  });
});

test('amounts keep every digit', async () => {
  const { step, close } = steps[0]!;
  const equity = money(decimal('99999999999999999999.999999999999999999'));
  await appendStep(client, run, { step, close: { ...close!, equity } });
  expect(await rows('SELECT equity FROM tb.hour_record WHERE run_id = $1')).toEqual([{ equity: '99999999999999999999.999999999999999999' }]);
});
