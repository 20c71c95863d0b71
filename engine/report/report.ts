/**
 * What a report says of a run: one JSON document, from which the page, the Markdown and the PDF are made; none of them
 * shows a figure that is not in here. Exact amounts are decimal text, as in the log. What is only drawn is doubles,
 * thinned so that no extreme is lost.
 */
import type { RunSummary } from '../run-summary.ts';

export const REPORT_FORMAT = 'tb-report/1';
export const COMPARISON_FORMAT = 'tb-comparison/1';

/** Hours are text (`2024-03-05T14:00:00Z`) where people read them, and hours since 1970 (`HourUtc`) where charts do. */
export type RunReport = Readonly<{
  format: typeof REPORT_FORMAT;
  /** Name of the run. */
  run: string;
  mode: string;
  verdict: Verdict;
  conditions: Conditions;
  /** Exact, as `tb show` says it. */
  summary: RunSummary;
  /** By doubles over hourly or daily returns; specs/metrics.md defines each. */
  metrics: readonly Metric[];
  curves: Curves;
  /** Of unit value; null where it never fell. */
  worstDrawdown: WorstDrawdown | null;
  markets: readonly MarketReport[];
  /** From the month in which trading begins; together they make the return of the run. */
  months: readonly Readonly<{ year: number; /** 1 to 12. */ month: number; /** A fraction. */ return: number }>[];
  years: readonly Readonly<{ year: number; /** A fraction. */ return: number }>[];
  costs: Costs;
  /** None of an account, which no rule of a run held back. */
  risk: readonly RiskSpan[];
  /** Money and holdings that came or went after the opening, in order of time. */
  flows: readonly Flow[];
  trades: readonly TradeReport[];
  /** Trades beyond 60,000, those of the smallest results: in every figure, but not in the list. */
  tradesLeftOut: number;
}>;

export type Verdict = Readonly<{
  /** One sentence: return, drawdown, against buy-and-hold, and whether it was proved by executing it again. */
  text: string;
  /** Fractions as decimal text. */
  return: string;
  benchmarkReturn: string | null;
  maxDrawdown: string;
  /** TRUE where the hours executed again for this report ended in the stored head; a report is not made otherwise. */
  parity: boolean;
  head: string;
}>;

/** Under what the result came about: what a reader has to know before believing it. */
export type Conditions = Readonly<{
  from: string;
  /** Exclusive. */
  to: string;
  tradeFrom: string;
  hours: number;
  timeframe: string;
  quote: string;
  symbols: readonly string[];
  agents: readonly Readonly<{ id: string; strategy: string; parameters: Readonly<Record<string, string>> }>[];
  /** Null for an account, which trades under none. */
  profile: string | null;
  averageExposure: string;
  /** In words: `fees 0.25 % maker 0.40 % taker (kraken), slippage spread+impact`; of an account, that its history has them. */
  costModel: string;
  /** Share of the window without entries because of halts, as decimal text; null for an account. */
  notTraded: string | null;
  /** Where the markets were chosen after the window had begun: `universe NAME chosen on DATE, after the fact`; else null. */
  hindsight: string | null;
  /** Where candles of the run were changed by their provider later: how many and since when; else null. */
  revisedData: string | null;
  version: string;
  semantics: number;
}>;

export type MetricUnit = 'fraction' | 'ratio' | 'hours' | 'quote' | 'count' | 'probability';

export type Metric = Readonly<{
  id: string;
  name: string;
  /** Null where it is not defined, such as a ratio over no losses; `reason` says why. */
  value: number | null;
  reason: string | null;
  unit: MetricUnit;
  group: 'return' | 'risk' | 'trades' | 'costs';
  /** One or two sentences with the formula in words, for people who hover over it. */
  definition: string;
}>;

/** Points of one curve: ascending hours, one value an hour. */
export type Curve = Readonly<{ hours: readonly number[]; values: readonly number[] }>;

export type Curves = Readonly<{
  /** Value of the portfolio in quote. */
  equity: Curve;
  /** The same opening capital in equal parts in every market of the run when trading begins, without costs, then held. */
  benchmark: Curve | null;
  /** Zero and below, as a fraction of the highest unit value so far. */
  drawdown: Curve;
  /** Share of the portfolio's value held in positions. */
  exposure: Curve;
  /** Cumulative, in quote. */
  fees: Curve;
  slippage: Curve;
}>;

/** `peak`, `deepest` and `recovered` are hours as text; `recovered` is null where the run ended below the peak. `hours` from the peak to the recovery, or to the end. */
export type WorstDrawdown = Readonly<{ depth: number; peak: string; deepest: string; recovered: string | null; hours: number }>;

