/** The page specs/schema.md, made from what the database says of itself and from the comments of schema_bootstrap.sql. */
import type { Catalog } from '../../schema/catalog.ts';
import { mirrorOf } from './mirror.ts';
import type { Mirror, MirrorTable } from './mirror.ts';
import { UNCOVERED } from './uncovered.ts';
import type { Validation } from './validations.ts';

/** Reading order; every table stands under one heading. */
const CHAPTERS: readonly Readonly<{ heading: string; tables: readonly string[] }>[] = [
  { heading: 'Reference', tables: ['schema_version', 'store', 'instrument', 'instrument_rule', 'account', 'series'] },
  { heading: 'Market data', tables: ['ingest', 'delivery', 'candle', 'market_fact'] },
  { heading: 'Runs and hours', tables: ['run', 'hour_step', 'hour_record', 'envelope', 'run_summary', 'trade', 'run_tombstone'] },
  { heading: 'Facts', tables: ['fact', 'venue_trade', 'inbox'] },
  { heading: 'Decisions', tables: ['decision', 'signal', 'order_placed', 'order_refused', 'cancel_requested', 'order_closed', 'risk_change', 'operator_refused'] },
  { heading: 'Books', tables: ['lot', 'lot_match', 'ledger_entry', 'posting'] },
  { heading: 'Messages to a venue', tables: ['outbox', 'outbox_event'] },
].map(({ heading, tables }) => ({ heading, tables: tables.map(table => `tb.${table}`) }));

const CACHE = { heading: 'Cache', tables: ['tb_cache.snapshot', 'tb_cache.candle_chunk'] };

const INTRODUCTION = `# The store

What a store holds, table by table. Made from \`schema_bootstrap.sql\` by \`node tools/validate-schema/main.ts --write-spec\`; a test fails when the two differ. What is hashed into what stands in \`hashing.md\`.

* Schema \`tb\` is the authority and only grows: UPDATE, DELETE and TRUNCATE are refused to everybody by triggers \`ENABLE ALWAYS\`, on every table and partition. The one exception is a dropped backtest: \`tb.drop_backtest\`, for the owner alone, deletes its rows and leaves a tombstone.
* Schema \`tb_cache\` is derived and may be deleted at any time. \`hour_record.equity\` is a cache as well.
* The role \`tb_app\` may read everything, insert into the tables of \`tb\` (not into partitions), and insert into and delete from \`tb_cache\`. Nobody else is granted anything; whoever made the store owns it.
* Times ending in \`_ms\` are milliseconds since the epoch, hours are hours since the epoch, amounts are NUMERIC(38,18) and never NaN, digests are 32 bytes, canonical texts are their UTF-8 bytes. Text is compared byte by byte (COLLATE "C").
* Tables that hold rows of runs have two partitions, \`_kept\` for paper and live and \`_backtest\`; candles have one for each calendar year from 2009 to 2040. References between run tables stand on the partitions, each to its sibling.

## What the database refuses

Constraints refuse what we decide, never what happened: a fact, and a fill with it, is checked for its shape alone.

* A run on a derivative account; a run whose genesis is not the SHA-256 of its manifest; a live or paper run among the backtests, or kept in summary only.
* An hour that does not follow the stored hour it names, by number and hash; an hour without predecessor that is not the start hour of its run on its genesis; a second hour, step or event under one key. An hour or envelope whose hash is not that of its bytes.
* A BUY without a reservation or while the run is not ACTIVE; a SELL that reserves, or does more than reduce. An order that ends twice.
* A lot larger than its fill, or a second lot of one fill; matches that take more than their lot holds, or whose result is not proceeds less costs.
* A ledger entry whose postings do not sum to zero in every asset. The postings of an entry come in one statement.
* A candle of no import, or of an import into another series; one outside 2009 to 2040.
* A command of the operator consumed twice; a fill booked twice under one name.

Checks of whole statements look rows up, so the rows they need are inserted first: fills before lots, changes of risk before orders.
`;

export const specPage = (catalog: Catalog, validations: readonly Validation[]): string => {
  const { tables } = catalog;
  const placed = new Set([...CHAPTERS, CACHE].flatMap(chapter => chapter.tables));
  const homeless = Object.entries(tables).filter(([name, { kind }]) => kind !== 'partition' && !placed.has(name));
  if (homeless.length > 0) throw new Error(`No chapter of the page has ${homeless.map(([name]) => name).join(', ')}.`);
  const mirror = mirrorOf(catalog);
  const chapters = [...CHAPTERS, CACHE].map(({ heading, tables: names }) => `## ${heading}\n\n${names.map(name => tableText({ tables, mirror }, name)).join('\n')}`);
  return `${[INTRODUCTION, ...chapters, provenanceText(), invariantsText(validations)].join('\n').trimEnd()}\n`;
};

type Described = Readonly<{ tables: Catalog['tables']; mirror: Mirror }>;

const tableText = ({ tables, mirror }: Described, name: string): string => {
  const [table, keys] = [tables[name], mirror[name]];
  if (table === undefined || keys === undefined) throw new Error(`${name} is in the page and not in the schema.`);
  const columns = Object.entries(table.columns)
    .sort(([, left], [, right]) => left.position - right.position)
    .map(([column, { type, nullable, comment }]) => `* \`${column}\` ${type}${nullable ? ' or null' : ''}: ${comment}`);
  return `### ${name}\n\n${table.comment} ${keysText(keys)}\n\n${columns.join('\n')}\n`;
};

const KEY = /^(PRIMARY KEY|UNIQUE) \((.+)\)$/;

const keysText = ({ constraints }: MirrorTable): string => {
  const keys = constraints.map(constraint => KEY.exec(constraint)).filter(parts => parts !== null);
  const columnsOf = (kind: string): readonly string[] => keys.filter(([, found]) => found === kind).map(([, , columns]) => `\`${columns}\``);
  const unique = columnsOf('UNIQUE');
  return `Key: ${columnsOf('PRIMARY KEY').join('')}.${unique.length === 0 ? '' : ` Also unique: ${unique.join('; ')}.`}`;
};

const provenanceText = (): string => `## What nothing else in the store vouches for

Every other value of \`tb\` is covered: \`make validate-schema\` changes one of each column to another that it may have, and an invariant notices. What \`tb verify\` and a replay cover between them stands in \`hashing.md\` (14).

${Object.entries(UNCOVERED)
  .map(([name, why]) => `* \`${name.slice('tb.'.length)}\`: ${why}`)
  .join('\n')}
`;

const invariantsText = (validations: readonly Validation[]): string => `## Invariants

What \`make validate-schema\` requires of every store, in SQL that reads the store and none of the code (\`schema/validations\`). Each names the keys of what does not hold, and each is tried on damage planted for it (\`schema/corruptions\`).

${validations.map(({ id, meaning }) => `* ${id}: ${meaning}`).join('\n')}
`;
