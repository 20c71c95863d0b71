/** The project's own files obey the rules about files: specs/style.md says which, tools/guards/tidy.ts how they are found. */
import { expect, test } from 'vitest';
import { tidyFindings } from '../tools/guards/tidy.ts';

test('every file is tidy', () => {
  expect(tidyFindings(process.cwd())).toEqual([]);
});
