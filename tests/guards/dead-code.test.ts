/** What nothing uses is found: a file, an export, a type, a package that is imported without being asked for. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deadCode } from '../../tools/guards/dead-code.ts';
import { inScratch } from './scratch.ts';

const plants = {
  'cli/main.ts': "import { used } from '../core/used.ts';\nimport left from 'left-pad';\nused(left);\n",
  'core/used.ts': 'export const used = (text: string): string => text;\nexport const unused = 1;\nexport type Unused = string;\n',
  'core/forgotten.ts': 'export const forgotten = 1;\n',
};

test('dead code is named', async () => {
  const findings = await inScratch(plants, async root => {
    const settings = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    settings.dependencies['right-pad'] = '1.0.0';
    writeFileSync(join(root, 'package.json'), JSON.stringify(settings));
    return deadCode.findings(root);
  });
  const found = findings.map(({ rule, where, message }) => `${rule} ${where} ${message}`);
  expect(found).toContain('unused-files core/forgotten.ts Nothing imports this file.');
  expect(found).toContain('unused-exports core/used.ts:2 unused (exports)');
  expect(found).toContain('unused-types core/used.ts:3 Unused (types)');
  expect(found).toContain('unused-unlisted cli/main.ts:2 left-pad (unlisted)');
  expect(findings.filter(({ rule, message }) => rule === 'unused-dependencies' && message.startsWith('right-pad'))).toHaveLength(1);
});
