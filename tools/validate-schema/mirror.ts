/**
 * Whether drizzle mirrors the bootstrap: both are made in a database, and what PostgreSQL says of the two is compared
 * both ways. Partitions, triggers, grants, collations and deferral are the bootstrap's alone.
 */
import { byCodeUnit } from '../../core/kernel/order.ts';
import type { Catalog, TableEntry } from '../../schema/catalog.ts';
import { differencesBetween } from '../../schema/differences.ts';
import type { Difference } from '../../schema/differences.ts';

type MirrorColumn = Readonly<{ type: string; nullable: boolean; default: string; identity: string }>;
export type MirrorTable = Readonly<{ columns: Readonly<Record<string, MirrorColumn>>; constraints: readonly string[]; indexes: readonly string[] }>;
export type Mirror = Readonly<Record<string, MirrorTable>>;

/** Left is the bootstrap, right is drizzle. */
export const mirrorDifferences = (bootstrap: Catalog, drizzle: Catalog): readonly Difference[] => differencesBetween(mirrorOf(bootstrap), mirrorOf(drizzle));

/** The part of a catalog that drizzle can say, with the constraints of partitions told at their table. */
export const mirrorOf = ({ tables }: Catalog): Mirror =>
  Object.fromEntries(
    Object.entries(tables)
      .filter(([, table]) => table.kind !== 'partition')
      .map(([name, table]) => [name, mirrorTable(table, partitionsOf(tables, name))]),
  );

type Partition = Readonly<{ name: string; table: TableEntry }>;

const partitionsOf = (tables: Catalog['tables'], parent: string): readonly Partition[] =>
  Object.entries(tables)
    .filter(([, table]) => table.kind === 'partition' && table.partition.startsWith(`${parent} `))
    .map(([name, table]) => ({ name, table }));

const mirrorTable = (table: TableEntry, partitions: readonly Partition[]): MirrorTable => ({
  columns: Object.fromEntries(Object.entries(table.columns).map(([name, column]) => [name, mirrorColumn(column)])),
  constraints: [...table.constraints.map(withoutDeferral), ...sharedConstraints(partitions)].sort(byCodeUnit),
  indexes: table.indexes,
});

const mirrorColumn = ({ type, nullable, default: value, identity }: TableEntry['columns'][string]): MirrorColumn => ({ type, nullable, default: value, identity });

const withoutDeferral = (definition: string): string => definition.replace(/ DEFERRABLE INITIALLY DEFERRED$/, '');

const SIBLING = /REFERENCES (\w+\.\w+)_(kept|backtest)\(/;

/** What every partition has, a reference to its sibling above all, is one of the table; anything else is shown with its partition. */
const sharedConstraints = (partitions: readonly Partition[]): readonly string[] => {
  const owners = new Map<string, string[]>();
  for (const { name, table } of partitions) {
    for (const definition of table.constraints.map(withoutDeferral)) {
      const [, , kind] = SIBLING.exec(definition) ?? [];
      const text = kind !== undefined && name.endsWith(`_${kind}`) ? definition.replace(SIBLING, 'REFERENCES $1(') : definition;
      owners.set(text, [...(owners.get(text) ?? []), name]);
    }
  }
  return [...owners].map(([text, names]) => (names.length === partitions.length ? text : `${text} [only on ${names.join(', ')}]`));
};
