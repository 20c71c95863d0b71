/** From what a user chose to the manifest of a run: defaults filled in, contradictions refused, nothing left to chance. */
import { decimal } from '../core/kernel/decimal.ts';
import { divideDown } from '../core/kernel/rounding.ts';
import { byCodeUnit } from '../core/kernel/order.ts';
import { baseOf, ONE_E18, price, quantity, quoteOf } from '../core/kernel/units.ts';
import type { Asset, Digest, Fraction, HourUtc, MarketSymbol, Money, Price, Quantity } from '../core/kernel/units.ts';
import { ENCODING_VERSION, SEMANTICS_VERSION } from '../core/manifest.ts';
import type { CostModel, EntryOrder, Instrument, Manifest, OpeningBalance, Sizing, StopPolicy } from '../core/manifest.ts';
import type { Timeframe } from '../core/market/timeframe.ts';
import type { RunProfile } from '../core/profile.ts';
import { clusterOf } from '../core/risk/clusters.ts';
import { halfSpreadOf } from './cost-options.ts';
import { usage } from './problem.ts';

/** Recorded trading rules of a market; absent ones take the finest steps and no minimum. */
export type InstrumentRules = Readonly<{ tick: Price; lot: Quantity; minNotional: Money; baseDecimals: number; quoteDecimals: number }>;

export type MarketChoice = Readonly<{ symbol: MarketSymbol; absent: 'quiet' | 'missing'; rules: InstrumentRules | null }>;

export type RunChoices = Readonly<{
  startHour: HourUtc;
  tradeFromHour: HourUtc;
  timeframe: Timeframe;
  markets: readonly MarketChoice[];
  cash: Money;
  holdings: readonly OpeningBalance[];
  strategy: Readonly<{ id: string; digest: Digest | null; parameters: Readonly<Record<string, string>> }>;
  /** Null takes the default of the profile. */
  sizing: Sizing | null;
  entry: EntryOrder;
  stop: StopPolicy | null;
  profile: RunProfile;
  costs: CostModel;
}>;

const FINEST = decimal('0.00000001');
const DEFAULT_RULES: InstrumentRules = {
  tick: price(FINEST),
  lot: quantity(FINEST),
  minNotional: 0n as Money,
  baseDecimals: 8,
  quoteDecimals: 8,
};

export const composeManifest = (choices: RunChoices): Manifest => {
  const markets = [...choices.markets].sort((left, right) => byCodeUnit(left.symbol, right.symbol));
  const quote = quoteOfAll(markets.map(({ symbol }) => symbol));
  requireFeeAsset(choices, quote);
  return {
    version: 1,
    semantics: SEMANTICS_VERSION,
    encoding: ENCODING_VERSION,
    startHour: choices.startHour,
    tradeFromHour: choices.tradeFromHour,
    timeframe: choices.timeframe,
    quote,
    openingBalances: [{ asset: quote, quantity: quantity(choices.cash), unitCost: price(ONE_E18) }, ...choices.holdings],
    agents: [
      {
        id: 'main',
        strategy: choices.strategy.id,
        strategyDigest: choices.strategy.digest,
        parameters: choices.strategy.parameters,
        sizing: choices.sizing ?? defaultSizing(choices.profile, markets.length),
        entry: choices.entry,
        stop: choices.stop,
      },
    ],
    profile: choices.profile,
    universe: markets.map(instrumentOf),
    venue: 'simulated',
    costs: choices.costs,
  };
};

/** The base of the profile, or an equal share of everything where it has none. */
const defaultSizing = (profile: RunProfile, markets: number): Sizing => ({
  kind: 'fraction',
  fraction: profile.sizing.base ?? (divideDown(ONE_E18, BigInt(markets)) as Fraction),
});

/** A market in which nothing is ordered, only booked. */
export const defaultInstrument = (symbol: MarketSymbol): Instrument => instrumentOf({ symbol, absent: 'quiet', rules: null });

const instrumentOf = ({ symbol, absent, rules }: MarketChoice): Instrument => ({
  symbol,
  ...(rules ?? DEFAULT_RULES),
  halfSpreadBps: halfSpreadOf(baseOf(symbol)),
  absent,
  cluster: clusterOf(symbol),
});

const quoteOfAll = (symbols: readonly MarketSymbol[]): Asset => {
  const quotes = [...new Set(symbols.map(quoteOf))];
  if (quotes.length !== 1) {
    throw usage(`--symbols: one run has one quote currency, and these have ${quotes.join(', ')}.`, 'Open one run per quote currency.');
  }
  return quotes[0]!;
};

/** A fee in a third asset needs that asset's price and a stock of it. */
const requireFeeAsset = ({ costs, markets, holdings }: RunChoices, quote: Asset): void => {
  const bases = markets.map(({ symbol }) => baseOf(symbol));
  for (const { asset } of holdings) {
    if (asset === quote) throw usage(`--balance: ${asset} is the quote currency.`, 'Give it with --cash.');
    if (!bases.includes(asset)) throw usage(`--balance: ${asset} has no market in --symbols.`, `Add ${asset}/${quote} to --symbols, so that it has a price.`);
  }
  const { asset } = costs.fees;
  if (typeof asset === 'string') return;
  if (!bases.includes(asset.third)) throw usage(`--fees: ${asset.third} has no market in --symbols.`, `Add ${asset.third}/${quote} to --symbols.`);
};
