/** Our engine as one more peer: the same line, from a process of its own. It makes its market itself, so it tells no cold time. */
import { VERSION } from '../../engine/identity.ts';
import { timeEngine } from '../engine.ts';
import { engineTrades, ownDesk } from './engine-trades.ts';
import { peerColumns } from './market-file.ts';
import { OWN_RULES } from './rules.ts';
import { rowOf } from './trade.ts';
import type { PeerLine } from './trade.ts';

const [symbols = 0, hours = 0] = process.argv.slice(2).map(Number);
const columns = peerColumns({ symbols, hours });
const run = { desk: ownDesk(columns), columns, hours };
timeEngine(run);
const { ms, equity } = timeEngine(run);
const told = engineTrades(columns, OWN_RULES);
if (Number(equity) !== told.equity) throw new Error(`Two ways to run one backtest end at ${equity} and ${told.equity}.`);
const line: PeerLine = {
  peer: 'tb',
  version: VERSION,
  runtime: `Node ${process.versions.node}`,
  bars: symbols * hours,
  coldSeconds: null,
  warmSeconds: ms / 1_000,
  equity: told.equity,
  trades: told.trades.map(rowOf),
};
process.stdout.write(`${JSON.stringify(line)}\n`);
