/**
 * `make chaos`: runs seeded plans of faults against the real command line and a real PostgreSQL, tells what happened to each
 * command, and ends with 5 at the first thing that does not hold, with the line that brings it back.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { EXHAUSTIVE, runExhaustive } from './exhaustive.ts';
import { FAULTS } from './faults/all.ts';
import { planOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { runPlan } from './run-plan.ts';
import type { Outcome, StepDone } from './run-plan.ts';
import { closeOpenWorlds } from './world.ts';

const EXIT_USAGE = 2;
const EXIT_BROKEN = 5;
const EXIT_INTERRUPTED = 130;
const SEED_BOUND = 1_000_000_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const tellStep = ({ step, line, struck, seconds }: StepDone): void => {
  const result = 'leftOut' in struck ? `left out: ${struck.leftOut}` : `ok  ${struck.note}`;
  say(`  ${String(step.job.number).padStart(3)}  ${step.fault.padEnd(20)} ${line.split(' ')[0]!.padEnd(13)} ${result}  [${seconds.toFixed(1)} s]`);
};

const commit = (): string => spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' }).stdout?.trim() || 'unknown';

const reproduction = ({ seed, steps }: Plan, at: string): string => `make chaos SEED=${seed} STEPS=${steps.length}    # commit ${commit()}, ${at}`;

const tellFailure = ({ plan, failure }: Outcome): void => {
  if (failure === null) return;
  const at = failure.step === null ? 'outside a step' : `step ${failure.step.job.number}, ${failure.step.fault}`;
  say(`FAILED  ${at}\n${failure.sentence}\nThe store is kept in ${failure.folder}.\nAgain: ${reproduction(plan, at)}`);
};

const tellSummary = (outcomes: readonly Outcome[]): void => {
  const counts = new Map<string, number>();
  const leftOut = new Map<string, string>();
  for (const { step, struck } of outcomes.flatMap(({ steps }) => steps)) {
    if ('leftOut' in struck) leftOut.set(step.fault, struck.leftOut);
    else counts.set(step.fault, (counts.get(step.fault) ?? 0) + 1);
  }
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const broken = outcomes.filter(({ failure }) => failure !== null).length;
  say(`\nfaults     ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`);
  for (const [name, reason] of leftOut) say(`left out   ${name}: ${reason}`);
  say(`runs       ${outcomes.length}, of which ${broken} failed; ${sum(({ seconds }) => seconds).toFixed(0)} s`);
  if (broken === 0) say(`hours      ${sum(({ hours }) => hours)} sealed, ${sum(({ acknowledged }) => acknowledged)} acknowledgements, 0 lost`);
};

const wholeNumber = (name: string, text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RangeError(`${name} is a whole number from 0 to 999999999, not ${text}.`);
};

const asked = (args: readonly string[]) => {
  const { values } = parseArgs({ args: [...args], options: { seed: { type: 'string' }, seeds: { type: 'string' }, steps: { type: 'string' }, exhaustive: { type: 'string' } } });
  const given = (name: 'seed' | 'seeds' | 'steps'): number | null => (values[name] === undefined ? null : wholeNumber(name, values[name]));
  const { exhaustive = null } = values;
  if (exhaustive !== null && !Object.hasOwn(EXHAUSTIVE, exhaustive)) throw new RangeError(`exhaustive is one of ${Object.keys(EXHAUSTIVE).join(', ')}, not ${exhaustive}.`);
  return { seed: given('seed') ?? randomInt(SEED_BOUND), seeds: given('seeds') ?? 1, steps: given('steps'), exhaustive: exhaustive as keyof typeof EXHAUSTIVE | null };
};

const main = async (args: readonly string[]): Promise<number> => {
  let wanted;
  try {
    wanted = asked(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nmake chaos SEED=7, make chaos SEEDS=20, make chaos SEED=7 STEPS=40, make chaos EXHAUSTIVE=kills\n`);
    return EXIT_USAGE;
  }
  process.once('SIGINT', () => void closeOpenWorlds().then(() => process.exit(EXIT_INTERRUPTED)));
  if (wanted.exhaustive !== null) return (await runExhaustive(wanted.exhaustive, say)) ? 0 : EXIT_BROKEN;
  const outcomes: Outcome[] = [];
  for (let nth = 0; nth < wanted.seeds; nth += 1) {
    const plan = planOf(wanted.seed + nth, FAULTS, wanted.steps);
    say(`make chaos SEED=${plan.seed} STEPS=${plan.steps.length}: ${plan.desk.options}`);
    const outcome = await runPlan(plan, tellStep);
    outcomes.push(outcome);
    tellFailure(outcome);
  }
  tellSummary(outcomes);
  return outcomes.some(({ failure }) => failure !== null) ? EXIT_BROKEN : 0;
};

process.exitCode = await main(process.argv.slice(2));
