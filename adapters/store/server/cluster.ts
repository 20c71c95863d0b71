/**
 * Makes a store's cluster: PostgreSQL's files, the roles and the empty database. It is made aside and moved into place
 * whole, so a cluster that is there is complete; whatever a killed tb left aside is thrown away.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError, storeErrorOf } from '../store-error.ts';
import { ADMIN_ROLE, APP_ROLE, EMBEDDED_DATABASE, OWNER_ROLE } from './address.ts';
import type { Binaries } from './binaries.ts';
import { commandAs, serverEnvironment, type Account, type Command } from './account.ts';
import type { Layout } from './layout.ts';
import { failureOf } from './server-log.ts';

const ASIDE = /^cluster-new\./;

/**
 * Trust over the socket: whoever can open the 0700 folder could read and replace the cluster's files anyway, so a password
 * kept beside them would protect nothing. No network is listened on, and host lines are refused besides.
 */
const INITDB_OPTIONS = [
  `--username=${ADMIN_ROLE}`,
  '--encoding=UTF8',
  '--locale=C',
  '--data-checksums',
  '--auth-local=trust',
  '--auth-host=reject',
  '--no-instructions',
];

/** Written to postgresql.conf, where the store's owner may change them; what safety needs is on the command line instead. */
const TUNING: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  maintenance_work_mem: '128MB',
  checkpoint_timeout: '15min',
  log_checkpoints: 'off', // The log is kept for years and nobody rotates it.
  log_timezone: 'UTC',
  timezone: 'UTC',
  jit: 'off', // Our statements are short: compiling one costs more than it saves.
};

/** Single-user mode takes one statement a line. The owner is no superuser: what it may not do, a bug cannot do either. */
const BOOTSTRAP = [
  `CREATE ROLE ${OWNER_ROLE} LOGIN`,
  `CREATE ROLE ${APP_ROLE} LOGIN`,
  `GRANT ${APP_ROLE} TO ${OWNER_ROLE}`,
  `CREATE DATABASE ${EMBEDDED_DATABASE} OWNER ${OWNER_ROLE} TEMPLATE template0`,
  `REVOKE ALL ON DATABASE ${EMBEDDED_DATABASE} FROM PUBLIC`,
  `GRANT CONNECT, TEMPORARY ON DATABASE ${EMBEDDED_DATABASE} TO ${APP_ROLE}`,
];

type Workshop = Readonly<{ layout: Layout; binaries: Binaries; account: Account }>;

/** Call it while holding the start lock. Throws StoreError (full, permission, foreign, unreachable). */
export const createCluster = async (workshop: Workshop): Promise<void> => {
  const { layout, binaries } = workshop;
  removeLeftovers(layout);
  if (existsSync(layout.clusterFolder) && readdirSync(layout.clusterFolder).length > 0) {
    throw new StoreError('foreign', {
      message: `${layout.clusterFolder} holds files, but no PostgreSQL cluster.`,
      hint: 'It is not a store of tb, or a damaged one: choose another folder with --store, or move it away.',
    });
  }
  const aside = join(layout.serverFolder, `cluster-new.${randomBytes(6).toString('hex')}`);
  const tuning = Object.entries(TUNING).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  try {
    await runTool(workshop, { file: binaries.initdb, args: ['-D', aside, ...INITDB_OPTIONS, ...tuning] }, '');
    const bootstrap = `${BOOTSTRAP.join(';\n')};\n`;
    const safe = ['-c', 'fsync=on', '-c', 'full_page_writes=on'];
    await runTool(workshop, { file: binaries.postgres, args: ['--single', '-D', aside, ...safe, 'postgres'] }, bootstrap);
    renameSync(aside, layout.clusterFolder);
    syncFolder(layout.serverFolder);
  } catch (error) {
    removeLeftovers(layout);
    throw storeErrorOf(error, `The store in ${layout.folder} cannot be made`) ?? error;
  }
};

/** Throws StoreError (foreign) when another major version of PostgreSQL made the cluster: it cannot read this one's files. */
export const requireSameMajor = (layout: Layout, serverMajor: string): void => {
  const made = readFileSync(join(layout.clusterFolder, 'PG_VERSION'), 'utf8').trim();
  if (made === serverMajor) return;
  throw new StoreError('foreign', {
    message: `The store in ${layout.folder} was made by PostgreSQL ${made}; this tb brings PostgreSQL ${serverMajor}.`,
    hint: `Use the tb that made it, or move it over with pg_dump of PostgreSQL ${made} and a new folder.`,
  });
};

/** Only the holder of the start lock may call it, so nobody still works on what lies aside. */
const removeLeftovers = (layout: Layout): void => {
  for (const name of readdirSync(layout.serverFolder)) {
    if (!ASIDE.test(name)) continue;
    try {
      rmSync(join(layout.serverFolder, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    } catch {
      // The initdb of a killed tb may still be writing there; it disturbs nobody and the next start removes it.
    }
  }
};

const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
};

/** Runs one program to its end. PostgreSQL's single-user mode goes on after an error and exits 0, so its words count too. */
const runTool = async ({ layout, account }: Workshop, command: Command, input: string): Promise<void> => {
  const { file, args, options } = commandAs(account, command);
  const child = spawn(file, [...args], { ...options, cwd: layout.serverFolder, env: serverEnvironment(), stdio: ['pipe', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  child.stdin.on('error', () => undefined); // A program that ended early says why on its own.
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0 && !/^.*(ERROR|FATAL|PANIC): {2}/m.test(words)) return;
  throw failureOf({ words, where: `The store in ${layout.folder} cannot be made`, folder: layout.serverFolder });
};
