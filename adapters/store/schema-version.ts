/** Which version of the schema a database holds, cheaply enough to ask before every command. */
import type pg from 'pg';

/** The version schema_bootstrap.sql makes and this code reads and writes. */
export const SCHEMA_VERSION = 3;

const UNDEFINED_TABLE = '42P01';
const INVALID_SCHEMA = '3F000';

/** The store's schema version; null in a database that holds none. */
export const readStoreVersion = async (client: pg.ClientBase): Promise<number | null> => {
  try {
    const { rows } = await client.query<{ version: number | null }>('SELECT max(version) AS version FROM tb.schema_version');
    return rows[0]!.version;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === UNDEFINED_TABLE || code === INVALID_SCHEMA) return null;
    throw error;
  }
};
