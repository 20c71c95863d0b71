/**
 * The rows of executed hours as COPY lines, table by table, gathered until a batch is worth sending. It holds one batch
 * at most and decides nothing about when it is sent.
 */
import type { HourUtc } from '../../core/kernel/units.ts';
import type { LotMatched } from '../../core/events.ts';
import { MIRROR_COLUMNS, MIRROR_TABLES } from '../../schema/wire/mirror-tables.ts';
import type { MirrorTable } from '../../schema/wire/mirror-tables.ts';
import { decisionRows } from '../../schema/wire/decision-rows.ts';
import { factRows } from '../../schema/wire/fact-rows.ts';
import { numericText } from '../../schema/wire/numeric-text.ts';
import { newCopyPieces, newPiecePool } from './copy-pieces.ts';
import type { CopyPiece, CopyPieces } from './copy-pieces.ts';
import { copyBytes, copyBytesOfText, copyDigest, copyField, copyLine } from './copy-text.ts';
import type { HourClose, RecordedStep, RunKey } from './recorded-step.ts';
import { inboxIdOf, marketDigestOf, outboxRow } from './step-rows.ts';

const KEY_COLUMNS = 'retention, run_id, hour, step, seq';

/** In the order in which tables are sent: what is referred to goes before what refers to it. */
const COPY_COLUMNS = {
  hour_step: 'retention, run_id, hour, step, facts, decisions, state_digest, ingest_through, inbox_through, executed_ms',
  fact: `${KEY_COLUMNS}, type, at_ms, bytes, market_digest, inbox_id`,
  decision: `${KEY_COLUMNS}, type, bytes`,
  ...(Object.fromEntries(
    MIRROR_TABLES.map(table => [table, `${KEY_COLUMNS}, ${MIRROR_COLUMNS[table].map(({ name }) => name).join(', ')}`]),
  ) as Readonly<Record<MirrorTable, string>>),
  outbox: `${KEY_COLUMNS}, kind, client_order_id`,
  trade:
    'retention, run_id, ordinal, entry_hour, exit_hour, agent, symbol, quantity, cost, entry_fee, proceeds, exit_fee, result, lot_id, order_id, trade_id',
  hour_record: 'retention, run_id, hour, prev_hour, prev_hash, hash, record, equity',
  envelope: 'retention, run_id, hour, prev_hash, hash, bytes',
} as const;

type BacktestTable = keyof typeof COPY_COLUMNS;
const TABLES = Object.keys(COPY_COLUMNS) as readonly BacktestTable[];

export type CopyBatch = readonly Readonly<{ sql: string; pieces: readonly CopyPiece[] }>[];

export type BacktestLines = Readonly<{
  putStep: (step: RecordedStep) => void;
  putTrades: (step: Pick<RecordedStep, 'hour' | 'decisions'>) => void;
  putClose: (close: HourClose) => void;
  /** Characters gathered. */
  size: () => number;
  /** What was gathered since the last time, in the order in which it has to be sent. */
  take: () => CopyBatch;
  /** Whoever has sent a batch gives its pieces back. */
  sent: (batch: CopyBatch) => void;
  trades: () => number;
}>;

export const newBacktestLines = (run: RunKey, startHour: HourUtc): BacktestLines => {
  const owner = `${run.retention}\t${run.id}`;
  const pool = newPiecePool();
  const gathered = new Map<BacktestTable, CopyPieces>(TABLES.map(table => [table, newCopyPieces(pool)]));
  let size = 0;
  let trades = 0;
  const put = (table: BacktestTable, line: string): void => {
    gathered.get(table)!.put(line);
    size += line.length;
  };
  const putMirror = (key: string, { table, values }: ReturnType<typeof decisionRows>[number]): void => put(table, `${key}\t${copyLine(values)}`);

  const putStep = (step: RecordedStep): void => {
    const place = `${owner}\t${step.hour}\t${step.step}`;
    put('hour_step', `${place}\t${step.facts.length}\t${step.decisions.length}\t${copyDigest(step.stateDigest)}\t${step.ingestThrough}\t${step.inboxThrough}\t${step.executedAtMs}\n`);
    step.facts.forEach((fact, seq) => {
      const key = `${place}\t${seq}`;
      const digest = marketDigestOf(fact);
      const inboxId = inboxIdOf(fact, step.inboxIds);
      put('fact', `${key}\t${fact.type}\t${fact.atMs}\t${copyBytesOfText(step.factTexts[seq]!)}\t${digest === null ? '\\N' : copyDigest(digest)}\t${inboxId ?? '\\N'}\n`);
      for (const row of factRows(fact)) putMirror(key, row);
    });
    step.decisions.forEach((decision, seq) => {
      const key = `${place}\t${seq}`;
      put('decision', `${key}\t${decision.type}\t${copyBytesOfText(step.decisionTexts[seq]!)}\n`);
      for (const row of decisionRows(decision)) putMirror(key, row);
      const message = outboxRow(run, decision, seq);
      if (message !== null) put('outbox', `${key}\t${message.kind}\t${message.clientOrderId}\n`);
    });
  };
  const putTrades = ({ hour, decisions }: Pick<RecordedStep, 'hour' | 'decisions'>): void => {
    for (const decision of decisions) {
      if (decision.type !== 'lot_matched' || decision.paidFee) continue;
      put('trade', `${owner}\t${trades}\t${tradeLine(decision, hour)}`);
      trades += 1;
    }
  };
  const putClose = ({ sealed, envelope, equity }: HourClose): void => {
    const previous = sealed.hour === startHour ? '\\N' : String(sealed.hour - 1);
    put('hour_record', `${owner}\t${sealed.hour}\t${previous}\t${copyDigest(sealed.record.previous)}\t${copyDigest(sealed.hash)}\t${copyBytesOfText(sealed.text)}\t${numericText(equity)}\n`);
    put('envelope', `${owner}\t${sealed.hour}\t${copyDigest(envelope.envelope.previous)}\t${copyDigest(envelope.hash)}\t${copyBytesOfText(envelope.text)}\n`);
  };
  const take = (): CopyBatch => {
    const batch = TABLES.flatMap(table => {
      const pieces = gathered.get(table)!.take();
      return pieces.length === 0 ? [] : [{ sql: `COPY tb.${table} (${COPY_COLUMNS[table]}) FROM STDIN`, pieces }];
    });
    size = 0;
    return batch;
  };
  const sent = (batch: CopyBatch): void => batch.forEach(({ pieces }) => pool.give(pieces));
  return { putStep, putTrades, putClose, take, sent, size: () => size, trades: () => trades };
};

/** A lot's id begins with the hour that opened it. */
const entryHourOf = ({ lotId }: LotMatched): number => Number(lotId.slice(0, lotId.indexOf('.')));

const tradeLine = (match: LotMatched, exitHour: HourUtc): string =>
  copyLine([
    String(entryHourOf(match)), String(exitHour), match.agent, match.symbol, numericText(match.quantity), numericText(match.cost), numericText(match.entryFee),
    numericText(match.proceeds), numericText(match.exitFee), numericText(match.result), match.lotId, match.orderId, match.tradeId,
  ]);

export const COPY_SNAPSHOTS = 'COPY tb_cache.snapshot (run_id, hour, digest, bytes) FROM STDIN';

export const snapshotLine = (runId: string, { hour, digest, bytes }: NonNullable<HourClose['snapshot']>): string =>
  `${copyField(runId)}\t${hour}\t${copyDigest(digest)}\t${copyBytes(bytes)}\n`;
