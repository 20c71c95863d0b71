/**
 * `make bench-gate`: paths of the engine on a small size, in turns with the prototype loop, as multiples of its time. A machine
 * that is slow slows both; a change that makes a path slower shows as a higher multiple. Fails on a loss over 15 %.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machineText } from './figures.ts';
import { floorOf, formatJudgements, judge, lower } from './gate-judge.ts';
import type { Baseline, Costs, Run } from './gate-judge.ts';
import { gatedPaths, prototypePath } from './gate-paths.ts';
import type { GatedPath } from './gate-paths.ts';

const BASELINE = fileURLToPath(new URL('baseline.json', import.meta.url));
const ROUNDS = 30;
const WARM_UPS = 3;
/** Noise may last through all rounds of a path: what seems lost is measured once more before it is called so. */
const ATTEMPTS = 2;

/** Returns the exit code: 0 where every path keeps its speed, else 1. */
export const gate = ({ write }: Readonly<{ write: boolean }>): number => {
  const paths = gatedPaths();
  if (write) return writeBaseline(lower(measured(paths), measured(paths)));
  if (!existsSync(BASELINE)) throw new Error('bench/baseline.json is not there; make bench-gate WRITE=1 writes it.');
  const baseline = JSON.parse(readFileSync(BASELINE, 'utf8')) as Baseline;
  process.stdout.write(`${machineText()}\nbaseline: ${baseline.machine}\n`);
  let costs: Costs = {};
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    costs = lower(costs, measured(paths));
    const judged = judge(baseline, costs);
    const failed = judged.filter(({ verdict }) => verdict !== 'kept').map(({ path }) => path);
    process.stdout.write(`${formatJudgements(judged)}\n`);
    if (failed.length === 0) return 0;
    process.stdout.write(attempt < ATTEMPTS ? 'Measured once more, to tell noise from loss.\n' : `FAILED: ${failed.join(', ')}. make profile shows where the time goes; make bench-gate WRITE=1 writes a new baseline where the loss is meant.\n`);
  }
  return 1;
};

const writeBaseline = (costs: Costs): number => {
  const baseline: Baseline = { machine: machineText(), costs: Object.fromEntries(Object.entries(costs).map(([path, cost]) => [path, Number(cost.toFixed(3))])) };
  writeFileSync(BASELINE, `${JSON.stringify(baseline, null, 2)}\n`);
  process.stdout.write(`${baseline.machine}\n${formatJudgements(judge(baseline, costs))}\nwritten to bench/baseline.json\n`);
  return 0;
};

/** All paths in turns, so that a slow minute meets each of them and the prototype beside them. */
const measured = (paths: readonly GatedPath[]): Costs => {
  const all = [prototypePath(), ...paths];
  const runs = all.map((): Run[] => []);
  for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
    all.forEach((path, index) => {
      const run = timed(path);
      if (round >= 0) runs[index]!.push(run);
    });
  }
  const [yardstick, ...floors] = runs.map(floorOf);
  return Object.fromEntries(floors.map((floor, index) => [paths[index]!.name, floor / yardstick!]));
};

const timed = ({ begin, stretches }: GatedPath): Run => {
  const work = begin();
  return Array.from({ length: stretches }, (_, stretch) => {
    const before = process.cpuUsage();
    work(stretch);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
};
