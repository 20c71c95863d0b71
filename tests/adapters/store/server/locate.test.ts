import { describe, expect, test } from 'vitest';
import { locateStore } from '../../../../adapters/store/server/locate.ts';

describe('locateStore', () => {
  test.each([
    // --store                         DATABASE_URL             expected
    ['postgres://me@db:5433/desk', undefined, { kind: 'url', url: 'postgres://me@db:5433/desk' }],
    ['POSTGRESQL://db/desk', undefined, { kind: 'url', url: 'POSTGRESQL://db/desk' }],
    ['shop', 'postgres://db/other', { kind: 'folder', folder: '/home/me/shop' }],
    ['../shop', undefined, { kind: 'folder', folder: '/home/shop' }],
    ['/srv/shop', undefined, { kind: 'folder', folder: '/srv/shop' }],
    [undefined, 'postgres://db/other', { kind: 'url', url: 'postgres://db/other' }],
    [undefined, '', { kind: 'folder', folder: '/home/me/.tb' }],
    [undefined, undefined, { kind: 'folder', folder: '/home/me/.tb' }],
  ])('--store %s with DATABASE_URL %s', (option, url, expected) => {
    expect(locateStore(option, { DATABASE_URL: url }, '/home/me')).toEqual(expected);
  });

  test.each([
    ['', undefined, '--store is empty.'],
    ['  ', 'postgres://db/other', '--store is empty.'],
    ['mysql://me:secret@db/desk', undefined, '--store mysql:// is not a store that tb knows.'],
    [undefined, 'mysql://me:secret@db/desk', 'DATABASE_URL is not a postgres:// URL.'],
    [undefined, './folder', 'DATABASE_URL is not a postgres:// URL.'],
  ])('--store "%s" with DATABASE_URL %s is refused without its password', (option, url, message) => {
    expect(() => locateStore(option, { DATABASE_URL: url }, '/home/me')).toThrow(expect.objectContaining({ kind: 'refused', message }));
  });
});
