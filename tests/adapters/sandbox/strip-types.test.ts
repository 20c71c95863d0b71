/** Types are erased in place; Node's announcement that the call is experimental stays unsaid, and other warnings do not. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { stripTypes } from '../../../adapters/sandbox/strip-types.ts';

test('types become space', () => {
  expect(stripTypes('const a: number = 1 as number;\ninterface B {\n  c: 1;\n}\nexport default a satisfies number;\n', 'a.ts')).toBe(
    'const a         = 1          ;\n             \n       \n \nexport default a                 ;\n',
  );
});

test.each([
  ['const a = ;', 1, 'Expression expected'],
  ["\n\nconst a: string = 'x\n", 3, 'Unterminated string constant'],
  ['namespace A { export const b = 1; }', 1, 'TypeScript namespace declaration is not supported in strip-only mode'],
  ['\nclass A { constructor(private b: number) {} }', 2, 'TypeScript parameter property is not supported in strip-only mode'],
])('%j is refused at line %i', (text, line, reason) => {
  expect(() => stripTypes(text, 'a.ts')).toThrow(`a.ts:${line}: it is not TypeScript that can run as it is: ${reason}.`);
});

test('only the one warning is kept back', () => {
  const module = pathToFileURL(join('adapters', 'sandbox', 'strip-types.ts')).href;
  const program = `const { stripTypes } = await import('${module}');\nprocess.stdout.write(stripTypes('const a: 1 = 1;', 'a.ts'));\nprocess.emitWarning('still said');`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(stdout).toBe('const a    = 1;');
  expect(stderr).toMatch(/^\(node:\d+\) Warning: still said\n\(Use `node --trace-warnings/);
  expect(stderr).not.toContain('ExperimentalWarning');
});
