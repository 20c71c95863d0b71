/**
 * The schema that a store has against the one that its version stands for: the migrations that made it, and everything that
 * the catalogue says of it. A store whose locks were taken off says so before anything in it is read.
 */
import type pg from 'pg';
import { byCodeUnit } from '../../core/kernel/order.ts';
import { compareColumn } from './finding.ts';
import type { Finding, Report } from './finding.ts';

/** What a migration of this tb is called and hashes to. */
export type KnownMigration = Readonly<{ version: number; name: string; sha256: string }>;

/** Compares the recorded migrations with those of this tb. */
export const verifyMigrations = async (client: pg.ClientBase, known: readonly KnownMigration[], report: Report): Promise<void> => {
  const { rows } = await client.query<KnownMigration>(`SELECT version, name, encode(sha256, 'hex') AS sha256 FROM tb.schema_version ORDER BY version`);
  const at = (version: number) => ({ table: 'schema_version', key: `version=${version}`, code: 'SCHEMA_DIFFERS' }) as const;
  for (const { version, name, sha256 } of known) {
    const stored = rows.find(row => row.version === version);
    if (stored === undefined) report({ ...at(version), column: null, expected: `the migration ${name}`, actual: null });
    else {
      compareColumn(report, { ...at(version), column: 'name' }, { expected: name, actual: stored.name });
      compareColumn(report, { ...at(version), column: 'sha256' }, { expected: sha256, actual: stored.sha256 });
    }
  }
  for (const { version, name } of rows) if (known.every(one => one.version !== version)) report({ ...at(version), column: null, expected: null, actual: `the migration ${name}` });
};

type Lines = readonly string[];
/** Lines by object, as `schema/store-catalog.ts` reads them from a database and keeps them of the bootstrap. */
type CatalogLines = Readonly<Record<string, Lines>>;

/** Reports every object, column, constraint, index, trigger, rule, policy, right and function that is not as the bootstrap makes it. */
export const compareCatalogs = ({ expected, actual }: Readonly<{ expected: CatalogLines; actual: CatalogLines }>, report: Report): void => {
  for (const object of [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort(byCodeUnit)) {
    const [wanted, found] = [expected[object], actual[object]];
    if (wanted === undefined) report({ ...placeOf(object, 'object'), expected: null, actual: shownWhole(found!) });
    else if (found === undefined) report({ ...placeOf(object, 'object'), expected: shownWhole(wanted), actual: null });
    else for (const { part, ...said } of differencesOf(wanted, found)) report({ ...placeOf(object, part), ...said });
  }
};

/** Tables are named as everywhere; what is none is a row of the schema. */
const placeOf = (object: string, part: string): Pick<Finding, 'code' | 'table' | 'key' | 'column'> => {
  const table = /^(?:tb|tb_cache)\.(.+)$/.exec(object)?.[1];
  return { code: 'SCHEMA_DIFFERS', table: table ?? 'schema', key: table === undefined ? (part === 'object' ? object : `${object} ${part}`) : part === 'object' ? 'table' : part, column: null };
};

/** What kind of thing it is stands in the one line that is neither of its parts nor of its rights. */
const KINDS: ReadonlySet<string> = new Set(['table', 'schema', 'definition', 'sequence', 'object']);
const shownWhole = (lines: Lines): string => {
  const line = lines.find(one => KINDS.has(partOf(one)));
  return (line ?? lines[0]!).replace(/^definition: /, '').split('\n')[0]!;
};

const PART_END = ': ';
const partOf = (line: string): string => (line.includes(PART_END) ? line.slice(0, line.indexOf(PART_END)) : line);
const textOf = (line: string): string => (line.includes(PART_END) ? line.slice(line.indexOf(PART_END) + PART_END.length) : line);

type LineDifference = Readonly<{ part: string; expected: string | null; actual: string | null }>;

/** A part that both sides have once is one that was changed; constraints and indexes go by what they demand, without a name. */
const differencesOf = (wanted: Lines, found: Lines): readonly LineDifference[] => {
  const [missing, strange] = [without(wanted, found), without(found, wanted)];
  const parts = [...new Set([...missing, ...strange].map(partOf))].sort(byCodeUnit);
  return parts.flatMap((part): readonly LineDifference[] => {
    const [left, right] = [missing, strange].map(lines => lines.filter(line => partOf(line) === part).map(textOf)) as [string[], string[]];
    if (left.length === 1 && right.length === 1) return [{ part, ...shortened(left[0]!, right[0]!) }];
    return [...left.map(text => ({ part, expected: text, actual: null })), ...right.map(text => ({ part, expected: null, actual: text }))];
  });
};

/** As often as it is on one side and not on the other. */
const without = (lines: Lines, others: Lines): Lines => {
  const left = [...others];
  return lines.filter(line => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

/** Of texts of several lines the first that differs, so that a long function shows where it was changed. */
const shortened = (expected: string, actual: string): Readonly<{ expected: string; actual: string }> => {
  const [left, right] = [expected.split('\n'), actual.split('\n')];
  if (left.length === 1 && right.length === 1) return { expected, actual };
  const at = left.findIndex((line, index) => line !== right[index]);
  const line = at < 0 ? left.length : at;
  const shown = (lines: Lines): string => `line ${line + 1}: ${lines[line]?.trim() ?? '(ends)'}`;
  return { expected: shown(left), actual: shown(right) };
};
