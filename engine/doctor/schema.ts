/** Whether the database holds a store of this version, as its migrations made it, with history locked and the application kept small. */
import type { Finding } from '../../adapters/store/finding.ts';
import { SCHEMA_VERSION } from '../../adapters/store/schema-version.ts';
import type { RoleCondition } from '../../adapters/store/store-condition.ts';
import { APP_ROLE } from '../../adapters/store/server/address.ts';
import { EXIT } from '../problem.ts';
import { counted } from '../wording.ts';
import { failure, warning, well } from './check.ts';
import type { Check } from './check.ts';

/** `made` says that a store comes by itself here: an embedded one is made by the first command. */
export const judgeVersion = (version: number | null, { made, empty }: Readonly<{ made: boolean; empty: boolean }>): Check => {
  if (version === SCHEMA_VERSION) return well('schema', { found: `version ${version}` });
  if (version === null && made && empty) return well('schema', { found: 'there is no store in this database yet; tb init or the first tb import makes it' });
  if (version === null && empty) return failure('schema', { found: 'the database is empty', mend: 'Run tb init on it.' });
  if (version === null) return failure('schema', { found: 'the database holds something else than a store of tb', mend: 'Give tb a database of its own, and run tb init on that.' });
  if (version > SCHEMA_VERSION) return failure('schema', { found: `version ${version}, and this tb knows up to ${SCHEMA_VERSION}`, mend: 'Use the newer tb that made it.' });
  return failure('schema', { found: `version ${version}, and this tb needs ${SCHEMA_VERSION}`, mend: 'Run tb init to bring it up to date; nothing stored is changed.' });
};

const SHOWN = 3;

/** All that is different of one table: its first difference, and how many there are besides. */
const ofTable = ([first, ...rest]: readonly Finding[]): string =>
  `${first!.table} ${first!.key} ${first!.actual ?? 'is missing'}${rest.length === 0 ? '' : ` (and ${rest.length} more of it)`}`;

/** Migrations that are not those of this version, and tables that could be changed. */
export const judgeGuards = (findings: readonly Finding[]): Check => {
  if (findings.length === 0) return well('guards', { found: 'the schema came from these migrations, and every table refuses changes' });
  const tables = [...Map.groupBy(findings, ({ table }) => table).values()].map(ofTable);
  const more = tables.length > SHOWN ? ` and ${counted(tables.length - SHOWN, 'more table')}` : '';
  return failure('guards', { found: `${counted(findings.length, 'difference')}: ${tables.slice(0, SHOWN).join('; ')}${more}`, mend: 'Somebody changed the schema: tb verify says what else is different. tb restore FILE into a new store brings a whole one back.' }, EXIT.mismatch);
};

export const judgeRoles = ({ login, exists, maySet, beyond, short }: RoleCondition): Check => {
  if (!exists) return failure('roles', { found: `the server has no role ${APP_ROLE}`, mend: 'Run tb init with a login that may create roles.' });
  if (!maySet) return failure('roles', { found: `${login} may not become ${APP_ROLE}`, mend: `As an administrator of the server: GRANT ${APP_ROLE} TO "${login}"` });
  if (short.length > 0) return failure('roles', { found: `${APP_ROLE} may not read and append ${short.slice(0, SHOWN).join(', ')}`, mend: 'Run tb init as the owner of the tables; if that does not help, tb restore FILE into a new store.' });
  if (beyond.length > 0) return warning('roles', { found: `${APP_ROLE} may change ${beyond.slice(0, SHOWN).join(', ')}`, mend: `As the owner: REVOKE UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA tb FROM ${APP_ROLE}` });
  return well('roles', { found: `${login} owns, ${APP_ROLE} reads and appends` });
};
