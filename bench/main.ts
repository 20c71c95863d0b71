/**
 * `make bench`: how fast tb is on this machine, path by path, against what is asked of it. Medians of several runs.
 * `--log-hours 87600` times hours after ten years of log (about ten minutes); `--evidence-hours 8760` proves a whole year.
 */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { ENGINE } from '../engine/identity.ts';
import { engineRun, timeEngine } from './engine.ts';
import type { EngineSize } from './engine.ts';
import { timeEvidence } from './evidence.ts';
import { formatTable, median, rate } from './figures.ts';
import type { Figure } from './figures.ts';
import { timeStore } from './store.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, years: { type: 'string', default: '1' }, 'log-hours': { type: 'string', default: '1500' }, 'evidence-hours': { type: 'string', default: '5000' }, json: { type: 'boolean', default: false } } });
const runs = Number(values.runs);
const HOURS_PER_YEAR = 8_760;
const SYMBOLS = 30;

type Timed = Readonly<{ strategy: NonNullable<EngineSize['strategy']>; path: string }>;

const engineFigure = ({ strategy, path }: Timed, asked: Pick<Figure, 'atLeast'>): Figure => {
  const run = engineRun({ symbols: SYMBOLS, hours: HOURS_PER_YEAR * Number(values.years), strategy });
  timeEngine(run);
  const timed = Array.from({ length: runs }, () => timeEngine(run));
  const heads = new Set(timed.map(({ head }) => head));
  if (heads.size !== 1) throw new Error('Equal runs ended in different heads.');
  const perSecond = timed.map(({ symbolHoursPerSecond }) => symbolHoursPerSecond);
  const detail = `${SYMBOLS} symbols × ${run.hours} hours, ${Math.round(timed[0]!.tradesPerYear)} trades a year, ${timed[0]!.decisions} decisions, head ${timed[0]!.head.slice(0, 12)}`;
  return { path, value: median(perSecond), best: Math.max(...perSecond), unit: 'symbol-hours/s', ...asked, detail };
};

const engineFigures: readonly Figure[] = [
  engineFigure({ strategy: 'ema-cross', path: 'backtest in-engine, every hour sealed' }, { atLeast: 500_000 }),
  engineFigure({ strategy: 'momentum-ensemble', path: 'momentum-ensemble with campaigns' }, {}),
];

const figures = [
  ...engineFigures,
  ...(await timeStore({ symbols: SYMBOLS, runs, logHours: Number(values['log-hours']) })),
  ...(await timeEvidence({ symbols: SYMBOLS, hours: Number(values['evidence-hours']), runs })),
];
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${ENGINE}`;
if (values.json) process.stdout.write(`${JSON.stringify({ figures, machine, runs })}\n`);
else process.stdout.write(`${machine}\nmedians of ${runs} runs; ema-cross unless named, research profile, no costs\n\n${formatTable(figures)}\n\n${rate(process.memoryUsage.rss() / 2 ** 20)} MiB resident at the end\n`);
