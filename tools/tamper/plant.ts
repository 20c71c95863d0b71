/** Damage that is planted in a store, and the place that a verifier has to name for it. */

export type DamageKind = 'value changed' | 'byte flipped' | 'row deleted' | 'row duplicated' | 'rows swapped' | 'tail of a table cut' | 'tail of the log cut' | 'in no hash';

/** `column` is null where a whole row is concerned. Each of `keys` is one way to name the row, as `name=value` parts; `hours` are those it is of. */
export type Place = Readonly<{ table: string; column: string | null; keys: readonly (readonly string[])[]; hours: readonly number[] }>;

/**
 * `run` is the name of the run to look at, null for all of them; `evidence` holds it against its signed checkpoints too. With
 * `part` the check of that hour, or of the row of the run where it is null, is asked first: the check of a run is made of
 * these. The whole is asked only where the part does not know.
 */
export type Plant = Readonly<{ kind: DamageKind; what: string; sql: readonly string[]; run: string | null; place: Place; evidence?: boolean; part?: Readonly<{ hour: number | null }> }>;

/** Columns of a key that findings leave out: which run is said beside them, and short keys of this store are said as names. */
const LEFT_OUT: ReadonlySet<string> = new Set(['retention', 'run_id', 'series_id']);

export type KeyValues = Readonly<Record<string, string | null>>;

/** A key as findings spell it. */
export const keyParts = (key: readonly string[], values: KeyValues): readonly string[] => key.filter(column => !LEFT_OUT.has(column)).map(column => `${column}=${shownKey(values[column] ?? '')}`);

const shownKey = (value: string): string => (value.startsWith('\\x') ? value.slice(2) : value);

/** The hours that a row is of, under its old and its new key. */
export const hoursOf = (...rows: readonly KeyValues[]): readonly number[] => [...new Set(rows.flatMap(values => (values['hour'] === undefined || values['hour'] === null ? [] : [Number(values['hour'])])))];

export const literal = (value: string | null): string => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);
