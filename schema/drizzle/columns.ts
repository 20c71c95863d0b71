/**
 * The column types and keys that the tables share. schema_bootstrap.sql is the authority; these definitions mirror it,
 * and `make validate-schema` compares the two both ways.
 */
import { sql } from 'drizzle-orm';
import { bigint, check, customType, foreignKey, integer, numeric, pgSchema, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';

export const tb = pgSchema('tb');
export const tbCache = pgSchema('tb_cache');

/** Bytes as the driver gives them. */
export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** NUMERIC(38,18), read and written as decimal text: a double would round it. */
export const amount = (name: string) => numeric(name, { precision: 38, scale: 18 });

/** Milliseconds since the epoch, exact as a double far beyond any date of ours. */
export const milliseconds = (name: string) => bigint(name, { mode: 'number' });

/** Counters and identities that stay below 2^53. */
export const count = (name: string) => bigint(name, { mode: 'number' });

export const runColumns = () => ({ retention: text('retention').notNull(), runId: uuid('run_id').notNull() });
export const hourColumns = () => ({ ...runColumns(), hour: integer('hour').notNull() });
export const stepColumns = () => ({ ...hourColumns(), step: integer('step').notNull() });
export const eventColumns = () => ({ ...stepColumns(), seq: integer('seq').notNull() });

type Columns = [AnyPgColumn, ...AnyPgColumn[]];
export type RunKey = Readonly<{ retention: AnyPgColumn; runId: AnyPgColumn }>;
export type HourKey = RunKey & Readonly<{ hour: AnyPgColumn }>;
export type StepKey = HourKey & Readonly<{ step: AnyPgColumn }>;
export type EventKey = StepKey & Readonly<{ seq: AnyPgColumn }>;

export const hourKey = (table: HourKey): Columns => [table.retention, table.runId, table.hour];
export const stepKey = (table: StepKey): Columns => [...hourKey(table), table.step];
export const eventKey = (table: EventKey): Columns => [...stepKey(table), table.seq];

export const keyOf = (columns: Columns) => primaryKey({ columns });
export const refers = (columns: Columns, foreignColumns: Columns) => foreignKey({ columns, foreignColumns });

export const knownRetention = () => check('retention', sql`retention IN ('kept', 'backtest')`);
