/** Commands about the store and the market data in it. */
import type { Command } from 'commander';
import { flag, refuseRepeats, repeatable, runs, withExamples } from './command.ts';
import type { Action, GlobalOptions } from './command.ts';
import { addCandleWork } from './program-candles.ts';
import { beginWaiting, endWaiting } from './waiting.ts';

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
      .argument('<path...>', 'CSV, freqtrade JSON (both also .gz or in a zip), Feather, Parquet, or a folder of them')
      .option('--symbol <BASE/QUOTE>', 'the market the files are of (default: what their names tell beyond doubt)')
      .option('--timeframe <length>', 'length of a candle: 1m, 5m, 15m or 1h (default: 1h, or what names tell)')
      .option('--source <name>', 'who the candles come from (default: the format)')
      .option('--format <name>', 'auto, plain, kraken-ohlcvt, binance-klines, cryptodatadownload, freqtrade-json, feather or parquet', 'auto')
      .option('--absent <meaning>', 'what a hole means: quiet (nobody traded) or missing (default: quiet for Kraken, else missing)')
      .addOption(flag('--strict', 'stop at the first line that is not as it should be'))
      .addOption(flag('--dry-run', 'read everything and say what would be stored, write nothing')),
    ['tb import XBTUSD_60.csv --symbol BTC/USD', 'tb import btc-*.csv.gz --symbol BTC/USDT --timeframe 5m --strict', 'tb import Kraken_OHLCVT.zip --timeframe 1h --dry-run', 'tb import BTCUSDT-1h-*.zip'],
  );
  runs(importing, () => import('./commands/import.ts'), ['paths']);

  const history = withExamples(
    program
      .command('import-fills')
      .description('book the history of an account from files into a run of its own')
      .argument('<path...>', "CSV files, plain or .gz: Kraken's ledgers.csv and trades.csv, or generic lines")
      .requiredOption('--run <name>', 'name of the run')
      .requiredOption('--quote <asset>', 'what the account is counted in, for example USD')
      .option('--format <name>', 'auto, kraken or generic', 'auto')
      .addOption(repeatable('--rename <old=new>', 'an asset that is called something else now, beside MATIC=POL; may be repeated'))
      .addOption(flag('--dry-run', 'read and book everything, keep nothing')),
    ['tb import-fills ledgers.csv trades.csv --run mine --quote USD', 'tb import-fills history.csv --run mine --quote EUR --dry-run --json'],
  );
  runs(history, () => import('./commands/import-fills.ts'), ['paths']);

  addStored(program);
};

/** `tb data` lists by itself, and what stands behind it does more with the same candles. */
const addStored = (program: Command): void => {
  const stored = withExamples(
    program.command('data').description('what the store holds: series, ranges, gaps, sources').option('--symbol <BASE/QUOTE>', 'one market, with its gaps'),
    ['tb data', 'tb data --symbol BTC/USD --json'],
  );
  runs(stored, () => import('./commands/data.ts'));

  const exporting = withExamples(
    stored
      .command('export')
      .description('write candles to files that other programs, and tb import, read with every digit')
      .option('--symbol <BASE/QUOTE>', 'one market')
      .option('--symbols <list>', 'several markets, a file each in a folder, for example BTC/USD,ETH/USD')
      .option('--timeframe <length>', 'length of a candle: 1m, 5m, 15m or 1h', '1h')
      .option('--from <time>', 'first open time, inclusive (default: the first stored)')
      .option('--to <time>', 'end of the open times, exclusive (default: after the last stored)')
      .option('--as-of <time>', 'the latest version received by then (default: the latest)')
      .option('--format <name>', 'csv or parquet (default: what the name of the file ends in, else csv)')
      .requiredOption('--out <file|folder>', 'what to write')
      .addOption(flag('--force', 'replace files that are there')),
    ['tb data export --symbol BTC/USD --out btc.parquet', 'tb data export --symbols BTC/USD,ETH/USD --from 2024-01-01T00:00:00Z --to 2025-01-01T00:00:00Z --format csv --out candles/'],
  );
  runsBehind(exporting, () => import('./commands/data-export.ts'));
  addCandleWork(stored, runsBehind);
  refuseRepeats(stored);
};

/**
 * As runs, for a command that stands behind another one. The options of all commands are those of the first, and an option
 * that both have goes to the one before, wherever it is written.
 */
const runsBehind = <Options>(command: Command, load: () => Promise<Readonly<{ run: Action<Options> }>>): void => {
  command.action(async () => {
    const { run } = await load();
    const before = command.parent!;
    const given: GlobalOptions = before.parent!.opts();
    beginWaiting(given, `${before.name()} ${command.name()}`);
    await run({ ...before.opts(), ...command.opts(), ...given, noStore: false } as Options & GlobalOptions).finally(endWaiting);
  });
};
