/**
 * What can differ between a store and what it should hold: every class of failure with its severity and its scope, in one
 * table that specs/determinism.md explains. A severity follows from the code; nobody sets one beside it.
 */
import type { FindingCode } from '../adapters/store/finding.ts';

/** CRITICAL: what is stored cannot be relied on. HIGH: something in it is not as sealed. MEDIUM: something beside it is not. */
export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM';

/** Which part of a run or store is concerned. */
export type Scope = 'manifest' | 'version' | 'market' | 'facts' | 'venue' | 'decisions' | 'hour' | 'chain' | 'results' | 'bytes' | 'rows' | 'cache' | 'schema' | 'checkpoint' | 'verifier';

/** What executing recorded facts again can find. */
export type FailureCode =
  | 'MANIFEST_MISMATCH'
  | 'VERSION_MISMATCH'
  | 'CANDLE_MISMATCH'
  | 'FACT_MISMATCH'
  | 'VENUE_MISMATCH'
  | 'DECISION_MISMATCH'
  | 'RECORD_MISMATCH'
  | 'HOUR_HASH_MISMATCH'
  | 'HOUR_MISSING'
  | 'TRADES_MISMATCH'
  | 'SUMMARY_MISMATCH'
  | 'UNREADABLE';

export type FailureClass = Readonly<{ severity: Severity; scope: Scope }>;

const critical = (scope: Scope): FailureClass => ({ severity: 'CRITICAL', scope });
const high = (scope: Scope): FailureClass => ({ severity: 'HIGH', scope });
const medium = (scope: Scope): FailureClass => ({ severity: 'MEDIUM', scope });

/** Codes of a replay, then those that reading stored hashes adds. */
export const FAILURE_CLASSES: Readonly<Record<FailureCode | FindingCode, FailureClass>> = {
  MANIFEST_MISMATCH: critical('manifest'),
  VERSION_MISMATCH: high('version'),
  CANDLE_MISMATCH: critical('market'),
  FACT_MISMATCH: high('facts'),
  VENUE_MISMATCH: high('venue'),
  DECISION_MISMATCH: high('decisions'),
  RECORD_MISMATCH: critical('hour'),
  HOUR_HASH_MISMATCH: critical('chain'),
  HOUR_MISSING: critical('chain'),
  TRADES_MISMATCH: high('results'),
  SUMMARY_MISMATCH: medium('results'),
  UNREADABLE: critical('bytes'),
  HASH_DIFFERS: critical('bytes'),
  CHAIN_BROKEN: critical('chain'),
  ROOT_DIFFERS: critical('hour'),
  COUNT_DIFFERS: high('hour'),
  ROW_MISSING: critical('rows'),
  ROW_UNEXPECTED: critical('rows'),
  ROWS_SWAPPED: critical('rows'),
  COLUMN_DIFFERS: high('rows'),
  ORDER_BROKEN: high('rows'),
  EXECUTION_DIFFERS: high('decisions'),
  SNAPSHOT_STALE: medium('cache'),
  SNAPSHOT_FORGED: medium('cache'),
  CACHE_DIFFERS: high('cache'),
  SCHEMA_DIFFERS: high('schema'),
  TAIL_TRUNCATED: critical('checkpoint'),
  STORE_ROLLED_BACK: critical('checkpoint'),
  LOG_GONE: critical('checkpoint'),
  STORE_RENAMED: critical('checkpoint'),
  HISTORY_FORKED: critical('checkpoint'),
  SIGNATURE_INVALID: critical('checkpoint'),
  SIGNER_REVOKED: high('checkpoint'),
  UNANCHORED: medium('checkpoint'),
  VERIFIERS_DISAGREE: critical('verifier'),
};

/** Which slice of the state differs, and the first value in it; null where it is not about state. `sliceNote` says why a slice is not known, or after which hour it was looked at. */
export type SliceOfFailure = Readonly<{ slice: string | null; sliceField: string | null; sliceExpected: string | null; sliceActual: string | null; sliceNote: string | null }>;

export type ReplayFailure = FailureClass &
  SliceOfFailure &
  Readonly<{
    code: FailureCode;
    hour: string | null;
    step: number | null;
    event: string | null;
    field: string;
    expected: string | null;
    actual: string | null;
  }>;

export const NO_SLICE: SliceOfFailure = { slice: null, sliceField: null, sliceExpected: null, sliceActual: null, sliceNote: null };

/** `expected` is stored, `actual` comes out now. Without a place it concerns the whole run. */
type Difference = Pick<ReplayFailure, 'field' | 'expected' | 'actual'> & Partial<Pick<ReplayFailure, 'hour' | 'step' | 'event'>>;

export const replayFailure = (code: FailureCode, { hour = null, step = null, event = null, field, expected, actual }: Difference): ReplayFailure => ({
  code,
  ...FAILURE_CLASSES[code],
  hour,
  step,
  event,
  field,
  expected,
  actual,
  ...NO_SLICE,
});
