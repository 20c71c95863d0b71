/** The curves of a portfolio, told hour by hour and thinned as they come, and what is counted over all its hours. It holds no hour back. */
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour } from '../../core/execute.ts';
import { feeOf, slippageOf } from '../run-summary.ts';
import { asDouble } from './amounts.ts';
import { benchmarkValue } from './benchmark.ts';
import type { Curves } from './report.ts';
import { curveThinner } from './thin-curve.ts';
import { collectDrawdown } from './drawdown.ts';
import type { Drawdown } from './drawdown.ts';

const POINTS_MAX = 2_400;

/** `benchmarkReturn` is that of the basket, whatever money came or went; null without a close of any market. */
export type Counted = Readonly<{ drawdown: Drawdown; benchmarkReturn: number | null; traded: number; meanValue: number }>;

export type CurveCollector = Readonly<{ add: (hour: ExecutedHour) => void; curves: () => Curves; counted: () => Counted }>;

/** `hours` is how many will come. A benchmark is asked only of runs that trade. */
export const collectCurves = (desk: Desk, { hours, withBenchmark }: Readonly<{ hours: number; withBenchmark: boolean }>): CurveCollector => {
  const { startHour: fromHour, tradeFromHour, quote } = desk.manifest;
  const thinner = () => curveThinner({ fromHour, hours, pointsMax: POINTS_MAX });
  const told = { equity: thinner(), benchmark: thinner(), drawdown: thinner(), exposure: thinner(), fees: thinner(), slippage: thinner() };
  const benchmark = benchmarkValue(desk);
  const falls = collectDrawdown();
  const sums = { fees: 0n, slippage: 0n };
  const tradable = { hours: 0, value: 0, traded: 0 };

  const addCosts = ({ steps }: ExecutedHour): void => {
    for (const step of steps) {
      for (const fact of step.bucket.facts) {
        sums.fees += feeOf(fact, quote);
        if (fact.type === 'order_filled') {
          sums.slippage += slippageOf(desk, step, fact);
          tradable.traded += asDouble(fact.price) * asDouble(fact.quantity);
        }
        if (fact.type === 'account_traded') tradable.traded += asDouble(fact.value);
      }
    }
  };

  const add = (hour: ExecutedHour): void => {
    const at = hour.sealed.hour;
    const { value, positions, unitValue } = hour.valuation;
    addCosts(hour);
    told.equity.add(at, asDouble(value));
    if (withBenchmark) told.benchmark.add(at, benchmark.valueAfter(hour));
    told.drawdown.add(at, falls.after(at, unitValue));
    told.exposure.add(at, value > 0n ? asDouble(positions) / asDouble(value) : 0);
    told.fees.add(at, asDouble(sums.fees));
    told.slippage.add(at, asDouble(sums.slippage));
    if (at < tradeFromHour) return;
    tradable.hours += 1;
    tradable.value += asDouble(value);
  };

  const hasBenchmark = (): boolean => withBenchmark && benchmark.index() !== null;
  const curves = (): Curves => ({
    equity: told.equity.curve(),
    benchmark: hasBenchmark() ? told.benchmark.curve() : null,
    drawdown: told.drawdown.curve(),
    exposure: told.exposure.curve(),
    fees: told.fees.curve(),
    slippage: told.slippage.curve(),
  });
  const counted = (): Counted => ({
    drawdown: falls.largest(),
    benchmarkReturn: hasBenchmark() ? benchmark.index()! - 1 : null,
    traded: tradable.traded,
    meanValue: tradable.hours === 0 ? 0 : tradable.value / tradable.hours,
  });
  return { add, curves, counted };
};
