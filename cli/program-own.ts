/** Commands about tb itself: whether it is well here, what it can do, and how a shell completes it. */
import type { Command } from 'commander';
import { runs, withExamples } from './command.ts';
import type { GlobalOptions } from './command.ts';

const INSTALL = `
To install it, add one line to the file that your shell reads at its start, then open a new one:
  bash  ~/.bashrc   alias tb='npx tb'; source <(npx tb completion bash)
  zsh   ~/.zshrc    autoload -Uz compinit && compinit; alias tb='npx tb'; source <(npx tb completion zsh)
  fish  ~/.config/fish/config.fish   alias tb 'npx tb'; npx tb completion fish | source
Where tb is not in the folder you work in, write "node FOLDER/cli/tb.mjs" for "npx tb".`;

export const addOwnCommands = (program: Command): void => {
  const demo = withExamples(
    program
      .command('demo')
      .description('see a year of an invented market traded, sealed, replayed, tampered with and verified; about a minute')
      .argument('[folder]', 'where all of it is kept (default: .demo); the next demo removes it')
      .option('--no-open', 'do not open the report at the end, where there is a display'),
    ['tb demo', 'tb demo ./try --no-open'],
  );
  runs(demo, () => import('./commands/demo.ts'), ['folder']);

  const doctor = withExamples(
    program
      .command('doctor')
      .description('examine installation, server, schema, disk, clock, candles, runs, keys and checkpoints, and say how to mend each')
      .option('--keys <folder>', 'your keys (default: TB_KEYS, else a folder of your settings)')
      .option('--checkpoints <folder>', 'where checkpoints are kept (default: TB_CHECKPOINTS, else a folder of your settings)'),
    ['tb doctor', 'tb --store postgres://localhost/tb doctor --json'],
  );
  runs(doctor, () => import('./commands/doctor.ts'));

  const completion = withExamples(
    program
      .command('completion')
      .description('the script with which a shell completes commands, options, their values and runs')
      .argument('<shell>', 'bash, zsh or fish; runs lists the names of runs, for these scripts')
      .addHelpText('after', INSTALL),
    ['tb completion bash', 'tb completion fish | source'],
  );
  // The script is made of the program, and only the program has all of it.
  runs(completion, async () => {
    const [{ run }, { lexiconOf }] = await Promise.all([import('./commands/completion.ts'), import('./completion/lexicon.ts')]);
    return { run: (options: Readonly<{ shell: string }> & GlobalOptions) => run({ ...options, lexicon: () => lexiconOf(program) }) };
  }, ['shell']);
};
