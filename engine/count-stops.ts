/** How often entries were stopped and lifted in a run, and which share of its window that cost: counted as hours are sealed. */
import { formatDecimal } from '../core/kernel/decimal.ts';
import { ONE_E18 } from '../core/kernel/units.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import type { Desk } from '../core/desk.ts';
import type { ExecutedHour } from '../core/execute.ts';
import { standingCode } from '../core/risk/risk-standing.ts';
import { endOf } from './conduct.ts';
import type { Conduct } from './conduct.ts';

export type Stops = Readonly<{
  /** How a backtest was told to go on when entries stop; null for a paper run. */
  conduct: Conduct | null;
  halts: number;
  kills: number;
  /** Stops lifted. */
  resumes: number;
  /** Share of the hours that could have traded in which no entry was allowed, those after an early end among them. */
  notTraded: string;
}>;

export type StopCounter = Readonly<{ add: (hour: ExecutedHour) => void; stops: () => Stops }>;

const CHANGES = { ACTIVE: 'resumes', HALTED: 'halts', KILLED: 'kills' } as const;

export const countStops = ({ manifest }: Desk, conduct: Conduct | null): StopCounter => {
  const counted = { halts: 0, kills: 0, resumes: 0 };
  let held = 0;
  let nextHour: HourUtc = manifest.startHour;

  const add = ({ steps, after }: ExecutedHour): void => {
    for (const { decisions } of steps) for (const decision of decisions) if (decision.type === 'risk_changed') counted[CHANGES[decision.to]] += 1;
    if (after.hour > manifest.tradeFromHour && standingCode(after.state.risk.standing) !== null) held += 1;
    nextHour = after.hour;
  };

  /** Of the window that was asked for: a run that stopped traded none of the rest. */
  const notTraded = (): bigint => {
    const end = conduct === null ? nextHour : endOf(conduct);
    const window = end - manifest.tradeFromHour;
    return window <= 0 ? 0n : (BigInt(held + end - nextHour) * ONE_E18) / BigInt(window);
  };
  return { add, stops: () => ({ conduct, ...counted, notTraded: formatDecimal(notTraded()) }) };
};
