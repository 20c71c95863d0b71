/** How a command is declared: global options, examples in its help, and code that is imported only when it runs. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { usage } from '../engine/problem.ts';
import { beginWaiting, endWaiting } from './waiting.ts';

export type GlobalOptions = Readonly<{ store?: string; noStore: boolean; json: boolean; quiet: boolean; debug: boolean }>;

/** Every command gets the global options and its own; positional arguments come first. */
export type Action<Options> = (options: Options & GlobalOptions) => Promise<void>;

/** Examples below the options of a command's help. */
export const withExamples = (command: Command, examples: readonly string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${examples.map(example => `  ${example}`).join('\n')}`).exitOverride();

/** An option without a value, off unless it is given. */
export const flag = (flags: string, description: string): Option => new Option(flags, description).default(false, 'off');

/** An option that may be given several times; without it the list is empty. */
export const repeatable = (flags: string, description: string): Option =>
  new Option(flags, description).default([], 'none').argParser((value: string, before: readonly string[]): readonly string[] => [...before, value]);

/**
 * From here on, an option that takes one value is refused when it comes again: nothing says which of the two is meant.
 * Call it once, right before the line is parsed.
 */
export const refuseRepeats = (program: Command): void => {
  for (const command of [program, ...program.commands]) {
    for (const option of command.options) {
      if (!(option.required || option.optional) || Array.isArray(option.defaultValue)) continue;
      let given = 0;
      command.on(`option:${option.name()}`, () => {
        given += 1;
        if (given > 1) throw usage(`${option.long ?? option.flags} is given twice.`, 'Give it once.');
      });
    }
  }
};

/** Binds a command to code that is imported when it runs. */
export const runs = <Options>(command: Command, load: () => Promise<Readonly<{ run: Action<Options> }>>, positional: readonly string[] = []): void => {
  command.action(async (...operands: unknown[]) => {
    const self = operands.at(-1) as Command;
    const named = Object.fromEntries(positional.map((name, index) => [name, operands[index]]));
    const { run } = await load();
    // `--no-store` of a command and `--store` of all commands would share one name.
    const { store: keeps, ...own } = self.opts<{ store?: boolean }>();
    const given: GlobalOptions = self.parent!.opts();
    beginWaiting(given, self.name());
    await run({ ...own, ...given, noStore: keeps === false, ...named } as Options & GlobalOptions).finally(endWaiting);
  });
};
