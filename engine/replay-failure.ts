/** What a replay found different, by class: where it stands, what was stored and what comes out now. */

export type FailureCode =
  | 'MANIFEST_MISMATCH'
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

export type ReplayFailure = Readonly<{
  code: FailureCode;
  severity: 'CRITICAL' | 'HIGH' | 'MEDIUM';
  hour: string | null;
  step: number | null;
  event: string | null;
  field: string;
  expected: string | null;
  actual: string | null;
}>;
