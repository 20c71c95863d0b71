/**
 * The statements that store a step and the close of its hour, in the order in which constraints look rows up: fills
 * before lots, changes of risk and all that was booked and ended before new orders. Prepared once a connection, by name.
 */
import { MIRROR_COLUMNS, MIRROR_TABLES } from '../../schema/wire/mirror-tables.ts';
import type { ColumnType, MirrorTable } from '../../schema/wire/mirror-tables.ts';
import { numericText } from '../../schema/wire/numeric-text.ts';
import type { HourClose, RecordedStep, RunKey } from './recorded-step.ts';
import { pruneStatement, putStatement } from './snapshots.ts';
import { inboxIdOf, marketDigestOf, mirrorRows, outboxRows } from './step-rows.ts';
import type { OutboxRow, PlacedRow } from './step-rows.ts';
import type { Statement } from './transaction.ts';

const ARRAY_TYPES: Readonly<Record<ColumnType, string>> = { text: 'text[]', numeric: 'numeric[]', int: 'int[]', bigint: 'bigint[]', boolean: 'boolean[]' };

/** One INSERT a table: the key of the step as scalars, every column of the rows as an array. */
const mirrorInsert = (table: MirrorTable): string => {
  const columns = [{ name: 'seq', type: 'int' as const }, ...MIRROR_COLUMNS[table]];
  const names = columns.map(({ name }) => name).join(', ');
  const arrays = columns.map(({ type }, index) => `$${index + 5}::${ARRAY_TYPES[type]}`).join(', ');
  return `INSERT INTO tb.${table} (retention, run_id, hour, step, ${names})
    SELECT $1, $2, $3, $4, row.* FROM unnest(${arrays}) AS row(${names})`;
};

const MIRROR_INSERTS: ReadonlyMap<MirrorTable, string> = new Map(MIRROR_TABLES.map(table => [table, mirrorInsert(table)]));

/**
 * A step goes in after the step before it, and a first step after the hour before it. Where that is missing no row is
 * inserted, and the facts that refer to it fail.
 */
const INSERT_STEP = `
  INSERT INTO tb.hour_step (retention, run_id, hour, step, facts, decisions, state_digest, ingest_through, inbox_through, executed_ms)
  SELECT $1, $2, $3::int, $4::int, $5, $6, decode($7, 'hex'), $8, $9, $10
  FROM tb.run
  WHERE run.retention = $1 AND run.id = $2 AND CASE
    WHEN $4::int > 0 THEN EXISTS (SELECT FROM tb.hour_step AS before WHERE before.retention = $1 AND before.run_id = $2 AND before.hour = $3::int AND before.step = $4::int - 1)
    ELSE run.start_hour = $3::int OR EXISTS (SELECT FROM tb.hour_record AS before WHERE before.retention = $1 AND before.run_id = $2 AND before.hour = $3::int - 1)
  END`;

/** Content is addressed by its digest, which the database checks, so a row that is there already is this one. */
const INSERT_MARKET_FACT = `INSERT INTO tb.market_fact (digest, bytes) VALUES (sha256($1::bytea), $1) ON CONFLICT DO NOTHING`;

const INSERT_FACTS = `
  INSERT INTO tb.fact (retention, run_id, hour, step, seq, type, at_ms, bytes, market_digest, inbox_id)
  SELECT $1, $2, $3, $4, seq - 1, type, at_ms, convert_to(bytes, 'UTF8'), decode(market_digest, 'hex'), inbox_id
  FROM unnest($5::text[], $6::bigint[], $7::text[], $8::text[], $9::bigint[]) WITH ORDINALITY AS row(type, at_ms, bytes, market_digest, inbox_id, seq)`;

const INSERT_DECISIONS = `
  INSERT INTO tb.decision (retention, run_id, hour, step, seq, type, bytes)
  SELECT $1, $2, $3, $4, seq - 1, type, convert_to(bytes, 'UTF8')
  FROM unnest($5::text[], $6::text[]) WITH ORDINALITY AS row(type, bytes, seq)`;

const INSERT_OUTBOX = `
  INSERT INTO tb.outbox (retention, run_id, hour, step, seq, kind, client_order_id)
  SELECT $1, $2, $3, $4, row.* FROM unnest($5::int[], $6::text[], $7::text[]) AS row(seq, kind, client_order_id)`;

