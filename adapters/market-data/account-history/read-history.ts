/**
 * Files of an account's history as one list of events in the order in which they are booked. Every line is accounted for:
 * read, known to be told twice, never to have come to anything, or named as a problem.
 */
import type { Asset } from '../../../core/kernel/units.ts';
import { readCsv } from './csv-rows.ts';
import type { CsvFile } from './csv-rows.ts';
import { historyFormatOf } from './detect-history.ts';
import type { HistoryChoice, HistoryFormat } from './detect-history.ts';
import { genericHistory } from './generic-history.ts';
import type { HistoryEvent, LineProblem, OpeningEvent } from './history-event.ts';
import { balancedRows } from './kraken-balances.ts';
import { krakenEvents } from './kraken-events.ts';
import { ledgerRows } from './kraken-rows.ts';
import { krakenTrades } from './kraken-trades.ts';
import type { KrakenTrades } from './kraken-trades.ts';
import type { LedgerRow } from './kraken-rows.ts';
import { mergeHistory } from './merge-history.ts';
import type { KrakenHistory } from './merge-history.ts';

/** `renames` are old names with what they are called now. */
export type HistoryRequest = Readonly<{ paths: readonly string[]; choice: HistoryChoice; quote: Asset; renames: ReadonlyMap<Asset, Asset> }>;

export type HistoryFile = Readonly<{ path: string; format: HistoryFormat; lines: number }>;

export type AccountHistory = Readonly<{
  files: readonly HistoryFile[];
  openings: readonly OpeningEvent[];
  events: readonly HistoryEvent[];
  /** Lines that stood for something under way and never came to anything themselves. */
  pending: number;
  problems: readonly LineProblem[];
}>;

/** Throws MarketFileError for a file that cannot be read at all; what is wrong with lines is in `problems`. */
export const readHistory = async ({ paths, choice, quote, renames }: HistoryRequest): Promise<AccountHistory> => {
  const files: Readonly<{ csv: CsvFile; format: HistoryFormat }>[] = [];
  for (const path of paths) {
    const csv = await readCsv(path);
    files.push({ csv, format: historyFormatOf(csv, choice) });
  }
  const of = (wanted: HistoryFormat): readonly CsvFile[] => files.filter(({ format }) => format === wanted).map(({ csv }) => csv);
  const kraken = krakenHistory({ ledgers: of('kraken-ledgers'), trades: of('kraken-trades') }, { quote, renames });
  const generic = of('generic').map(csv => genericHistory(csv, quote));
  const merged = mergeHistory(kraken, generic, quote);
  return {
    files: files.map(({ csv, format }) => ({ path: csv.path, format, lines: csv.rows.length })),
    openings: merged.openings,
    events: merged.events,
    pending: kraken.pending,
    problems: [...kraken.problems, ...generic.flatMap(({ problems }) => problems), ...merged.problems],
  };
};

type KrakenFiles = Readonly<{ ledgers: readonly CsvFile[]; trades: readonly CsvFile[] }>;
type ReadKraken = KrakenHistory & Readonly<{ pending: number; problems: readonly LineProblem[] }>;

const krakenHistory = ({ ledgers, trades }: KrakenFiles, context: Pick<HistoryRequest, 'quote' | 'renames'>): ReadKraken => {
  const [first] = trades;
  if (ledgers.length === 0 && first !== undefined) {
    const reason = 'trades.csv says what was traded, not what was booked; name the ledgers.csv of the same period beside it';
    return { events: [], openings: [], pending: 0, problems: [{ file: first.path, line: 1, field: null, reason }] };
  }
  const ledger = ledgerRows(ledgers);
  const balanced = balancedRows(ledger.rows);
  const joined = first === undefined ? null : krakenTrades(trades);
  const { events, problems } = krakenEvents(balanced.rows, balanced.roundings, { ...context, trades: joined });
  return {
    events,
    openings: balanced.openings,
    pending: ledger.pending,
    problems: [...ledger.problems, ...(joined === null ? [] : [...joined.problems, ...unbooked(joined, ledger.rows)]), ...balanced.problems, ...problems],
  };
};

/** Trades that the ledger does not know: the two files are of different periods. */
const unbooked = ({ byId }: KrakenTrades, rows: readonly LedgerRow[]): readonly LineProblem[] => {
  const booked = new Set(rows.map(({ refid }) => refid));
  return [...byId]
    .filter(([id]) => !booked.has(id))
    .map(([id, { place }]) => ({ ...place, field: 'txid', reason: `trade ${id} is not in ledgers.csv; export both files for the same period` }));
};
