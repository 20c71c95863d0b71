import { describe, expect, test } from 'vitest';
import { layoutOf, socketFolderOf } from '../../../../adapters/store/server/layout.ts';

const socketOf = (folder: string): string => socketFolderOf(layoutOf(folder), 1000);

describe('paths of an embedded store', () => {
  test('everything of the server lies in one folder', () => {
    expect(layoutOf('/nowhere/.tb')).toEqual({
      folder: '/nowhere/.tb',
      serverFolder: '/nowhere/.tb/postgres',
      clusterFolder: '/nowhere/.tb/postgres/cluster',
      logFile: '/nowhere/.tb/postgres/server.log',
    });
  });

  test('the socket stays beside the cluster up to 100 bytes and moves to /tmp beyond', () => {
    // '/' + name + '/postgres/socket/.s.PGSQL.5432' is the name's length + 31 bytes.
    const fits = `/${'a'.repeat(69)}`;
    expect(socketOf(fits)).toBe(`${fits}/postgres/socket`);
    expect(socketOf(`/${'a'.repeat(70)}`)).toBe('/tmp/tb-1000-310bfc0d06e0fc5e');
  });

  test('bytes count, not characters', () => {
    expect(socketOf(`/${'é'.repeat(36)}`)).toMatch(/^\/tmp\/tb-1000-[0-9a-f]{16}$/);
  });

  test('a name with a line break would break the file that PostgreSQL keeps about itself', () => {
    expect(() => layoutOf('/nowhere/a\nb')).toThrow(expect.objectContaining({ kind: 'refused' }));
  });
});