export type MarkKind = 'entry' | 'exit' | 'partial' | 'stop' | 'refused';

export type Mark = Readonly<{
  hour: number;
  kind: MarkKind;
  price: number;
  /** One sentence; of a fill `BUY 0.5 BTC/USD at 100.05: CROSSED_UP`, of a refusal the gates that refused. */
  text: string;
  /** Hours in a row, for a refusal; else 1. */
  count: number;
  /** Index into trades; null for what belongs to none. */
  trade: number | null;
}>;

export type MarketReport = Readonly<{
  symbol: string;
  /** Closes. */
  price: Curve;
  /** Value held in this market, in quote. */
  position: Curve;
  /** In order of time. Refusals that repeat hour after hour are one mark with a count. */
  marks: readonly Mark[];
  /** How often each kind happened, in the marks or not; refusals hour by hour. */
  markTotals: Readonly<Record<MarkKind, number>>;
  /** Marks beyond the most that a market may have: whole trades of the smallest results, and the shortest refusals. */
  marksLeftOut: number;
  /** Sum of its trades' results in quote, as decimal text, and how many there were. */
  result: string;
  trades: number;
}>;

export type Costs = Readonly<{
  fees: string;
  slippage: string;
  /** Share of opening equity. */
  share: string;
  /** What the strategy found, and what is left of it: the change of the portfolio's value, open positions at their marks and money that came or went aside, before and after both. Rounded to 8 decimals; gross − fees − slippage = net. */
  grossResult: string;
  netResult: string;
  /** The part of it that is realised: results of closed trades, net of their fees. */
  tradesResult: string;
  /** Results of units that were disposed of to pay fees with; no trades, and part of what is realised. */
  feeDisposals: string;
}>;

export type FlowKind = 'deposit' | 'withdrawal' | 'transfer_in' | 'transfer_out';

/** `amount` is in quote, above zero, as decimal text; of holdings it is their value at that close, rounded to 8 decimals. */
export type Flow = Readonly<{ hour: number; amount: string; kind: FlowKind }>;

/** A stretch of hours in one standing, `toHour` exclusive: the normal tier and hours that allowed entries are left out. A review that holds entries is a halt named REVIEW_OPEN. */
export type RiskSpan = Readonly<{ fromHour: number; toHour: number; kind: 'tier' | 'halt' | 'kill'; name: string; reason: string }>;

/** One closed (part of a) position. */
export type TradeReport = Readonly<{
  /** From 1, in order of closing. */
  number: number;
  symbol: string;
  agent: string;
  entryHour: number;
  exitHour: number;
  heldHours: number;
  quantity: string;
  /** Prices of the fills, of at most 10 significant digits; of units that came or went without an order, what each cost or brought. */
  entryPrice: string;
  exitPrice: string;
  fees: string;
  result: string;
  /** Result over cost with its fee, as decimal text of 5 decimals. */
  return: string;
  /** Reason and evidence of both orders, and the gates of the entry: what `tb why --order` says in full. */
  why: TradeWhy;
}>;

export type TradeWhy = Readonly<{
  entry: OrderWhy | null;
  exit: OrderWhy | null;
}>;

export type OrderWhy = Readonly<{
  orderId: string;
  reason: string;
  /** FALSE where a long run keeps its document small: evidence and gates are empty then, and `tb why --order` has them. */
  inFull: boolean;
  /** Indicators or prediction by name, as decimal text of at most 12 significant digits. */
  evidence: Readonly<Record<string, string>>;
  /** Gates that an entry stood before: `[code, outcome, limit, usage, asked, which are]`, only those that apply; amounts in words, with their unit. */
  gates: readonly (readonly [string, string, string, string, string, string])[];
}>;

/** What two runs have in common, and what makes a difference of their figures say something else than it seems to. */
export type Comparable = Readonly<{
  /** FALSE: amounts of the two are never subtracted, and share no axis. */
  sameQuote: boolean;
  /** Both trade from the same hour on. */
  sameStart: boolean;
  /** What of their manifests and windows is not the same, in words: `strategy`, `window`. Empty where they were meant to be equal. */
  differs: readonly string[];
  /** Hours that both have. */
  commonHours: number;
}>;

/** Two runs side by side. */
export type ComparisonReport = Readonly<{
  format: typeof COMPARISON_FORMAT;
  left: RunReport;
  right: RunReport;
  comparable: Comparable;
  /** Where they first part, as `tb parity` says it; null where they do not within the hours both have. */
  divergence: Readonly<{ hour: number; at: string; what: string; left: string | null; right: string | null }> | null;
}>;
