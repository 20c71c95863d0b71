/** The lines of a candle file that a step is about to import, and how to offer them otherwise. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './workload.ts';
import type { World } from './world.ts';

type Lines = Readonly<{ header: string; candles: readonly string[] }>;

/** The file that an import line names. */
const fileOf = ({ text }: Line): string => text.split(' ')[1]!;

export const linesOfFile = ({ folder }: World, line: Line): Lines => {
  const [header = '', ...candles] = readFileSync(join(folder, fileOf(line)), 'utf8').trimEnd().split('\n');
  return { header, candles };
};

/** Writes candles under the same header into a file beside, and returns the import line of it. */
export const importOf = (world: World, line: Line, other: Readonly<{ name: string; candles: readonly string[] }>): string => {
  const { header } = linesOfFile(world, line);
  const name = `${other.name}-${fileOf(line)}`;
  writeFileSync(join(world.folder, name), [header, ...other.candles].map(text => `${text}\n`).join(''));
  return line.text.replace(fileOf(line), name);
};
