/**
 * The document out of the page that carries it: text in base64, compressed, in parts that are read when they are needed.
 * What it gives is the document as it was written.
 */
import type { ComparisonReport, RunReport, TradeReport, TradeWhy } from '../../../engine/report/report.ts';

/** A trade without its reasons, which are read later. */
export type TradeRow = Omit<TradeReport, 'why'>;

/** Newer browsers read base64 themselves, many times faster. */
type Reader = Readonly<{ fromBase64?: (base64: string) => Uint8Array<ArrayBuffer> }>;

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => {
  const { fromBase64 } = Uint8Array as Reader;
  if (fromBase64 !== undefined) return fromBase64.call(Uint8Array, base64);
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let index = 0; index < letters.length; index += 1) bytes[index] = letters.charCodeAt(index);
  return bytes;
};

const readPart = async (id: string): Promise<unknown> => {
  const text = document.getElementById(id)?.textContent ?? '';
  const stream = new Blob([bytesOf(text.trim())]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
};

export const readDocument = async (): Promise<RunReport | ComparisonReport> => (await readPart('part-document')) as RunReport | ComparisonReport;

type Columns = Readonly<Record<string, readonly unknown[]>>;

const rowsOf = (columns: Columns): readonly TradeRow[] => {
  const named = Object.entries(columns);
  const rows: Record<string, unknown>[] = [];
  for (let index = 0; index < (named[0]?.[1].length ?? 0); index += 1) {
    const row: Record<string, unknown> = {};
    for (const [name, values] of named) row[name] = values[index];
    rows.push(row);
  }
  return rows as unknown as readonly TradeRow[];
};

/** The trades of each run of the document, in its order. */
export const readTrades = async (): Promise<readonly (readonly TradeRow[])[]> => ((await readPart('part-trades')) as readonly Columns[]).map(rowsOf);

type Reasons = readonly (readonly TradeWhy[])[];

let reasons: Promise<Reasons> | null = null;

/** Why each trade of each run was made, in the order of the trades. Read once. */
export const readReasons = (): Promise<Reasons> => (reasons ??= readPart('part-reasons') as Promise<Reasons>);
