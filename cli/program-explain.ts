/** Commands that explain and travel in time: why an hour went as it did, how things stood, and how they might have gone. */
import type { Command } from 'commander';
import { flag, repeatable, runs, withExamples } from './command.ts';

export const addExplainCommands = (program: Command): void => {
  const why = withExamples(
    program
      .command('why')
      .description('why an hour brought an order, a refusal or nothing: candle, indicators, signal, every gate, fills and postings')
      .requiredOption('--run <name>', 'the run')
      .option('--hour <hour>', 'the hour')
      .option('--order <id>', 'the hour and market of an order, by its id as tb export lists it')
      .option('--symbol <BASE/QUOTE>', 'one market in full (default: a line for each)')
      .option('--agent <id>', 'one agent (default: every agent)'),
    ['tb why --run desk --hour 2024-03-05T14:00:00Z', 'tb why --run desk --hour 2024-03-05T14:00:00Z --symbol BTC/USD', 'tb why --run desk --order 474542.0.1 --json'],
  );
  runs(why, () => import('./commands/why.ts'));

  const state = withExamples(
    program
      .command('state')
      .description('the state of a run after any sealed hour: money, positions, orders, campaigns, risk')
      .requiredOption('--run <name>', 'the run')
      .requiredOption('--at <hour>', 'the hour after which')
      .option('--slice <name>', 'every value of one slice: marks, volumes, returns, memory.AGENT, campaigns, orders, lots, ledger, portfolio, risk or protections'),
    ['tb state --run desk --at 2024-03-05T14:00:00Z', 'tb state --run desk --at 2024-03-05T14:00:00Z --slice lots --json'],
  );
  runs(state, () => import('./commands/state.ts'));

  const diff = withExamples(
    program
      .command('diff')
      .description('what differs between the states after two hours, value by value')
      .argument('<hour-a>', 'an hour')
      .argument('<hour-b>', 'another hour')
      .requiredOption('--run <name>', 'the run')
      .option('--slice <name>', 'one slice (default: every one that differs)'),
    ['tb diff --run desk 2024-03-05T13:00:00Z 2024-03-05T14:00:00Z', 'tb diff --run desk 2024-03-01T00:00:00Z 2024-03-05T14:00:00Z --slice ledger --json'],
  );
  runs(diff, () => import('./commands/diff.ts'), ['left', 'right']);

  const fork = withExamples(
    program
      .command('fork')
      .description('what would have come if a run had gone on otherwise from an hour: the same market and operators, another strategy, profile or cost')
      .requiredOption('--run <name>', 'the run')
      .requiredOption('--at <hour>', 'the first hour that goes otherwise')
      .option('--to <hour>', 'end, exclusive (default: after the last sealed hour)')
      .option('--strategy <id|file>', 'another strategy')
      .addOption(repeatable('--param <name=value>', 'another value of a parameter; may be repeated'))
      .option('--profile <name|file>', 'another risk profile')
      .option('--fees <venue|maker,taker>', 'other fees')
      .option('--slippage <model>', 'another slippage')
      .option('--participation <share>', 'another share of the volume, or none')
      .option('--size <how>', 'other sizes')
      .option('--entry <how>', 'other entry orders')
      .addOption(flag('--trades', 'list the closed trades of both')),
    ['tb fork --run desk --at 2024-03-05T00:00:00Z --fees none', 'tb fork --run desk --at 2024-03-05T00:00:00Z --param fast=24 --profile conservative --json'],
  );
  runs(fork, () => import('./commands/fork.ts'));
};
