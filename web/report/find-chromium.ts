/** Where a browser is that can print: the one that TB_CHROMIUM names, else the first of the usual names in PATH. It starts none. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The path of a browser, or null. A TB_CHROMIUM that names no program finds nothing: it is what was meant. */
export const findChromium = ({ PATH = '', TB_CHROMIUM }: Environment): string | null => {
  if (TB_CHROMIUM !== undefined && TB_CHROMIUM !== '') return isProgram(TB_CHROMIUM) ? TB_CHROMIUM : null;
  const folders = PATH.split(delimiter).filter(folder => folder !== '');
  return NAMES.flatMap(name => folders.map(folder => join(folder, name))).find(isProgram) ?? null;
};
