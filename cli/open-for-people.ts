/** Opens a file with whatever the user's desktop opens it with; where there is no desktop it says so. It waits for nobody. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { oneLine } from '../engine/wording.ts';

/** The program that opens files, by platform; null where nothing could show one. */
const opener = (): readonly [program: string, ...words: string[]] | null => {
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', ''];
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return (DISPLAY ?? '') === '' && (WAYLAND_DISPLAY ?? '') === '' ? null : ['xdg-open'];
};

/** Returns the sentence to tell. That the program is missing shows only later, and is no failure of the command. */
export const openForPeople = (path: string): string => {
  const chosen = opener();
  if (chosen === null) return `No display was found to open ${oneLine(path)} on.`;
  const [program, ...words] = chosen;
  const child = spawn(program, [...words, resolve(path)], { detached: true, stdio: 'ignore' });
  child.once('error', () => process.stderr.write(`${program} could not be started; open ${oneLine(path)} by hand.\n`));
  child.unref();
  return `Opening ${oneLine(path)}.`;
};
