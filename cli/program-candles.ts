/** What stands behind `tb data` and works on stored candles: longer ones, checks, and what came after the fact. */
import type { Command } from 'commander';
import { flag, withExamples } from './command.ts';
import type { Action } from './command.ts';
import { venueOptions } from './program-markets.ts';

/** Binds a command behind another to code that is imported when it runs. */
type Bind = <Options>(command: Command, load: () => Promise<Readonly<{ run: Action<Options> }>>) => void;

export const addCandleWork = (stored: Command, bind: Bind): void => {
  const verifying = withExamples(
    venueOptions(
      stored
        .command('verify')
        .description('candles against their digests, holes by what is known of them, outliers, and what another source says')
        .option('--symbol <BASE/QUOTE>', 'one market')
        .option('--timeframe <length>', 'one length of candles')
        .option('--from <hour>', 'the first hour looked at (default: the first delivery)')
        .option('--to <hour>', 'end of what is looked at (default: now)')
        .option('--outlier <share>', 'from what share on a close or a wick is an outlier', '20%')
        .option('--against <source>', 'ask a source (kraken, binance, coinapi, or an exchange that ccxt knows) for the same candles and compare; nothing is stored'),
    ),
    ['tb data verify', 'tb data verify --symbol BTC/USD --from 2024-01-01T00:00:00Z --against kraken'],
  );
  bind(verifying, () => import('./commands/data-verify.ts'));

  const revisions = withExamples(
    stored
      .command('revisions')
      .description('what sources changed later: both versions, when each came and in which delivery')
      .option('--symbol <BASE/QUOTE>', 'one market')
      .option('--run <name>', 'what a run used that was replaced, or came, after it had used what there was'),
    ['tb data revisions --symbol BTC/USD', 'tb data revisions --run desk'],
  );
  bind(revisions, () => import('./commands/data-revisions.ts'));

  const aggregating = withExamples(
    stored
      .command('aggregate')
      .description('make longer candles from stored shorter ones, exactly; those with missing parts are left out and listed')
      .requiredOption('--symbols <list>', 'markets, for example BTC/USD,ETH/USD')
      .option('--of <length>', 'length of the shorter candles', '1m')
      .option('--timeframe <length>', 'length of the longer candles', '1h')
      .option('--from <hour>', 'the first hour made (default: the first stored)')
      .option('--to <hour>', 'end of what is made (default: the last that is over)')
      .option('--missing <count>', 'how many parts of a candle may be missing; quiet ones are not', '0')
      .addOption(flag('--dry-run', 'say what would be made, and store nothing')),
    ['tb data aggregate --symbols BTC/USD', 'tb data aggregate --symbols BTC/USD,ETH/USD --of 5m --from 2024-01-01T00:00:00Z --dry-run'],
  );
  bind(aggregating, () => import('./commands/data-aggregate.ts'));
};
