/**
 * Proves the schema: it boots, the migrations lead to it, drizzle mirrors it, its invariants hold on what really happens
 * and name whatever damage is planted. Exit 0 when all of it holds, 5 when not. `--write-spec` writes specs/schema.md and
 * schema/expected-catalog.json anew instead.
 */
import { writeFileSync } from 'node:fs';
import { EXPECTED_CATALOG } from '../../schema/schema-files.ts';
import { expectedCatalogText, readStoreCatalog } from '../../schema/store-catalog.ts';
import { checkBootstrap, checkCatalog, checkColumns, checkCorruptions, checkInvariants, checkMigrations, checkMirror, strippedCopies } from './checks.ts';
import type { Check } from './checks.ts';
import { populate } from './populate.ts';
import { asOwner, openScratchServer } from './scratch-databases.ts';
import type { ScratchServer } from './scratch-databases.ts';
import { specPage } from './spec-page.ts';
import { readValidations } from './validations.ts';

const EXIT_FAILED = 5;
const PROBLEMS_SHOWN = 20;

const print = ({ title, examined, problems }: Check): void => {
  const shown = problems.slice(0, PROBLEMS_SHOWN).map(problem => `    ${problem}\n`);
  const more = problems.length > PROBLEMS_SHOWN ? `    and ${problems.length - PROBLEMS_SHOWN} more\n` : '';
  process.stdout.write(`${title.padEnd(14)}${problems.length === 0 ? 'ok' : 'FAILED'}   ${examined}\n${shown.join('')}${more}`);
};

const runChecks = async (server: ScratchServer, tell: (check: Check) => void): Promise<void> => {
  const store = await server.database();
  const { check, catalog } = await checkBootstrap(store);
  tell(check);
  tell(await checkCatalog(store));
  tell(await checkMigrations(await server.database(), catalog));
  tell(await checkMirror(await server.database(), catalog));
  await populate(store);
  tell(await checkInvariants(store));
  const copies = await strippedCopies(server, store);
  tell(await checkCorruptions(store, copies));
  tell(await checkColumns(catalog, copies));
};

const writeSpec = async (server: ScratchServer): Promise<void> => {
  const store = await server.database();
  const { catalog } = await checkBootstrap(store);
  writeFileSync(EXPECTED_CATALOG, expectedCatalogText(await asOwner(store, readStoreCatalog)));
  writeFileSync(new URL('../../specs/schema.md', import.meta.url), specPage(catalog, readValidations()));
};

const main = async (args: readonly string[]): Promise<number> => {
  const startedAt = performance.now();
  const checks: Check[] = [];
  const server = await openScratchServer();
  try {
    if (args.includes('--write-spec')) {
      await writeSpec(server);
      return 0;
    }
    await runChecks(server, check => {
      checks.push(check);
      print(check);
    });
  } finally {
    await server.close();
  }
  const problems = checks.reduce((sum, { problems: wrong }) => sum + wrong.length, 0);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  process.stdout.write(problems === 0 ? `The schema holds: ${checks.length} checks in ${seconds} s.\n` : `The schema does not hold: ${problems} problems in ${seconds} s.\n`);
  return problems === 0 ? 0 : EXIT_FAILED;
};

process.exitCode = await main(process.argv.slice(2));
