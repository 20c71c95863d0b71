/**
 * Stored candles against themselves: each revision's digest against its values, revisions without a hole, and every
 * import's counts against the rows that it brought. Nothing is executed.
 */
import type pg from 'pg';
import { compareColumn } from './finding.ts';
import type { Finding, Report } from './finding.ts';
import { listSeries } from './series.ts';
import type { StoredSeries } from './series.ts';
import { checkCandlePiece } from './verify-candle-piece.ts';
import type { Brought, CandlePiece } from './verify-candle-piece.ts';
import type { VerifyPool } from './verify-pool.ts';

/** Of these symbols, or null for every one; and what later imports than this one brought. */
export type CandleScope = Readonly<{ symbols: readonly string[] | null; ingestAfter: number }>;

/** Checks pieces and yields them in order. */
type CheckPieces = VerifyPool['candles'];

const EVERYTHING: CandleScope = { symbols: null, ingestAfter: 0 };

/** Checks every candle and import in the store, or those of a scope. Returns how many revisions were read. */
export const verifyCandles = async (client: pg.ClientBase, report: Report, scope: CandleScope = EVERYTHING, pool: VerifyPool | null = null): Promise<number> => {
  const all = (await listSeries(client)).filter(({ series }) => scope.symbols?.includes(series.symbol) ?? true);
  if (all.length === 0) return 0;
  const ingests = await readIngests(client, all, scope.ingestAfter);
  const isMuch = ingests.reduce((sum, { added, revisions }) => sum + added + revisions, 0) >= PAYING_CANDLES;
  const checkPieces = pool !== null && (isMuch || pool.isRunning()) ? pool.candles : onThisThread(client);
  const brought = new Map<number, Brought>();
  let candles = 0;
  for await (const { findings, candles: read, brought: inPiece } of checkPieces(await piecesOf(client, all, scope.ingestAfter))) {
    findings.forEach(report);
    candles += read;
    for (const part of inPiece) brought.set(part.ingest, joined(brought.get(part.ingest), part));
  }
  for (const ingest of ingests) verifyIngest(ingest, brought.get(ingest.id), report);
  return candles;
};

/** Below this many candles threads take longer to start than they save. */
const PAYING_CANDLES = 250_000;

const onThisThread = (client: pg.ClientBase): CheckPieces =>
  async function* (pieces) {
    for (const piece of pieces) {
      const findings: Finding[] = [];
      yield { ...(await checkCandlePiece(client, piece, finding => void findings.push(finding))), findings };
    }
  };

const EXTENTS = `
  SELECT min(first) AS first, max(last) AS last FROM unnest($1::int[]) AS wanted(id),
    LATERAL (SELECT (SELECT open_ms FROM tb.candle WHERE series_id = wanted.id ORDER BY open_ms LIMIT 1) AS first,
      (SELECT open_ms FROM tb.candle WHERE series_id = wanted.id ORDER BY open_ms DESC LIMIT 1) AS last) AS extent`;

/** So many series of one year are a piece: the store keeps a year by itself, and in it one series after another. */
const SERIES_TOGETHER = 8;
const YEARS_MAX = 100;

const piecesOf = async (client: pg.ClientBase, all: readonly StoredSeries[], ingestAfter: number): Promise<readonly CandlePiece[]> => {
  const { rows } = await client.query<{ first: number | null; last: number | null }>(EXTENTS, [all.map(({ id }) => id)]);
  const { first, last } = rows[0]!;
  if (first === null || last === null) return [];
  const [firstYear, lastYear] = [new Date(first).getUTCFullYear(), new Date(last).getUTCFullYear()];
  // One row with an absurd time must not make the check walk all years up to it.
  if (!(lastYear - firstYear < YEARS_MAX)) return [{ series: all, ingestAfter, fromMs: first, toMs: last + 1 }];
  const pieces: CandlePiece[] = [];
  for (let from = 0; from < all.length; from += SERIES_TOGETHER) {
    const series = all.slice(from, from + SERIES_TOGETHER);
    for (let year = firstYear; year <= lastYear; year += 1) {
      pieces.push({ series, ingestAfter, fromMs: Date.UTC(year), toMs: Date.UTC(year + 1) });
    }
  }
  return pieces;
};

const joined = (known: Brought | undefined, part: Brought): Brought =>
  known === undefined
    ? part
    : {
        ingest: part.ingest,
        added: known.added + part.added,
        revisions: known.revisions + part.revisions,
        firstOpenMs: Math.min(known.firstOpenMs, part.firstOpenMs),
        lastOpenMs: Math.max(known.lastOpenMs, part.lastOpenMs),
      };

type IngestRow = Readonly<{ id: number; received_ms: number; first_open_ms: number | null; last_open_ms: number | null; added: number; revisions: number }>;

const readIngests = async (client: pg.ClientBase, all: readonly StoredSeries[], after: number): Promise<readonly IngestRow[]> => {
  const { rows } = await client.query<IngestRow>(
    'SELECT id, received_ms, first_open_ms, last_open_ms, added, revisions FROM tb.ingest WHERE series_id = ANY($1::int[]) AND id > $2 ORDER BY id',
    [all.map(({ id }) => id), after],
  );
  return rows;
};

/** An import read at least the stretch that its rows lie in; duplicates may have reached further. */
const verifyIngest = (ingest: IngestRow, brought: Brought | undefined, report: Report): void => {
  const at = (column: string) => ({ table: 'ingest', key: `id=${ingest.id}`, column });
  compareColumn(report, { ...at('added'), code: 'COUNT_DIFFERS' }, { expected: brought?.added ?? 0, actual: ingest.added });
  compareColumn(report, { ...at('revisions'), code: 'COUNT_DIFFERS' }, { expected: brought?.revisions ?? 0, actual: ingest.revisions });
  if (brought === undefined) return;
  if (ingest.first_open_ms === null || ingest.first_open_ms > brought.firstOpenMs) {
    report({ code: 'COLUMN_DIFFERS', ...at('first_open_ms'), expected: `at most ${brought.firstOpenMs}`, actual: String(ingest.first_open_ms) });
  }
  if (ingest.last_open_ms === null || ingest.last_open_ms < brought.lastOpenMs) {
    report({ code: 'COLUMN_DIFFERS', ...at('last_open_ms'), expected: `at least ${brought.lastOpenMs}`, actual: String(ingest.last_open_ms) });
  }
};
