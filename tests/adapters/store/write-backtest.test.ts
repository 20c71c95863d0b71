/** A backtest in bulk: stored as a paper run is, or as a summary, and not at all before its commit. */
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { appendStep } from '../../../adapters/store/append-step.ts';
import type { StepToAppend } from '../../../adapters/store/append-step.ts';
import { readTrades, readSummary, writeSummary } from '../../../adapters/store/results.ts';
import { createRun, findEqualRuns, findRun, listRuns, storedRunOf, dropBacktest } from '../../../adapters/store/runs.ts';
import type { NewRun } from '../../../adapters/store/runs.ts';
import { isBacktestSnapshotHour } from '../../../adapters/store/snapshots.ts';
import { openBacktest } from '../../../adapters/store/write-backtest.ts';
import type { BacktestHour } from '../../../adapters/store/write-backtest.ts';
import { hourUtc, timeMs } from '../../../core/kernel/units.ts';
import { placedOrder } from '../../support/orders.ts';
import { storeDatabase } from './store-database.ts';
import type { StoreDatabase } from './store-database.ts';
import { GENESIS, importMarket, newTinyRun, openingOf, START, tinySteps } from './tiny-run.ts';

let store: StoreDatabase;
let client: pg.Client;
let shared: pg.Client;
let reader: pg.Client;
let contents: readonly Uint8Array[];
let run: NewRun;
let steps: readonly StepToAppend[];

beforeAll(async () => {
  store = await storeDatabase();
  client = await store.app();
  shared = await store.app();
  reader = await store.app();
  contents = await importMarket(client);
});
afterAll(() => store.close());
beforeEach(() => prepare('full'));

const prepare = (keep: 'summary' | 'full'): void => {
  run = newTinyRun('backtest', { keep, vintageIngestId: 2 });
  steps = tinySteps(run, contents, {});
};

const hoursOf = (given: readonly StepToAppend[]): readonly BacktestHour[] => given.map(({ step, close }) => ({ steps: [step], close: close! }));
const write = async (): Promise<unknown> => {
  const writer = await openBacktest({ run: client, shared }, run, openingOf(run));
  await writer.append(hoursOf(steps.slice(0, 1)));
  await writer.append(hoursOf(steps.slice(1)));
  return writer.finish('{"hours":4}');
};

const TABLES = ['hour_step', 'hour_record', 'envelope', 'fact', 'venue_trade', 'decision', 'signal', 'order_placed', 'order_refused', 'cancel_requested', 'order_closed', 'lot', 'lot_match', 'ledger_entry', 'posting', 'risk_change', 'operator_refused', 'outbox', 'trade'];
const countsOf = async (id: string): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await reader.query<Readonly<Record<string, number>>>(`SELECT ${TABLES.map(table => `(SELECT count(*) FROM tb.${table} WHERE run_id = $1) AS ${table}`).join(', ')}`, [id]);
  return rows[0]!;
};

/** Rows of a run without what makes it another run, in the order of their keys. */
const rowsOf = async (table: string, id: string): Promise<readonly unknown[]> => {
  const { rows } = await reader.query<Readonly<Record<string, unknown>>>(`SELECT * FROM tb.${table} WHERE run_id = $1 ORDER BY 1, 2, 3, 4, 5, 6`, [id]);
  const rest = (row: Readonly<Record<string, unknown>>): unknown =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !['retention', 'run_id', 'inbox_id', 'client_order_id', 'ingest_through', 'inbox_through'].includes(name)));
  return rows.map(rest);
};

test('in full it is stored as a paper run is, row for row', async () => {
  expect(await write()).toEqual({ hours: 4, decisions: 15, trades: 0 });
  const paper = newTinyRun('paper');
  await createRun(client, paper, openingOf(paper));
  for (const step of tinySteps(paper, contents, {})) await appendStep(client, storedRunOf(paper), step);
  for (const table of TABLES.filter(table => table !== 'envelope')) expect({ table, rows: await rowsOf(table, run.id) }).toEqual({ table, rows: await rowsOf(table, paper.id) });
  expect(await countsOf(run.id)).toEqual(await countsOf(paper.id));
  expect((await reader.query('SELECT hour, encode(bytes, $2) AS bytes FROM tb_cache.snapshot WHERE run_id = $1 ORDER BY hour', [run.id, 'hex'])).rows).toEqual([
    { hour: START, bytes: '00ff00' }, { hour: START + 1, bytes: '01ff00' }, { hour: START + 2, bytes: '02ff00' }, { hour: START + 3, bytes: '03ff00' },
  ]);
});

