/**
 * A database of its own for a test, on a real PostgreSQL: the server in TB_TEST_DATABASE_URL, else one in Docker, else one
 * embedded server for the whole test run. It never reads DATABASE_URL and creates and drops only tb_test_<random>.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOfUrl, withConnection } from '../../adapters/store/connection.ts';
import { ADMIN_ROLE, APP_ROLE, OWNER_ROLE, type StoreAddress } from '../../adapters/store/server/address.ts';
import { ensureServer, serverStatus, stopServer } from '../../adapters/store/server/embedded.ts';
import { layoutOf } from '../../adapters/store/server/layout.ts';
import { isAlive } from '../../adapters/store/server/liveness.ts';
import { pidFileOf } from '../../adapters/store/server/postmaster.ts';
import { ensureAppRole } from '../../adapters/store/server/roles.ts';

/** url names the same database for commands that take --store; there the application's role is taken with SET ROLE. */
export type TestDatabase = Readonly<{ name: string; address: StoreAddress; url: string; drop: () => Promise<void> }>;

/** How a run's setup tells the tests which server to use: a URL, or the folder of an embedded one. */
export const SERVER_URL_VARIABLE = 'TB_TEST_SERVER_URL';
export const SERVER_FOLDER_VARIABLE = 'TB_TEST_SERVER_FOLDER';

/** An empty database. Its owner is the owner role; the application role may connect and has no grants yet. */
export const testDatabase = async (): Promise<TestDatabase> => {
  const name = `tb_test_${randomBytes(8).toString('hex')}`;
  const url = process.env['TB_TEST_DATABASE_URL'] || process.env[SERVER_URL_VARIABLE];
  return url === undefined || url === '' ? onEmbedded(await embeddedServer(), name) : onServer(url, name);
};

const TEST_NAME = /^tb_test_[0-9a-f]{16}$/;

const createDatabase = async (admin: StoreAddress, name: string, ending: string): Promise<void> =>
  withConnection(admin, 'owner', async client => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ${ending}`);
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${APP_ROLE}`);
  });

/** Drops a test's database and nothing else, connections that a failed test left open included. */
export const dropDatabase = async (admin: StoreAddress, name: string): Promise<void> => {
  if (!TEST_NAME.test(name)) throw new Error(`Only databases named tb_test_<random> are dropped, not ${name}.`);
  await withConnection(admin, 'owner', client => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
};

const onEmbedded = async (server: StoreAddress, name: string): Promise<TestDatabase> => {
  const admin: StoreAddress = { ...server, user: ADMIN_ROLE, database: 'postgres' };
  await createDatabase(admin, name, `OWNER ${OWNER_ROLE}`);
  const url = `postgres://${OWNER_ROLE}@${encodeURIComponent(server.host)}:${server.port}/${name}`;
  return { name, address: { ...server, database: name }, url, drop: () => dropDatabase(admin, name) };
};

const onServer = async (serverUrl: string, name: string): Promise<TestDatabase> => {
  const admin = addressOfUrl(serverUrl);
  await withConnection(admin, 'owner', ensureAppRole);
  await createDatabase(admin, name, '');
  const url = withDatabase(serverUrl, name);
  return { name, address: addressOfUrl(url), url, drop: () => dropDatabase(admin, name) };
};

/** By text, for a URL with an empty host (its socket is a parameter) is none to the URL parser. */
const withDatabase = (serverUrl: string, name: string): string =>
  serverUrl.replace(/^([a-z]+:\/\/[^/?#]*)(\/[^?#]*)?/i, (_, server: string) => `${server}/${name}`);

/** The run's embedded server; where no setup named one, a server of this process alone, which ends with it. */
const embeddedServer = (): Promise<StoreAddress> => {
  const shared = process.env[SERVER_FOLDER_VARIABLE];
  if (shared !== undefined && shared !== '') return ensureServer(shared);
  ownServer ??= startOwnServer();
  return ownServer;
};

let ownServer: Promise<StoreAddress> | undefined;

const startOwnServer = async (): Promise<StoreAddress> => {
  await sweepDeadRuns();
  const folder = makeRunFolder();
  const address = await ensureServer(folder);
  const status = await serverStatus(folder);
  process.once('exit', () => {
    if (status.state === 'ready') endAtOnce(status.pid, folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });
  return address;
};

const END_MS_MAX = 3_000;

/** While a process exits nothing asynchronous runs any more; the server takes its own file away last. */
const endAtOnce = (pid: number, folder: string): void => {
  const pidFile = pidFileOf(layoutOf(folder));
  const deadline = performance.now() + END_MS_MAX;
  process.kill(pid, 'SIGQUIT');
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (existsSync(pidFile) && performance.now() < deadline) Atomics.wait(pause, 0, 0, 10);
};

const RUN_FOLDER = /^tb-test-run-(\d+)-/;

/** The folder's name says which process it belongs to, so that a later run can tell what a killed one left behind. */
export const makeRunFolder = (): string => mkdtempSync(join(tmpdir(), `tb-test-run-${process.pid}-`));

export const removeRunFolder = async (folder: string): Promise<void> => {
  await stopServer(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
};

/** Stops the servers of runs that were killed, and removes their folders. Those of other accounts are not ours to touch. */
export const sweepDeadRuns = async (): Promise<void> => {
  for (const name of readdirSync(tmpdir())) {
    const match = RUN_FOLDER.exec(name);
    if (match === null || isAlive(Number(match[1]))) continue;
    try {
      await removeRunFolder(join(tmpdir(), name));
    } catch {
      continue;
    }
  }
};

const PING_MS_MAX = 500;

/** True when a Docker daemon answers; asked directly, for loading the Docker client takes longer than the answer. */
export const dockerAnswers = (host: string | undefined): Promise<boolean> => {
  const target = dockerTarget(host);
  return new Promise(resolve => {
    const ping = request({ ...target, path: '/_ping', timeout: PING_MS_MAX }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.once('timeout', () => ping.destroy());
    ping.once('error', () => resolve(false));
    ping.end();
  });
};

const dockerTarget = (host = ''): Readonly<{ socketPath: string }> | Readonly<{ host: string; port: string }> => {
  if (host.startsWith('tcp://')) return { host: new URL(host).hostname, port: new URL(host).port };
  return { socketPath: host.startsWith('unix://') ? host.slice('unix://'.length) : '/var/run/docker.sock' };
};
