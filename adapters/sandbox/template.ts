/**
 * The strategy file that `tb new-strategy NAME` writes: whole, commented and trading, so that a first change has
 * something to change. It never overwrites a file.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findStrategy } from '../../core/strategies/registry.ts';
import { OFFERED_MODULE } from './offered-names.ts';
import { StrategyError } from './strategy-error.ts';
import { ID_MAX, isId } from './strategy-shape.ts';

/** The text of the template with its name filled in. */
export const strategyTemplate = (id: string): string => `// ${id}: buys when a dip in a rising market ends, sells when the rise does. Change what you like: docs/strategies.md.
import { emaIsReady, emaMemorySize, emaOf, updateEma, type Strategy } from '${OFFERED_MODULE}';

// Slots of memory, counted from \`at\`, each 0 at first. They are all that lasts from one candle to the next.
const DIPPED = 0; // 1 while the close is below the fast average.
const ENTERED = 1; // 1 from the signal to enter to the signal to exit.
const FAST = 2; // The two averages keep their own slots from here on.
const SLOW = FAST + emaMemorySize();

export default {
  id: '${id}',
  summary: 'Enters when a dip in a rising market ends, exits when the rise does.',
  parameters: [
    { name: 'fast', default: 8, min: 2, max: 500, integer: true, meaning: 'candles of the average that shows a dip' },
    { name: 'slow', default: 72, min: 3, max: 2_000, integer: true, meaning: 'candles of the average that shows the trend' },
  ],
  contradiction: ({ fast, slow }) => (fast! < slow! ? null : \`fast (\${fast}) must be less than slow (\${slow})\`),
  lookbackBars: ({ slow }) => slow!, // So many candles close before the first signal.
  memorySize: () => SLOW + emaMemorySize(),
  // Called once for each closed candle of a symbol, in order. What it asks for is sized and judged by the risk gate.
  observe: (memory, at, bar, { fast, slow }) => {
    updateEma(memory, at + FAST, fast!, bar);
    updateEma(memory, at + SLOW, slow!, bar);
    if (!emaIsReady(memory, at + SLOW, slow!)) return null;
    const evidence = { close: bar.close, fast: emaOf(memory, at + FAST), slow: emaOf(memory, at + SLOW) };
    const dipEnds = memory[at + DIPPED] === 1 && bar.close > evidence.fast;
    memory[at + DIPPED] = bar.close < evidence.fast ? 1 : 0;
    if (!bar.tradable) return null; // Warm-up: a signal would only be refused.
    const rises = bar.close > evidence.slow;
    if (memory[at + ENTERED] === 0 && dipEnds && rises) {
      memory[at + ENTERED] = 1;
      return { action: 'enter', reason: 'DIP_ENDED', evidence };
    }
    if (memory[at + ENTERED] === 0 || rises) return null;
    memory[at + ENTERED] = 0;
    return { action: 'exit', reason: 'RISE_ENDED', evidence };
  },
} satisfies Strategy;
`;

/** Windows opens a device under these names, whatever ending they have. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** The name becomes that of a file, and later a key among others. */
const whyTaken = (name: string): string | null => {
  if (name in Object.prototype) return 'every JavaScript object has a property of this name';
  return DEVICE.test(name) ? 'Windows has a device of this name, and no file can have it there' : null;
};

export type NewStrategy = Readonly<{ name: string; folder: string }>;

/** Writes `FOLDER/NAME.ts` and returns its path. A name that is no id, or a file that is there, is a StrategyError. */
export const writeNewStrategy = async ({ name, folder }: NewStrategy): Promise<string> => {
  if (!isId(name)) throw refusal(name, `${JSON.stringify(name)} is no name for a strategy`, `It is lower-case words joined by hyphens, at most ${ID_MAX} characters: my-pullback.`);
  const taken = whyTaken(name);
  if (taken !== null) throw refusal(name, taken, `Choose another, for example my-${name}.`);
  if (findStrategy(name) !== null) throw refusal(name, 'a strategy that ships with tb has this name', 'Choose another.');
  const path = join(folder, `${name}.ts`);
  try {
    await writeFile(path, strategyTemplate(name), { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') throw refusal(path, 'the file is there already', 'It was left as it is; choose another name or move it away.');
    if (code === 'ENOENT') throw refusal(path, 'its folder does not exist', 'Create the folder first.');
    if (code === 'EACCES' || code === 'EROFS') throw refusal(path, 'permission to write there was refused', 'Choose another folder.');
    throw error;
  }
  return path;
};

const refusal = (file: string, reason: string, hint: string): StrategyError => new StrategyError({ file, line: null, reason, hint, stage: 'load' });
