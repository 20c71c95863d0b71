/** The parts of the validation, each telling what it looked at and what is wrong; none of them prints. */
import { applySchema } from '../../schema/apply.ts';
import { readCatalog } from '../../schema/catalog.ts';
import type { Catalog } from '../../schema/catalog.ts';
import { differencesBetween } from '../../schema/differences.ts';
import type { Difference } from '../../schema/differences.ts';
import { TABLES } from '../../schema/drizzle/tables.ts';
import { latestVersion } from '../../schema/migrations.ts';
import { readExpectedCatalog, readSchemaFiles } from '../../schema/schema-files.ts';
import { readStoreCatalog } from '../../schema/store-catalog.ts';
import { coveredColumns, strayNames, unnoticed } from './columns.ts';
import { plant, readCorruptions, stripped } from './corruptions.ts';
import { ddlOf } from './drizzle-ddl.ts';
import { mirrorDifferences, mirrorOf } from './mirror.ts';
import { asOwner } from './scratch-databases.ts';
import type { ScratchDatabase, ScratchServer } from './scratch-databases.ts';
import { findings, readPrelude, readValidations, undone } from './validations.ts';
import { withClients, spread } from './workers.ts';

/** Holds where nothing is wrong. */
export type Check = Readonly<{ title: string; examined: string; problems: readonly string[] }>;

/** An empty database becomes a store, and asking again finds it current. */
export const checkBootstrap = async (database: ScratchDatabase): Promise<Readonly<{ check: Check; catalog: Catalog }>> =>
  asOwner(database, async client => {
    const outcomes = [await applySchema(client, Date.now()), await applySchema(client, Date.now())];
    const catalog = await readCatalog(client);
    const problems = JSON.stringify(outcomes) === '["created","current"]' ? [] : [`an empty database was ${JSON.stringify(outcomes)}`];
    const tables = Object.values(catalog.tables);
    const partitions = tables.filter(({ kind }) => kind === 'partition').length;
    return { check: { title: 'bootstrap', examined: `${tables.length - partitions} tables, ${partitions} partitions from an empty database`, problems }, catalog };
  });

/** What verify holds stores against is what the bootstrap makes. */
export const checkCatalog = async (store: ScratchDatabase): Promise<Check> => {
  const [expected, actual] = [readExpectedCatalog(), await asOwner(store, readStoreCatalog)];
  const problems = differencesBetween(expected, actual).map(told('schema/expected-catalog.json (written by --write-spec)', 'the bootstrap'));
  const lines = Object.values(actual).reduce((sum, object) => sum + object.length, 0);
  return { title: 'catalogue', examined: `${Object.keys(actual).length} objects in ${lines} lines are what verify expects`, problems };
};

/** The migrations in their order lead to the same schema as the bootstrap. */
export const checkMigrations = async (database: ScratchDatabase, bootstrap: Catalog): Promise<Check> => {
  const { migrations } = readSchemaFiles();
  const migrated = await asOwner(database, async client => {
    await client.query('BEGIN');
    for (const { sql } of migrations) await client.query(sql);
    await client.query('COMMIT');
    return { catalog: await readCatalog(client), whole: await readStoreCatalog(client) };
  });
  const differences = [...differencesBetween(bootstrap, migrated.catalog), ...differencesBetween(readExpectedCatalog(), migrated.whole)];
  const problems = differences.map(told('the bootstrap', 'the migrations'));
  return { title: 'migrations', examined: `versions 1 to ${latestVersion(migrations)} lead to the bootstrap`, problems };
};

/** What drizzle defines is what the bootstrap makes, both ways. */
export const checkMirror = async (database: ScratchDatabase, bootstrap: Catalog): Promise<Check> => {
  const drizzle = await asOwner(database, async client => {
    for (const statement of ddlOf(TABLES)) await client.query(statement);
    return readCatalog(client);
  });
  const mirror = Object.values(mirrorOf(bootstrap));
  const columns = mirror.reduce((sum, table) => sum + Object.keys(table.columns).length, 0);
  const constraints = mirror.reduce((sum, table) => sum + table.constraints.length + table.indexes.length, 0);
  const problems = mirrorDifferences(bootstrap, drizzle).map(told('the bootstrap', 'drizzle'));
  return { title: 'drizzle', examined: `${mirror.length} tables, ${columns} columns, ${constraints} keys, references, checks and indexes, both ways`, problems };
};

