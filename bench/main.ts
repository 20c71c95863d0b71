/**
 * `make bench`: how fast tb is on this machine, path by path, against what is asked of it. Medians of several runs.
 * `--log-hours 87600` times hours after ten years of log (about ten minutes).
 */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { ENGINE } from '../engine/identity.ts';
import { engineRun, timeEngine } from './engine.ts';
import { formatTable, median, rate } from './figures.ts';
import type { Figure } from './figures.ts';
import { timeStore } from './store.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, years: { type: 'string', default: '1' }, 'log-hours': { type: 'string', default: '1500' }, json: { type: 'boolean', default: false } } });
const runs = Number(values.runs);
const HOURS_PER_YEAR = 8_760;
const SYMBOLS = 30;

const engineFigures = (): readonly Figure[] => {
  const run = engineRun({ symbols: SYMBOLS, hours: HOURS_PER_YEAR * Number(values.years) });
  timeEngine(run);
  const timed = Array.from({ length: runs }, () => timeEngine(run));
  const heads = new Set(timed.map(({ head }) => head));
  if (heads.size !== 1) throw new Error('Equal runs ended in different heads.');
  const perSecond = timed.map(({ symbolHoursPerSecond }) => symbolHoursPerSecond);
  const detail = `${SYMBOLS} symbols × ${run.hours} hours, ${Math.round(timed[0]!.tradesPerYear)} trades a year, ${timed[0]!.decisions} decisions, head ${timed[0]!.head.slice(0, 12)}`;
  return [{ path: 'backtest in-engine, every hour sealed', value: median(perSecond), best: Math.max(...perSecond), unit: 'symbol-hours/s', atLeast: 500_000, detail }];
};

const figures = [...engineFigures(), ...(await timeStore({ symbols: SYMBOLS, runs, logHours: Number(values['log-hours']) }))];
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${ENGINE}`;
if (values.json) process.stdout.write(`${JSON.stringify({ figures, machine, runs })}\n`);
else process.stdout.write(`${machine}\nmedians of ${runs} runs; ema-cross, research profile, no costs\n\n${formatTable(figures)}\n\n${rate(process.memoryUsage.rss() / 2 ** 20)} MiB resident at the end\n`);
