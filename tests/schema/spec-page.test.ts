import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../schema/catalog.ts';
import { specPage } from '../../tools/validate-schema/spec-page.ts';
import { readValidations } from '../../tools/validate-schema/validations.ts';
import { emptyStore } from './stores.ts';

describe('specs/schema.md', () => {
  it('is the schema of today, with a sentence for every table and column', async () => {
    const store = await emptyStore();
    try {
      const catalog = await readCatalog(store.owner);
      const silent = Object.entries(catalog.tables)
        .filter(([, { kind }]) => kind !== 'partition')
        .flatMap(([name, { comment, columns }]) => [
          ...(comment === '' ? [name] : []),
          ...Object.entries(columns).filter(([, column]) => column.comment === '').map(([column]) => `${name}.${column}`),
        ]);
      expect(silent).toEqual([]);
      // Out of date? node tools/validate-schema/main.ts --write-spec
      expect(readFileSync(new URL('../../specs/schema.md', import.meta.url), 'utf8')).toBe(specPage(catalog, readValidations()));
    } finally {
      await store.close();
    }
  });
});
