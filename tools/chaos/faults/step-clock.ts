/**
 * The machine's clock steps by an hour or a day, forth and back, while a command runs: what is sealed does not follow it.
 * The one thing that the clock decides is that an hour is not closed yet, and that changes nothing.
 */
import { mustHold } from '../failure.ts';
import { pick } from '../draws.ts';
import { sentenceOf } from '../run-tb.ts';
import { changedTables, readStanding } from '../stored.ts';
import { required } from '../world.ts';
import { hourText } from '../workload.ts';
import type { Fault } from './fault.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CLOCK = new URL('../clock.ts', import.meta.url).href;

/** The environment of a command whose clock is that far off. */
const clockBy = (...offsetsMs: readonly number[]): Readonly<Record<string, string>> => ({ NODE_OPTIONS: `--import=${CLOCK}`, CHAOS_CLOCK: offsetsMs.join(',') });

export const stepClock: Fault = {
  name: 'step-clock',
  strikes: ['execute-hour'],
  strike: async ({ world, step, line, draw }) => {
    const next = step.job.fromHour;
    const before = await readStanding(await world.address());
    const within = next * HOUR_MS + draw(HOUR_MS);
    const early = required(await world.tb(`execute-hour --run desk --hour ${hourText(next)}`, { env: clockBy(within - Date.now()) }), [3]);
    mustHold(/is not closed yet/.test(sentenceOf(early)), () => `With the clock inside hour ${hourText(next)}: ${sentenceOf(early)}`);
    const changed = changedTables(before, await readStanding(await world.address()));
    mustHold(changed.length === 0, () => `An hour that was not closed yet changed ${changed.join(', ')}.`);
    const [first, second] = [pick(draw, [HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS]), pick(draw, [-DAY_MS, DAY_MS, HOUR_MS, -HOUR_MS])];
    required(await world.tb(line.text, { env: clockBy(0, first, second) }), [0]);
    return { note: `refused inside the hour; sealed under steps of ${first / HOUR_MS} h and ${second / HOUR_MS} h` };
  },
};
