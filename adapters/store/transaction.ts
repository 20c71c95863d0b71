/**
 * Transactions: all or nothing, and an honest answer about which. It retries nothing whose outcome it does not know and
 * never takes a COMMIT for done that the server turned into a rollback.
 */
import type pg from 'pg';
import { failpoint, failpointsAreArmed } from './failpoint.ts';
import type { Failpoint } from './failpoint.ts';
import { isRetryable, StoreError } from './store-error.ts';

export type Statement = Readonly<{ name?: string; text: string; values?: readonly unknown[]; after?: Failpoint }>;

/** Runs the work inside BEGIN and COMMIT; on an error everything is rolled back and the error thrown. */
export const inTransaction = async <Result>(client: pg.ClientBase, work: () => Promise<Result>, committed?: Failpoint): Promise<Result> => {
  await client.query('BEGIN');
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await rollbackQuietly(client);
    throw error;
  }
  await commit(client);
  if (committed !== undefined) failpoint(committed);
  return result;
};

/** Commits, or throws when the server rolled back instead. */
export const commit = async (client: pg.ClientBase): Promise<void> => requireCommitted(await client.query('COMMIT'));

/** An aborted transaction answers COMMIT with ROLLBACK and no error. */
const requireCommitted = ({ command }: pg.QueryResult): void => {
  if (command === 'COMMIT') return;
  throw new StoreError('refused', {
    message: `The server answered COMMIT with ${command}: the transaction had failed and nothing of it was stored.`,
    hint: 'Run the command again; if it happens again, please report it.',
  });
};

/** After an error the connection may be gone, and with it the transaction. */
export const rollbackQuietly = async (client: pg.ClientBase): Promise<void> => {
  try {
    await client.query('ROLLBACK');
  } catch {
    return;
  }
};

/** Where a test may kill the program around a transaction. */
export type Edges = Readonly<{ begun: Failpoint; committed: Failpoint }>;

/** The driver's pipeline mode, which its types do not know yet. It may be switched while no query is under way. */
type Pipelined = pg.ClientBase & { pipeline: boolean };

/**
 * Runs the statements as one transaction. They are sent together and cost one wait: when one fails the server skips the
 * rest and turns the COMMIT into a rollback. Throws the first statement's error; then nothing was stored, unless the
 * connection broke, which leaves the outcome unknown.
 */
export const runTogether = async (client: pg.ClientBase, statements: readonly Statement[], edges: Edges): Promise<void> => {
  if (failpointsAreArmed) return runOneByOne(client, statements, edges);
  const pipelined = client as Pipelined;
  const before = pipelined.pipeline;
  pipelined.pipeline = true;
  try {
    const sent = [
      client.query('BEGIN'),
      ...statements.map(({ name, text, values }) => client.query({ text, values: values as unknown[], ...(name === undefined ? {} : { name }) })),
      client.query('COMMIT'),
    ];
    const answers = await Promise.allSettled(sent);
    const failed = answers.find(answer => answer.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    requireCommitted(await sent.at(-1)!);
  } finally {
    pipelined.pipeline = before;
  }
};

const runOneByOne = (client: pg.ClientBase, statements: readonly Statement[], { begun, committed }: Edges): Promise<void> =>
  inTransaction(
    client,
    async () => {
      failpoint(begun);
      for (const { text, values, after } of statements) {
        await client.query(text, values as unknown[]);
        if (after !== undefined) failpoint(after);
      }
    },
    committed,
  );

const ATTEMPTS_MAX = 4;

/** Gives a connection: the one in use, or a new one when that broke. */
export type Reconnect = (broken: pg.ClientBase) => Promise<pg.ClientBase>;

/**
 * Tries work again from its start after a serialization failure, a deadlock, or, given a way to reconnect, a lost
 * connection. The work must read what is stored before it writes, for the COMMIT of a lost attempt may have happened.
 */
export const withRetry = async <Result>(
  client: pg.ClientBase,
  work: (client: pg.ClientBase, attempt: number) => Promise<Result>,
  reconnect?: Reconnect,
): Promise<Result> => {
  let current = client;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(current, attempt);
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || !isRetryable(error)) throw error;
      if (isConflict(error)) continue;
      if (reconnect === undefined) throw error;
      current = await reconnect(current);
    }
  }
};

/** The server undid the transaction and said so on a connection that still stands. */
const isConflict = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
