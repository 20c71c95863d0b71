/** Opens a file with whatever the user's desktop opens it with; where there is no desktop it says so. It waits for nobody. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { oneLine } from '../engine/wording.ts';

export type Surroundings = Readonly<{ platform: NodeJS.Platform; env: Readonly<Record<string, string | undefined>> }>;

/** The program that opens files, with its first words; null where nothing could show one. */
export const openerOf = ({ platform, env }: Surroundings): readonly [program: string, ...words: string[]] | null => {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['cmd', '/c', 'start', ''];
  return [env['DISPLAY'], env['WAYLAND_DISPLAY']].every(name => (name ?? '') === '') ? null : ['xdg-open'];
};

/** Returns the sentence to tell. That the program is missing shows only later, and is no failure of the command. */
export const openForPeople = (path: string): string => {
  const chosen = openerOf({ platform: process.platform, env: process.env });
  if (chosen === null) return `No display was found to open ${oneLine(path)} on.`;
  const [program, ...words] = chosen;
  const child = spawn(program, [...words, resolve(path)], { detached: true, stdio: 'ignore' });
  child.once('error', () => process.stderr.write(`${program} could not be started; open ${oneLine(path)} by hand.\n`));
  child.unref();
  return `Opening ${oneLine(path)}.`;
};
