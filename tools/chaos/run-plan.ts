/**
 * Runs a plan twice: undisturbed in a store of its own, then with its faults. After every fault the invariants are checked,
 * the struck command is typed again, and the chain is held against the undisturbed one. The first thing that does not hold
 * ends the run; its folder is kept then.
 */
import { checkChain, checkInvariants } from './invariants.ts';
import { drawsOf, pick } from './draws.ts';
import { ChaosFailure, mustHold } from './failure.ts';
import { FAULTS } from './faults/all.ts';
import { overWire } from './faults/fault.ts';
import type { Fault, Struck } from './faults/fault.ts';
import type { Plan, Step } from './plan.ts';
import type { Document } from './run-tb.ts';
import { readStored } from './stored.ts';
import type { ChainLink } from './stored.ts';
import type { Totals } from './wire.ts';
import { linesOf } from './workload.ts';
import { makeWorld, setupLines } from './world.ts';
import type { World } from './world.ts';

/** What the undisturbed run sealed, what it looks like at the end, and what each of its lines sent and received. */
type Undisturbed = Readonly<{ chain: readonly ChainLink[]; heads: ReadonlyMap<string, string>; shown: Document; totals: readonly (readonly Totals[])[] }>;

export type StepDone = Readonly<{ step: Step; line: string; struck: Struck; seconds: number }>;
export type Outcome = Readonly<{
  plan: Plan;
  steps: readonly StepDone[];
  hours: number;
  acknowledged: number;
  seconds: number;
  /** Where and why the run ended early; the folder is still there. */
  failure: Readonly<{ step: Step | null; sentence: string; folder: string }> | null;
}>;

const NO_FAILURE = 'forward' as const;

/** Types every line of the plan, through a wire that only counts. */
const runUndisturbed = async (plan: Plan): Promise<Undisturbed> => {
  const world = makeWorld(plan, { smallDisk: false });
  try {
    for (const line of setupLines(plan)) await world.done(line);
    const totals: Totals[][] = [];
    for (const { job } of plan.steps) {
      const counted: Totals[] = [];
      for (const { text } of linesOf(plan.desk, job)) {
        counted.push(await overWire(world, () => NO_FAILURE, async ({ store, totals: total }) => {
          await world.done(text, { store });
          return total();
        }));
      }
      totals.push(counted);
    }
    const { chain, heads } = await readStored(await world.address());
    return { chain, heads, shown: lastingOf(await world.done('show desk')), totals };
  } finally {
    await world.close();
  }
};

/** Sets a world up as far as it must stand before the first fault: hours sealed, a key, a checkpoint. */
export const setUp = async (world: World): Promise<void> => {
  for (const line of setupLines(world.plan)) await world.done(line);
  await world.done('keys init');
  await world.done('checkpoint desk');
};

const faultOf = (name: string): Fault => FAULTS.find(fault => fault.name === name)!;

const runStep = async (world: World, step: Step, undisturbed: Undisturbed): Promise<Omit<StepDone, 'seconds'>> => {
  const lines = linesOf(world.plan.desk, step.job);
  const line = lines[step.struck]!;
  for (const { text } of lines.slice(0, step.struck)) await world.done(text);
  const draw = drawsOf(step.draw);
  const totals = undisturbed.totals[step.job.number - 1]![step.struck]!;
  const struck = await faultOf(step.fault).strike({ world, step, line, totals, draw });
  await checkInvariants(world, { course: undisturbed.chain, snapshots: stored => [pick(draw, stored)] });
  for (const { text } of lines.slice(step.struck)) await world.done(text);
  checkChain((await readStored(await world.address())).chain, undisturbed.chain);
  return { step, line: line.text, struck };
};

/** What a run shows, without when and in how many deliveries its candles came: faults repeat and delay deliveries. */
const lastingOf = (shown: Document): Document => Object.fromEntries(Object.entries(shown).filter(([name]) => name !== 'vintage'));

/** At the end everything that is sealed, and everything that is shown, is as if nothing had happened. */
const checkEnd = async (world: World, { chain, heads, shown }: Undisturbed): Promise<Readonly<{ hours: number; acknowledged: number }>> => {
  const checked = await checkInvariants(world, { course: chain, snapshots: stored => stored });
  mustHold(checked.hours === chain.length, () => `${checked.hours} hours are sealed at the end, undisturbed ${chain.length}.`);
  const stored = await readStored(await world.address());
  for (const [name, head] of heads) mustHold(stored.heads.get(name) === head, () => `Backtest ${name} ended in ${stored.heads.get(name) ?? 'nothing'}, undisturbed in ${head}.`);
  const now = JSON.stringify(lastingOf(await world.done('show desk')));
  mustHold(now === JSON.stringify(shown), () => `The desk shows ${now} at the end, undisturbed ${JSON.stringify(shown)}.`);
  return checked;
};

/** Runs a plan and tells of each step as it is done. */
export const runPlan = async (plan: Plan, tell: (done: StepDone) => void): Promise<Outcome> => {
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1_000;
  const world = makeWorld(plan, { smallDisk: plan.steps.some(({ fault }) => faultOf(fault).needsSmallDisk === true) });
  const steps: StepDone[] = [];
  let current: Step | null = null;
  try {
    const [undisturbed] = await Promise.all([runUndisturbed(plan), setUp(world)]);
    for (const step of plan.steps) {
      current = step;
      const stepAt = performance.now();
      const done = { ...(await runStep(world, step, undisturbed)), seconds: (performance.now() - stepAt) / 1_000 };
      steps.push(done);
      tell(done);
    }
    current = null;
    const checked = await checkEnd(world, undisturbed);
    await world.close();
    return { plan, steps, ...checked, seconds: seconds(), failure: null };
  } catch (error) {
    await world.stop().catch(() => undefined);
    const sentence = error instanceof ChaosFailure ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { plan, steps, hours: 0, acknowledged: 0, seconds: seconds(), failure: { step: current, sentence, folder: world.folder } };
  }
};
