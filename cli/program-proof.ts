/** Commands that prove: replay, comparison and verification. */
import type { Command } from 'commander';
import { flag, runs, withExamples } from './command.ts';

export const addProofCommands = (program: Command): void => {
  const window = withExamples(
    program
      .command('replay-window')
      .description('execute the recorded facts again and compare every decision, state and hash')
      .requiredOption('--run <name>', 'the run')
      .option('--from <hour>', 'first hour (default: the first of the run)')
      .option('--to <hour>', 'end, exclusive (default: after the last sealed hour)'),
    ['tb replay-window --run desk', 'tb replay-window --run desk --from 2024-03-05T00:00:00Z --to 2024-03-06T00:00:00Z --json'],
  );
  runs(window, () => import('./commands/replay-window.ts'));

  const hour = withExamples(
    program.command('replay-hour').description('replay one hour').requiredOption('--run <name>', 'the run').requiredOption('--hour <hour>', 'the hour'),
    ['tb replay-hour --run desk --hour 2024-03-05T14:00:00Z', 'tb replay-hour --run desk --hour 2024-03-05T14:00:00Z --json'],
  );
  runs(hour, () => import('./commands/replay-hour.ts'));

  const manifest = withExamples(
    program.command('replay-manifest').description('check the stored hashes of a run without executing it').requiredOption('--run <name>', 'the run'),
    ['tb replay-manifest --run desk', 'tb replay-manifest --run desk --json'],
  );
  runs(manifest, () => import('./commands/replay-manifest.ts'));

  const tool = withExamples(program.command('replay-tool').description('replay every run in the store'), ['tb replay-tool', 'tb replay-tool --json']);
  runs(tool, () => import('./commands/replay-tool.ts'));

  const parity = withExamples(
    program
      .command('parity')
      .description('two runs side by side: equal, or the first divergent hour, event and field')
      .argument('<run-a>', 'a run')
      .argument('<run-b>', 'another run'),
    ['tb parity desk backtest-of-desk', 'tb parity desk backtest-of-desk --json'],
  );
  runs(parity, () => import('./commands/parity.ts'), ['left', 'right']);

  const verify = withExamples(
    program
      .command('verify')
      .description('check both hash chains and every stored row that repeats sealed bytes')
      .option('--run <name>', 'one run (default: every run)')
      .addOption(flag('--require-anchor', 'fail unless a signed checkpoint anchors the chain')),
    ['tb verify', 'tb verify --run desk --json'],
  );
  runs(verify, () => import('./commands/verify.ts'));
};
