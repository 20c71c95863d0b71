/** Values that an option or an argument takes from a list, for completion alone: what a command accepts is decided by the command. */
import { TIMEFRAMES } from '../../core/market/timeframe.ts';
import { STRATEGIES } from '../../core/strategies/registry.ts';
import { SORTS } from '../../engine/sweep/ranking.ts';
import { UNIVERSE_QUOTES, UNIVERSES } from '../../engine/markets/universes.ts';

const SOURCES = ['kraken', 'binance', 'coinapi'] as const;
const UNIVERSE_NAMES = UNIVERSES.map(({ name }) => name);
const SLICES = ['marks', 'volumes', 'returns', 'campaigns', 'orders', 'lots', 'ledger', 'portfolio', 'risk', 'protections'] as const;

/** By the option, or by the command and the option where commands differ; arguments stand in brackets as in the help. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  '--timeframe': TIMEFRAMES,
  '--strategy': STRATEGIES.map(({ id }) => id),
  '--profile': ['research', 'balanced', 'conservative'],
  '--fees': ['kraken', 'binance', 'none'],
  '--slippage': ['spread+impact', 'none'],
  '--entry': ['market', 'limit:25bps'],
  '--sort': SORTS,
  '--mode': ['paper', 'live'],
  '--keep': ['summary', 'full'],
  '--on-halt': ['stop', 'observe', 'resume-after-24-hours'],
  '--absent': ['quiet', 'missing'],
  '--quote': UNIVERSE_QUOTES,
  '--source': SOURCES,
  '--against': SOURCES,
  '--slice': SLICES,
  '--universe': UNIVERSE_NAMES,
  '--table': ['trades', 'fills', 'tax-lots'],
  '--lots': ['fifo', 'lifo', 'hifo', 'average'],
  'import --format': ['auto', 'plain', 'kraken-ohlcvt', 'binance-klines', 'cryptodatadownload', 'freqtrade-json', 'feather', 'parquet'],
  'import-fills --format': ['auto', 'kraken', 'generic'],
  'data export --format': ['csv', 'parquet'],
  'export --format': ['csv', 'hledger', 'beancount', 'jsonl'],
  'report --format': ['html', 'json', 'md'],
  'operator <command>': ['kill', 'halt', 'resume', 'flatten', 'cancel', 'deposit', 'withdraw'],
  'profile <action>': ['show', 'set', 'history'],
  'universe <action>': ['show', 'refresh'],
  'universe <name>': UNIVERSE_NAMES,
  'keys <action>': ['init', 'list', 'rotate', 'revoke'],
  'completion <shell>': ['bash', 'zsh', 'fish'],
};
