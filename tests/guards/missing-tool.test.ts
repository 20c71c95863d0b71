/** A guard whose tool is not installed fails. It never passes for want of anything to say. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boundaries } from '../../tools/guards/boundaries.ts';
import { deadCode } from '../../tools/guards/dead-code.ts';
import { lint } from '../../tools/guards/lint.ts';
import { coreTypes, pageTypes, types } from '../../tools/guards/types.ts';
import { inScratch } from './scratch.ts';

test.each([types, coreTypes, pageTypes, lint, boundaries, deadCode])('$name', async guard => {
  await inScratch({ 'core/fill.ts': 'export const fill = 1;\n' }, async root => {
    rmSync(join(root, 'node_modules'));
    mkdirSync(join(root, 'node_modules'));
    await expect(async () => guard.findings(root)).rejects.toThrow('is not installed');
  });
});
