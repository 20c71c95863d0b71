/** Each rule about files is shown one violation and must name it; a tidy file passes. */
import { beforeAll, describe, expect, test } from 'vitest';
import { tidy } from '../../tools/guards/tidy.ts';
import { rulesReported } from './scratch.ts';

const HEADER = '/** What it decides. */\n';

const PLANTS: readonly (readonly [rule: string, path: string, source: string])[] = [
  ['tidy/file-size', 'core/long.ts', `${HEADER}${'\n'.repeat(300)}`],
  ['tidy/file-size', 'tests/long.test.ts', `${HEADER}${'\n'.repeat(400)}`],
  ['tidy/header-comment', 'core/bare.ts', 'export const one = 1;\n'],
  ['tidy/header-comment', 'cli/bare.mjs', '#!/usr/bin/env node\nexport const one = 1;\n'],
  ['tidy/kebab-case', 'core/camelCase.ts', HEADER],
  ['tidy/kebab-case', 'core/snake_case/fill.ts', HEADER],
  ['tidy/banned-file-name', 'core/price-utils.ts', HEADER],
  ['tidy/banned-file-name', 'adapters/common/fill.ts', HEADER],
  ['tidy/banned-file-name', 'core/data.ts', HEADER],
  ['tidy/trailing-space', 'core/space.ts', '/** What it decides. */ \n'],
  ['tidy/trailing-space', 'specs/crlf.md', '# Title\r\n'],
  ['tidy/final-newline', 'core/open.ts', '/** What it decides. */'],
  ['tidy/foreign-word', 'specs/who.md', 'The CEO wants it.\n'],
  ['tidy/foreign-word', 'specs/when.md', 'Done in the last session.\n'],
  ['tidy/foreign-word', 'specs/where.md', 'It comes from registry.npmjs.org.\n'],
  ['tidy/foreign-word', 'core/path.ts', '/** Reads /work/main. */\n'],
  ['tidy/foreign-word', 'specs/why.md', 'See issue 12.\n'],
  ['tidy/foreign-word', 'specs/number.md', 'As decided (#12).\n'],
  ['tidy/silenced-rule', 'core/silenced.ts', `${HEADER}// oxlint-disable-next-line no-var\n`],
  ['tidy/silenced-rule', 'core/expects.ts', `${HEADER}// @ts-expect-error\n`],
  ['tidy/spec-is-linked', 'specs/lonely.md', '# Lonely\n'],
];

const ALLOWED: readonly (readonly [path: string, source: string])[] = [
  ['core/fill.ts', HEADER],
  ['cli/tb.mjs', `#!/usr/bin/env node\n${HEADER}`],
  ['cli/commands/data.ts', HEADER],
  ['core/silent.ts', `${HEADER}// oxlint-disable-next-line no-var -- because the generator writes it\n`],
  ['schema/grants.sql', '-- Ends with the session that took it.\n'],
  ['specs/fills.md', '# Fills\n'],
];

describe('tidy', () => {
  let rules: ReadonlyMap<string, readonly string[]> = new Map();
  beforeAll(async () => {
    const linked = PLANTS.filter(([rule, path]) => path.startsWith('specs/') && rule !== 'tidy/spec-is-linked').map(([, path]) => path);
    rules = await rulesReported(tidy, {
      ...Object.fromEntries(PLANTS.map(([, path, source]) => [path, source])),
      ...Object.fromEntries(ALLOWED),
      'README.md': `${['specs/fills.md', ...linked].map(path => `[page](${path})`).join('\n')}\n`,
    });
  });

  test.each(PLANTS)('%s: %s', (rule, path) => {
    expect(rules.get(path)).toEqual([rule]);
  });

  test.each(ALLOWED)('%s passes', path => {
    expect(rules.get(path)).toBeUndefined();
  });
});
