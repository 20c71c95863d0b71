import { describe, expect, it } from 'vitest';
import { applySchema } from '../../schema/apply.ts';
import { readCatalog } from '../../schema/catalog.ts';
import type { Catalog } from '../../schema/catalog.ts';
import { TABLES } from '../../schema/drizzle/tables.ts';
import { ddlOf } from '../../tools/validate-schema/drizzle-ddl.ts';
import { mirrorDifferences } from '../../tools/validate-schema/mirror.ts';
import { emptyDatabase, NOW_MS } from './stores.ts';
import type { Store } from './stores.ts';

/** The catalogs of the bootstrap and of drizzle, each after some statements of the case. */
const catalogs = async (statements: Readonly<{ bootstrap?: string; drizzle?: string }>): Promise<Readonly<{ bootstrap: Catalog; drizzle: Catalog }>> => {
  const [left, right]: Store[] = [await emptyDatabase(), await emptyDatabase()];
  try {
    await applySchema(left!.owner, NOW_MS);
    for (const statement of ddlOf(TABLES)) await right!.owner.query(statement);
    await left!.owner.query(statements.bootstrap ?? 'SELECT 1');
    await right!.owner.query(statements.drizzle ?? 'SELECT 1');
    return { bootstrap: await readCatalog(left!.owner), drizzle: await readCatalog(right!.owner) };
  } finally {
    await Promise.all([left!.close(), right!.close()]);
  }
};

describe('drizzle and the bootstrap', () => {
  it('say the same', async () => {
    const { bootstrap, drizzle } = await catalogs({});
    expect(mirrorDifferences(bootstrap, drizzle)).toEqual([]);
  });

  it('are compared both ways, in every respect', async () => {
    const { bootstrap, drizzle } = await catalogs({
      bootstrap: `
        CREATE TABLE tb.extra (id int PRIMARY KEY);
        ALTER TABLE tb.account ADD COLUMN note text;
        ALTER TABLE tb.ingest DROP CONSTRAINT ingest_added_check;
        ALTER TABLE tb.lot_kept DROP CONSTRAINT lot_kept_retention_run_id_hour_step_seq_fkey;
        DROP INDEX tb.lot_match_by_lot;`,
      drizzle: `
        CREATE TABLE tb.other (id int PRIMARY KEY);
        ALTER TABLE tb.account ADD COLUMN remark text;
        ALTER TABLE tb.series ALTER COLUMN timeframe DROP NOT NULL;
        ALTER TABLE tb.run ALTER COLUMN keep TYPE varchar(10);
        ALTER TABLE tb.ingest ALTER COLUMN id DROP IDENTITY;
        ALTER TABLE tb.store DROP CONSTRAINT store_pkey;
        ALTER TABLE tb.inbox ADD UNIQUE (received_ms);`,
    });
    const told = mirrorDifferences(bootstrap, drizzle).map(({ path, left, right }) => [path, left === null ? 'drizzle' : right === null ? 'bootstrap' : 'both'].join(': '));
    expect(told.filter(line => !line.startsWith('tb.run > constraints'))).toEqual([
      'tb.account > columns > note: bootstrap',
      'tb.account > columns > remark: drizzle',
      'tb.extra: bootstrap',
      'tb.inbox > constraints: drizzle',
      'tb.ingest > columns > id > identity: both',
      'tb.ingest > constraints: drizzle',
      'tb.lot > constraints: bootstrap',
      'tb.lot > constraints: drizzle',
      'tb.lot_match > indexes: drizzle',
      'tb.other: drizzle',
      'tb.run > columns > keep > type: both',
      'tb.series > columns > timeframe > nullable: both',
      'tb.store > constraints: bootstrap',
    ]);
  });
});
