/** The operator's inbox: once per key, in order, and never overtaken. */
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addCommand, pendingCommands } from '../../../adapters/store/inbox.ts';
import type { NewCommand } from '../../../adapters/store/inbox.ts';
import { createRun } from '../../../adapters/store/runs.ts';
import type { NewRun } from '../../../adapters/store/runs.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { money, timeMs } from '../../../core/kernel/units.ts';
import { storeDatabase } from './store-database.ts';
import type { StoreDatabase } from './store-database.ts';
import { newTinyRun, openingOf } from './tiny-run.ts';

let store: StoreDatabase;
let client: pg.Client;
let run: NewRun;

beforeAll(async () => {
  store = await storeDatabase();
  client = await store.app();
});
afterAll(() => store.close());
beforeEach(async () => {
  run = newTinyRun('paper');
  await createRun(client, run, openingOf(run));
});

const given = { actor: 'ada', reason: 'because', receivedMs: timeMs(1_800_000_000_000) };
const halt: NewCommand = { ...given, key: 'halt-1', command: 'halt', atMs: null };
const deposit: NewCommand = { ...given, key: 'deposit-1', command: 'deposit', amount: money(decimal('12.5')), atMs: timeMs(1_704_070_800_000) };

test('a command is stored once, and a repetition is told whether it says the same', async () => {
  const added = await addCommand(client, run.id, halt);
  expect(added.outcome).toBe('added');
  expect(await addCommand(client, run.id, { ...halt, receivedMs: timeMs(1_900_000_000_000) })).toEqual({ outcome: 'already', id: added.id, same: true });
  expect(await addCommand(client, run.id, { ...halt, command: 'kill' })).toEqual({ outcome: 'already', id: added.id, same: false });
  expect(await addCommand(client, run.id, { ...deposit, key: 'halt-1' })).toEqual({ outcome: 'already', id: added.id, same: false });
  expect(await pendingCommands(client, run.id, 0)).toEqual([{ ...halt, id: added.id }]);
});

test('what waits is what came after the watermark, in its order, amounts exact', async () => {
  const first = await addCommand(client, run.id, halt);
  const second = await addCommand(client, run.id, deposit);
  expect(await pendingCommands(client, run.id, 0)).toEqual([{ ...halt, id: first.id }, { ...deposit, id: second.id }]);
  expect(await pendingCommands(client, run.id, first.id)).toEqual([{ ...deposit, id: second.id }]);
  expect(await pendingCommands(client, run.id, second.id)).toEqual([]);
});

test('one key serves one command in each run', async () => {
  const other = newTinyRun('paper');
  await createRun(client, other, openingOf(other));
  expect((await addCommand(client, run.id, halt)).outcome).toBe('added');
  expect((await addCommand(client, other.id, halt)).outcome).toBe('added');
});

test('under many senders no command becomes visible behind a later one', async () => {
  const senders = await Promise.all([store.app(), store.app(), store.app()]);
  const reader = await store.app();
  let sending = true;
  const seen: number[] = [];
  const watch = async (): Promise<void> => {
    while (sending) for (const { id } of await pendingCommands(reader, run.id, seen.at(-1) ?? 0)) seen.push(id);
    for (const { id } of await pendingCommands(reader, run.id, seen.at(-1) ?? 0)) seen.push(id);
  };
  const send = async (sender: pg.Client, name: number): Promise<void> => {
    for (let index = 0; index < 30; index += 1) await addCommand(sender, run.id, { ...halt, key: `${name}-${index}` });
  };
  const watching = watch();
  await Promise.all(senders.map(send));
  sending = false;
  await watching;
  expect(seen).toHaveLength(90);
});
