/** Judges measured costs against a baseline. A cost is how many times as long as the prototype loop a path takes: lower is better. */
import { byCodeUnit } from '../core/kernel/order.ts';

/** Milliseconds of the processor, stretch by stretch, of one run. */
export type Run = readonly number[];

/** By path. */
export type Costs = Readonly<Record<string, number>>;
export type Baseline = Readonly<{ machine: string; costs: Costs }>;

/** `new`: the baseline knows no such path. `gone`: it was not measured. Both need a new baseline. */
export type Judgement = Readonly<{ path: string; was: number | null; is: number | null; loss: number; verdict: 'kept' | 'lost' | 'new' | 'gone' }>;

const LOSS_MAX = 0.15;

/** Each stretch's least time over all runs, added up: what disturbs a stretch only ever adds to it. */
export const floorOf = (runs: readonly Run[]): number => runs[0]!.reduce((sum, _, stretch) => sum + Math.min(...runs.map(run => run[stretch]!)), 0);

/** The lower cost of each path: two measurements know more than one. */
export const lower = (one: Costs, other: Costs): Costs =>
  Object.fromEntries([...new Set([...Object.keys(one), ...Object.keys(other)])].map(path => [path, Math.min(one[path] ?? Number.POSITIVE_INFINITY, other[path] ?? Number.POSITIVE_INFINITY)]));

/** Every path of either, by name. A loss is a fraction of speed: half as fast as before is 0.5. */
export const judge = ({ costs: before }: Pick<Baseline, 'costs'>, now: Costs): readonly Judgement[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].sort(byCodeUnit).map(path => {
    const [was, is] = [before[path] ?? null, now[path] ?? null];
    if (was === null) return { path, was, is, loss: 0, verdict: 'new' };
    if (is === null) return { path, was, is, loss: 0, verdict: 'gone' };
    return { path, was, is, loss: 1 - was / is, verdict: was < is * (1 - LOSS_MAX) ? 'lost' : 'kept' };
  });

const WORDS = { kept: 'ok', lost: 'LOST', new: 'NOT IN THE BASELINE', gone: 'NOT MEASURED' } as const;

const times = (cost: number | null): string => (cost === null ? '-' : `${cost.toFixed(2)} ×`);

/** A line a path: its cost in the baseline and now, and what it gained or lost in speed. */
export const formatJudgements = (judgements: readonly Judgement[]): string => {
  const width = Math.max(...judgements.map(({ path }) => path.length));
  return judgements
    .map(({ path, was, is, loss, verdict }) => {
      const change = was === null || is === null ? '' : `${loss > 0 ? '-' : '+'}${(Math.abs(loss) * 100).toFixed(1)} %`;
      return `${path.padEnd(width)}  baseline ${times(was).padStart(7)}  now ${times(is).padStart(7)}  ${change.padStart(8)}  ${WORDS[verdict]}`;
    })
    .join('\n');
};
