/** Compares what a backtest stored of its results, trades and summary, with what its replay counted. */
import stableStringify from 'fast-json-stable-stringify';
import type { StoreClient } from '../adapters/store/connection.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { readSummary, readTrades } from '../adapters/store/results.ts';
import type { Trade } from '../adapters/store/results.ts';
import { formatDecimal } from '../core/kernel/decimal.ts';
import { formatHour } from '../core/kernel/hours.ts';
import { replayFailure } from './replay-failure.ts';
import type { ReplayFailure } from './replay-failure.ts';
import type { RunSummary, TradeRow } from './run-summary.ts';

export type Results = Readonly<{ summary: RunSummary; trades: readonly TradeRow[] }>;

export const compareResults = async (client: StoreClient, run: StoredRun, { summary, trades }: Results): Promise<readonly ReplayFailure[]> => [
  ...(run.keep === 'summary' ? await tradeFailures(client, run, trades) : []),
  ...(await summaryFailures(client, run, summary)),
];

/** A trade as its stored row reads, in the same order of fields. */
const tradeOf = ({ match, entryHour, exitHour }: TradeRow): Trade => ({
  agent: match.agent,
  cost: formatDecimal(match.cost),
  entryFee: formatDecimal(match.entryFee),
  entryHour,
  exitFee: formatDecimal(match.exitFee),
  exitHour,
  lotId: match.lotId,
  orderId: match.orderId ?? '',
  proceeds: formatDecimal(match.proceeds),
  quantity: formatDecimal(match.quantity),
  result: formatDecimal(match.result),
  symbol: match.symbol,
  tradeId: match.tradeId,
});

const FIELDS = ['entryHour', 'exitHour', 'agent', 'symbol', 'quantity', 'cost', 'entryFee', 'proceeds', 'exitFee', 'result', 'lotId', 'orderId', 'tradeId'] as const;

const tradeFailures = async (client: StoreClient, run: StoredRun, trades: readonly TradeRow[]): Promise<readonly ReplayFailure[]> => {
  const stored: Trade[] = [];
  for await (const batch of readTrades(client, run)) stored.push(...batch);
  const expected = trades.filter(({ match }) => !match.paidFee).map(tradeOf);
  for (let ordinal = 0; ordinal < Math.max(stored.length, expected.length); ordinal += 1) {
    const [kept, made] = [stored[ordinal], expected[ordinal]];
    const at = { event: `trade ${ordinal}`, hour: made === undefined ? null : formatHour(trades[ordinal]!.exitHour) };
    if (kept === undefined || made === undefined) {
      return [replayFailure('TRADES_MISMATCH', { ...at, field: 'presence', expected: kept === undefined ? null : 'stored', actual: made === undefined ? null : 'recomputed' })];
    }
    const field = FIELDS.find(name => kept[name] !== made[name]);
    if (field !== undefined) return [replayFailure('TRADES_MISMATCH', { ...at, field, expected: String(kept[field]), actual: String(made[field]) })];
  }
  return [];
};

const summaryFailures = async (client: StoreClient, run: StoredRun, summary: RunSummary): Promise<readonly ReplayFailure[]> => {
  const actual = stableStringify(summary);
  const stored = (await readSummary(client, run))?.text ?? null;
  if (stored === actual) return [];
  return [replayFailure('SUMMARY_MISMATCH', { event: 'run summary', field: 'bytes', expected: stored, actual })];
};
