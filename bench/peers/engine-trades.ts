/** Our engine, every hour sealed, under whatever rules: its round trips in the common form, and what it was all worth at the end. */
import { openDesk } from '../../core/desk.ts';
import type { Desk } from '../../core/desk.ts';
import type { Decision } from '../../core/events.ts';
import { beginRun, executeHour } from '../../core/execute.ts';
import type { ExecutedStep } from '../../core/execute.ts';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import { HOUR_MS, hourUtc, price } from '../../core/kernel/units.ts';
import type { Fraction, Money, Quantity } from '../../core/kernel/units.ts';
import type { OrderFilledFact } from '../../core/log.ts';
import type { Manifest, Sizing } from '../../core/manifest.ts';
import { doubleOf } from '../../core/market/columns.ts';
import type { CandleColumns, Column } from '../../core/market/columns.ts';
import { feedOf } from '../../core/market/feed.ts';
import { PROFILES } from '../../core/profile.ts';
import { composeManifest } from '../../engine/compose-manifest.ts';
import { feesOf, slippageOf } from '../../engine/cost-options.ts';
import { filledAtClose } from './filled-at-close.ts';
import { ACCOUNT_CASH, CASH, OWN_RULES } from './rules.ts';
import type { Rules } from './rules.ts';
import { ruleStrategy } from './rule-strategy.ts';
import { byEntry } from './trade.ts';
import type { Trade } from './trade.ts';

/** `held`: how many positions the end of the market found open, whatever became of them. */
export type EngineOutcome = Readonly<{ trades: readonly Trade[]; equity: number; held: number }>;

/** Candles of every symbol from the same hour on, without a hole; `symbol` of a trade is its place among them. */
export const engineTrades = (columns: readonly CandleColumns[], rules: Rules): EngineOutcome => {
  const markets = columns.map((ofSymbol, symbol) => ({ symbol, columns: rules.fill === 'close' ? filledAtClose(ofSymbol) : ofSymbol }));
  const accounts = rules.account === 'shared' ? [markets] : markets.map(market => [market]);
  const outcomes = accounts.map(account => accountTrades(account, rules));
  const trades = outcomes.flatMap(outcome => outcome.trades).sort(byEntry);
  const equity = outcomes.reduce((sum, outcome) => sum + outcome.equity, 0);
  const outcome = { trades, equity, held: trades.filter(({ exit }) => exit === null).length };
  return rules.atEnd === 'held' ? outcome : closedAtEnd(outcome, columns, rules.atEnd);
};

type Market = Readonly<{ symbol: number; columns: CandleColumns }>;

const accountTrades = (markets: readonly Market[], rules: Rules): Omit<EngineOutcome, 'held'> => {
  const desk = accountDesk(markets, rules);
  const feed = feedOf(desk.symbols, '1h', markets.map(market => market.columns));
  const places = new Map(desk.symbols.map((symbol, index) => [symbol as string, markets[index]!.symbol]));
  const book = roundTrips(places, desk.manifest.startHour * HOUR_MS);
  let progress = beginRun(desk);
  let equity = 0n;
  for (let hour = 0; hour < markets[0]!.columns.length; hour += 1) {
    const executed = executeHour(desk, progress, feed);
    progress = executed.after;
    equity = executed.valuation.value;
    for (const step of executed.steps) book.take(step);
  }
  return { trades: book.trades(), equity: double(equity) };
};

const accountDesk = (markets: readonly Market[], rules: Rules): Desk => {
  const strategy = ruleStrategy(rules);
  return openDesk(manifestOf(markets, rules, strategy.id), [strategy]);
};

/** The desk that trades these candles by our own rules. */
export const ownDesk = (columns: readonly CandleColumns[]): Desk => accountDesk(columns.map((ofSymbol, symbol) => ({ symbol, columns: ofSymbol })), OWN_RULES);

const sizingOf = ({ size }: Rules): Sizing =>
  'fraction' in size ? { kind: 'fraction', fraction: decimal(size.fraction) as Fraction } : { kind: 'notional', notional: decimal(size.notional) as Money };

