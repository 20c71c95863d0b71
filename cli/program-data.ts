/** Commands about the store and the market data in it. */
import type { Command } from 'commander';
import { flag, runs, withExamples } from './command.ts';

export const addDataCommands = (program: Command): void => {
  const init = withExamples(program.command('init').description('create the store, or check it and bring its schema up to date'), [
    'tb init',
    'tb --store postgres://localhost/tb init',
  ]);
  runs(init, () => import('./commands/init.ts'));

  const stop = withExamples(program.command('stop').description('stop the embedded PostgreSQL of the store'), ['tb stop', 'tb --store ./elsewhere stop']);
  runs(stop, () => import('./commands/stop.ts'));

  const importing = withExamples(
    program
      .command('import')
      .description('read candles from files into the store')
      .argument('<path...>', 'CSV files, plain or .gz: plain, Kraken OHLCVT, Binance klines, CryptoDataDownload')
      .requiredOption('--symbol <BASE/QUOTE>', 'the market the files are of')
      .option('--timeframe <length>', 'length of a candle: 1m, 5m, 15m or 1h', '1h')
      .option('--source <name>', 'who the candles come from (default: the format)')
      .option('--format <name>', 'auto, plain, kraken-ohlcvt, binance-klines or cryptodatadownload', 'auto')
      .option('--absent <meaning>', 'what a hole means: quiet (nobody traded) or missing (default: quiet for Kraken, else missing)')
      .addOption(flag('--strict', 'stop at the first line that is not as it should be')),
    ['tb import XBTUSD_60.csv --symbol BTC/USD', 'tb import btc-*.csv.gz --symbol BTC/USDT --timeframe 5m --strict'],
  );
  runs(importing, () => import('./commands/import.ts'), ['paths']);

  const listing = withExamples(
    program.command('data').description('what the store holds: series, ranges, gaps, sources').option('--symbol <BASE/QUOTE>', 'one market, with its gaps'),
    ['tb data', 'tb data --symbol BTC/USD --json'],
  );
  runs(listing, () => import('./commands/data.ts'));
};
