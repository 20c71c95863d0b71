/** The page specs/schema.md, made from what the database says of itself and from the comments of schema_bootstrap.sql. */
import type { Catalog } from '../../schema/catalog.ts';
import { mirrorOf } from './mirror.ts';
import type { Mirror, MirrorTable } from './mirror.ts';
import { UNCOVERED } from './uncovered.ts';
import type { Validation } from './validations.ts';

/** Reading order; every table stands under one heading. */
const CHAPTERS: readonly Readonly<{ heading: string; tables: readonly string[] }>[] = [
  { heading: 'Reference', tables: ['schema_version', 'store', 'instrument', 'instrument_rule', 'account', 'series', 'listing', 'universe', 'universe_member'] },
  { heading: 'Market data', tables: ['ingest', 'delivery', 'candle', 'market_fact', 'book_top'] },
  { heading: 'Runs and hours', tables: ['run', 'hour_step', 'hour_record', 'envelope', 'run_summary', 'trade', 'run_tombstone'] },
  { heading: 'Facts', tables: ['fact', 'venue_trade', 'account_trade', 'account_transfer', 'account_reward', 'account_charge', 'asset_renaming', 'inbox'] },
  { heading: 'Decisions', tables: ['decision', 'signal', 'order_placed', 'order_refused', 'cancel_requested', 'order_closed', 'risk_change', 'operator_refused'] },
  { heading: 'Books', tables: ['lot', 'lot_match', 'lot_release', 'ledger_entry', 'posting', 'balance_overdrawn'] },
  { heading: 'Messages to a venue', tables: ['outbox', 'outbox_event'] },
].map(({ heading, tables }) => ({ heading, tables: tables.map(table => `tb.${table}`) }));

const CACHE = { heading: 'Cache', tables: ['tb_cache.snapshot', 'tb_cache.balance', 'tb_cache.candle_chunk'] };

const INTRODUCTION = `# The store

What a store holds, table by table. Made from \`schema_bootstrap.sql\` by \`node tools/validate-schema/main.ts --write-spec\`; a test fails when the two differ. The same command writes \`schema/expected-catalog.json\`, everything of the schema that \`tb verify --full\` holds a store against. What is hashed into what stands in \`hashing.md\`.

* Schema \`tb\` is the authority and only grows: UPDATE, DELETE and TRUNCATE are refused to everybody by triggers \`ENABLE ALWAYS\`, on every table and partition. The one exception is a dropped backtest: \`tb.drop_backtest\`, for the owner alone, deletes its rows and leaves a tombstone.
* Schema \`tb_cache\` is derived from \`tb\`. Snapshots and candle chunks may be deleted at any time; \`balance\` is written by triggers alone, for the checks of orders. \`hour_record.equity\` is a cache as well.
* The role \`tb_app\` may read everything, insert into the tables of \`tb\` (not into partitions), and insert into and delete from \`tb_cache\`, \`balance\` apart, which it only reads. Nobody else is granted anything; whoever made the store owns it.
* Times ending in \`_ms\` are milliseconds since the epoch, hours are hours since the epoch, amounts are NUMERIC(38,18) and never NaN, digests are 32 bytes, canonical texts are their UTF-8 bytes. Text is compared byte by byte (COLLATE "C").
* Tables that hold rows of runs have two partitions, \`_kept\` for paper and live and \`_backtest\`; candles have one for each calendar year from 2009 to 2040. References between run tables stand on the partitions, each to its sibling.

## What the database refuses

Constraints refuse what we decide, never what happened: a fact, and a fill with it, is checked for its shape alone.

* A run on a derivative account, and with it any row of one, for every row belongs to a run; a run whose genesis is not the SHA-256 of its manifest; a live or paper run among the backtests, or any run but a backtest kept in summary only.
* An hour that does not follow the stored hour it names, by number and hash; an hour without predecessor that is not the start hour of its run on its genesis; a second hour, step or event under one key. An hour or envelope whose hash is not that of its bytes.
* A BUY without a reservation, while the run is halted or killed (\`no_buy_unless_active\`) or while a review is open (\`no_buy_under_review\`). A SELL passes all three; it is refused when it reserves, or does more than reduce. An order that ends twice.
* BUYs that set aside, costs included, more than the cash that the postings up to their step leave free (\`no_reservation_beyond_free_cash\`). There is no leverage, in any run.
* In runs that are kept: BUYs that bring holdings at the marks of the step, and what working BUYs may still add, beyond a cap of the profile in force: total, quote, cluster, position (\`no_order_beyond_a_cap\`); SELLs beyond what their agent holds less what its other SELLs have taken (\`no_sale_beyond_what_is_held\`). Backtests are made in bulk and can be made again: there INV-ORDER-CAPS and INV-REDUCE-ONLY say the same.
* A ledger entry whose postings do not sum to zero in every asset; the postings of an entry come in one statement. An entry that no fill, fact about the account, command or opening of its own step stands behind (\`no_entry_without_its_fact\`), or that books it again (\`nothing_is_booked_twice\`); cash or units beyond what that brought, and a purchase below its price (\`nothing_comes_but_by_its_fact\`). A posting on an entry of another run.
* A lot larger than its fill, of another step or moment than its fill, of no order, or of an order of another agent or market; a second lot of one fill; a lot without an order that is larger than anything its fact about the account moved, or owed with one.
* A match or release that takes more than its lot holds, from a lot of another run, agent or market, before the lot came, or for no fact of its step; a match whose result is not proceeds less costs.
* A candle of no import, or of an import into another series; one outside 2009 to 2040.
* A command of the operator consumed twice; a fact about the account booked twice under one name. A fill may be reported twice; it is booked once.

Checks of whole statements look rows up, so the rows they need are inserted first: fills and facts about the account before lots and entries, everything that a step booked and ended before its orders. References to orders are therefore deferred to the commit.

### What it cannot refuse

* That a decision follows from the facts: indicators, volatility sizing, the cost gate, the moves of campaigns, the level of a stop and the ranking of entries are computed by the core alone, and replay compares them byte for byte.
* Drawdown, its peak and its tier: unit value is in the state, which the store knows by its digest. INV-TIER checks what was told of it.
* The number of positions, of which dust is none, the rate of orders, protections and breaches: their bounds stand in decisions without columns. INV-ORDER-RATE, INV-PROTECTION and INV-PASSIVE-BREACH read them.
* Liquidity: no book of orders is stored. Marks that come from a trade on the account instead of a candle: caps of a run that has one are not checked.
* How an order without a collar shares free cash with those after it: a later step counts its price at the mark alone.
* Whether a fill, a deposit or a transfer happened. What a venue or an operator reported is a fact; only what is booked for it can be refused.
* That a step is whole: rows that were never inserted. INV-STEP-COUNTS and the roots of the hours find them.
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