const FINEST = price(decimal('0.00000001'));

/** The research profile without costs, and orders of whole lots. */
const manifestOf = (markets: readonly Market[], rules: Rules, strategyId: string): Manifest => {
  const startHour = hourUtc(markets[0]!.columns.slot[0]!);
  const instrument = { tick: FINEST, lot: decimal(rules.lot) as Quantity, minNotional: 0n as Money, baseDecimals: 8, quoteDecimals: 8 };
  return composeManifest({
    startHour,
    tradeFromHour: startHour,
    timeframe: '1h',
    markets: markets.map(({ columns }) => ({ symbol: columns.series.symbol, absent: 'missing', rules: instrument })),
    cash: decimal(rules.account === 'shared' ? CASH : ACCOUNT_CASH) as Money,
    holdings: [],
    strategy: { id: strategyId, digest: null, parameters: { fast: '12', slow: '26' } },
    sizing: sizingOf(rules),
    entry: { type: 'MARKET' },
    stop: null,
    profile: PROFILES.research,
    costs: { fees: feesOf('none'), slippage: slippageOf('none'), participation: null },
  });
};

const double = (amount: bigint): number => Number(formatDecimal(amount));

type Opened = Readonly<{ trade: Trade; quantity: bigint }>;

/** Puts lots and fills together: every entry is one lot, and every exit ends one whole lot. */
const roundTrips = (places: ReadonlyMap<string, number>, firstMs: number) => {
  const open = new Map<string, Opened>();
  const closed: Trade[] = [];
  const hourOf = ({ atMs }: OrderFilledFact): number => (atMs - firstMs) / HOUR_MS;
  const takeDecision = (decision: Decision, fills: ReadonlyMap<string, OrderFilledFact>): void => {
    if (decision.type === 'lot_opened' && decision.tradeId !== null) {
      const fill = fills.get(decision.tradeId)!;
      const entered = { symbol: places.get(decision.symbol)!, entry: hourOf(fill), entryPrice: double(fill.price), quantity: double(fill.quantity) };
      open.set(decision.id, { trade: { ...entered, exit: null, exitPrice: null }, quantity: decision.quantity });
    }
    if (decision.type !== 'lot_matched') return;
    const fill = fills.get(decision.tradeId)!;
    const opened = open.get(decision.lotId)!;
    if (opened.quantity !== decision.quantity) throw new Error(`Lot ${decision.lotId} was sold in parts.`);
    open.delete(decision.lotId);
    closed.push({ ...opened.trade, exit: hourOf(fill), exitPrice: double(fill.price) });
  };
  return {
    take: ({ bucket, decisions }: ExecutedStep): void => {
      const fills = new Map(bucket.facts.flatMap(fact => (fact.type === 'order_filled' ? [[fact.tradeId, fact] as const] : [])));
      for (const decision of decisions) takeDecision(decision, fills);
    },
    trades: (): readonly Trade[] => [...closed, ...[...open.values()].map(({ trade }) => trade)],
  };
};

const lastOf = ({ mantissa, scale }: Column): number => doubleOf(mantissa.at(-1)!, scale.at(-1)!);

/** What is held is sold at the last open, an hour before the end, or at the last close. */
const closedAtEnd = ({ trades, equity, held }: EngineOutcome, columns: readonly CandleColumns[], at: 'last-open' | 'last-close'): EngineOutcome => {
  const [exit, part] = at === 'last-open' ? ([columns[0]!.length - 1, 'open'] as const) : ([columns[0]!.length, 'close'] as const);
  const priceOf = ({ symbol }: Trade): number => lastOf(columns[symbol]![part]);
  const gained = (trade: Trade): number => (trade.quantity ?? 0) * (priceOf(trade) - lastOf(columns[trade.symbol]!.close));
  return {
    trades: trades.map(trade => (trade.exit === null ? { ...trade, exit, exitPrice: priceOf(trade) } : trade)),
    equity: trades.reduce((sum, trade) => (trade.exit === null ? sum + gained(trade) : sum), equity),
    held,
  };
};
