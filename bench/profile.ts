/**
 * `make profile`: where the time of the in-engine backtest goes. Writes a CPU profile that Chrome DevTools, VS Code and
 * speedscope.app show as a flame graph, and prints the functions and files that took most of it. It judges nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { engineRun, timeEngine } from './engine.ts';
import type { EngineSize } from './engine.ts';

const { values } = parseArgs({
  options: {
    strategy: { type: 'string', default: 'ema-cross' },
    hours: { type: 'string', default: '8760' },
    rounds: { type: 'string', default: '5' },
    out: { type: 'string', default: '.profile' },
  },
});

const SYMBOLS = 30;
const SAMPLE_US = 200;
const SHOWN = 25;

const strategyOf = (name: string): NonNullable<EngineSize['strategy']> => {
  if (name === 'ema-cross' || name === 'momentum-ensemble') return name;
  throw new Error(`--strategy ${name} is not timed; give ema-cross or momentum-ensemble.`);
};

/** Profiles the runs alone: the market is made and the code is warm before it starts. */
const profileRuns = async (): Promise<Profiler.Profile> => {
  const run = engineRun({ symbols: SYMBOLS, hours: Number(values.hours), strategy: strategyOf(values.strategy) });
  timeEngine(run);
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.post('Profiler.start');
  for (let round = 0; round < Number(values.rounds); round += 1) timeEngine(run);
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profile;
};

/** Samples by a name of their function, as shares of all, largest first. */
const sharesBy = (profile: Profiler.Profile, nameOf: (frame: Profiler.ProfileNode['callFrame']) => string): readonly (readonly [string, number])[] => {
  const hits = new Map<string, number>();
  let all = 0;
  for (const { callFrame, hitCount = 0 } of profile.nodes) {
    all += hitCount;
    hits.set(nameOf(callFrame), (hits.get(nameOf(callFrame)) ?? 0) + hitCount);
  }
  return [...hits].map(([name, count]) => [name, count / all] as const).sort(([, left], [, right]) => right - left);
};

const ROOT = new URL('..', import.meta.url).href;
const fileOf = ({ url, functionName }: Profiler.ProfileNode['callFrame']): string => (url === '' ? functionName : url.replace(ROOT, ''));
const functionOf = (frame: Profiler.ProfileNode['callFrame']): string =>
  frame.url === '' ? frame.functionName : `${frame.functionName === '' ? 'anonymous' : frame.functionName} ${fileOf(frame)}:${frame.lineNumber + 1}`;

const table = (title: string, shares: readonly (readonly [string, number])[]): string =>
  `${title}\n${shares.slice(0, SHOWN).map(([name, share]) => `${(100 * share).toFixed(1).padStart(6)} %  ${name}`).join('\n')}\n`;

const profile = await profileRuns();
mkdirSync(values.out, { recursive: true });
const file = join(values.out, `${values.strategy}.cpuprofile`);
writeFileSync(file, JSON.stringify(profile));
process.stdout.write(`${table('by file, without what it calls', sharesBy(profile, fileOf))}\n${table('by function, without what it calls', sharesBy(profile, functionOf))}\n${file}\n`);
