/**
 * Stores for tests of whole commands: a database of its own made by `tb init`, a folder to type commands in, candle files
 * written by the test, and copies of a store to break. Everything is removed after the test file.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { addressOfUrl, withConnection } from '../../adapters/store/connection.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { ADMIN_ROLE, type StoreAddress } from '../../adapters/store/server/address.ts';
import { formatTime, parseTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { walk } from './market.ts';
import type { SlotCandle } from './market.ts';
import { dropDatabase, SERVER_URL_VARIABLE, testDatabase } from './postgres.ts';
import { documentOf, failureOf, runTb, startTb, wordsOf } from './tb.ts';
import type { Document, Said, Started } from './tb.ts';

type Failure = ReturnType<typeof failureOf>;
type Environment = Readonly<Record<string, string>>;

/** Commands on one store, typed in one folder. A line is split into words as a shell would. */
export type ScratchStore = Readonly<{
  /** What `--store` is given: the URL of a database, or a folder. */
  store: string;
  folder: string;
  tb: (line: string, env?: Environment) => Promise<Said>;
  start: (line: string, env?: Environment) => Started;
  /** Requires exit 0 and returns the document. */
  json: (line: string, env?: Environment) => Promise<Document>;
  /** Requires a failure and returns what it says. */
  failure: (line: string, env?: Environment) => Promise<Failure>;
  write: (name: string, text: string) => Promise<string>;
}>;

export type ScratchDatabase = ScratchStore & Readonly<{ name: string; address: StoreAddress; drop: () => Promise<void> }>;

/** A folder under the system's temporary one, removed after the test file that asked for it. */
export const scratchFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'tb-scratch-'));
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  return folder;
};

/** Commands on a store that need not exist yet. */
export const commandsOn = (store: string, folder: string): ScratchStore => {
  const start = (line: string, env: Environment = {}): Started => startTb(['--store', store, ...wordsOf(line)], { cwd: folder, env });
  const tb = (line: string, env: Environment = {}): Promise<Said> => start(line, env).ended;
  const json = async (line: string, env: Environment = {}): Promise<Document> => {
    const said = await tb(`${line} --json`, env);
    expect(said.exit, `${line}\n${said.err}`).toBe(0);
    return documentOf(said);
  };
  const failure = async (line: string, env: Environment = {}): Promise<Failure> => failureOf(await tb(`${line} --json`, env));
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return name;
  };
  return { store, folder, tb, start, json, failure, write };
};

/** A database with the schema of tb and nothing in it. */
export const scratchStore = async (): Promise<ScratchDatabase> => {
  const [folder, database] = [await scratchFolder(), await testDatabase()];
  afterAll(database.drop);
  const said = await runTb(['--store', database.url, 'init'], { cwd: folder });
  expect(said).toMatchObject({ exit: 0 });
  return { ...commandsOn(database.url, folder), name: database.name, address: database.address, drop: database.drop };
};

const adminOf = (address: StoreAddress): StoreAddress =>
  address.appUser === undefined
    ? addressOfUrl(process.env['TB_TEST_DATABASE_URL'] || process.env[SERVER_URL_VARIABLE]!)
    : { ...address, user: ADMIN_ROLE, database: 'postgres' };

/** A copy of a store that nobody is connected to. The caller drops it; commands are typed in the folder of the original. */
export const copyOf = async (original: ScratchDatabase): Promise<ScratchDatabase> => {
  const name = `tb_test_${randomBytes(8).toString('hex')}`;
  const admin = adminOf(original.address);
  await withConnection(admin, 'owner', async client => {
    const { rows } = await client.query<{ owner: string }>('SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1', [original.name]);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${original.name} OWNER "${rows[0]!.owner}"`);
  });
  const url = original.store.replace(original.name, name);
  const { connectionString, ...address } = original.address;
  const copied = connectionString === undefined ? { ...address, database: name } : addressOfUrl(url);
  return { ...commandsOn(url, original.folder), name, address: copied, drop: () => dropDatabase(admin, name) };
};

/** Work on a copy that is dropped afterwards, whatever happens. */
export const onCopy = async <Result>(original: ScratchDatabase, work: (copy: ScratchDatabase) => Promise<Result>): Promise<Result> => {
  const copy = await copyOf(original);
  try {
    return await work(copy);
  } finally {
    await copy.drop();
  }
};

/** SQL as the owner of the store. */
export const asOwner = <Result>({ address }: ScratchDatabase, work: (client: StoreClient) => Promise<Result>): Promise<Result> => withConnection(address, 'owner', work);

/** Number of the candle that opens at a time. */
export const slotAt = (text: string, timeframe: Timeframe): number => parseTime(text)! / timeframeMs(timeframe);

/** A file with the header `ts,open,high,low,close,volume`. */
export const plainFile = (timeframe: Timeframe, candles: readonly SlotCandle[]): string =>
  `ts,open,high,low,close,volume\n${candles.map(candle => plainLine(timeframe, candle)).join('')}`;

const plainLine = (timeframe: Timeframe, { slot, values: { open, high, low, close, volume } }: SlotCandle): string =>
  `${formatTime(timeMs(slot * timeframeMs(timeframe)))},${open},${high},${low},${close},${volume}\n`;

/** A lively seeded market: two decimals, moves of up to 1.5 percent, without holes. */
export const livelyCandles = (firstSlot: number, candles: number, seed: number): readonly SlotCandle[] =>
  walk({ seed, firstSlot, candles, gapsPerMille: 0, movePerMille: 15, decimals: 2 });

/** A line of `export --format jsonl`. */
export type LogLine = Readonly<{ what: 'manifest' | 'fact' | 'decision' | 'hour'; hour: number; step: number; seq: number; hash: string; event: Readonly<Record<string, unknown>> }>;

/** The exported log of a run. */
export const logOf = async (store: ScratchStore, run: string): Promise<readonly LogLine[]> => {
  const said = await store.tb(`export ${run} --format jsonl`);
  expect(said, run).toMatchObject({ exit: 0, err: '' });
  return said.out.trimEnd().split('\n').map(line => JSON.parse(line) as LogLine);
};
