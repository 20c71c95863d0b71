/** The SQL files of the schema, and the catalogue that they make, as they stand beside the code. The one file under schema/ that reads any. */
import { readdirSync, readFileSync } from 'node:fs';
import { migrationsOf } from './migrations.ts';
import type { Migration } from './migrations.ts';

/** schema_bootstrap.sql makes at once what the migrations make one after the other. */
export type SchemaFiles = Readonly<{ bootstrap: string; migrations: readonly Migration[] }>;

const BOOTSTRAP = new URL('../schema_bootstrap.sql', import.meta.url);
const MIGRATIONS = new URL('./migrations/', import.meta.url);

export const readSchemaFiles = (): SchemaFiles => ({
  bootstrap: readFileSync(BOOTSTRAP, 'utf8'),
  migrations: migrationsOf(
    readdirSync(MIGRATIONS)
      .filter(file => file.endsWith('.sql'))
      .map(file => ({ file, text: readFileSync(new URL(file, MIGRATIONS), 'utf8') })),
  ),
});

/** Lines such as `column bytes: bytea NOT NULL` by object, such as `tb.fact` or `function tb.refuse_change()`. */
export type StoreCatalog = Readonly<Record<string, readonly string[]>>;

/** Written by `tools/validate-schema/main.ts --write-spec`. */
export const EXPECTED_CATALOG = new URL('./expected-catalog.json', import.meta.url);

/** Everything that the bootstrap of this tb makes. */
export const readExpectedCatalog = (): StoreCatalog => JSON.parse(readFileSync(EXPECTED_CATALOG, 'utf8')) as StoreCatalog;
