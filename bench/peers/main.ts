/**
 * `make bench-peers`: the same market and rule on other engines, in turns with ours, and whether the trades agree.
 * `--record` keeps what the peers answered for the tests. Exit 5 when a peer's trades are not those of our engine by its rules.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CandleColumns } from '../../core/market/columns.ts';
import { comparePeer, tradesDigest } from './compare-peer.ts';
import { peerColumns, writeMarket } from './market-file.ts';
import type { PeerMarket } from './market-file.ts';
import { readRecorded, RECORDED_MARKET, writeRecorded } from './recorded.ts';
import { absent, doesTable, resultTable, speedTable } from './report.ts';
import type { Measured, Own } from './report.ts';
import { effectsTable } from './rule-effects.ts';
import { PEERS } from './rules.ts';
import type { PeerName } from './rules.ts';
import { runPeer, runSubject } from './run-peer.ts';
import { openStoreBacktests } from './store-backtest.ts';
import { tradeOf } from './trade.ts';
import type { PeerLine } from './trade.ts';

const { values: asked } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, symbols: { type: 'string', default: '30' }, hours: { type: 'string', default: '8760' }, record: { type: 'boolean', default: false } } });
const market: PeerMarket = { symbols: Number(asked.symbols), hours: Number(asked.hours) };
const DIFFERENT = 5;
/** A peer whose one run takes longer than this runs in the first round only. */
const SLOW_SECONDS = 20;

const tell = (text: string): void => void process.stderr.write(`${text}\n`);
const scratch = mkdtempSync(join(tmpdir(), 'tb-peers-market-'));
const file = join(scratch, 'market.f64');

/** One round of one peer; a line more, or why there is none. */
const measureOnce = (before: Measured): Measured => {
  const last = before.lines.at(-1);
  if (before.failure !== null || (last !== undefined && last.warmSeconds > SLOW_SECONDS)) return before;
  tell(`  ${before.name} ...`);
  const run = runPeer(before.name, market, { file, scratch });
  return 'failure' in run ? { ...before, failure: run.failure, lines: [] } : { ...before, lines: [...before.lines, run] };
};

const ownLine = (): PeerLine => {
  const run = runSubject(market, scratch);
  if ('failure' in run) throw new Error(`tb itself could not be measured: ${run.failure}`);
  return run;
};

type AllMeasured = Readonly<{ own: Own; measured: readonly Measured[] }>;

const measureRounds = (rounds: number, processSecondsOf: () => number): AllMeasured => {
  const lines: PeerLine[] = [];
  const processSeconds: number[] = [];
  let measured: readonly Measured[] = PEERS.map(name => ({ name, lines: [], failure: null, comparison: null }));
  for (let round = 1; round <= rounds; round += 1) {
    tell(`Round ${round} of ${rounds}`);
    lines.push(ownLine());
    processSeconds.push(processSecondsOf());
    measured = measured.map(measureOnce);
  }
  return { own: { lines, processSeconds }, measured };
};

const measureAll = async (rounds: number): Promise<AllMeasured> => {
  const store = await openStoreBacktests(market);
  try {
    return measureRounds(rounds, store.seconds);
  } finally {
    await store.close();
  }
};

const compared = (columns: readonly CandleColumns[], peer: Measured): Measured =>
  peer.lines.length === 0 ? peer : { ...peer, comparison: comparePeer(peer.name, peer.lines[0]!, columns) };

const wholeOf = ({ trades }: PeerLine) => ({ ...market, trades: trades.length, sha256: tradesDigest(trades.map(tradeOf)) });

const record = (name: PeerName, whole: PeerLine): void => {
  writeMarket(file, peerColumns(RECORDED_MARKET));
  const run = runPeer(name, RECORDED_MARKET, { file, scratch });
  if ('failure' in run) throw new Error(`${name} could not be recorded: ${run.failure}`);
  const { peer, version, runtime, equity, trades } = run;
  writeRecorded(name, { peer, version, runtime, market: RECORDED_MARKET, equity, trades, whole: wholeOf(whole) });
};

/** Whether a peer still answers what was recorded of it; silent over another market. */
const sinceRecorded = ({ name, lines: [line] }: Measured): readonly string[] => {
  if (line === undefined) return [];
  const { whole, version } = readRecorded(name);
  if (whole.symbols !== market.symbols || whole.hours !== market.hours) return [];
  return whole.sha256 === wholeOf(line).sha256 ? [] : [`${line.peer} ${line.version} trades otherwise than the recorded ${version}: make bench-peers RECORD=1 records it anew.`];
};

try {
  const columns = peerColumns(market);
  writeMarket(file, columns);
  const { own, measured } = await measureAll(Number(asked.rounds));
  tell('Comparing trades ...');
  const all = measured.map(peer => compared(columns, peer));
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}; ema-cross 12/26, ${market.symbols} symbols × ${market.hours} hours, no costs; medians`;
  const tables = [speedTable(own, all), doesTable(all), resultTable(own, all), effectsTable(columns)];
  if (asked.record) for (const { name, lines } of all) if (lines[0] !== undefined) record(name, lines[0]);
  process.stdout.write(`${[machine, ...tables, ...absent(all), ...all.flatMap(sinceRecorded)].join('\n\n')}\n`);
  if (all.some(({ comparison }) => comparison !== null && comparison.difference !== null)) process.exitCode = DIFFERENT;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
