/**
 * The application's role on a server that tb did not make itself. It only adds what is missing, and it drops and alters
 * nothing: roles belong to the whole server, not to one database.
 */
import type { Client } from 'pg';
import { codeOf } from '../store-error.ts';
import { APP_ROLE } from './address.ts';

/** Another tb made the role, or granted it, at the same moment. */
const MADE_MEANWHILE = new Set(['42710', '23505', 'XX000']);

/**
 * Sees to it that the application role exists and that this login may become it; outside a transaction only. What it may
 * do is granted by the schema. Fails with SQLSTATE 42501 when the login may not create roles.
 */
export const ensureAppRole = async (client: Client): Promise<void> => {
  const { rows } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APP_ROLE]);
  if (rows.length === 0) await tolerant(client, `CREATE ROLE ${APP_ROLE} NOLOGIN`);
  // Since PostgreSQL 16 the creator of a role administers it, but may not become it until told so.
  if (!(await canBecomeApp(client))) await tolerant(client, `GRANT ${APP_ROLE} TO CURRENT_USER`);
};

const canBecomeApp = async (client: Client): Promise<boolean> => {
  try {
    await client.query(`SET ROLE ${APP_ROLE}`);
    await client.query('RESET ROLE');
    return true;
  } catch (error) {
    if (codeOf(error) === '42501') return false;
    throw error;
  }
};

const tolerant = async (client: Client, statement: string): Promise<void> => {
  try {
    await client.query(statement);
  } catch (error) {
    if (!MADE_MEANWHILE.has(codeOf(error) ?? '')) throw error;
  }
};
