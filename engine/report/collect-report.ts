/** A report out of the hours of a run, one after another: every collector is told each hour once, and the document is put together at the end. */
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour, ExecutedStep } from '../../core/execute.ts';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import type { Digest, HourUtc } from '../../core/kernel/units.ts';
import type { Witness } from '../../core/witness.ts';
import type { Conduct } from '../conduct.ts';
import { countSummary } from '../run-summary.ts';
import type { RunSummary } from '../run-summary.ts';
import { EIGHT_DECIMALS, roundedTo } from './amounts.ts';
import { collectCurves } from './collect-curves.ts';
import { collectDays } from './collect-days.ts';
import { collectFlow } from './collect-flow.ts';
import { collectMarkets } from './collect-markets.ts';
import { collectMarks } from './collect-marks.ts';
import type { MarketMarks } from './collect-marks.ts';
import { collectRisk } from './collect-risk.ts';
import { collectTrades, listedTrades } from './collect-trades.ts';
import type { ClosedTrade, TradeCollector } from './collect-trades.ts';
import { conditionsOf } from './conditions.ts';
import type { Found } from './conditions.ts';
import type { Drawdown } from './drawdown.ts';
import { metricsOf } from './metrics-of-run.ts';
import { orderWhys } from './order-whys.ts';
import { REPORT_FORMAT } from './report.ts';
import type { Costs, MarketReport, RunReport, TradeReport, WorstDrawdown } from './report.ts';
import { verdictOf } from './verdict.ts';

/** `hours` is how many will come, for the size of the curves. */
export type Subject = Readonly<{ run: string; mode: string; hours: number; conduct: Conduct | null; found: Found }>;

export type ReportCollector = Readonly<{
  /** Has to watch the hours being executed. */
  witness: Witness;
  add: (hour: ExecutedHour) => void;
  /** Of at least one hour. */
  report: () => RunReport;
}>;

export const collectReport = (desk: Desk, { run, mode, hours, conduct, found }: Subject): ReportCollector => {
  const isAccount = mode === 'import';
  const whys = orderWhys();
  const [trades, marks] = [collectTrades(whys), collectMarks(desk)];
  const [summaries, curves, days] = [countSummary(desk, conduct), collectCurves(desk, { hours, withBenchmark: !isAccount }), collectDays(desk)];
  const [markets, risk, flow] = [collectMarkets(desk, hours), collectRisk(desk), collectFlow(desk)];
  let last: Readonly<{ hour: HourUtc; head: Digest }> | null = null;
  let closed = 0;

  const addStep = (step: ExecutedStep, hour: HourUtc): void => {
    for (const decision of step.decisions) {
      whys.decided(decision);
      if (decision.type === 'order_refused') marks.refused(decision, { hour, step });
      if (decision.type !== 'lot_opened' && decision.type !== 'lot_matched') continue;
      const trade = trades.booked(decision, { hour, step });
      if (decision.type === 'lot_matched' && trade === null) continue;
      if (trade !== null) closed += 1;
      const opened = trades.openedBy(decision.type === 'lot_opened' ? decision.id : decision.lotId);
      const fill = { decision, hour, step, order: whys.of(decision.orderId), price: trade?.exitPrice ?? opened!.price };
      marks.filled({ ...fill, trade: trade === null ? null : closed - 1, openedBy: trade === null ? null : (opened?.tradeId ?? null) });
    }
    whys.forget();
    trades.forget(step.state.lots);
  };

  const add = (hour: ExecutedHour): void => {
    for (const step of hour.steps) addStep(step, hour.sealed.hour);
    for (const collector of [summaries, curves, days, markets, risk, flow]) collector.add(hour);
    last = { hour: hour.sealed.hour, head: hour.sealed.hash };
  };

  const report = (): RunReport => {
    if (last === null) throw new Error('A report needs at least one hour.');
    const [summary, counted, calendar] = [summaries.summary(), curves.counted(), days.calendar()];
    const listed = listedTrades(trades.closed());
    const [conditions, flows] = [conditionsOf(desk, summary, { throughHour: last.hour, found, isAccount }), flow.flows()];
    return {
      format: REPORT_FORMAT,
      run,
      mode,
      verdict: verdictOf({ summary, conditions, benchmarkReturn: counted.benchmarkReturn, head: last.head, mode, flows }),
      conditions,
      summary,
      metrics: metricsOf({ summary, calendar, counted, trades: trades.closed() }),
      curves: curves.curves(),
      worstDrawdown: worstOf(counted.drawdown),
      markets: marketReports(desk, { every: trades.closed(), listed }, index => ({ ...markets.curves(index), ...marks.marksOf(index) })),
      months: calendar.months,
      years: calendar.years,
      costs: costsOf(summary, trades, flow.money()),
      risk: isAccount ? [] : risk.spans(),
      flows,
      trades: listed,
      tradesLeftOut: closed - listed.length,
    };
  };
  return { witness: whys.witness, add, report };
};

const worstOf = ({ depth, hours, peakHour, deepestHour, isRecovered }: Drawdown): WorstDrawdown | null => {
  if (peakHour === null || deepestHour === null) return null;
  const textOf = (hour: number): string => formatHour(hour as HourUtc);
  return { depth, peak: textOf(peakHour), deepest: textOf(deepestHour), recovered: isRecovered ? textOf(peakHour + hours) : null, hours };
};

type Drawn = Pick<MarketReport, 'price' | 'position'> & MarketMarks;

type Trades = Readonly<{ every: readonly ClosedTrade[]; listed: readonly TradeReport[] }>;

const marketReports = ({ symbols }: Desk, { every, listed }: Trades, drawnOf: (index: number) => Drawn): readonly MarketReport[] => {
  const places = new Map(listed.map(({ number }, index) => [number - 1, index]));
  const bySymbol = Map.groupBy(every, ({ match }) => match.symbol);
  return symbols.map((symbol, index) => {
    const own = bySymbol.get(symbol) ?? [];
    const { leftOut, marks, totals, ...drawn } = drawnOf(index);
    const placed = marks.map(mark => (mark.trade === null ? mark : { ...mark, trade: places.get(mark.trade) ?? null }));
    return { symbol, ...drawn, marks: placed, markTotals: totals, marksLeftOut: leftOut, result: formatDecimal(sumOf(own)), trades: own.length };
  });
};

const sumOf = (trades: readonly ClosedTrade[]): bigint => trades.reduce((sum, { match }) => sum + match.result, 0n);

/** `flow` is the money that came, less what went, the opening among it. */
const costsOf = (summary: RunSummary, trades: TradeCollector, flow: bigint): Costs => {
  const [fees, slippage, opening] = [decimal(summary.fees), decimal(summary.slippage), decimal(summary.openingEquity)];
  const net = roundedTo(decimal(summary.equity) - flow, EIGHT_DECIMALS);
  const share = opening <= 0n ? 0n : ((fees + slippage) * 1_000_000_000_000_000_000n) / opening;
  return {
    fees: summary.fees,
    slippage: summary.slippage,
    share: formatDecimal(roundedTo(share, EIGHT_DECIMALS)),
    grossResult: formatDecimal(net + fees + slippage),
    netResult: formatDecimal(net),
    tradesResult: formatDecimal(sumOf(trades.closed())),
    feeDisposals: formatDecimal(trades.feeDisposals()),
  };
};
