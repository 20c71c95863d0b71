/** Commands that make runs, drive them, and look at them. */
import type { Command, Option } from 'commander';
import { flag, repeatable, runs, withExamples } from './command.ts';

const ONE_VALUE_EACH = repeatable('--param <name=value>', 'a parameter of the strategy; may be repeated');

/** What a run opens with, the same for a backtest and for a paper run. */
export const withRunOptions = (command: Command, parameters: Option = ONE_VALUE_EACH): Command =>
  command
    .requiredOption('--strategy <id|file>', 'a strategy by name (tb strategies), or your own TypeScript file')
    .requiredOption('--symbols <list>', 'markets with one quote currency, for example BTC/USD,ETH/USD')
    .option('--timeframe <length>', 'candles the strategy looks at', '1h')
    .addOption(parameters)
    .option('--profile <name|file>', 'risk profile: research (backtest only), balanced, conservative, or a JSON file', 'balanced')
    .option('--cash <amount>', 'opening cash in the quote currency', '10000')
    .addOption(repeatable('--balance <asset=quantity@cost>', 'opening holding that pays fees; may be repeated'))
    .option('--fees <venue|maker,taker>', 'kraken, binance, none, or rates as 0.25%,0.4%; :ASSET behind charges a third asset', 'kraken')
    .option('--slippage <model>', 'spread+impact, none, or basis points', 'spread+impact')
    .option('--participation <share>', "largest share of a candle's volume an order takes, or none", '2.5%')
    .option('--size <how>', 'fraction:5%, notional:1000 or quantity:0.5 (default: the base of the profile)')
    .option('--entry <how>', 'market, or limit:25bps with ,post-only ,ioc or ,fok', 'market')
    .option('--stop <share>', 'sell once a candle falls this far below the entry, for example 5%; plain signals only')
    .option('--trailing-stop <share>', 'the same below the highest close since the entry; one of the two')
    .option('--warmup <hours>', 'hours observed before trading (default: 10 times the longest lookback, where data exists)');

export const addRunCommands = (program: Command): void => {
  const strategies = withExamples(program.command('strategies').description('the strategies, their parameters, defaults and bounds'), [
    'tb strategies',
    'tb strategies --json',
  ]);
  runs(strategies, () => import('./commands/strategies.ts'));

  const fresh = withExamples(program.command('new-strategy').description('write a commented strategy file to start from').argument('<name>', 'name in kebab-case'), [
    'tb new-strategy my-pullback',
    'tb backtest --strategy ./my-pullback.ts --symbols BTC/USD --from 2022-01-01T00:00:00Z --to 2023-01-01T00:00:00Z',
  ]);
  runs(fresh, () => import('./commands/new-strategy.ts'), ['name']);

  const backtest = withExamples(
    withRunOptions(program.command('backtest').description('run a strategy over a whole window, every hour sealed'))
      .requiredOption('--from <hour>', 'first hour it may trade, inclusive')
      .requiredOption('--to <hour>', 'end of the window, exclusive')
      .option('--run <name>', 'name of the run (default: from its content)')
      .option('--keep <what>', 'summary (hours, trades) or full (every fact and decision)', 'summary')
      .option('--on-halt <what>', 'when entries are halted: stop, observe (go on without entries) or resume-after-24-hours', 'stop')
      .option('--no-store', 'compute only, keep nothing'),
    [
      'tb backtest --strategy ema-cross --symbols BTC/USD,ETH/USD --from 2022-01-01T00:00:00Z --to 2023-01-01T00:00:00Z',
      'tb backtest --strategy ./mine.ts --symbols BTC/USD --from 2022-01-01T00:00:00Z --to 2022-07-01T00:00:00Z --profile research --fees 0.1%,0.1%',
    ],
  );
  runs(backtest, () => import('./commands/backtest.ts'));

  const open = withExamples(
    withRunOptions(program.command('open').description('create a run without executing it'))
      .requiredOption('--run <name>', 'name of the run')
      .requiredOption('--mode <mode>', 'paper or live')
      .requiredOption('--from <hour>', 'first hour it may trade, inclusive'),
    [
      'tb open --run desk --mode paper --strategy ema-cross --symbols BTC/USD --from 2024-03-01T00:00:00Z',
      'tb open --run careful --mode paper --strategy donchian-breakout --symbols BTC/USD,ETH/USD --from 2024-03-01T00:00:00Z --profile conservative --param entry=48',
    ],
  );
  runs(open, () => import('./commands/open.ts'));

  const execute = withExamples(
    program
      .command('execute-hour')
      .description('execute and seal the next hour of a run, or the named one; doing it twice changes nothing')
      .requiredOption('--run <name>', 'the run')
      .option('--hour <hour>', 'this hour, which must be the next or already sealed')
      .option('--through <hour>', 'every hour up to and including this one')
      .option('--facts <file>', 'operator facts of the hour as JSON lines')
      .addOption(flag('--without-data', 'execute although the store has no candle at or after the hour')),
    ['tb execute-hour --run desk', 'tb execute-hour --run desk --through 2024-03-31T23:00:00Z'],
  );
  runs(execute, () => import('./commands/execute-hour.ts'));
  addOperator(program);
  addLooking(program);
};

