/** What whoever owns a store can do first: take off everything that stands in the way of changing it. For the tools and tests that plant damage. */
import type { StoreClient } from '../../adapters/store/connection.ts';

/** `uniqueKeys`: also keys and indexes that keep rows from standing twice, but for the primary ones. */
export type Disarmed = Readonly<{ uniqueKeys: boolean }>;

const REFERENCES_AND_CHECKS = `contype IN ('f', 'c') AND coninhcount = 0`;
const UNIQUE_KEYS = `contype = 'u'`;

const dropConstraints = (condition: string): string => `
  FOR found IN SELECT conrelid::regclass AS place, conname FROM pg_constraint WHERE connamespace = 'tb'::regnamespace AND conparentid = 0 AND ${condition} LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', found.place, found.conname);
  END LOOP;`;

const DROP_UNIQUE_INDEXES = `
  FOR found IN SELECT i.indexrelid::regclass AS place FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'tb'::regnamespace AND i.indisunique AND NOT i.indisprimary AND NOT c.relispartition LOOP
    EXECUTE format('DROP INDEX %s', found.place);
  END LOOP;`;

const SWITCH_TRIGGERS_OFF = `
  FOR found IN SELECT oid::regclass AS place FROM pg_class WHERE relnamespace = 'tb'::regnamespace AND relkind IN ('r', 'p') LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', found.place);
  END LOOP;`;

/** Takes away triggers, references and checks, and where asked unique keys. Primary keys stay: rows are named by them. */
export const disarm = async (client: StoreClient, { uniqueKeys }: Disarmed = { uniqueKeys: false }): Promise<void> => {
  const keys = uniqueKeys ? [dropConstraints(UNIQUE_KEYS), DROP_UNIQUE_INDEXES] : [];
  await client.query(`DO $$ DECLARE found record; BEGIN ${[dropConstraints(REFERENCES_AND_CHECKS), ...keys, SWITCH_TRIGGERS_OFF].join('')} END $$`);
};