const INSERT_HOUR = `
  INSERT INTO tb.hour_record (retention, run_id, hour, prev_hour, prev_hash, hash, record, equity)
  SELECT $1, $2, $3::int, CASE WHEN run.start_hour = $3::int THEN NULL ELSE $3::int - 1 END, decode($4, 'hex'), decode($5, 'hex'), convert_to($6, 'UTF8'), $7
  FROM tb.run WHERE run.retention = $1 AND run.id = $2`;

const INSERT_ENVELOPE = `
  INSERT INTO tb.envelope (retention, run_id, hour, prev_hash, hash, bytes)
  VALUES ($1, $2, $3, decode($4, 'hex'), decode($5, 'hex'), convert_to($6, 'UTF8'))`;

/** Everything but the close of the hour. */
export const stepStatements = (run: RunKey, step: RecordedStep): readonly Statement[] => {
  const key = [run.retention, run.id, step.hour, step.step];
  return [
    {
      name: 'tb_step',
      text: INSERT_STEP,
      values: [...key, step.facts.length, step.decisions.length, step.stateDigest, step.ingestThrough, step.inboxThrough, step.executedAtMs],
      after: 'step-row-written',
    },
    ...(step.marketContent === null
      ? []
      : [{ name: 'tb_market_fact', text: INSERT_MARKET_FACT, values: [Buffer.from(step.marketContent)], after: 'step-market-fact-written' } as const]),
    factsStatement(key, step),
    ...(step.decisions.length === 0 ? [] : [decisionsStatement(key, step)]),
    ...mirrorStatements(key, step),
    ...outboxStatements(key, outboxRows(run, step.decisions)),
  ];
};

type StepKey = readonly (string | number)[];

const factsStatement = (key: StepKey, { facts, factTexts, inboxIds }: RecordedStep): Statement => ({
  name: 'tb_facts',
  text: INSERT_FACTS,
  values: [
    ...key,
    facts.map(({ type }) => type),
    facts.map(({ atMs }) => atMs),
    factTexts,
    facts.map(marketDigestOf),
    facts.map(fact => inboxIdOf(fact, inboxIds)),
  ],
  after: 'step-facts-written',
});

const decisionsStatement = (key: StepKey, { decisions, decisionTexts }: RecordedStep): Statement => ({
  name: 'tb_decisions',
  text: INSERT_DECISIONS,
  values: [...key, decisions.map(({ type }) => type), decisionTexts],
  after: 'step-decisions-written',
});

const mirrorStatements = (key: StepKey, step: RecordedStep): readonly Statement[] => {
  const byTable = mirrorRows(step);
  return MIRROR_TABLES.flatMap(table => {
    const rows = byTable.get(table);
    return rows === undefined ? [] : [mirrorStatement(key, table, rows)];
  });
};

const mirrorStatement = (key: StepKey, table: MirrorTable, rows: readonly PlacedRow[]): Statement => ({
  name: `tb_${table}`,
  text: MIRROR_INSERTS.get(table)!,
  values: [...key, rows.map(({ seq }) => seq), ...MIRROR_COLUMNS[table].map((_, column) => rows.map(({ values }) => values[column]!))],
  after: 'step-mirrors-written',
});

const outboxStatements = (key: StepKey, rows: readonly OutboxRow[]): readonly Statement[] =>
  rows.length === 0
    ? []
    : [
        {
          name: 'tb_outbox',
          text: INSERT_OUTBOX,
          values: [...key, rows.map(({ seq }) => seq), rows.map(({ kind }) => kind), rows.map(row => row.clientOrderId)],
          after: 'step-outbox-written',
        },
      ];

/** The hour record, which is the swap of the head, the envelope and the snapshot. */
export const closeStatements = (run: RunKey, { sealed, envelope, equity, snapshot }: HourClose): readonly Statement[] => {
  const key = [run.retention, run.id, sealed.hour];
  return [
    {
      name: 'tb_hour',
      text: INSERT_HOUR,
      values: [...key, sealed.record.previous, sealed.hash, sealed.text, numericText(equity)],
      after: 'step-hour-written',
    },
    {
      name: 'tb_envelope',
      text: INSERT_ENVELOPE,
      values: [...key, envelope.envelope.previous, envelope.hash, envelope.text],
      after: 'step-envelope-written',
    },
    ...(snapshot === null ? [] : [putStatement(run.id, snapshot), ...(run.retention === 'kept' ? [pruneStatement(run.id, sealed.hour)] : [])]),
  ];
};
