/**
 * One store with everything round it: a folder, a server of its own, keys and checkpoints outside the store, and a memory
 * of what commands acknowledged. It types commands; it judges none of them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureServer, stopServer } from '../../adapters/store/server/embedded.ts';
import type { StoreAddress } from '../../adapters/store/server/address.ts';
import { ChaosFailure } from './failure.ts';
import { marketFiles } from './market.ts';
import type { Plan } from './plan.ts';
import { documentOf, endOf, sentenceOf, startTb } from './run-tb.ts';
import type { Document, Said, Started } from './run-tb.ts';
import { mountDisk, unmountDisk } from './small-disk.ts';
import type { SmallDisk } from './small-disk.ts';
import { factsFile, factsLine, hourText, SETUP_HOURS, START_HOUR } from './workload.ts';

/** What commands said they had done, and must therefore be in the store for good. */
export type Acknowledged = Readonly<{
  /** Hash of each hour of the desk that a command named, by the hour's text. */
  hours: Map<string, string>;
  /** Keys of the operator's commands. */
  keys: Set<string>;
  /** Heads of backtests by their name. */
  backtests: Map<string, string>;
  /** How many candles and revisions each import said it had added. */
  candles: number[];
  /** Envelopes under each checkpoint that was signed over the desk. */
  signed: number[];
}>;

/** `store` is another way to the store, or another store; then `acknowledges` says whether this one answers for it. */
export type How = Readonly<{ store?: string; env?: Readonly<Record<string, string>>; acknowledges?: boolean }>;

export type World = Readonly<{
  plan: Plan;
  folder: string;
  storeFolder: string;
  /** The small disk that the store lies on, or why there is none. */
  disk: SmallDisk | string;
  acknowledged: Acknowledged;
  start: (line: string, how?: How) => Started;
  tb: (line: string, how?: How) => Promise<Said>;
  /** Requires exit 0 and returns the document. */
  done: (line: string, how?: How) => Promise<Document>;
  address: () => Promise<StoreAddress>;
  /** Stops the server and keeps the files. */
  stop: () => Promise<void>;
  /** Stops the server and removes everything. */
  close: () => Promise<void>;
}>;

/** Worlds whose servers run. */
const open = new Set<World>();

/** For whoever is interrupted: no server and no folder stays behind. */
export const closeOpenWorlds = async (): Promise<void> => void (await Promise.allSettled([...open].map(world => world.close())));

/** The path of a socket below the folder has some 100 bytes, so the folder's own is short. */
export const makeWorld = (plan: Plan, needs: Readonly<{ smallDisk: boolean }>): World => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-chaos-'));
  const disk = needs.smallDisk ? mountDisk(join(folder, 'disk')) : 'no fault of this plan needs one';
  const storeFolder = typeof disk === 'string' ? join(folder, 'store') : join(disk.folder, 'store');
  const acknowledged: Acknowledged = { hours: new Map(), keys: new Set(), backtests: new Map(), candles: [], signed: [] };
  const own = { TB_KEYS: join(folder, 'keys'), TB_CHECKPOINTS: join(folder, 'checkpoints') };
  const start = (line: string, { store = storeFolder, env = {}, acknowledges = true }: How = {}): Started => {
    const { child, ended } = startTb(line, { cwd: folder, store, env: { ...own, ...env } });
    return { child, ended: ended.then(said => (acknowledges ? remembered(acknowledged, said) : said)) };
  };
  const tb = (line: string, how: How = {}): Promise<Said> => start(line, how).ended;
  const done = async (line: string, how: How = {}): Promise<Document> => documentOf(required(await tb(line, how), [0]));
  const stop = async (): Promise<void> => {
    open.delete(world);
    await stopServer(storeFolder);
  };
  const close = async (): Promise<void> => {
    await stop();
    if (typeof disk !== 'string') unmountDisk(disk);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  for (const { name, text } of marketFiles(plan)) writeFileSync(join(folder, name), text);
  for (const { job } of plan.steps) writeFileSync(join(folder, factsFile(job.number)), factsLine(job));
  const world: World = { plan, folder, storeFolder, disk, acknowledged, start, tb, done, address: () => ensureServer(storeFolder), stop, close };
  open.add(world);
  return world;
};

/** The command as it ended, when it ended in one of these ways. Exit 1 is a bug of tb wherever it comes from. */
export const required = (said: Said, exits: readonly number[]): Said => {
  if (said.exit !== null && exits.includes(said.exit)) return said;
  throw new ChaosFailure(`"${said.line}" ended with ${endOf(said)}, expected ${exits.join(' or ')}: ${sentenceOf(said)}`);
};

/** The store before the first fault: both markets, a run, some hours, and a checkpoint over them. */
export const setupLines = ({ desk }: Plan): readonly string[] => [
  `import aaa.csv --symbol AAA/USD --timeframe ${desk.timeframe}`,
  `import bbb.csv --symbol BBB/USD --timeframe ${desk.timeframe}`,
  `open --run desk --mode paper ${desk.options}`,
  `execute-hour --run desk --through ${hourText(START_HOUR + SETUP_HOURS - 1)}`,
];

const remembered = (acknowledged: Acknowledged, said: Said): Said => {
  if (said.exit === 0) acknowledge(acknowledged, said.line.split(' ')[0]!, documentOf(said));
  return said;
};

const acknowledge = ({ hours, keys, backtests, candles, signed }: Acknowledged, command: string, document: Document): void => {
  const text = (field: string): string => document[field] as string;
  const count = (field: string): number => document[field] as number;
  if (command === 'execute-hour') hours.set(text('hour'), text('head'));
  else if (command === 'operator') keys.add(text('key'));
  else if (command === 'backtest') backtests.set(text('run'), text('head'));
  else if (command === 'import') candles.push(count('added') + count('revisions'));
  else if (command === 'checkpoint' && document['run'] === 'desk') signed.push(count('size'));
};
