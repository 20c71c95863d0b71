/** The command that runs a strategy with many parameters. */
import type { Command } from 'commander';
import { repeatable, runs, withExamples } from './command.ts';
import { withRunOptions } from './program-runs.ts';

export const addSweepCommand = (program: Command): void => {
  const sweep = withExamples(
    withRunOptions(
      program.command('sweep').description('run a strategy with every combination of parameters, every hour sealed, and compare them'),
      repeatable('--param <name=value>', 'values of a parameter: name=12,24,48 or name=12..48/12; may be repeated'),
    )
      .requiredOption('--from <hour>', 'first hour it may trade, inclusive')
      .requiredOption('--to <hour>', 'end of the window, exclusive')
      .option('--sort <figure>', 'best first by return, sharpe or drawdown', 'return')
      .option('--workers <count>', 'threads (default: one a processor)')
      .option('--top <count>', 'how many the table shows', '20')
      .option('--on-halt <what>', 'when entries are halted: stop, observe (go on without entries) or resume-after-24-hours', 'stop')
      .option('--keep-best <name>', 'stores the best as a backtest of this name (default: nothing is stored)'),
    [
      'tb sweep --strategy ema-cross --param fast=12,24,48 --param slow=120,240 --symbols BTC/USD,ETH/USD --from 2022-01-01T00:00:00Z --to 2023-01-01T00:00:00Z',
      'tb sweep --strategy donchian-breakout --param entry=24..96/24 --symbols BTC/USD --from 2022-01-01T00:00:00Z --to 2022-07-01T00:00:00Z --sort sharpe --keep-best best-breakout',
    ],
  );
  runs(sweep, () => import('./commands/sweep.ts'));
};
