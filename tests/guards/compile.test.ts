/** Core does not compile with a name that belongs to Node or the browser, nor anything with syntax that does not erase. */
import { beforeAll, describe, expect, test } from 'vitest';
import { coreTypes, types } from '../../tools/guards/types.ts';
import { inScratch, rulesByFile } from './scratch.ts';
import type { Plants } from './scratch.ts';

const OUTSIDE_NAMES = [
  'process', 'console', 'fetch', 'setTimeout', 'setInterval', 'queueMicrotask', 'performance', 'crypto', 'Buffer', 'URL',
  'structuredClone', 'navigator', 'Temporal', 'require',
] as const;

const NOT_ERASABLE: readonly (readonly [name: string, source: string])[] = [
  ['enum', 'export enum Side { Buy, Sell }'],
  ['namespace', 'export namespace Ledger { export const open = 1; }'],
  ['parameter property', 'export class Ledger { constructor(readonly open: number) {} }'],
];

const plants: Plants = {
  ...Object.fromEntries(OUTSIDE_NAMES.map(name => [`core/uses-${name.toLowerCase()}.ts`, `export const outside: unknown = ${name};\n`])),
  ...Object.fromEntries(NOT_ERASABLE.map(([, source], index) => [`adapters/plant-${index}.ts`, `${source}\n`])),
  'core/uses-filesystem.ts': "export { readFileSync } from 'node:fs';\n",
  'core/kernel/digest.ts': "import { hash } from 'node:crypto';\nexport const sha256 = (text: string): string => hash('sha256', text, 'hex');\n",
  'core/kernel/other-hash.ts': "import { hash } from 'node:crypto';\nexport const md5 = (text: string): string => hash('md5', text, 'hex');\n",
  'adapters/uses-node.ts': 'export const home: string | undefined = process.env["HOME"];\n',
};

describe('compile', () => {
  let inCore: ReadonlyMap<string, readonly string[]> = new Map();
  let anywhere: ReadonlyMap<string, readonly string[]> = new Map();
  beforeAll(async () => {
    [inCore, anywhere] = await inScratch(plants, async root =>
      Promise.all([coreTypes.findings(root).then(rulesByFile), types.findings(root).then(rulesByFile)]),
    );
  });

  test.each(OUTSIDE_NAMES)('core does not know %s', name => {
    expect(inCore.get(`core/uses-${name.toLowerCase()}.ts`)).toHaveLength(1);
  });

  test('core does not know node:fs, and of node:crypto only SHA-256', () => {
    expect(inCore.get('core/uses-filesystem.ts')).toEqual(['TS2591']);
    expect(inCore.get('core/kernel/digest.ts')).toBeUndefined();
    expect(inCore.get('core/kernel/other-hash.ts')).toEqual(['TS2345']);
  });

  test.each(NOT_ERASABLE.map(([name], index) => [name, `adapters/plant-${index}.ts`]))('%s does not erase', (_name, path) => {
    expect(anywhere.get(path)).toContain('TS1294');
  });

  test('outside core Node is there', () => {
    expect(anywhere.get('adapters/uses-node.ts')).toBeUndefined();
  });
});