test('a summary keeps hours, envelopes, trades and the summary', async () => {
  prepare('summary');
  expect(await write()).toEqual({ hours: 4, decisions: 15, trades: 1 });
  const none = Object.fromEntries(TABLES.map(table => [table, 0]));
  expect(await countsOf(run.id)).toEqual({ ...none, hour_record: 4, envelope: 5, trade: 1 });
  expect(await readSummary(reader, storedRunOf(run))).toEqual({ throughHour: START + 3, text: '{"hours":4}' });
  const trades = [];
  for await (const batch of readTrades(reader, storedRunOf(run))) trades.push(...batch);
  expect(trades).toEqual([
    { entryHour: START + 1, exitHour: START + 2, agent: 'a', symbol: 'BTC/USD', quantity: '0.5', cost: '50', entryFee: '0.13', proceeds: '55', exitFee: '0.22', result: '4.65', lotId: `${START + 1}.0.1`, orderId: `${START + 1}.0.5`, tradeId: 'T-2' },
  ]);
});

test('nothing can be seen before the commit, and nothing is left of one that is abandoned', async () => {
  const writer = await openBacktest({ run: client, shared }, run, openingOf(run));
  await writer.append(hoursOf(steps));
  expect(await findRun(reader, run.name)).toBeNull();
  await writer.abandon();
  await writer.abandon();
  expect(await findRun(reader, run.name)).toBeNull();
  await expect(writer.append(hoursOf(steps))).rejects.toMatchObject({ kind: 'refused' });
  expect(await write()).toMatchObject({ hours: 4 });
});

