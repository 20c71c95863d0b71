/**
 * Opens connections to a store, as its owner or as the application, all with the same settings and the same reading of
 * values. It starts no server and knows no table.
 */
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, rethrowAsStoreError, StoreError } from './store-error.ts';
import { APP_ROLE, describeAddress, type StoreAddress } from './server/address.ts';

export type { StoreAddress } from './server/address.ts';

/** A connection to a store, as commands pass it on to the functions of this adapter. */
export type StoreClient = pg.Client;

/** The owner makes and drops; the application reads and appends, whatever the code above it tries. */
export type StoreRole = 'owner' | 'app';
export type Warn = (sentence: string) => void;

const CONNECT_MS_MAX = 10_000;
/** A server in recovery answers and says so; measured 1.5 to 8.8 s after a kill. */
const STARTING_MS_MAX = 30_000;
const STARTING_PAUSE_MS = 50;

const warnOnStderr: Warn = sentence => void process.stderr.write(`warning: ${sentence}\n`);

/**
 * A connection in UTC with durable commits; int8 comes as a safe integer or fails, numeric as text, bytea as Buffer, date
 * and timestamp without zone as text. Where the server may lose commits in a crash, an embedded store is refused and a
 * server by URL is warned about. Throws StoreError.
 */
export const connect = async (address: StoreAddress, role: StoreRole, warn: Warn = warnOnStderr): Promise<pg.Client> => {
  const client = await openClient(address, role);
  try {
    await prepare(client, address, role, warn);
    return client;
  } catch (error) {
    await closeQuietly(client);
    return rethrowAsStoreError(error, describeAddress(address));
  }
};

/** Runs the work on a connection of its own, which is closed whatever happens. Throws StoreError, or what the work throws. */
export const withConnection = async <Result>(
  address: StoreAddress,
  role: StoreRole,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> => {
  const client = await connect(address, role);
  try {
    return await work(client);
  } finally {
    await closeQuietly(client);
  }
};

/** The address in a postgres:// URL, every parameter of it kept for the driver. Throws StoreError (refused) when it cannot be read. */
export const addressOfUrl = (url: string): StoreAddress => {
  try {
    const { host, port, database, user, password } = new pg.Client({ connectionString: url });
    return {
      host,
      port,
      database: database ?? '',
      user: user ?? '',
      connectionString: url,
      ...(typeof password === 'string' ? { password } : {}),
    };
  } catch (error) {
    // The cause is left out: its text may repeat the URL, password and all.
    throw new StoreError('refused', {
      message: `The store's URL cannot be read (${codeOf(error) ?? 'malformed'}).`,
      hint: 'Write postgres://user:password@host:port/database and percent-encode special characters in the password.',
    });
  }
};

/** PostgreSQL's object ids of types, from pg_type.dat. */
const INT8 = 20;
const DATE = 1082;
const TIMESTAMP = 1114;

const openClient = async (address: StoreAddress, role: StoreRole): Promise<pg.Client> => {
  const deadline = performance.now() + STARTING_MS_MAX;
  for (;;) {
    const client = newClient(address, role);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await closeQuietly(client);
      if (codeOf(error) !== '57P03' || performance.now() > deadline) return rethrowAsStoreError(error, describeAddress(address));
      await sleep(STARTING_PAUSE_MS);
    }
  }
};

const newClient = (address: StoreAddress, role: StoreRole): pg.Client => {
  const client = new pg.Client(settingsOf(address, role));
  // The driver throws out of nowhere when an idle connection breaks; the next query says it where it can be caught.
  client.on('error', () => undefined);
  client.setTypeParser(INT8, safeInteger);
  client.setTypeParser(DATE, asText);
  client.setTypeParser(TIMESTAMP, asText);
  return client;
};

const settingsOf = (address: StoreAddress, role: StoreRole): pg.ClientConfig => {
  const shared = { application_name: `tb ${role}`, connectionTimeoutMillis: CONNECT_MS_MAX, keepAlive: true };
  if (address.connectionString !== undefined) return { ...shared, connectionString: address.connectionString };
  const { host, port, database, password } = address;
  const user = role === 'app' ? (address.appUser ?? address.user) : address.user;
  const secret = password === undefined ? {} : { password };
  if (!host.startsWith('/')) return { ...shared, ...secret, host, port, database, user };
  // Said in full, so that PGOPTIONS and PGSSLMODE of the user's shell, meant for other servers, change nothing here.
  return { ...shared, ...secret, host, port, database, user, ssl: false, options: '-c synchronous_commit=on' };
};

/** Dates without a zone have no place in a Date: it would read them in the machine's zone. */
const asText = (text: string): string => text;

/** A double holds integers up to 2^53 - 1 exactly; a larger one must not pass rounded. */
const safeInteger = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new StoreError('refused', {
    message: `The store holds the integer ${text}, which is larger than tb reads exactly.`,
    hint: 'Read it as text (::text) or as numeric.',
  });
};

/** One trip to the server: several statements in one simple query run as one transaction and keep their settings. */
const SETTINGS = "SET TIME ZONE 'UTC'; SET synchronous_commit = on; SET DateStyle = 'ISO, YMD';";
const SAFETY = `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes;`;
const BECOME_APP = `SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = '${APP_ROLE}';`;

/** With one login for both roles the application's grants bind through SET ROLE, as soon as the role exists. */
const prepare = async (client: pg.Client, address: StoreAddress, role: StoreRole, warn: Warn): Promise<void> => {
  const becomeApp = role === 'app' && address.appUser === undefined ? BECOME_APP : '';
  const results = (await client.query(SETTINGS + becomeApp + SAFETY)) as unknown as readonly pg.QueryResult<Safety>[];
  const safety = results.at(-1)?.rows[0];
  const unsafe = (['fsync', 'full_page_writes'] as const).filter(setting => safety?.[setting] !== 'on');
  if (unsafe.length === 0) return;
  const message = `${describeAddress(address)} runs with ${unsafe.join(' and ')} off: a crash of its machine can lose or damage sealed hours.`;
  if (address.appUser === undefined) return warn(message);
  throw new StoreError('refused', { message, hint: 'Somebody else started this server: run tb stop, then the command again.' });
};

type Safety = Readonly<{ fsync: string; full_page_writes: string }>;

const closeQuietly = async (client: pg.Client): Promise<void> => {
  try {
    await client.end();
  } catch {
    return; // It was broken already.
  }
};
