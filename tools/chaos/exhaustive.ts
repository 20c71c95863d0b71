/**
 * Faults without chance: kill -9 at every failpoint and pass of every command, every message of an hour lost on its way, and
 * every poison in every place. Each is done to a copy of one store, so each stands alone and all of them are tried.
 */
import { FAILPOINTS } from '../../adapters/store/failpoint.ts';
import type { StoreAddress } from '../../adapters/store/server/address.ts';
import { onDatabase } from './databases.ts';
import type { Database } from './databases.ts';
import { ChaosFailure, mustHold } from './failure.ts';
import { DONE_OR_UNAVAILABLE } from './faults/fault.ts';
import { offerPoisons } from './faults/poison-input.ts';
import { checkChain, checkInvariants } from './invariants.ts';
import type { Plan } from './plan.ts';
import { poisonPlaces } from './poison-places.ts';
import { endOf } from './run-tb.ts';
import type { Said } from './run-tb.ts';
import { setUp } from './run-plan.ts';
import { readStored } from './stored.ts';
import type { ChainLink } from './stored.ts';
import { openWire } from './wire.ts';
import type { Judge, Totals } from './wire.ts';
import { hourText, SETUP_HOURS, START_HOUR } from './workload.ts';
import { makeWorld, required } from './world.ts';
import type { World } from './world.ts';
import { join } from 'node:path';

type Say = (text: string) => void;

const FIRST = START_HOUR + SETUP_HOURS;
const OPTIONS = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD,BBB/USD --warmup 2';

const planFor = (timeframe: '1h' | '5m'): Plan => ({
  seed: 0,
  desk: { timeframe, options: `${OPTIONS} --timeframe ${timeframe} --from ${hourText(START_HOUR + 2)}` },
  marketSeed: 4,
  steps: [{ job: { work: 'late', number: 1, fromHour: FIRST, hours: 3, words: [] }, fault: 'none', struck: 0, draw: 0 }],
  endHour: FIRST + 3,
});

/** A command, and the failpoints that it passes. */
type Scenario = Readonly<{ name: string; timeframe: '1h' | '5m'; line: string; prefix: string }>;

const execute = (hours: number): string => `execute-hour --run desk --through ${hourText(FIRST + hours - 1)}`;
const backtest = (plan: Plan): string => `backtest ${plan.desk.options} --to ${hourText(FIRST)} --run past`;

const SCENARIOS: readonly Scenario[] = [
  { name: 'import', timeframe: '1h', line: 'import late-1.csv --symbol AAA/USD', prefix: 'import-' },
  { name: 'open', timeframe: '1h', line: `open --run other --mode paper ${planFor('1h').desk.options}`, prefix: 'run-' },
  { name: 'operator', timeframe: '1h', line: 'operator deposit --run desk --amount 500 --reason chaos --actor chaos --key k', prefix: 'inbox-' },
  { name: 'backtest in summary', timeframe: '1h', line: backtest(planFor('1h')), prefix: 'backtest-' },
  { name: 'backtest in full', timeframe: '1h', line: `${backtest(planFor('1h'))} --keep full`, prefix: 'backtest-' },
  { name: 'three hours of one step', timeframe: '1h', line: execute(3), prefix: 'step-' },
  { name: 'an hour of twelve steps', timeframe: '5m', line: execute(1), prefix: 'step-' },
];

/** A world set up for a timeframe, while the work lasts. */
const inWorld = async <Result>(timeframe: '1h' | '5m', work: (world: World) => Promise<Result>): Promise<Result> => {
  const world = makeWorld(planFor(timeframe), { smallDisk: false });
  try {
    await setUp(world);
    return await work(world);
  } finally {
    await world.close();
  }
};

type Scene = Readonly<{ world: World; server: StoreAddress; line: string; course: readonly ChainLink[] }>;

const sceneOf = async (world: World, line: string): Promise<Scene> => {
  const server = await world.address();
  const course = await onDatabase(server, 'copy', async ({ address, store }) => {
    await world.done(line, { store, acknowledges: false });
    return (await readStored(address)).chain;
  });
  return { world, server, line, course };
};

/** Strikes a copy, checks it, types the command again and checks that it ends where it ends undisturbed. */
const onStruckCopy = ({ world, server, line, course }: Scene, strike: (database: Database) => Promise<Said>): Promise<Said> =>
  onDatabase(server, 'copy', async database => {
    const said = await strike(database);
    const how = { store: database.store, acknowledges: false };
    await checkInvariants(world, { course, snapshots: stored => stored, elsewhere: { address: database.address, how } });
    await world.done(line, how);
    const { chain } = await readStored(database.address);
    checkChain(chain, course);
    mustHold(chain.length === course.length, () => `"${line}" again left ${chain.length} hours, undisturbed ${course.length}.`);
    return said;
  });

