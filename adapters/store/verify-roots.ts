/**
 * The events of an hour against the root that the hour was sealed with. A root only says that something differs; where one
 * row can be shown to be the cause (swapped, put in, or contradicted by its own columns) the finding names that row.
 */
import { hexOf } from '../../core/kernel/digest.ts';
import type { HashBytes } from '../../core/kernel/digest.ts';
import { merkleRoot } from '../../core/kernel/merkle.ts';
import type { Digest } from '../../core/kernel/units.ts';
import type { MirrorTable } from '../../schema/wire/mirror-tables.ts';
import { compareColumn, eventKey } from './finding.ts';
import type { Finding, Report } from './finding.ts';

export type PlacedLeaf = Readonly<{ step: number; seq: number; leaf: HashBytes }>;

/**
 * Events that some finding of this stretch named already: their columns do not say what their bytes say. `mayTry` is how
 * many more hours are searched for the row that was moved: where everything is another, no row is the cause.
 */
export type Suspects = { readonly report: Report; readonly of: (table: EventTable, hour: number) => readonly string[]; mayTry: number };
type EventTable = 'fact' | 'decision';

const FACT_MIRRORS = ['venue_trade', 'account_trade', 'account_transfer', 'account_reward', 'account_charge', 'asset_renaming'] as const satisfies readonly MirrorTable[];
const FACT_TABLES: ReadonlySet<string> = new Set(['fact', ...FACT_MIRRORS]);
const EVENT_KEY = /^hour=(\d+) step=\d+ seq=\d+/;

/** Remembers which events its findings are about, on their way to `report`. */
export const newSuspects = (report: Report): Suspects => {
  const keys = new Map<string, Set<string>>();
  const remember = ({ table, key, code }: Finding): void => {
    const [event, hour] = EVENT_KEY.exec(key) ?? [];
    if (event === undefined || code === 'ORDER_BROKEN') return;
    const place = `${FACT_TABLES.has(table) ? 'fact' : 'decision'} ${hour}`;
    keys.set(place, (keys.get(place) ?? new Set()).add(event));
  };
  return {
    report: finding => {
      remember(finding);
      report(finding);
    },
    of: (table, hour) => [...(keys.get(`${table} ${hour}`) ?? [])],
    mayTry: HOURS_TRIED_MAX,
  };
};

type SealedEvents = Readonly<{ table: EventTable; hour: number; sealed: Readonly<{ root: Digest; count: number }>; leaves: readonly PlacedLeaf[] }>;

export const checkRoot = (events: SealedEvents, suspects: Suspects, report: Report): void => {
  const { table, hour, sealed, leaves } = events;
  const at = (column: string) => ({ table, key: `hour=${hour}`, column });
  compareColumn(report, { ...at('seq'), code: 'COUNT_DIFFERS' }, { expected: sealed.count, actual: leaves.length });
  const root = rootOf(leaves);
  if (root === sealed.root) return;
  suspects.mayTry -= 1;
  const inserted = suspects.mayTry < 0 ? null : insertedIn(events);
  if (inserted !== null) return report({ code: 'ROW_UNEXPECTED', table, key: keyOf(hour, inserted), column: null, expected: null, actual: `a row that hour ${hour} was sealed without` });
  const swapped = suspects.mayTry < 0 ? null : swappedIn(events);
  if (swapped !== null) {
    const [left, right] = swapped;
    return report({ code: 'ROWS_SWAPPED', table, key: keyOf(hour, left), column: 'seq', expected: `the row at ${keyOf(hour, right)}, and that one here`, actual: `the row of ${keyOf(hour, right)}` });
  }
  const [only, ...more] = leaves.length === sealed.count ? suspects.of(table, hour) : [];
  report({ code: 'ROOT_DIFFERS', ...at('bytes'), ...(only !== undefined && more.length === 0 ? { key: only } : {}), expected: sealed.root, actual: root });
};

const keyOf = (hour: number, { step, seq }: PlacedLeaf): string => eventKey(hour, step, seq);
const rootOf = (leaves: readonly PlacedLeaf[]): Digest => hexOf(merkleRoot(leaves.map(({ leaf }) => leaf)));

/** Beyond this many events trying every row or pair would take longer than it is worth: the hour is named. */
const TRIED_MAX = 128;
const HOURS_TRIED_MAX = 8;

/** The one row without which the root is the sealed one. */
const insertedIn = ({ sealed, leaves }: SealedEvents): PlacedLeaf | null => {
  if (leaves.length !== sealed.count + 1 || leaves.length > TRIED_MAX) return null;
  return leaves.find((_, index) => rootOf(leaves.toSpliced(index, 1)) === sealed.root) ?? null;
};

/** The two rows that give the sealed root when they change places. */
const swappedIn = ({ sealed, leaves }: SealedEvents): readonly [PlacedLeaf, PlacedLeaf] | null => {
  if (leaves.length !== sealed.count || leaves.length > TRIED_MAX) return null;
  for (let left = 0; left < leaves.length; left += 1) {
    for (let right = left + 1; right < leaves.length; right += 1) {
      if (rootOf(leaves.with(left, leaves[right]!).with(right, leaves[left]!)) === sealed.root) return [leaves[left]!, leaves[right]!];
    }
  }
  return null;
};
