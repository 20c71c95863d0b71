/**
 * How a backtest is conducted where a paper run has people: what is done when entries stop. It is told beforehand, kept
 * with the summary, and enters the log as an operator's facts, so that a replay needs nothing else to have them again.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import { readSummary } from '../adapters/store/results.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import type { OutsideFact } from '../core/bucket.ts';
import { formatHour, hourContaining, parseTime, startOfHour } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { BACKTEST_ORDERS, standingCommand } from '../core/risk/standing-operator.ts';
import type { StandingOrders } from '../core/risk/standing-operator.ts';
import type { State } from '../core/state.ts';
import { usage } from './problem.ts';
import { orNearest, typed } from './wording.ts';

/** As the summary keeps it. `to` is the end that was asked for, exclusive: a run that stops ends before it. */
export type Conduct = Readonly<{ onHalt: string; reactivateAfterHours: number | null; to: string }>;

export const conductOf = (onHalt: string, endHour: HourUtc): Conduct => ({ onHalt, reactivateAfterHours: BACKTEST_ORDERS.reactivateAfterHours, to: formatHour(endHour) });

/** The end that was asked for, exclusive. */
export const endOf = ({ to }: Conduct): HourUtc => hourContaining(parseTime(to)!);

const RESUME = /^resume-after-([1-9]\d{0,4})-hours$/;

/** The standing orders of a conduct; of one that a person wrote, the option is named. */
export const ordersOf = ({ onHalt, reactivateAfterHours }: Omit<Conduct, 'to'>): StandingOrders => {
  if (onHalt === 'stop' || onHalt === 'observe') return { onHalt: { kind: onHalt }, reactivateAfterHours };
  const hours = RESUME.exec(onHalt)?.[1];
  if (hours === undefined) throw usage(`--on-halt: ${typed(onHalt)} is none of stop, observe and resume-after-N-hours${orNearest(onHalt, ['stop', 'observe', 'resume-after-24-hours'])}`, 'For example --on-halt resume-after-24-hours; N is a whole number from 1 to 99999.');
  return { onHalt: { kind: 'resume', afterHours: Number(hours) }, reactivateAfterHours };
};

const NO_FACTS: readonly OutsideFact[] = [];

/** What the standing operator says as an hour opens, which is when its first step takes it in. */
export const standingFacts = (orders: StandingOrders | null, { risk }: Pick<State, 'risk'>, hour: HourUtc): readonly OutsideFact[] => {
  const command = orders === null ? null : standingCommand(orders, risk.standing, hour);
  return command === null ? NO_FACTS : [{ type: 'operator', atMs: startOfHour(hour), ...command }];
};

/** The conduct that a stored backtest was run by; null for a paper run, which has people. */
export const conductStored = async (client: StoreClient, run: StoredRun): Promise<Conduct | null> => {
  const summary = run.mode === 'backtest' ? await readSummary(client, run) : null;
  return summary === null ? null : ((JSON.parse(summary.text) as Readonly<{ conduct?: Conduct | null }>).conduct ?? null);
};

/** The standing orders of a backtest that did not keep its facts; null where the facts say it all. */
export const storedOrders = async (client: StoreClient, run: StoredRun): Promise<StandingOrders | null> => {
  const conduct = run.keep === 'summary' ? await conductStored(client, run) : null;
  return conduct === null ? null : ordersOf(conduct);
};
