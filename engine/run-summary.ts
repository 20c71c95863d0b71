/**
 * What a run amounted to, counted as its hours are sealed: value, drawdown, exposure, costs, trades and refusals.
 * Derived from decisions alone, so a replay of the same hours counts the same.
 */
import { formatDecimal } from '../core/kernel/decimal.ts';
import { divideHalfEven } from '../core/kernel/rounding.ts';
import { ONE_E18 } from '../core/kernel/units.ts';
import type { Asset, Digest, HourUtc, Money } from '../core/kernel/units.ts';
import type { Desk } from '../core/desk.ts';
import type { LotMatched } from '../core/events.ts';
import type { ExecutedHour, ExecutedStep } from '../core/execute.ts';
import type { Fact, OrderFilledFact } from '../core/log.ts';
import { widenAt } from '../core/market/columns.ts';
import type { Conduct } from './conduct.ts';
import { countStops } from './count-stops.ts';
import type { Stops } from './count-stops.ts';

export type RunSummary = Stops & Readonly<{
  head: Digest;
  hours: number;
  symbolHours: number;
  equity: string;
  cash: string;
  openingEquity: string;
  /** Change of unit value since the first hour, as a fraction. */
  return: string;
  /** Largest fall of unit value from its peak, as a fraction. */
  maxDrawdown: string;
  /** Mean share of portfolio value held in positions over tradable hours. */
  averageExposure: string;
  fees: string;
  /** Fills against the open they met, in quote; part of the fill prices, never posted. */
  slippage: string;
  /** Fills of orders, and trades of the account. */
  fills: number;
  /** Lot matches: each is a (part of a) position closed. */
  trades: number;
  winningTrades: number;
  realised: string;
  /** What strategies asked for: plain signals, and requests of campaigns. */
  signals: number;
  /** How often each rule refused an order. */
  refusals: Readonly<Record<string, number>>;
  missingCandles: number;
}>;

export type SummaryCounter = Readonly<{ add: (hour: ExecutedHour) => void; summary: () => RunSummary }>;

/** A trade as a summary-kept backtest stores it. */
export type TradeRow = Readonly<{ match: LotMatched; entryHour: HourUtc; exitHour: HourUtc }>;

export const tradeRow = (match: LotMatched, exitHour: HourUtc): TradeRow => ({
  match,
  entryHour: Number(match.lotId.slice(0, match.lotId.indexOf('.'))) as HourUtc,
  exitHour,
});

const EXPOSURE_SCALE = 1_000_000_000n;

export const countSummary = (desk: Desk, conduct: Conduct | null): SummaryCounter => {
  const counted = { hours: 0, tradable: 0, fills: 0, trades: 0, wins: 0, signals: 0, missing: 0 };
  const stopped = countStops(desk, conduct);
  const sums = { fees: 0n, slippage: 0n, realised: 0n, exposure: 0n, peak: 0n, drawdown: 0n, opening: 0n };
  const refusals = new Map<string, number>();
  const slots = desk.symbols.length * desk.stepsPerHour;
  let last: ExecutedHour | null = null;

  const addStep = (step: ExecutedStep): void => {
    counted.missing += desk.symbols.length - step.bucket.market.fact.candles;
    for (const fact of step.bucket.facts) {
      sums.fees += feeOf(fact, desk.manifest.quote);
      if (fact.type === 'order_filled' || fact.type === 'account_traded') counted.fills += 1;
      if (fact.type === 'order_filled') sums.slippage += slippageOf(desk, step, fact);
    }
    for (const decision of step.decisions) {
      if (decision.type === 'signal_raised' || decision.type === 'campaign_asked') counted.signals += 1;
      if (decision.type === 'order_refused') for (const { code } of decision.violations) refusals.set(code, (refusals.get(code) ?? 0) + 1);
      if (decision.type !== 'lot_matched') continue;
      sums.realised += decision.result;
      if (decision.paidFee) continue;
      counted.trades += 1;
      if (decision.result > 0n) counted.wins += 1;
    }
  };

  const add = (hour: ExecutedHour): void => {
    last = hour;
    counted.hours += 1;
    hour.steps.forEach(addStep);
    stopped.add(hour);
    const { value, positions, unitValue } = hour.valuation;
    if (counted.hours === 1) sums.opening = value;
    if (hour.sealed.hour >= desk.manifest.tradeFromHour) {
      counted.tradable += 1;
      if (value > 0n) sums.exposure += (positions * EXPOSURE_SCALE) / value;
    }
    if (unitValue > sums.peak) sums.peak = unitValue;
    const drawdown = sums.peak > 0n ? divideHalfEven((sums.peak - unitValue) * ONE_E18, sums.peak) : 0n;
    if (drawdown > sums.drawdown) sums.drawdown = drawdown;
  };

  const summary = (): RunSummary => {
    if (last === null) throw new Error('A summary needs at least one hour.');
    const { value, cash, unitValue } = last.valuation;
    return {
      averageExposure: formatDecimal(counted.tradable === 0 ? 0n : (sums.exposure * (ONE_E18 / EXPOSURE_SCALE)) / BigInt(counted.tradable)),
      cash: formatDecimal(cash),
      equity: formatDecimal(value),
      fees: formatDecimal(sums.fees),
      fills: counted.fills,
      head: last.sealed.hash,
      hours: counted.hours,
      maxDrawdown: formatDecimal(sums.drawdown),
      missingCandles: counted.missing,
      openingEquity: formatDecimal(sums.opening),
      realised: formatDecimal(sums.realised),
      refusals: Object.fromEntries(refusals),
      return: formatDecimal(unitValue - ONE_E18),
      signals: counted.signals,
      slippage: formatDecimal(sums.slippage),
      symbolHours: (counted.hours * slots) / desk.stepsPerHour,
      trades: counted.trades,
      winningTrades: counted.wins,
      ...stopped.stops(),
    };
  };
  return { add, summary };
};

/** What a fact says was paid in fees, in quote. */
export const feeOf = (fact: Fact, quote: Asset): bigint => {
  if (fact.type === 'order_filled' || fact.type === 'account_traded') return fact.feeValue;
  if (fact.type === 'account_charged') return fact.purpose === 'fees' ? fact.value : 0n;
  return fact.type === 'account_rewarded' && fact.asset === quote ? fact.fee : 0n;
};

/** How far a taker's fill lies from the open it met. Makers fill at their own price. */
export const slippageOf = (desk: Desk, { bucket, decisions }: ExecutedStep, fact: OrderFilledFact): Money => {
  if (fact.liquidity === 'MAKER') return 0n as Money;
  const booked = decisions.find(decision => (decision.type === 'lot_opened' || decision.type === 'lot_matched') && decision.tradeId === fact.tradeId);
  if (booked?.type !== 'lot_opened' && booked?.type !== 'lot_matched') return 0n as Money;
  const index = desk.indexOf.get(booked.symbol)!;
  const open = widenAt(bucket.market.series[index]!.columns.open, bucket.market.rows[index]!);
  const away = fact.price > open ? fact.price - open : open - fact.price;
  return divideHalfEven(away * fact.quantity, ONE_E18) as Money;
};
