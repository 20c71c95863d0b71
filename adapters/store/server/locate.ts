/**
 * Decides which store a command means: the --store option, else DATABASE_URL, else ./.tb. A pure function of what it
 * is given: it looks at no file and opens nothing.
 */
import { resolve } from 'node:path';
import { StoreError } from '../store-error.ts';

export type StoreLocation = Readonly<{ kind: 'url'; url: string }> | Readonly<{ kind: 'folder'; folder: string }>;
export type StoreEnvironment = Readonly<{ DATABASE_URL?: string | undefined }>;

const DEFAULT_FOLDER = '.tb';

const POSTGRES_URL = /^postgres(ql)?:\/\//i;
const ANY_URL = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * The store that is meant; a folder comes back absolute. Throws StoreError (refused) on an empty --store (an unset shell
 * variable must not fall back to another store) and on a URL that is not PostgreSQL's.
 */
export const locateStore = (option: string | undefined, environment: StoreEnvironment, cwd: string): StoreLocation => {
  if (option !== undefined) return locateOption(option, cwd);
  const url = environment.DATABASE_URL ?? '';
  if (url === '') return { kind: 'folder', folder: resolve(cwd, DEFAULT_FOLDER) };
  if (POSTGRES_URL.test(url)) return { kind: 'url', url };
  throw new StoreError('refused', {
    message: 'DATABASE_URL is not a postgres:// URL.',
    hint: 'Unset it, or name the store with --store postgres://… or --store FOLDER.',
  });
};

const locateOption = (option: string, cwd: string): StoreLocation => {
  if (POSTGRES_URL.test(option)) return { kind: 'url', url: option };
  if (option.trim() === '') {
    throw new StoreError('refused', { message: '--store is empty.', hint: 'Give a postgres:// URL or a folder, or leave the option away.' });
  }
  if (ANY_URL.test(option)) {
    throw new StoreError('refused', { message: `--store ${schemeOf(option)} is not a store that tb knows.`, hint: 'Give a postgres:// URL or a folder.' });
  }
  return { kind: 'folder', folder: resolve(cwd, option) };
};

/** Only the scheme is shown: the rest of a URL may hold a password. */
const schemeOf = (url: string): string => url.slice(0, url.indexOf('://') + 3);
