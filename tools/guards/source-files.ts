/** Which files are ours: a walk that leaves out what is installed or generated. Paths are relative, with `/`, in order. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const NOT_OURS: ReadonlySet<string> = new Set(['node_modules', '.git', '.tb', '.demo', 'coverage', 'tmp']);

const walk = (root: string, folder: string, found: string[]): void => {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  for (const entry of entries) {
    if (NOT_OURS.has(entry.name)) continue;
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) walk(root, path, found);
    else if (entry.isFile()) found.push(path);
  }
};

/** Every file of the project below the given folders (the whole of it for `.`). */
export const projectFiles = (root: string, folders: readonly string[] = ['.']): readonly string[] => {
  const found: string[] = [];
  for (const folder of folders) if (existsSync(join(root, folder))) walk(root, folder, found);
  return found.sort((left, right) => (left < right ? -1 : 1));
};

const SOURCE = /\.(ts|mjs|cjs)$/;

export const sourceFiles = (root: string, folders: readonly string[]): readonly string[] =>
  projectFiles(root, folders).filter(path => SOURCE.test(path));
