/** How tb is typed in a folder: by npx where that finds this very tb, and by its path everywhere else. Decides nothing about what is typed behind it. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { quoted } from './completion/case-table.ts';

const PROGRAM = resolve(import.meta.dirname, '..');
const COMMAND_LINE = join(import.meta.dirname, 'tb.mjs');

/** npx takes the packages of the first folder upwards that has any; null where none has. */
const packagesAbove = (folder: string): string | null => {
  if (['package.json', 'node_modules'].some(name => existsSync(join(folder, name)))) return folder;
  return dirname(folder) === folder ? null : packagesAbove(dirname(folder));
};

/** Nothing in it that a shell reads otherwise than it stands. */
const PLAIN = /^[\w./@%+:,-]+$/;

/** A text as one word of a shell, in quotes where it needs them. */
export const shellWord = (text: string): string => (PLAIN.test(text) ? text : quoted(text));

/** `npx tb`, or `node FOLDER/cli/tb.mjs` where npx would look for a package of that name elsewhere. */
export const commandIn = (folder: string): string => {
  const real = existsSync(folder) ? realpathSync(folder) : resolve(folder);
  return packagesAbove(real) === realpathSync(PROGRAM) ? 'npx tb' : `node ${shellWord(COMMAND_LINE)}`;
};
