/**
 * The numbered steps that lead to the schema of today: which there are, and which a store still needs. It reads no
 * file and runs nothing; a landed migration never changes.
 */
import { assert } from '../core/kernel/assert.ts';
import { sha256Hex } from '../core/kernel/digest.ts';
import { byCodeUnit } from '../core/kernel/order.ts';
import type { Digest } from '../core/kernel/units.ts';

export type Migration = Readonly<{ version: number; name: string; sql: string; sha256: Digest }>;

export type SqlFile = Readonly<{ file: string; text: string }>;

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/** The migrations in order of version, which starts at 1 and leaves out none. Throws when a file name breaks that. */
export const migrationsOf = (files: readonly SqlFile[]): readonly Migration[] => {
  const migrations = [...files].sort((left, right) => byCodeUnit(left.file, right.file)).map(migrationOf);
  assert(migrations.length > 0, 'There is at least one migration.');
  migrations.forEach(({ version, name }, index) =>
    assert(version === index + 1, `Migrations are numbered 1, 2, 3 …; ${name} has number ${version} in place ${index + 1}.`),
  );
  return migrations;
};

const migrationOf = ({ file, text }: SqlFile): Migration => {
  const parts = FILE_NAME.exec(file);
  assert(parts !== null, `A migration is named 0001_what_it_does.sql, not ${file}.`);
  return { version: Number(parts[1]), name: parts[2]!, sql: text, sha256: sha256Hex(text) };
};

/** The version that all of them lead to. */
export const latestVersion = (migrations: readonly Migration[]): number => migrations.at(-1)!.version;

/** What a store of this version still needs, in order. */
export const pendingAfter = (migrations: readonly Migration[], version: number): readonly Migration[] =>
  migrations.filter(migration => migration.version > version);
