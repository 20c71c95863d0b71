import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { linkClient } from '../../web/report/link-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'tb-link-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test('files that import each other become one script, each with names of its own', () => {
  write('one.ts', '/** One. */\nconst hidden: number = 1;\nexport const one = (): number => hidden;\n');
  write('two.ts', "import { one } from './one.ts';\nimport type { Nothing } from './nowhere.ts';\nconst hidden = 2;\nexport const two = (): number => one() + hidden;\n");
  const entry = write('entry.ts', "import { one } from './one.ts';\nimport { two } from './two.ts';\nanswer = one() * 10 + two();\n");
  const world = { answer: 0 };
  runInNewContext(linkClient(entry).replace("'use strict';", ''), world);
  expect(world.answer).toBe(13);
});

test.each([
  ['export default 1;\n', 'is a form of import or export'],
  ["import * as all from './one.ts';\n", 'is a form of import or export'],
  ["import { round } from './round.ts';\n", 'imports itself'],
])('%j is refused', (text, said) => {
  write('round.ts', "import { round as other } from './entry.ts';\nexport const round = 1;\n");
  expect(() => linkClient(write('entry.ts', text))).toThrow(said);
});

test('every script of the page is in it', () => {
  const client = join(import.meta.dirname, '..', '..', 'web', 'report', 'client');
  const linked = linkClient(join(client, 'main.ts'));
  const names = readdirSync(client).filter(name => name.endsWith('.ts')).map(name => `const tb_${name.replace('.ts', '').replaceAll('-', '_')} = `);
  // What holds types alone leaves nothing behind.
  expect(names.filter(name => !linked.includes(name))).toEqual([]);
  expect(linked).not.toContain('innerHTML');
});
