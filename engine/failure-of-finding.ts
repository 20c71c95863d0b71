/** What kind of failure a finding is, in the words that people use of it: what was done, where the code only says what differs. */
import type { Finding, FindingCode } from '../adapters/store/finding.ts';

export type Failure =
  | 'edited row'
  | 'deleted row'
  | 'inserted row'
  | 'swapped rows'
  | 'truncated tail'
  | 'log gone'
  | 'forged snapshot'
  | 'stale snapshot'
  | 'forged cache'
  | 'forked history'
  | 'rolled-back store'
  | 'renamed store'
  | 'unanchored'
  | 'relabelled run'
  | 'wrong schema'
  | 'bad signature'
  | 'verifiers disagree';

const OF_CODE: Readonly<Record<FindingCode, Failure>> = {
  ROW_MISSING: 'deleted row',
  ROW_UNEXPECTED: 'inserted row',
  UNREADABLE: 'edited row',
  HASH_DIFFERS: 'edited row',
  CHAIN_BROKEN: 'edited row',
  ROOT_DIFFERS: 'edited row',
  COUNT_DIFFERS: 'edited row',
  ORDER_BROKEN: 'edited row',
  COLUMN_DIFFERS: 'edited row',
  ROWS_SWAPPED: 'swapped rows',
  SNAPSHOT_STALE: 'stale snapshot',
  SNAPSHOT_FORGED: 'forged snapshot',
  CACHE_DIFFERS: 'forged cache',
  SCHEMA_DIFFERS: 'wrong schema',
  TAIL_TRUNCATED: 'truncated tail',
  STORE_ROLLED_BACK: 'rolled-back store',
  LOG_GONE: 'log gone',
  STORE_RENAMED: 'renamed store',
  HISTORY_FORKED: 'forked history',
  SIGNATURE_INVALID: 'bad signature',
  SIGNER_REVOKED: 'bad signature',
  UNANCHORED: 'unanchored',
  EXECUTION_DIFFERS: 'edited row',
  VERIFIERS_DISAGREE: 'verifiers disagree',
};

/** What a run is called and on which account it trades: who changes these passes one run off as another. */
const LABELS: ReadonlySet<string> = new Set(['id', 'name', 'mode', 'account_id', 'retention']);
const LABELLED = /^(run|name|mode|account) /;

const isLabel = ({ table, column, expected }: Finding): boolean =>
  (table === 'run' && LABELS.has(column ?? '')) || (table === 'envelope' && column === 'bytes' && LABELLED.test(expected ?? ''));

export const failureOf = (finding: Finding): Failure => {
  if (finding.code === 'COLUMN_DIFFERS' && isLabel(finding)) return 'relabelled run';
  // A checkpoint that cannot be read, or is of another log, proves as little as one with a false signature.
  if (finding.table === 'checkpoint' && finding.code !== 'UNANCHORED') return 'bad signature';
  return OF_CODE[finding.code];
};