const told = (left: string, right: string) => (difference: Difference): string => {
  if (difference.right === null) return `${difference.path}: only ${left} has ${difference.left}`;
  if (difference.left === null) return `${difference.path}: only ${right} has ${difference.right}`;
  return `${difference.path}: ${left} has ${difference.left}, ${right} has ${difference.right}`;
};

/** Every invariant holds on what really happened, and looked at something. */
export const checkInvariants = async (populated: ScratchDatabase): Promise<Check> => {
  const validations = readValidations();
  const found = await asOwner(populated, client =>
    undone(client, async () => {
      await client.query(readPrelude());
      return findings(client, validations);
    }),
  );
  const problems = found.flatMap(({ id, examined, violations, sample }) => [
    ...(violations > 0 ? [`${id}: ${violations} of ${examined} do not hold: ${sample}`] : []),
    ...(examined === 0 ? [`${id} looked at nothing, so it says nothing`] : []),
  ]);
  const examined = found.reduce((sum, finding) => sum + finding.examined, 0);
  return { title: 'invariants', examined: `${found.length} invariants over ${examined} cases`, problems };
};

/** How many copies of the store damage is planted in at once. */
const COPIES = 2;

export const strippedCopies = async (server: ScratchServer, populated: ScratchDatabase): Promise<readonly ScratchDatabase[]> => {
  const copies: ScratchDatabase[] = [];
  for (let copy = 0; copy < COPIES; copy += 1) {
    const database = await server.database(populated);
    await asOwner(database, async client => {
      await stripped(client);
      await client.query('ANALYZE');
    });
    copies.push(database);
  }
  return copies;
};

/** Planted damage is named by the invariants meant for it and by no other, and every invariant names some. */
export const checkCorruptions = async (populated: ScratchDatabase, copies: readonly ScratchDatabase[]): Promise<Check> => {
  const [corruptions, validations] = [readCorruptions(), readValidations()];
  const tools = { prelude: readPrelude(), validations };
  const [whole, rest] = [corruptions.filter(({ plantIn }) => plantIn === 'whole'), corruptions.filter(({ plantIn }) => plantIn === 'stripped')];
  const planted = [
    ...(await withClients(copies, clients => spread(clients, rest, (client, corruption) => plant(client, corruption, tools)))),
    ...(await withClients([populated], clients => spread(clients, whole, (client, corruption) => plant(client, corruption, tools)))),
  ];
  const tripped = new Set(corruptions.flatMap(({ trips }) => trips));
  const idle = validations.filter(({ id }) => !tripped.has(id)).map(({ id }) => `${id}: no corruption trips it`);
  const problems = planted.flatMap(({ corruption, problems: wrong }) => wrong.map(problem => `${corruption.name}: ${problem}`));
  return { title: 'corruptions', examined: `${corruptions.length} kinds of damage, each named by its invariants and no other`, problems: [...problems, ...idle] };
};

/** One changed value in any column of the authority is noticed. */
export const checkColumns = async (catalog: Catalog, copies: readonly ScratchDatabase[]): Promise<Check> => {
  const columns = coveredColumns(catalog);
  const tools = { prelude: readPrelude(), validations: readValidations() };
  const found = await withClients(copies, clients => spread(clients, columns, (client, column) => unnoticed(client, column, tools)));
  const stray = strayNames(catalog).map(name => `${name} is listed as uncovered and is no column`);
  return { title: 'columns', examined: `${columns.length} columns, a changed value of each noticed`, problems: [...found.filter(problem => problem !== null), ...stray] };
};
