/** Commands that ask venues for market data. */
import type { Command } from 'commander';
import { flag, runs, withExamples } from './command.ts';

/** How a venue is asked; the same for every command that does. */
export const venueOptions = (command: Command): Command =>
  command
    .option('--venue-url <url>', 'where the venue is, in place of its own address')
    .option('--requests-per-minute <count>', 'the most requests in any minute, or unlimited for a venue of your own (default: the limit of the venue)');

export const addMarketCommands = (program: Command): void => {
  const backfill = withExamples(
    venueOptions(
      program
        .command('backfill')
        .description('bring the history of markets from a venue into the store; may be interrupted and repeated')
        .requiredOption('--source <name>', 'kraken, binance, coinapi, or an exchange that ccxt knows')
        .requiredOption('--from <hour>', 'the first hour wanted')
        .option('--to <hour>', 'end of what is wanted (default: now)')
        .option('--symbols <list>', 'markets, for example BTC/USD,ETH/USD')
        .option('--universe <name>', 'the markets of a universe, in place of --symbols')
        .option('--quote <asset>', 'what the universe is paid with: CAD, USD, USDC or USDT (default: USD)')
        .option('--timeframe <length>', 'length of a candle: 1m, 5m, 15m or 1h', '1h'),
    ),
    ['tb backfill --source kraken --symbols BTC/USD,ETH/USD --from 2023-01-01T00:00:00Z', 'tb backfill --source binance --universe UNIVERSE_V1_TOP30_NON_STABLE --quote USDT --from 2024-01-01T00:00:00Z'],
  );
  runs(backfill, () => import('./commands/backfill.ts'));

  const sync = withExamples(
    venueOptions(
      program
        .command('sync')
        .description('bring what was asked of venues before up to now, and record their rules, listings and books')
        .option('--source <name>', 'one venue (default: every venue that was asked before)')
        .option('--symbols <list>', 'some of the markets (default: all that were asked for before)')
        .option('--again <count>', 'candles before the end that are asked for again, in case the venue changed them', '3')
        .option('--every <time>', 'go on until stopped: 30s, 5m, 1h; whole hours fall two minutes after the hour'),
    ),
    ['tb sync', 'tb sync --source kraken --every 1h'],
  );
  runs(sync, () => import('./commands/sync.ts'));

  const gaps = withExamples(
    venueOptions(
      program
        .command('gaps')
        .description('times without a candle, and what is known of them')
        .option('--symbol <BASE/QUOTE>', 'one market')
        .option('--timeframe <length>', 'one length of candles')
        .option('--from <hour>', 'the first hour looked at')
        .option('--to <hour>', 'end of what is looked at (default: now)')
        .addOption(flag('--repair', 'ask a venue for what is missing'))
        .option('--source <name>', 'the venue that --repair asks'),
    ),
    ['tb gaps --symbol BTC/USD', 'tb gaps --repair --source kraken'],
  );
  runs(gaps, () => import('./commands/gaps.ts'));

  addUniverse(program);
  addPaper(program);
};

const addUniverse = (program: Command): void => {
  const universe = withExamples(
    venueOptions(
      program
        .command('universe')
        .description('lists of assets under a versioned name: show them, or refresh what a venue lists')
        .argument('<action>', 'show or refresh')
        .argument('[name]', 'the universe (default: UNIVERSE_V1_TOP30_NON_STABLE)')
        .option('--source <name>', 'the venue', 'kraken')
        .option('--quote <asset>', 'what its markets are paid with: CAD, USD, USDC or USDT', 'USD'),
    ),
    ['tb universe show', 'tb universe refresh --source kraken --quote USD'],
  );
  runs(universe, () => import('./commands/universe.ts'), ['action', 'name']);
};

const addPaper = (program: Command): void => {
  const paper = withExamples(
    venueOptions(
      program
        .command('paper')
        .description('bring the markets of a paper run up to date and execute every hour that is due; with --follow, hour after hour')
        .requiredOption('--run <name>', 'the run')
        .addOption(flag('--follow', 'go on until stopped: two minutes after every hour'))
        .option('--source <name>', 'the venue (default: the one that its markets were asked of)')
        .option('--patience <time>', 'how long an hour waits for a venue that fails', '10m')
        .option('--again <count>', 'candles before the end that are asked for again, in case the venue changed them', '3'),
    ),
    ['tb paper --run desk', 'tb paper --run desk --follow'],
  );
  runs(paper, () => import('./commands/paper.ts'));
};
