/** `tb data aggregate`: hours from minutes, exactly. What is missing is said; what another source told is compared and left alone. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { knownSymbols } from '../../adapters/store/market-knowledge.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { addsUp } from '../../core/market/aggregate-candles.ts';
import { aggregateSeries } from '../../engine/markets/aggregate.ts';
import type { Aggregated, AggregateRequest, PartialCandle } from '../../engine/markets/aggregate.ts';
import { nothing, usage } from '../../engine/problem.ts';
import { counted, orNearest, typed } from '../../engine/wording.ts';
import { rangeOf, symbolsOf, timeframeOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { dim, printResult, table, yellow } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';

type Options = Readonly<{ symbols: string; of: string; timeframe: string; from?: string; to?: string; missing: string; dryRun: boolean }>;
type Asked = Omit<AggregateRequest, 'symbol'>;

const PARTIAL_SHOWN = 20;

export const run: Action<Options> = async options => {
  const symbols = symbolsOf('--symbols', options.symbols);
  const asked = askedOf(options);
  const progress = showProgress(options, { label: 'aggregate', total: symbols.length, unit: 'markets' });
  const markets = await withStore(options, async client => {
    const made: Aggregated[] = [];
    for (const symbol of symbols) {
      made.push((await aggregateSeries(client, { ...asked, symbol })) ?? (await refuseUnknown(client, symbol, asked)));
      progress.to(made.length);
    }
    return made;
  }).finally(progress.stop);
  printResult(options, {
    document: { dryRun: options.dryRun, markets: markets.map(documentOf), of: asked.from, timeframe: asked.to },
    text: () => textOf(markets, asked),
  });
};

const askedOf = (options: Options): Asked => {
  const [from, to] = [timeframeOf('--of', options.of), timeframeOf('--timeframe', options.timeframe)];
  if (!addsUp({ from, to })) throw usage(`--of: candles of ${from} do not add up to candles of ${to}.`, 'For example --of 1m --timeframe 1h.');
  if (!/^\d{1,2}$/.test(options.missing)) throw usage(`--missing: ${typed(options.missing)} is no count of candles.`, 'For example --missing 2; 0 leaves every candle out of which a part is missing.');
  return { from, to, range: rangeOf(options.from, options.to), missing: Number(options.missing), nowMs: timeMs(Date.now()), isStored: !options.dryRun };
};

const refuseUnknown = async (client: StoreClient, symbol: MarketSymbol, { from }: Asked): Promise<never> => {
  const known = await knownSymbols(client);
  throw nothing(`The store holds no ${from} candles of ${symbol}${known.includes(symbol) ? ' there.' : orNearest(symbol, known)}`, 'tb data lists what it holds.');
};

const partialDocument = ({ openMs, parts, missing }: PartialCandle) => ({ missing, open: formatTime(openMs), parts });

const documentOf = ({ symbol, parts, added, revised, equal, different, quietParts, allowed, partial }: Aggregated) => ({
  added, allowed: allowed.map(partialDocument), different: different.map(formatTime), equal, leftOut: partial.map(partialDocument), parts, quietParts, revised, symbol,
});

const textOf = (markets: readonly Aggregated[], { from, to, isStored }: Asked): string => {
  const rows = markets.map(({ symbol, parts, added, revised, equal, different, quietParts, allowed, partial }) =>
    [symbol, parts, added, revised, equal, different.length, quietParts, allowed.length, partial.length].map(String));
  const partial = markets.flatMap(({ symbol, partial: left }) => left.map(one => ({ symbol, ...one })));
  const shown = partial.slice(0, PARTIAL_SHOWN).map(({ symbol, openMs, parts, missing }) => [symbol, formatTime(openMs), String(parts), String(missing)]);
  return [
    table(['market', `${from} read`, `${to} ${isStored ? 'added' : 'to add'}`, 'revised', 'equal', 'different', 'quiet parts', 'allowed', 'left out'], rows),
    ...(markets.every(({ different }) => different.length === 0) ? [] : [yellow(`Candles of ${to} that differ were told by another source and stay as they are.`)]),
    ...(partial.length === 0 ? [] : [`${counted(partial.length, 'candle')} of ${to} left out, for parts are missing:`, table(['market', 'opens', 'parts', 'missing'], shown)]),
    ...(partial.length <= PARTIAL_SHOWN ? [] : [dim(`and ${partial.length - PARTIAL_SHOWN} more; --json lists them all`)]),
  ].join('\n');
};