test('an hour out of order abandons the whole', async () => {
  const writer = await openBacktest({ run: client, shared }, run, openingOf(run));
  await expect(writer.append(hoursOf(steps.toReversed()))).rejects.toThrow('Hours come in their order');
  await expect(writer.finish('{}')).rejects.toMatchObject({ kind: 'refused' });
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('what the database refuses is thrown, and the connection is free again', async () => {
  const broken = steps.map(({ step, close }) => ({ step: { ...step, decisions: step.decisions.map(decision => (decision.type === 'order_placed' ? placedOrder({ ...decision, attempt: 0 }) : decision)) }, close }));
  const writer = await openBacktest({ run: client, shared }, run, openingOf(run));
  await writer.append(hoursOf(broken));
  await expect(writer.finish('{}')).rejects.toMatchObject({ name: 'StoreError', kind: 'refused' });
  expect(await write()).toMatchObject({ hours: 4 });
});

test('a name that is taken is refused before any hour', async () => {
  await write();
  const second = newTinyRun('backtest', { vintageIngestId: 2, name: run.name });
  await expect(openBacktest({ run: client, shared }, second, openingOf(second))).rejects.toMatchObject({ name: 'StoreError', kind: 'refused' });
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('two backtests of the same hours are written at once without waiting for each other', async () => {
  const [otherClient, otherShared] = [await store.app(), await store.app()];
  const first = await openBacktest({ run: client, shared }, run, openingOf(run));
  const second = newTinyRun('backtest', { keep: 'full', vintageIngestId: 2 });
  const other = await openBacktest({ run: otherClient, shared: otherShared }, second, openingOf(second));
  await first.append(hoursOf(steps));
  await other.append(hoursOf(tinySteps(second, contents, {})));
  expect(await other.finish('{}')).toMatchObject({ hours: 4 });
  expect(await first.finish('{}')).toMatchObject({ hours: 4 });
});

test('a paper run executes while a backtest of the same hours is being written', async () => {
  const writer = await openBacktest({ run: client, shared }, run, openingOf(run));
  await writer.append(hoursOf(steps));
  const paper = newTinyRun('paper');
  await createRun(reader, paper, openingOf(paper));
  for (const step of tinySteps(paper, contents, {})) expect(await appendStep(reader, storedRunOf(paper), step)).toEqual({ outcome: 'appended' });
  expect(await writer.finish('{}')).toMatchObject({ hours: 4 });
});

test('runs are found by name and by what they are, and listed with their heads', async () => {
  await write();
  const stored = (await findRun(reader, run.name))!;
  expect(stored).toEqual(storedRunOf(run));
  const head = { hour: START + 3, hash: steps[3]!.close!.sealed.hash };
  expect((await findEqualRuns(reader, { genesis: GENESIS, mode: 'backtest', vintageIngestId: 2 })).find(({ id }) => id === run.id)).toEqual({ ...stored, head, hours: 4, equity: '1003' });
  expect(await findEqualRuns(reader, { genesis: GENESIS, mode: 'backtest', vintageIngestId: 77 })).toEqual([]);
  const empty = newTinyRun('paper', { name: 'nothing executed', createdMs: timeMs(1_900_000_000_000), strategySource: Buffer.from('export {}') });
  expect(await createRun(client, empty, openingOf(empty))).toMatchObject({ outcome: 'created' });
  expect((await listRuns(reader)).at(-1)).toEqual({ ...storedRunOf(empty), strategySource: Buffer.from('export {}'), head: null, hours: 0, equity: null });
});

test('opening under a name that is taken gives the run that has it', async () => {
  const first = newTinyRun('paper');
  const second = { ...newTinyRun('live'), name: first.name };
  expect(await createRun(client, first, openingOf(first))).toEqual({ outcome: 'created', run: storedRunOf(first) });
  expect(await createRun(client, second, openingOf(second))).toEqual({ outcome: 'name_taken', run: storedRunOf(first) });
  expect((await reader.query('SELECT count(*) AS rows FROM tb.envelope WHERE run_id = $1', [first.id])).rows).toEqual([{ rows: 1 }]);
  await expect(createRun(client, second, openingOf(first))).rejects.toThrow('names its run');
});

test('a backtest is dropped by the owner and leaves a tombstone; a paper run is not', async () => {
  await write();
  const owner = await store.owner();
  const stored = (await findRun(reader, run.name))!;
  await expect(dropBacktest(client, stored, { reason: 'tidy', droppedMs: timeMs(1) })).rejects.toMatchObject({ kind: 'permission' });
  await dropBacktest(owner, stored, { reason: 'tidy', droppedMs: timeMs(1) });
  expect(await findRun(reader, run.name)).toBeNull();
  expect((await reader.query('SELECT name, hours, reason FROM tb.run_tombstone WHERE run_id = $1', [run.id])).rows).toEqual([{ name: run.name, hours: 4, reason: 'tidy' }]);
  const paper = newTinyRun('paper');
  await createRun(client, paper, openingOf(paper));
  await expect(dropBacktest(owner, storedRunOf(paper), { reason: 'tidy', droppedMs: timeMs(1) })).rejects.toMatchObject({ kind: 'refused' });
});

test('a summary of a run is written once for an hour', async () => {
  await write();
  const key = storedRunOf(run);
  await writeSummary(client, key, { throughHour: hourUtc(START + 1), text: '{"hours":2}' });
  await writeSummary(client, key, { throughHour: hourUtc(START + 1), text: '{"hours":9}' });
  expect((await reader.query(`SELECT through_hour, convert_from(bytes, 'UTF8') AS text FROM tb.run_summary WHERE run_id = $1 ORDER BY 1`, [run.id])).rows).toEqual([
    { through_hour: START + 1, text: '{"hours":2}' }, { through_hour: START + 3, text: '{"hours":4}' },
  ]);
});

test('a backtest keeps the state of every 720th hour', () => {
  const kept = Array.from({ length: 2_000 }, (_, index) => index).filter(index => isBacktestSnapshotHour(START, hourUtc(START + index)));
  expect(kept).toEqual([719, 1_439]);
});
