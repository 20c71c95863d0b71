/** What a check of stored bytes found wrong, and where: a table, the key of a row in it, a column. */

export type FindingCode =
  /** A row that the rest calls for is not there. */
  | 'ROW_MISSING'
  /** A row that nothing calls for. */
  | 'ROW_UNEXPECTED'
  /** Bytes that are not canonical text of their kind. */
  | 'UNREADABLE'
  /** A hash that is not the hash of its bytes. */
  | 'HASH_DIFFERS'
  /** A record that does not name the one before it. */
  | 'CHAIN_BROKEN'
  /** Events whose root is not the one that their hour record sealed. */
  | 'ROOT_DIFFERS'
  /** A number of rows other than the one recorded. */
  | 'COUNT_DIFFERS'
  /** Events, steps or watermarks out of order. */
  | 'ORDER_BROKEN'
  /** Two events of an hour stand in each other's place. */
  | 'ROWS_SWAPPED'
  /** A column that does not say what its bytes say. */
  | 'COLUMN_DIFFERS'
  /** A snapshot that is of another hour than it says. */
  | 'SNAPSHOT_STALE'
  /** A snapshot of a state that no hour was sealed with. */
  | 'SNAPSHOT_FORGED'
  /** Candles or balances kept for speed that are not what the rows say. */
  | 'CACHE_DIFFERS'
  /** A schema other than the one its version stands for. */
  | 'SCHEMA_DIFFERS'
  /** A log that is shorter than was signed, while the rest of the store went on. */
  | 'TAIL_TRUNCATED'
  /** A store that ends before what was signed, as a restored backup does. */
  | 'STORE_ROLLED_BACK'
  /** A log that was signed and is not there at all. */
  | 'LOG_GONE'
  /** A log that was signed under the name of another store. */
  | 'STORE_RENAMED'
  /** A log that is another than was signed. */
  | 'HISTORY_FORKED'
  /** A checkpoint whose signature is false. */
  | 'SIGNATURE_INVALID'
  /** A checkpoint that only revoked keys signed. */
  | 'SIGNER_REVOKED'
  /** A run that no believed checkpoint anchors, where one is asked for. */
  | 'UNANCHORED'
  /** What core concludes from the recorded facts is not what is recorded. */
  | 'EXECUTION_DIFFERS'
  /** The verification inside the database came to another result. */
  | 'VERIFIERS_DISAGREE';

export type Finding = Readonly<{
  code: FindingCode;
  table: string;
  /** The key columns and their values, such as `hour=473352 step=0 seq=3`. */
  key: string;
  /** Null when the whole row is concerned. */
  column: string | null;
  /** What the rest of the store says it must be; null for nothing. */
  expected: string | null;
  actual: string | null;
}>;

export type Report = (finding: Finding) => void;

/** What an event's key reads like in a finding. */
export const eventKey = (hour: number, step: number, seq: number): string => `hour=${hour} step=${step} seq=${seq}`;

type Compared = Readonly<{ expected: string | number | null; actual: string | number | null }>;

const shown = (value: string | number | null): string | null => (value === null ? null : String(value));

/** Reports a column unless it says what it must. */
export const compareColumn = (report: Report, at: Readonly<{ table: string; key: string; column: string; code?: FindingCode }>, { expected, actual }: Compared): void => {
  if (expected === actual) return;
  report({ code: at.code ?? 'COLUMN_DIFFERS', table: at.table, key: at.key, column: at.column, expected: shown(expected), actual: shown(actual) });
};
