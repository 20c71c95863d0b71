/** From the options of `backtest` and `open` to everything that opens a run: window, strategy and manifest. */
import { asset, ONE_E18, price, quantity } from '../core/kernel/units.ts';
import type { HourUtc, MarketSymbol, Money } from '../core/kernel/units.ts';
import type { Desk } from '../core/desk.ts';
import { openDesk } from '../core/desk.ts';
import type { Manifest, OpeningBalance } from '../core/manifest.ts';
import { stepsPerHour } from '../core/market/timeframe.ts';
import type { Timeframe } from '../core/market/timeframe.ts';
import { isResearch } from '../core/risk/profile.ts';
import { composeManifest } from './compose-manifest.ts';
import type { InstrumentRules } from './compose-manifest.ts';
import { amountOf, amountProblem, entryOf, feesOf, participationOf, sizingOf, slippageOf } from './cost-options.ts';
import { refused, usage } from './problem.ts';
import { loadProfile } from './profile-file.ts';
import { asStrategyOption, chooseStrategy } from './strategies.ts';
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
  warmupHours: number | null;
  fromHour: HourUtc;
  toHour: HourUtc | null;
}>;

/** What the store knows of the markets asked for. */
export type MarketKnowledge = Readonly<{
  ranges: readonly SymbolRange[];
  known: readonly MarketSymbol[];
  rulesOf: (symbol: MarketSymbol) => InstrumentRules | null;
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
  const { timeframe } = options;
  requireData({ ranges: market.ranges, timeframe, known: market.known });
  const profile = await loadProfile(options.profile);
  if (mode === 'paper' && isResearch(profile)) {
    throw refused(`The profile ${profile.name} has no caps and is for backtests only.`, 'Use --profile balanced or conservative.');
  }
  const chosen = await chooseStrategy(options.strategy, options.param);
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
    profile,
    costs: { fees: feesOf(options.fees), slippage: slippageOf(options.slippage), participation: participationOf(options.participation) },
  });
  return { desk: openDesk(manifest, [chosen.strategy]), manifest, window, strategySource: chosen.source };
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
