/** The store in a folder, with the server that the commands start by themselves: shared from its first moment, stopped, killed, moved about. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverStatus, stopServer } from '../../adapters/store/server/embedded.ts';
import { commandsOn, livelyCandles, plainFile, scratchFolder, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --from 2024-03-01T12:00:00Z --warmup 12';

let store: ScratchStore;

beforeAll(async () => {
  store = commandsOn('desk', await scratchFolder());
  await store.write('aaa.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 1_000, 101)));
  await store.write('bbb.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 1_000, 102)));
});

const folderOf = ({ folder }: ScratchStore): string => `${folder}/desk`;

afterAll(async () => {
  await stopServer(folderOf(store));
});

const serverPid = async (): Promise<number> => {
  const status = await serverStatus(folderOf(store));
  if (status.state !== 'ready') throw new Error(`The server is ${status.state}.`);
  return status.pid;
};

test('three commands at once on a folder that is not there yet make one store, and all work', async () => {
  const said = await Promise.all(['import aaa.csv --symbol AAA/USD', 'import bbb.csv --symbol BBB/USD', 'runs'].map(line => store.tb(`${line} --json`)));
  expect(said.map(({ exit, err }) => [exit, err])).toEqual([[0, ''], [0, ''], [0, '']]);
  const { series } = (await store.json('data')) as { series: readonly Document[] };
  expect(series.map(({ symbol, candles }) => [symbol, candles])).toEqual([['AAA/USD', 1_000], ['BBB/USD', 1_000]]);
});

test('the server outlives the commands; stop ends it, and the next command starts it again', async () => {
  await store.json(`open --run desk --mode paper ${RUN}`);
  const { head } = await store.json('execute-hour --run desk --through 2024-03-02T00:00:00Z');
  const before = await serverPid();
  expect(await store.json('stop')).toEqual({ outcome: 'stopped', store: folderOf(store) });
  expect(await store.json('stop')).toEqual({ outcome: 'was_not_running', store: folderOf(store) });
  expect(await store.json('runs')).toMatchObject({ runs: [{ run: 'desk', head, hours: 25 }] });
  expect(await serverPid()).not.toBe(before);
});

test('two commands at once start a stopped server once', async () => {
  await store.json('stop');
  const said = await Promise.all(['runs', 'data', 'execute-hour --run desk'].map(line => store.tb(`${line} --json`)));
  expect(said.map(({ exit, err }) => [exit, err])).toEqual([[0, ''], [0, ''], [0, '']]);
});

/** What every sealed hour of the run hashes to. */
const chainOf = async (): Promise<readonly string[]> => {
  const { out } = await store.tb('export desk --format jsonl');
  return [...out.matchAll(/"hash":"([0-9a-f]{64})","hour":/g)].map(([, hash]) => hash!);
};

describe('kill -9 of the server', () => {
  let reference: Document;

  beforeAll(async () => {
    reference = await store.json(`backtest ${RUN} --to 2024-04-05T00:00:00Z --no-store`);
  });

  test('between two commands loses nothing, and the next one finds it running again', async () => {
    const acknowledged = await store.json('execute-hour --run desk --through 2024-03-03T00:00:00Z');
    process.kill(await serverPid(), 'SIGKILL');
    expect(await store.json('execute-hour --run desk --hour 2024-03-03T00:00:00Z')).toMatchObject({ already: true, head: acknowledged['head'] });
  });

  test.each([150, 400, 900])('%i ms after a command began to execute hours leaves whole hours and a run that goes on', async wait => {
    const before = await chainOf();
    const executing = store.tb('execute-hour --run desk --through 2024-04-04T23:00:00Z --json');
    await sleep(wait);
    process.kill(await serverPid(), 'SIGKILL');
    const { exit, err } = await executing;
    // It failed to reach its server, or was done before; never a bug, and never half an hour.
    expect([0, 4], err).toContain(exit);
    const after = await chainOf();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(await store.json('replay-window --run desk')).toMatchObject({ parity: true, hours: after.length });
    expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
  });

  test('at the end the run has the head of an undisturbed one', async () => {
    await store.json('execute-hour --run desk --through 2024-04-04T23:00:00Z');
    expect((await chainOf()).at(-1)).toBe(reference['head']);
  });

  test('while candles are imported stores all of the file or nothing', async () => {
    await store.write('ccc.csv', plainFile('1h', livelyCandles(slotAt('2020-03-01T00:00:00Z', '1h'), 20_000, 103)));
    const importing = store.tb('import ccc.csv --symbol CCC/USD --json');
    await sleep(350);
    process.kill(await serverPid(), 'SIGKILL');
    const { exit, err } = await importing;
    expect([0, 4], err).toContain(exit);
    const { added, duplicates } = (await store.json('import ccc.csv --symbol CCC/USD')) as { added: number; duplicates: number };
    expect([[20_000, 0], [0, 20_000]]).toContainEqual([added, duplicates]);
  });
});

test('a command that is killed leaves the server to the others', async () => {
  const pid = await serverPid();
  const { child, ended } = store.start(`backtest ${RUN} --to 2024-04-05T00:00:00Z --run killed`);
  await sleep(250);
  child.kill('SIGKILL');
  await ended;
  expect(await serverPid()).toBe(pid);
  const { runs } = (await store.json('runs')) as { runs: readonly Document[] };
  expect([['desk'], ['desk', 'killed']]).toContainEqual(runs.map(({ run }) => run));
  expect(await store.json(`backtest ${RUN} --to 2024-04-05T00:00:00Z --run killed`)).toMatchObject({ run: 'killed', hours: 840 });
});

test('an interrupt in the middle leaves whole hours behind', async () => {
  await store.json(`open --run broken --mode paper ${RUN}`);
  const { child, ended } = store.start('execute-hour --run broken --through 2024-04-04T23:00:00Z');
  await sleep(700);
  child.kill('SIGINT');
  const { exit, signal } = await ended;
  expect(exit === 0 || signal === 'SIGINT' || exit === 130).toBe(true);
  await store.json('execute-hour --run broken --through 2024-04-04T23:00:00Z');
  expect(await store.json('parity broken killed')).toMatchObject({ parity: true, hours: 840 });
});
