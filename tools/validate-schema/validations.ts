/** The invariants of schema/validations and what a store answers to them. Runs inside the caller's transaction. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Client } from 'pg';
import { byCodeUnit } from '../../core/kernel/order.ts';

/** `rows` looks at what is stored, `catalog` at what the database would refuse. */
export type Validation = Readonly<{ id: string; meaning: string; reads: 'rows' | 'catalog'; sql: string }>;

export type Finding = Readonly<{ id: string; examined: number; violations: number; sample: string }>;

const FOLDER = new URL('../../schema/validations/', import.meta.url);
const HEADER = /^-- (INV-[A-Z-]+): (.+)\n-- reads: (rows|catalog)\n/;

/** Defines what the invariants share; schema validation must not exist before. */
export const readPrelude = (): string => readFileSync(new URL('prelude.sql', FOLDER), 'utf8');

/** Every invariant, by id. Throws when a file does not say what it is, or is not named after it. */
export const readValidations = (): readonly Validation[] =>
  readdirSync(FOLDER)
    .filter(file => file.endsWith('.sql') && file !== 'prelude.sql')
    .sort(byCodeUnit)
    .map(file => {
      const sql = readFileSync(new URL(file, FOLDER), 'utf8');
      const [, id, meaning, reads] = HEADER.exec(sql) ?? [];
      if (id === undefined || file !== `${id.toLowerCase()}.sql`) throw new Error(`schema/validations/${file} does not start with its id, its meaning and what it reads.`);
      return { id, meaning: meaning!, reads: reads as Validation['reads'], sql };
    });

/** Runs the invariants, the prelude being there. A failing statement is told with the invariant's id. */
export const findings = async (client: Client, validations: readonly Validation[]): Promise<readonly Finding[]> => {
  const found: Finding[] = [];
  for (const { id, sql } of validations) {
    try {
      const { rows } = await client.query<Readonly<{ check_name: string; examined: number; violations: number; sample: string }>>(sql);
      for (const row of rows) found.push({ id: row.check_name, examined: row.examined, violations: row.violations, sample: row.sample });
    } catch (error) {
      throw new Error(`${id} cannot be run: ${(error as Error).message}`, { cause: error });
    }
  }
  return found;
};

/** Runs the work in a transaction that is always rolled back, so that nothing of it stays. */
export const undone = async <Result>(client: Client, work: () => Promise<Result>): Promise<Result> => {
  await client.query('BEGIN');
  try {
    return await work();
  } finally {
    await client.query('ROLLBACK');
  }
};
