/**
 * `make bench`: how fast tb is on this machine, path by path, against what is asked of it. Medians of several runs.
 * `--years 10` runs ten years in the engine and as a cold process (some minutes); `--log-hours 87600` times hours after ten
 * years of log (about ten minutes); `--evidence-hours 8760` proves a whole year. `--gate` judges against the baseline instead.
 */
import { parseArgs } from 'node:util';
import { timeBacktests } from './backtests.ts';
import { engineRun, timeEngine } from './engine.ts';
import type { EngineSize } from './engine.ts';
import { timeEvidence } from './evidence.ts';
import { formatTable, machineText, median, rate } from './figures.ts';
import type { Figure } from './figures.ts';
import { gate } from './gate.ts';
import { timePrototype } from './prototype.ts';
import { timeStore } from './store.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    years: { type: 'string', default: '1' },
    'log-hours': { type: 'string', default: '1500' },
    'evidence-hours': { type: 'string', default: '5000' },
    only: { type: 'string' },
    gate: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [runs, years] = [Number(values.runs), Number(values.years)];
const HOURS_PER_YEAR = 8_760;
const SYMBOLS = 30;

type Timed = Readonly<{ strategy: NonNullable<EngineSize['strategy']>; path: string; atLeast: number }>;

/** Engine and prototype in turns over the same columns, so that both meet the same machine. */
const engineFigure = ({ strategy, path, atLeast }: Timed): Figure => {
  const run = engineRun({ symbols: SYMBOLS, hours: HOURS_PER_YEAR * years, strategy });
  timePrototype(run.columns);
  timeEngine(run);
  const timed = Array.from({ length: runs }, () => ({ prototype: timePrototype(run.columns), engine: timeEngine(run) }));
  if (new Set(timed.map(({ engine }) => engine.head)).size !== 1) throw new Error('Equal runs ended in different heads.');
  const perSecond = timed.map(({ engine }) => engine.symbolHoursPerSecond);
  const { tradesPerYear, decisions, head } = timed[0]!.engine;
  const detail = `${SYMBOLS} symbols × ${run.hours} hours, ${Math.round(tradesPerYear)} trades a year, ${decisions} decisions, head ${head.slice(0, 12)}`;
  const ofPrototype = median(timed.map(({ engine, prototype }) => engine.symbolHoursPerSecond / prototype.symbolHoursPerSecond));
  return { path, value: median(perSecond), best: Math.max(...perSecond), unit: 'symbol-hours/s', atLeast, ofPrototype, detail };
};

const PARTS: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  engine: () =>
    Promise.resolve([
      engineFigure({ strategy: 'ema-cross', path: 'backtest in-engine, every hour sealed', atLeast: 1_500_000 }),
      engineFigure({ strategy: 'momentum-ensemble', path: 'momentum-ensemble with campaigns', atLeast: 600_000 }),
    ]),
  backtests: () => timeBacktests({ symbols: SYMBOLS, runs, years }),
  store: () => timeStore({ symbols: SYMBOLS, runs, logHours: Number(values['log-hours']) }),
  evidence: () => timeEvidence({ symbols: SYMBOLS, hours: Number(values['evidence-hours']), runs }),
};

const bench = async (): Promise<void> => {
  const names = values.only === undefined ? Object.keys(PARTS) : values.only.split(',');
  const figures: Figure[] = [];
  for (const name of names) {
    const part = PARTS[name];
    if (part === undefined) throw new Error(`--only ${name}: there is ${Object.keys(PARTS).join(', ')}.`);
    figures.push(...(await part()));
  }
  const machine = machineText();
  if (values.json) process.stdout.write(`${JSON.stringify({ figures, machine, runs })}\n`);
  else process.stdout.write(`${machine}\nmedians of ${runs} runs; ema-cross unless named, research profile, no costs\n\n${formatTable(figures)}\n\n${rate(process.memoryUsage.rss() / 2 ** 20)} MiB resident at the end\n`);
};

if (values.gate) process.exitCode = gate({ write: values.write });
else await bench();
