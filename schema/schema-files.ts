/** The SQL files of the schema, as they stand beside the code. The one file under schema/ that reads any. */
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
