/**
 * Text on its way into a COPY, kept as bytes in pieces that are used again: strings that waited for a batch to be full would
 * grow old, and what is old is dear to collect.
 */

/** Bytes to send, of which the first `length` count. */
export type CopyPiece = Readonly<{ bytes: Buffer; length: number }>;

/** Pieces that were sent and wait to be filled again. */
export type PiecePool = Readonly<{ take: () => Buffer; give: (pieces: readonly CopyPiece[]) => void }>;

/** Takes text and gives it back as pieces; what was taken is forgotten. */
export type CopyPieces = Readonly<{ put: (text: string) => void; take: () => readonly CopyPiece[] }>;

const PIECE_BYTES = 1 << 16;
/** So much text is written at a time: one by one, lines would cost a call each. */
const WRITTEN_CHARACTERS = 1 << 12;
const UTF8_BYTES_MAX = 3;

export const newPiecePool = (): PiecePool => {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES),
    give: pieces => {
      for (const { bytes } of pieces) if (bytes.length === PIECE_BYTES) free.push(bytes);
    },
  };
};

export const newCopyPieces = (pool: PiecePool): CopyPieces => {
  let full: CopyPiece[] = [];
  let bytes = null as Buffer | null;
  let length = 0;
  let text = '';
  const close = (): void => {
    if (bytes !== null && length > 0) full.push({ bytes, length });
    bytes = null;
    length = 0;
  };
  const write = (): void => {
    const bytesMax = UTF8_BYTES_MAX * text.length;
    if (bytesMax > PIECE_BYTES) {
      close();
      const own = Buffer.from(text, 'utf8');
      full.push({ bytes: own, length: own.length });
    } else {
      if (length + bytesMax > PIECE_BYTES) close();
      bytes ??= pool.take();
      length += bytes.write(text, length, 'utf8');
    }
    text = '';
  };
  return {
    put: more => {
      text += more;
      if (text.length >= WRITTEN_CHARACTERS) write();
    },
    take: () => {
      if (text !== '') write();
      close();
      const taken = full;
      full = [];
      return taken;
    },
  };
};
