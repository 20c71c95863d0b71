import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalog } from '../../schema/catalog.ts';
import type { Catalog } from '../../schema/catalog.ts';
import { checkBootstrap, checkCorruptions, checkInvariants, strippedCopies } from '../../tools/validate-schema/checks.ts';
import { coveredColumns, strayNames, unnoticed } from '../../tools/validate-schema/columns.ts';
import { plant, readCorruptions } from '../../tools/validate-schema/corruptions.ts';
import type { Corruption } from '../../tools/validate-schema/corruptions.ts';
import { populate } from '../../tools/validate-schema/populate.ts';
import { asOwner, openScratchServer } from '../../tools/validate-schema/scratch-databases.ts';
import type { ScratchDatabase, ScratchServer } from '../../tools/validate-schema/scratch-databases.ts';
import { findings, readPrelude, readValidations, undone } from '../../tools/validate-schema/validations.ts';
import { withClients } from '../../tools/validate-schema/workers.ts';

let server: ScratchServer;
let store: ScratchDatabase;
let empty: ScratchDatabase;
let copies: readonly ScratchDatabase[];
let catalog: Catalog;

beforeAll(async () => {
  server = await openScratchServer();
  store = await server.database();
  ({ catalog } = await checkBootstrap(store));
  empty = await server.database(store);
  await populate(store);
  copies = await strippedCopies(server, store);
});
afterAll(() => server.close());

const damage = (trips: readonly string[], sql: string): Corruption => ({ name: 'of the test', damage: 'of the test', trips, plantIn: 'stripped', sql });
const plantInCopy = (corruption: Corruption): Promise<readonly string[]> =>
  withClients(copies.slice(0, 1), async ([client]) => (await plant(client!, corruption, { prelude: readPrelude(), validations: readValidations() })).problems);

describe('the invariants', () => {
  it('hold on runs of every kind, and each looks at something', async () => {
    expect((await checkInvariants(store)).problems).toEqual([]);
  });

  it('are no success where there is nothing to look at', async () => {
    const { problems } = await checkInvariants(empty);
    expect(problems).toContain('INV-HOUR-CHAIN looked at nothing, so it says nothing');
    expect(problems.every(problem => problem.endsWith('looked at nothing, so it says nothing'))).toBe(true);
  });

  it('name exactly the damage planted for them, and each trips', { timeout: 900_000 }, async () => {
    expect((await checkCorruptions(store, copies)).problems).toEqual([]);
  });

  it('leave nothing behind in the store', async () => {
    await asOwner(store, async client => {
      await undone(client, async () => {
        await client.query(readPrelude());
        await findings(client, readValidations());
      });
      expect((await client.query(`SELECT FROM pg_namespace WHERE nspname = 'validation'`)).rowCount).toBe(0);
      expect(await readCatalog(client)).toEqual(catalog);
    });
  });
});

describe('the trial of the invariants', () => {
  const EDIT = 'UPDATE tb.lot SET fee = fee + 1 WHERE lot_id = (SELECT min(lot_id) FROM tb.lot)';

  it('finds an invariant that should have noticed and did not', async () => {
    const problems = await plantInCopy(damage(['INV-OUTBOX-EVENTS', 'INV-LOT-COLUMNS', 'INV-BOOKS-TIE'], `${EDIT} RETURNING run_id, hour, step, seq, run_id || ' deferred_fees' AS account`));
    expect(problems).toContain('INV-OUTBOX-EVENTS did not notice');
  });

  it('finds an invariant that reports what was not planted for it', async () => {
    const problems = await plantInCopy(damage(['INV-LOT-COLUMNS'], `${EDIT} RETURNING run_id, hour, step, seq, run_id || ' deferred_fees' AS account`));
    expect(problems.filter(problem => problem.startsWith('INV-BOOKS-TIE reported damage that was not planted for it'))).toHaveLength(1);
  });

  it('finds an invariant that names another key', async () => {
    const problems = await plantInCopy(damage(['INV-LOT-COLUMNS', 'INV-BOOKS-TIE', 'INV-FILL-LOTS'], `${EDIT} RETURNING 'elsewhere' AS key`));
    expect(problems.some(problem => /^INV-LOT-COLUMNS names .+, not elsewhere$/.test(problem))).toBe(true);
  });

  it('finds damage that damaged nothing', async () => {
    expect(await plantInCopy(damage(['INV-LOT-COLUMNS'], `UPDATE tb.lot SET fee = 1 WHERE lot_id = 'none' RETURNING lot_id AS key`))).toContain('it damaged nothing');
  });

  it('finds a column that no invariant looks at', async () => {
    const tools = { prelude: readPrelude(), validations: readValidations().filter(({ id }) => id !== 'INV-SIGNAL-COLUMNS') };
    const told = await withClients(copies.slice(0, 1), ([client]) => unnoticed(client!, { table: 'tb.signal', column: 'reason', type: 'text', values: [] }, tools));
    expect(told).toBe('tb.signal.reason: a changed value was noticed by none of INV-AGENTS');
    expect(strayNames(catalog)).toEqual([]);
  });
});

describe('the columns that an invariant must cover', () => {
  it('know the values that their checks list', () => {
    const valuesOf = (name: string): readonly string[] | undefined => coveredColumns(catalog).find(({ table, column }) => `${table}.${column}` === name)?.values;
    expect(valuesOf('tb.run.keep')).toEqual(['summary', 'full']);
    expect(valuesOf('tb.hour_step.retention')).toEqual(['kept', 'backtest']);
    expect(valuesOf('tb.venue_trade.liquidity')).toEqual(['MAKER', 'TAKER']);
    expect(valuesOf('tb.signal.reason')).toEqual([]);
  });

  it('are changed to another value of the list, which no invariant tells from what an import stated', async () => {
    const absent = { table: 'tb.ingest', column: 'absent', type: 'text', values: ['quiet', 'missing'] } as const;
    const told = await withClients(copies.slice(0, 1), ([client]) => unnoticed(client!, absent, { prelude: readPrelude(), validations: readValidations() }));
    expect(told).toMatch(/^tb\.ingest\.absent: a changed value was noticed by none of .*INV-INGEST-COUNTS/);
    const keep = { table: 'tb.run', column: 'keep', type: 'text', values: ['summary', 'full'] } as const;
    expect(await withClients(copies.slice(0, 1), ([client]) => unnoticed(client!, keep, { prelude: readPrelude(), validations: readValidations() }))).toBeNull();
  });

  it('leave out what only an import states', () => {
    expect(coveredColumns(catalog).some(({ table, column }) => `${table}.${column}` === 'tb.ingest.absent')).toBe(false);
  });
});

describe('the files of validations and corruptions', () => {
  it('speak of invariants that exist', () => {
    const ids = readValidations().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(readCorruptions().flatMap(({ trips }) => trips).filter(id => !ids.includes(id))).toEqual([]);
  });
});
