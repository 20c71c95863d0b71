/** From the options of `backtest` and `open` to everything that opens a run: window, strategy and manifest. */
import { formatDecimal } from '../core/kernel/decimal.ts';
import { asset, ONE_E18, price, quantity } from '../core/kernel/units.ts';
import type { HourUtc, MarketSymbol, Money, Price } from '../core/kernel/units.ts';
import type { Desk } from '../core/desk.ts';
import { openDesk } from '../core/desk.ts';
import type { Manifest, OpeningBalance } from '../core/manifest.ts';
import { stepsPerHour } from '../core/market/timeframe.ts';
import type { Timeframe } from '../core/market/timeframe.ts';
import type { RunProfile } from '../core/profile.ts';
import { isPredicting } from '../core/strategies/predicting-strategy.ts';
import { composeManifest } from './compose-manifest.ts';
import type { InstrumentRules } from './compose-manifest.ts';
import { amountOf, amountProblem, entryOf, feesOf, participationOf, sizingOf, slippageOf } from './cost-options.ts';
import { problemText } from '../core/risk/governance.ts';
import { quoteProblem } from '../core/risk/profile-problems.ts';
import { valueNeeded } from '../core/risk/small-account.ts';
import { refused, usage } from './problem.ts';
import { loadRunProfile } from './run-profile.ts';
import { requireExactEngine } from './self-test.ts';
import { stopOf } from './stop-options.ts';
import { asStrategyOption, chooseStrategy } from './strategies.ts';
import type { ChosenStrategy } from './strategies.ts';
import { requireData, windowOf } from './window.ts';
import type { SymbolRange, Window } from './window.ts';
import { typed } from './wording.ts';

/** Option texts as typed; hours and symbols already read. */
export type RunOptions = Readonly<{
  strategy: string;
  symbols: readonly MarketSymbol[];
  timeframe: Timeframe;
  param: Readonly<Record<string, string>>;
  profile: string;
  cash: string;
  balance: readonly string[];
  fees: string;
  slippage: string;
  participation: string;
  size: string | null;
  entry: string;
  stop: string | null;
  trailingStop: string | null;
  warmupHours: number | null;
  fromHour: HourUtc;
  toHour: HourUtc | null;
}>;

/** What the store knows of the markets asked for. */
export type MarketKnowledge = Readonly<{
  ranges: readonly SymbolRange[];
  known: readonly MarketSymbol[];
  rulesOf: (symbol: MarketSymbol) => InstrumentRules | null;
  /** About what a unit costs when the run may first trade; null where that is not known. */
  priceOf: (symbol: MarketSymbol) => Price | null;
}>;

export type RunPlan = Readonly<{ desk: Desk; manifest: Manifest; window: Window; strategySource: string | null }>;

export const planRun = async (options: RunOptions, mode: 'backtest' | 'paper', market: MarketKnowledge): Promise<RunPlan> => {
  try {
    return await planned(options, mode, market);
  } catch (error) {
    throw asStrategyOption(error);
  }
};

const planned: typeof planRun = async (options, mode, market) => {
  requireExactEngine();
  const { timeframe } = options;
  requireData({ ranges: market.ranges, timeframe, known: market.known });
  const profile = await loadRunProfile('--profile', options.profile);
  if (mode === 'paper' && profile.purpose === 'research') {
    throw refused(`The profile ${profile.name} is a research profile and for backtests only.`, 'Use --profile balanced or conservative.');
  }
  const chosen = await chooseStrategy({ reference: options.strategy, given: options.param, timeframe });
  requireCampaigns(profile, chosen.strategy);
  const stop = stopOf(options, chosen.strategy);
  const lookbackHours = Math.ceil(chosen.strategy.lookbackBars(chosen.parameters) / stepsPerHour(timeframe));
  const window = windowOf({ fromHour: options.fromHour, toHour: options.toHour, warmupHours: options.warmupHours, lookbackHours }, market.ranges, timeframe);
  const manifest = composeManifest({
    ...window,
    timeframe,
    markets: market.ranges.map(({ symbol, absent }) => ({ symbol, absent: absent ?? 'missing', rules: market.rulesOf(symbol) })),
    cash: amountOf('--cash', options.cash) as Money,
    holdings: options.balance.map(holdingOf),
    strategy: { id: chosen.strategy.id, digest: chosen.digest, parameters: chosen.texts },
    sizing: options.size === null ? null : sizingOf(options.size),
    entry: entryOf(options.entry),
    stop,
    profile,
    costs: { fees: feesOf(options.fees), slippage: slippageOf(options.slippage), participation: participationOf(options.participation) },
  });
  const currency = quoteProblem(profile, manifest.quote);
  if (currency !== null) throw refused(`--profile: ${profile.name}: ${problemText(currency)}.`, 'An amount means another risk in another currency.');
  requireEnough(manifest, market);
  return { desk: openDesk(manifest, [chosen.strategy]), manifest, window, strategySource: chosen.source };
};

/** A portfolio in which the smallest entry of the profile is no order would look as if it never wanted to trade. */
const requireEnough = ({ universe, profile, openingBalances, quote }: Manifest, { priceOf }: MarketKnowledge): void => {
  const value = openingBalances.reduce((sum, { quantity: held, unitCost }) => sum + (held * unitCost) / ONE_E18, 0n);
  for (const instrument of universe) {
    const { symbol } = instrument;
    const mark = priceOf(symbol);
    const needed = mark === null || mark <= 0n ? 0n : valueNeeded(profile, instrument, mark);
    if (value >= needed) continue;
    throw refused(
      `--cash: the smallest entry of the profile ${profile.name} into ${symbol} would be below the market's minimum: that takes a portfolio worth ${formatDecimal(needed)} ${quote}, and this one opens with ${formatDecimal(value)}.`,
      `Open with more, leave ${symbol} out of --symbols, or choose a profile with a larger base.`,
    );
  }
};

/** A strategy that predicts trades in campaigns, which need a policy. */
const requireCampaigns = (profile: RunProfile, strategy: ChosenStrategy['strategy']): void => {
  if (profile.campaign !== null || !isPredicting(strategy)) return;
  throw refused(`The profile ${profile.name} has no campaign section, and ${strategy.id} trades in campaigns.`, 'Add the section to the profile, or choose a strategy of plain signals; tb strategies lists them.');
};

const HOLDING = /^([A-Z0-9]{1,20})=([^=@]+)@([^=@]+)$/i;

/** `BNB=2@250`: two BNB that cost 250 each. What was given may have cost nothing. */
const holdingOf = (text: string): OpeningBalance => {
  const parts = HOLDING.exec(text);
  if (parts === null) throw usage(`--balance: ${typed(text)} is not ASSET=QUANTITY@UNITCOST.`, 'For example --balance BNB=2@250.');
  const [, held = '', quantityText = '', costText = ''] = parts;
  const units = amountOf(`--balance: quantity of ${text}`, quantityText);
  const cost = /^0+(\.0+)?$/.test(costText) ? 0n : amountOf(`--balance: unit cost of ${text}`, costText);
  const problem = cost === 0n ? null : amountProblem((units * cost) / ONE_E18 + 1n);
  if (problem !== null) throw usage(`--balance: the cost of ${text} ${problem}.`, 'Quantity, unit cost and their product have that bound.');
  return { asset: asset(held.toUpperCase()), quantity: quantity(units), unitCost: price(cost) };
};
