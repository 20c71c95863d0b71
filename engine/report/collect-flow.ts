/** Money and holdings that came to a portfolio or went from it, the opening among them: counted as units bought and redeemed. */
import type { ExecutedHour } from '../../core/execute.ts';
import { divideHalfEven } from '../../core/kernel/rounding.ts';
import { ONE_E18 } from '../../core/kernel/units.ts';

export type FlowCollector = Readonly<{ add: (hour: ExecutedHour) => void; /** What came, less what went, in quote; within 10^-18 a flow. */ money: () => bigint }>;

export const collectFlow = (): FlowCollector => {
  let [units, value, sum] = [0n, 0n, 0n];
  const add = ({ steps }: ExecutedHour): void => {
    for (const { state, valuation } of steps) {
      const { units: after } = state.portfolio;
      // Where the last unit was redeemed no unit has a value, and what it had been worth is what went.
      if (after !== units) sum += after === 0n ? valuation.value - value : divideHalfEven((after - units) * valuation.unitValue, ONE_E18);
      [units, value] = [after, valuation.value];
    }
  };
  return { add, money: () => sum };
};
