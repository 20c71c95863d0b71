/**
 * Damage planted on purpose, and whether the invariants name it. Each file of schema/corruptions says which invariants
 * must trip, plants its damage, and returns the keys of what it damaged.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Client, QueryResult } from 'pg';
import { byCodeUnit } from '../../core/kernel/order.ts';
import { findings, undone } from './validations.ts';
import type { Finding, Validation } from './validations.ts';

/** `stripped`: in a copy without constraints and triggers, which would refuse it; `whole`: in the store as it is. */
export type Corruption = Readonly<{ name: string; damage: string; trips: readonly string[]; plantIn: 'stripped' | 'whole'; sql: string }>;

/** What went otherwise than the file says; empty when the named invariants, and no other, named the damage. */
export type Planted = Readonly<{ corruption: Corruption; problems: readonly string[] }>;

const FOLDER = new URL('../../schema/corruptions/', import.meta.url);
const HEADER = /^-- (.+)\n-- trips: (INV-[A-Z-]+(?:, INV-[A-Z-]+)*)\n-- plant in: (stripped|whole)\n/;

export const readCorruptions = (): readonly Corruption[] =>
  readdirSync(FOLDER)
    .filter(file => file.endsWith('.sql'))
    .sort(byCodeUnit)
    .map(file => {
      const sql = readFileSync(new URL(file, FOLDER), 'utf8');
      const [, damage, trips, plantIn] = HEADER.exec(sql) ?? [];
      if (damage === undefined) throw new Error(`schema/corruptions/${file} does not start with its damage, what it trips and where it is planted.`);
      return { name: file.slice(0, -4), damage, trips: trips!.split(', '), plantIn: plantIn as Corruption['plantIn'], sql };
    });

/** Plants one corruption, asks the invariants, and takes it back. */
export const plant = (client: Client, corruption: Corruption, { prelude, validations }: Readonly<{ prelude: string; validations: readonly Validation[] }>): Promise<Planted> =>
  undone(client, async () => {
    const keys = await damagedKeys(client, corruption);
    await client.query(prelude);
    const asked = corruption.plantIn === 'whole' ? validations : validations.filter(({ reads }) => reads === 'rows');
    return { corruption, problems: keys.size === 0 ? ['it damaged nothing'] : problemsOf(corruption, keys, await findings(client, asked)) };
  });

const problemsOf = ({ trips }: Corruption, keys: ReadonlySet<string>, found: readonly Finding[]): readonly string[] => {
  const tripped = found.filter(({ violations }) => violations > 0);
  return [
    ...trips.filter(id => !tripped.some(finding => finding.id === id)).map(id => `${id} did not notice`),
    ...tripped.filter(({ id }) => !trips.includes(id)).map(({ id, sample }) => `${id} reported damage that was not planted for it: ${sample}`),
    ...tripped.filter(({ sample }) => !names(sample, keys)).map(({ id, sample }) => `${id} names ${sample}, not ${[...keys].join(' or ')}`),
  ];
};

/** A sample lists keys, some after the name of their table. */
const names = (sample: string, keys: ReadonlySet<string>): boolean => sample.split(', ').some(item => keys.has(item) || keys.has(item.slice(item.indexOf(' ') + 1)));

/** The key of a damaged row in each of its spellings, and every other column as it is. */
const damagedKeys = async (client: Client, { sql }: Corruption): Promise<ReadonlySet<string>> => {
  const answer = (await client.query(sql)) as QueryResult | readonly QueryResult[];
  const rows = ('rows' in answer ? answer : answer.at(-1)!).rows as readonly Readonly<Record<string, string | number | null>>[];
  return new Set(
    rows.flatMap(({ run_id: run, hour, step, seq, ...others }) => [
      ...(run === undefined ? [] : [`${run}`, `${run}/${hour}`, `${run}/${hour}.${step}`, `${run}/${hour}.${step}.${seq}`]),
      ...Object.values(others).filter(value => value !== null).map(String),
    ]),
  );
};

/** The statements that take every trigger and constraint of ours away, so that any damage can be planted. */
export const stripped = async (client: Client): Promise<void> => {
  const { rows } = await client.query<Readonly<{ statement: string }>>(STATEMENTS);
  for (const { statement } of rows) await client.query(statement);
};

/** References first, for they rest on the keys; what a partition inherits goes with its table. */
const STATEMENTS = `
  WITH relation AS (
    SELECT c.oid, c.oid::regclass::text AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('tb', 'tb_cache') AND c.relkind IN ('r', 'p')
  )
  SELECT statement FROM (
    SELECT 1 AS turn, format('DROP TRIGGER %I ON %s', t.tgname, r.name) AS statement FROM relation r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT CASE k.contype WHEN 'f' THEN 2 ELSE 3 END, format('ALTER TABLE %s DROP CONSTRAINT %I', r.name, k.conname)
    FROM relation r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
    WHERE k.contype IN ('f', 'c', 'u', 'p') AND k.conparentid = 0 AND k.coninhcount = 0
    UNION ALL
    SELECT 4, format('DROP INDEX %s', i.indexrelid::regclass)
    FROM relation r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
    WHERE i.indisunique AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid)
  ) ordered ORDER BY turn`;