/** Kills a command at one failpoint, at its first pass, its second, and so on, until it is not passed that often. */
const killAtEveryPass = async (scene: Scene, failpoint: string): Promise<number> => {
  for (let pass = 1; ; pass += 1) {
    const said = await onStruckCopy(scene, ({ store }) => scene.world.tb(scene.line, { store, acknowledges: false, env: { TB_FAILPOINT: `${failpoint}:${pass}` } }));
    if (said.signal === 'SIGKILL') continue;
    required(said, [0]);
    return pass - 1;
  }
};

const kills = async (say: Say): Promise<void> => {
  const killed = new Set<string>();
  for (const { name, timeframe, line, prefix } of SCENARIOS) {
    await inWorld(timeframe, async world => {
      const scene = await sceneOf(world, line);
      const counts: string[] = [];
      for (const failpoint of FAILPOINTS.filter(each => each.startsWith(prefix))) {
        const passes = await killAtEveryPass(scene, failpoint);
        if (passes > 0) killed.add(failpoint);
        counts.push(`${failpoint} ${passes}`);
      }
      say(`  ${name.padEnd(24)} ok  killed at ${counts.join(', ')}`);
    });
  }
  const never = FAILPOINTS.filter(failpoint => !killed.has(failpoint));
  mustHold(never.length === 0, () => `No command passed ${never.join(', ')}.`);
};

const wire = (say: Say): Promise<void> =>
  inWorld('1h', async world => {
    const scene = await sceneOf(world, execute(1));
    const through = (judge: Judge, then: (totals: Totals) => void = () => undefined) => async ({ address }: Database): Promise<Said> => {
      const opened = await openWire({ server: address.host, folder: join(world.folder, 'wire'), database: address.database }, judge);
      try {
        return required(await world.tb(scene.line, { store: opened.store, acknowledges: false }), DONE_OR_UNAVAILABLE);
      } finally {
        then(opened.totals());
        await opened.close();
      }
    };
    let totals: Totals = { client: 0, server: 0, commits: 0 };
    await onStruckCopy(scene, through(() => 'forward', counted => (totals = counted)));
    for (const side of ['client', 'server'] as const) {
      const ends = new Map<string, number>();
      for (let at = 1; at <= totals[side]; at += 1) {
        for (const verdict of ['drop', 'tear'] as const) {
          const end = endOf(await onStruckCopy(scene, through(passing => (passing.side === side && passing.ordinal === at ? verdict : 'forward'))));
          ends.set(end, (ends.get(end) ?? 0) + 1);
        }
      }
      say(`  each of ${totals[side]} messages of the ${side} dropped and torn   ok  ${[...ends].map(([end, count]) => `${end} ${count}`).join(', ')}`);
    }
  });

const poison = (say: Say): Promise<void> =>
  inWorld('1h', async world => {
    const wrong: string[] = [];
    for (const place of poisonPlaces('1h')) {
      const poisons = await place.poisons(world);
      const failure = await offerPoisons(world, poisons.map(each => ({ place, poison: each }))).then(() => null, (error: unknown) => error);
      if (failure !== null && !(failure instanceof ChaosFailure)) throw failure;
      if (failure !== null) wrong.push(`${place.name}: ${failure.message}`);
      say(`  ${place.name.padEnd(12)} ${failure === null ? 'ok' : 'FAILED'}  ${poisons.length} poisons`);
    }
    mustHold(wrong.length === 0, () => wrong.join('\n'));
  });

/** What can be done without chance, by name. */
export const EXHAUSTIVE: Readonly<Record<'kills' | 'wire' | 'poison', (say: Say) => Promise<void>>> = { kills, wire, poison };

/** True when everything held. */
export const runExhaustive = async (name: keyof typeof EXHAUSTIVE, say: Say): Promise<boolean> => {
  const startedAt = performance.now();
  say(`make chaos EXHAUSTIVE=${name}`);
  try {
    await EXHAUSTIVE[name](say);
    say(`All of it held, in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s.`);
    return true;
  } catch (error) {
    if (!(error instanceof ChaosFailure)) throw error;
    say(`FAILED  ${error.message}\nAgain: make chaos EXHAUSTIVE=${name}`);
    return false;
  }
};
