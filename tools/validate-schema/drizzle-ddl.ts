/**
 * The statements that would make the tables drizzle defines, without partitions, triggers and grants, which drizzle
 * cannot say. Only ever run in a scratch database, so that PostgreSQL itself says what drizzle's definitions mean.
 */
import { is, SQL } from 'drizzle-orm';
import { getTableConfig, PgDialect } from 'drizzle-orm/pg-core';
import type { PgTable } from 'drizzle-orm/pg-core';

type TableConfig = ReturnType<typeof getTableConfig>;
type Column = TableConfig['columns'][number];
type ForeignKey = TableConfig['foreignKeys'][number];
type Index = TableConfig['indexes'][number];

export const ddlOf = (tables: readonly PgTable[]): readonly string[] => {
  const configs = tables.map(table => getTableConfig(table));
  const schemas = [...new Set(configs.map(({ schema }) => schema ?? 'public'))];
  return [
    ...schemas.map(schema => `CREATE SCHEMA ${quoted(schema)}`),
    ...configs.map(createTable),
    ...configs.flatMap(config => config.foreignKeys.map(key => addForeignKey(config, key))),
    ...configs.flatMap(config => config.indexes.map(index => createIndex(config, index))),
  ];
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const nameOf = ({ schema, name }: Readonly<{ schema: string | undefined; name: string }>): string => `${quoted(schema ?? 'public')}.${quoted(name)}`;
const listOf = (columns: readonly Readonly<{ name: string }>[]): string => columns.map(column => quoted(column.name)).join(', ');

/** Expressions of ours hold no parameters, so their text is the whole of them. */
const textOf = (expression: SQL): string => new PgDialect().sqlToQuery(expression).sql;

const createTable = (config: TableConfig): string => {
  const parts = [
    ...config.columns.map(columnText),
    ...config.primaryKeys.map(({ columns }) => `PRIMARY KEY (${listOf(columns)})`),
    ...config.uniqueConstraints.map(({ columns }) => `UNIQUE (${listOf(columns)})`),
    ...config.checks.map(({ value }) => `CHECK (${textOf(value)})`),
  ];
  return `CREATE TABLE ${nameOf(config)} (\n  ${parts.join(',\n  ')}\n)`;
};

const columnText = (column: Column): string =>
  [
    quoted(column.name),
    column.getSQLType(),
    ...(column.generatedIdentity === undefined ? [] : [`GENERATED ${column.generatedIdentity.type === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`]),
    ...(column.primary ? ['PRIMARY KEY'] : []),
    ...(column.notNull ? ['NOT NULL'] : []),
    ...(column.isUnique ? ['UNIQUE'] : []),
    ...defaultText(column),
  ].join(' ');

const defaultText = (column: Column): readonly string[] => {
  if (!column.hasDefault || column.generatedIdentity !== undefined) return [];
  return [`DEFAULT ${is(column.default, SQL) ? textOf(column.default) : `'${String(column.default)}'`}`];
};

const addForeignKey = (config: TableConfig, key: ForeignKey): string => {
  const { columns, foreignColumns, foreignTable } = key.reference();
  return `ALTER TABLE ${nameOf(config)} ADD FOREIGN KEY (${listOf(columns)}) REFERENCES ${nameOf(getTableConfig(foreignTable))} (${listOf(foreignColumns)})`;
};

const createIndex = (table: TableConfig, { config }: Index): string => {
  const columns = config.columns.map(column => (is(column, SQL) ? `(${textOf(column)})` : quoted('name' in column ? (column.name ?? '') : '')));
  const where = config.where === undefined ? '' : ` WHERE ${textOf(config.where)}`;
  return `CREATE ${config.unique ? 'UNIQUE ' : ''}INDEX ${quoted(config.name ?? '')} ON ${nameOf(table)} (${columns.join(', ')})${where}`;
};
