/**
 * A market file, whatever its kind, as a table whose rows are numbered lines of CSV, so that one reader judges them all.
 * It decides how a file is opened; what a row means is decided by the readers of lines.
 */
import { detectFormat, isCsvFormat } from './detect-format.ts';
import type { FormatChoice } from './detect-format.ts';
import { JSON_COLUMN_COUNT, JSON_COLUMNS } from './file-layout.ts';
import type { FileLayout } from './file-layout.ts';
import { readJsonRows } from './json-rows.ts';
import { MarketFileError } from './market-file-error.ts';
import { readLineBlocks, readTexts, requireWhole } from './read-lines.ts';
import type { LineBlock, TextSource } from './read-lines.ts';
import { openStored, requireUnchanged } from './stored-file.ts';
import type { StoredFile } from './stored-file.ts';
import type { MarketTable, TableRequest } from './table-shape.ts';
import { textOf } from './text-file.ts';
import { openArchive } from './zip-archive.ts';

const problem = (file: string, reason: string, hint: string): MarketFileError => new MarketFileError({ file, line: null, reason, hint });

/** Opens what a request names. Throws MarketFileError for what cannot be read or has no known format. The caller closes it. */
export const openTable = async (request: TableRequest): Promise<MarketTable> => {
  if (request.member !== null) return textTable(request.member, request.member.archive, request, () => Promise.resolve());
  const file = await openStored(request.path);
  const close = (): Promise<void> => file.handle.close();
  try {
    return await tableOf(file, request, close);
  } catch (error) {
    await close();
    throw error;
  }
};

const tableOf = async (file: StoredFile, request: TableRequest, close: () => Promise<void>): Promise<MarketTable> => {
  const { kind } = file;
  switch (kind) {
    case 'text':
    case 'gzip':
      return textTable(textOf(file), file, request, close);
    case 'zip':
      return await onlyMember(file, request, close);
    case 'feather': {
      requireFormat(file.path, request.format, { kind, called: 'a Feather file' });
      const { featherTable } = await import('./feather-table.ts');
      return featherTable(file, request, close);
    }
    case 'parquet': {
      requireFormat(file.path, request.format, { kind, called: 'a Parquet file' });
      const { parquetTable } = await import('./parquet-table.ts');
      return parquetTable(file, request, close);
    }
  }
};

const requireFormat = (path: string, format: FormatChoice, { kind, called }: Readonly<{ kind: 'feather' | 'parquet'; called: string }>): void => {
  if (format !== 'auto' && format !== kind) throw problem(path, `it is ${called}, and --format says ${format}`, 'Leave --format out: the kind of a file is told by its first bytes.');
};

/** An archive of one text is read as that text; of several nobody said which is meant. */
const onlyMember = async (file: StoredFile, request: TableRequest, close: () => Promise<void>): Promise<MarketTable> => {
  const archive = await openArchive(file.path);
  const closeBoth = async (): Promise<void> => {
    await archive.file.handle.close();
    await close();
  };
  try {
    const [member, ...others] = archive.members;
    if (member === undefined) throw problem(file.path, 'the zip archive has no CSV or JSON in it', 'Look into it with unzip -l FILE.');
    if (others.length > 0) throw problem(file.path, `the zip archive has ${others.length + 1} texts in it, from ${member.name} on`, 'Unpack it, and name the files.');
    return await textTable(member, archive.file, request, closeBoth);
  } catch (error) {
    await archive.file.handle.close();
    throw error;
  }
};

const textTable = async (source: TextSource, file: StoredFile, request: TableRequest, close: () => Promise<void>): Promise<MarketTable> => {
  const { format } = request;
  try {
    const table = { path: source.path, requireWhole: () => requireWhole(source), requireUnchanged: () => requireUnchanged(file), close };
    if (format === 'feather' || format === 'parquet') throw problem(source.path, `it is text, and --format says ${format}`, 'Leave --format out: the kind of a file is told by its first bytes.');
    if (format === 'freqtrade-json' || (format === 'auto' && (await isJson(source)))) return { ...table, layout: JSON_LAYOUT, lines: () => readJsonRows(source) };
    const layout = detectFormat({ file: source.path, format: isCsvFormat(format) ? format : 'auto', symbol: request.symbol }, await firstBlock(source));
    return { ...table, layout, lines: () => readLineBlocks(source) };
  } catch (error) {
    await requireWhole(source);
    throw error;
  }
};

const JSON_LAYOUT: FileLayout = { format: 'freqtrade-json', firstCandleLine: 1, columnCount: JSON_COLUMN_COUNT, columns: JSON_COLUMNS, timeIsUtc: true };

/** A list is told by its bracket. An object is none of the formats, and a list of objects is refused as one. */
const isJson = async (source: TextSource): Promise<boolean> => {
  for await (const text of readTexts(source)) {
    const first = /[^\s\uFEFF]/.exec(text);
    if (first !== null) return first[0] === '[' || first[0] === '{';
  }
  return false;
};

const firstBlock = async (source: TextSource): Promise<LineBlock | null> => {
  for await (const block of readLineBlocks(source)) return block;
  return null;
};
