/**
 * Text of a market file as numbered lines: byte-order mark and line ends taken off, in blocks so that memory stays flat.
 * It decides what is text at all and never what a line means, nor where its bytes come from.
 */
import { MarketFileError } from './market-file-error.ts';
import { kindOf } from './stored-file.ts';

/** Consecutive lines; the first has number `firstLine`, counted from 1. Blank lines stay in, so that numbers stay true. */
export type LineBlock = Readonly<{ firstLine: number; lines: readonly string[] }>;

/** Unpacked bytes of text, from the start at every call, and the words for what goes wrong while they are unpacked. */
export type TextSource = Readonly<{
  path: string;
  bytes: () => AsyncIterable<Buffer>;
  failure: (error: unknown, unpackedBytes: number) => Promise<MarketFileError>;
  /** It is packed, so what looks wrong in its text may be damage. */
  mayBeDamaged: boolean;
}>;

/** No line of candles is this long; without a bound, a file without line ends would be held in memory whole. */
export const LINE_LENGTH_MAX = 1 << 16;

const withoutReturn = (line: string): string => (line.charCodeAt(line.length - 1) === 13 ? line.slice(0, -1) : line);

const KINDS = { gzip: 'gzip', zip: 'a zip archive', feather: 'a Feather file', parquet: 'a Parquet file' } as const;

/** What was unpacked may be packed once more. */
const requireText = (path: string, bytes: Uint8Array, first: string): void => {
  const kind = kindOf(bytes);
  if (kind !== 'text') {
    const reason = typeof kind === 'string' ? `what was unpacked is ${KINDS[kind]}` : `what was unpacked: ${kind.reason}`;
    throw new MarketFileError({ file: path, line: null, reason, hint: 'Unpack it, and import what was in it.' });
  }
  if (!first.includes('\u0000')) return;
  throw new MarketFileError({ file: path, line: null, reason: 'it is a binary file', hint: 'Files are read as CSV text, plain or compressed with gzip.' });
};

const requireShort = (path: string, rest: string, line: number): void => {
  if (rest.length <= LINE_LENGTH_MAX) return;
  throw new MarketFileError({ file: path, line, reason: `the line is longer than ${LINE_LENGTH_MAX} characters`, hint: 'Files are read as text with one record a line, ended by LF or CR LF.' });
};

/**
 * Throws MarketFileError when what is packed is damaged or truncated anywhere: what looks wrong in its text may come from
 * that. The text itself is not looked at.
 */
export const requireWhole = async (source: TextSource): Promise<void> => {
  if (!source.mayBeDamaged) return;
  let unpackedBytes = 0;
  try {
    for await (const chunk of source.bytes()) unpackedBytes += chunk.length;
  } catch (error) {
    throw await source.failure(error, unpackedBytes);
  }
};

/** The text in pieces cut anywhere. Throws MarketFileError for binary content and for what cannot be unpacked. */
export async function* readTexts(source: TextSource): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8');
  let unpackedBytes = 0;
  try {
    for await (const chunk of source.bytes()) {
      const text = decoder.decode(chunk, { stream: true });
      if (unpackedBytes === 0) requireText(source.path, chunk, text);
      unpackedBytes += chunk.length;
      yield text;
    }
  } catch (error) {
    throw await source.failure(error, unpackedBytes);
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/** The lines from the start. Throws MarketFileError for binary content, an endless line, and what cannot be unpacked. */
export async function* readLineBlocks(source: TextSource): AsyncGenerator<LineBlock, void, void> {
  let firstLine = 1;
  let rest = '';
  for await (const text of readTexts(source)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    requireShort(source.path, rest, firstLine + lines.length);
    if (lines.length === 0) continue;
    yield { firstLine, lines: text.includes('\r') || lines[0]!.endsWith('\r') ? lines.map(withoutReturn) : lines };
    firstLine += lines.length;
  }
  if (rest !== '') yield { firstLine, lines: [withoutReturn(rest)] };
}
