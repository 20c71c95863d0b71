/**
 * `make tamper`: the mutation score of the verifier. Everything that one change can do to a small stored log is done to it,
 * each by itself: every value, every bit that matters of every sealed byte, every row deleted, put in twice or in another's
 * place, every tail cut off. All of it must be found and located, else the exit code is 5.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { StoreAddress } from '../../adapters/store/connection.ts';
import { applySchema } from '../../schema/apply.ts';
import { populate } from '../validate-schema/populate.ts';
import { asOwner, openScratchServer } from '../validate-schema/scratch-databases.ts';
import type { ScratchDatabase, ScratchServer } from '../validate-schema/scratch-databases.ts';
import { disarm } from './disarm.ts';
import type { Plant } from './plant.ts';
import { bytePlants } from './plant-bytes.ts';
import { rowPlants } from './plant-rows.ts';
import { tailPlants } from './plant-tails.ts';
import { freePlants, valuePlants } from './plant-values.ts';
import { isMissed, scoresOf, scoreTable } from './score.ts';
import { fillSmallStore } from './small-store.ts';
import { tryEverything } from './spread.ts';
import type { Tried } from './spread.ts';
import { readStoredTables } from './stored-columns.ts';

const EXIT_MISSED = 5;
const MISSED_SHOWN = 40;
const CLI_TRIED = 12;
const PROGRAM = resolve(import.meta.dirname, '../../cli/tb.mjs');

type Workshop = Readonly<{ server: ScratchServer; folder: string; settings: string }>;

const urlOf = ({ connectionString, host, port, database, user }: StoreAddress): string => connectionString ?? `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`;

type Asked = Readonly<{ store: ScratchDatabase; words: readonly string[] }>;

/** Runs the real command line on a store, with keys and checkpoints of its own. */
const tb = ({ folder, settings }: Workshop, { store, words }: Asked) =>
  spawnSync(process.execPath, [PROGRAM, '--store', urlOf(store.address), ...words], { cwd: folder, encoding: 'utf8', env: { ...process.env, DATABASE_URL: undefined, TB_KEYS: undefined, TB_CHECKPOINTS: undefined, TB_FAILPOINT: undefined, XDG_CONFIG_HOME: settings } });

/** The small store, signed, with nothing left that would keep its owner from changing it. */
const makeSmallStore = async (workshop: Workshop): Promise<ScratchDatabase> => {
  const store = await workshop.server.database();
  const given = async (line: string): Promise<void> => {
    const { status, stderr } = tb(workshop, { store, words: [...line.split(' '), '--quiet'] });
    if (status !== 0) throw new Error(`tb ${line} ended with ${status}: ${stderr}`);
  };
  await given('init');
  await fillSmallStore({ tb: given, write: async (name, text) => writeFileSync(join(workshop.folder, name), text) });
  await given('keys init');
  for (const run of ['past', 'desk', 'history']) await given(`checkpoint ${run}`);
  await asOwner(store, client => disarm(client, { uniqueKeys: true }));
  return store;
};

/** What no command brings about: only what the small store has no row of is changed here. */
const makeOtherStore = async ({ server }: Workshop): Promise<ScratchDatabase> => {
  const store = await server.database();
  await asOwner(store, client => applySchema(client, Date.now()));
  await populate(store);
  await asOwner(store, client => disarm(client, { uniqueKeys: true }));
  return store;
};

/** On a terminal one line that counts; elsewhere nothing but the result. */
const progressTo = (label: string, total: number, startedAt: number) => (done: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${label} ${done}/${total} in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s `);
};

const tryOn = async (workshop: Workshop, store: ScratchDatabase, plants: readonly Plant[]): Promise<readonly Tried[]> => {
  const places = { keys: join(workshop.settings, 'tb', 'keys'), checkpoints: join(workshop.settings, 'tb', 'checkpoints') };
  return tryEverything(plants, { server: workshop.server, store, places, onProgress: progressTo('tried', plants.length, performance.now()) });
};

/** Some of what was located by the row is told to the real command line, which must end with 5. Returns what it passed. */
const tryByCommand = async (workshop: Workshop, store: ScratchDatabase, tried: readonly Tried[]): Promise<readonly string[]> => {
  const located = tried.filter(({ verdict, plant }) => verdict.located === 'row' && plant.run !== null && plant.kind !== 'in no hash');
  const passed: string[] = [];
  for (let nth = 0; nth < CLI_TRIED; nth += 1) {
    const { plant } = located[Math.floor((located.length * nth) / CLI_TRIED)]!;
    const copy = await workshop.server.database(store);
    await asOwner(copy, async client => {
      for (const statement of plant.sql) await client.query(statement);
    });
    const { status } = tb(workshop, { store: copy, words: ['verify', '--run', plant.run!, '--full', '--json'] });
    if (status !== EXIT_MISSED) passed.push(`${plant.kind}: ${plant.what}: tb verify ended with ${status}`);
  }
  return passed;
};

const sweep = async (workshop: Workshop): Promise<Readonly<{ tried: readonly Tried[]; passed: readonly string[]; rowless: readonly string[] }>> => {
  const store = await makeSmallStore(workshop);
  const { plants, rowless } = await asOwner(store, async client => {
    const tables = await readStoredTables(client);
    const values = await valuePlants(client, { tables, rows: 'all', wanted: null });
    const others = [...(await rowPlants(client, tables)), ...(await tailPlants(client, tables)), ...(await bytePlants(client, tables)), ...(await freePlants(client, tables))];
    return { plants: [...values.plants, ...others], rowless: values.rowless };
  });
  const other = await makeOtherStore(workshop);
  const more = await asOwner(other, async client => valuePlants(client, { tables: await readStoredTables(client), rows: 'all', wanted: rowless }));
  const tried = await tryOn(workshop, store, plants);
  const passed = await tryByCommand(workshop, store, tried);
  return { tried: [...tried, ...(await tryOn(workshop, other, more.plants))], passed, rowless: [...more.rowless] };
};

const main = async (): Promise<number> => {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'tb-tamper-'));
  const settings = join(folder, 'settings');
  mkdirSync(settings);
  const server = await openScratchServer();
  try {
    const { tried, passed, rowless } = await sweep({ server, folder, settings });
    const missed = [...tried.filter(one => isMissed(one) && one.plant.kind !== 'in no hash').map(({ plant, verdict }) => `${plant.kind}: ${plant.what}: ${verdict.said || 'nothing was said'}`), ...passed, ...rowless.map(column => `${column} has no row to change`)];
    process.stdout.write(`${process.stderr.isTTY ? '\n' : ''}${scoreTable(scoresOf(tried))}\n`);
    for (const line of missed.slice(0, MISSED_SHOWN)) process.stdout.write(`MISSED ${line}\n`);
    if (missed.length > MISSED_SHOWN) process.stdout.write(`and ${missed.length - MISSED_SHOWN} more\n`);
    process.stdout.write(`${CLI_TRIED - passed.length} of ${CLI_TRIED} told to the command line ended with exit code 5; ${((performance.now() - startedAt) / 1_000).toFixed(0)} s in all.\n`);
    return missed.length === 0 ? 0 : EXIT_MISSED;
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

process.exitCode = await main();