const addOperator = (program: Command): void => {
  const operator = withExamples(
    program
      .command('operator')
      .description('what only a person may do: kill, halt, resume, flatten, cancel, deposit, withdraw')
      .argument('<command>', 'kill, halt, resume, flatten, cancel, deposit or withdraw')
      .requiredOption('--run <name>', 'the run')
      .requiredOption('--reason <text>', 'why; it is sealed with the command')
      .option('--amount <amount>', 'for deposit and withdraw, in the quote currency')
      .option('--hour <hour>', 'the hour it belongs to (default: the next hour to execute)')
      .option('--actor <name>', 'who (default: the user of this machine)')
      .option('--key <text>', 'sent again with the same key, the command counts once (default: a new key)'),
    ['tb operator halt --run desk --reason "exchange maintenance"', 'tb operator deposit --run desk --amount 500 --reason "monthly saving"'],
  );
  runs(operator, () => import('./commands/operator.ts'), ['command']);

  const profile = withExamples(
    program
      .command('profile')
      .description('risk profiles: show one with every bound, set another for a run, or tell which ones a run had')
      .argument('<action>', 'show, set or history')
      .option('--run <name>', 'the run')
      .option('--profile <name|file>', 'to show or to set: research, balanced, conservative, or a JSON file')
      .option('--reason <text>', 'for set: why; it is sealed with the command')
      .option('--actor <name>', 'for set: who (default: the user of this machine)')
      .option('--key <text>', 'for set: sent again with the same key, the command counts once (default: a new key)'),
    ['tb profile show --profile balanced', 'tb profile set --run desk --profile ./mine.json --reason "smaller positions"', 'tb profile history --run desk'],
  );
  runs(profile, () => import('./commands/profile.ts'), ['action']);
};

const addLooking = (program: Command): void => {
  const list = withExamples(program.command('runs').description('every run in the store').option('--drop <name>', 'delete a backtest or an import, leaving a tombstone').option('--reason <text>', 'why it is dropped'), [
    'tb runs',
    'tb runs --drop trial-7 --reason "wrong fees"',
  ]);
  runs(list, () => import('./commands/runs.ts'));

  const show = withExamples(program.command('show').description('what a run did and where it stands').argument('<run>', 'name of the run'), ['tb show desk', 'tb show desk --json']);
  runs(show, () => import('./commands/show.ts'), ['name']);

  const exporting = withExamples(
    program
      .command('export')
      .description('the trades, tax lots, books or whole log of a run')
      .argument('<run>', 'name of the run')
      .option('--format <format>', 'csv (a table), hledger or beancount (the books), or jsonl (the log)', 'csv')
      .option('--table <table>', 'of csv: trades, fills or tax-lots (default: trades, and tax-lots with --lots)')
      .option('--lots <method>', 'which lots a disposal takes: fifo, lifo, hifo or average (default: fifo)')
      .option('--out <file>', 'file to write (default: stdout)'),
    ['tb export desk --out trades.csv', 'tb export desk --lots hifo --out tax-lots.csv', 'tb export desk --format hledger --out desk.journal', 'tb export desk --format jsonl | head'],
  );
  runs(exporting, () => import('./commands/export.ts'), ['name']);
};
