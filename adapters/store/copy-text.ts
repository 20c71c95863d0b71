/**
 * PostgreSQL's text COPY format: one line a row, fields apart by tabs, `\N` for NULL, backslash escapes. What it writes
 * for a value is, byte for byte, what the server prints for it, so lines out can be compared with lines in.
 */

const PLAIN = /^[^\\\t\n\r\b\f\v]*$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

/** One field. */
export const copyField = (value: string | null): string => {
  if (value === null) return '\\N';
  return PLAIN.test(value) ? value : value.replace(/[\\\t\n\r\b\f\v]/g, letter => ESCAPES[letter]!);
};

/** One row, with its newline. */
export const copyLine = (values: readonly (string | null)[]): string => {
  let line = '';
  for (let index = 0; index < values.length; index += 1) line += index === 0 ? copyField(values[index]!) : `\t${copyField(values[index]!)}`;
  return `${line}\n`;
};

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/**
 * Canonical text as a BYTEA field. Printable ASCII goes as it is, with backslashes doubled twice (for BYTEA's escape form
 * and for COPY); anything else goes as hex of its UTF-8, so no encoding of the database can change it.
 */
export const copyBytesOfText = (text: string): string => {
  if (!PRINTABLE_ASCII.test(text) || text.startsWith('\\x')) return `\\\\x${Buffer.from(text, 'utf8').toString('hex')}`;
  return text.includes('\\') ? text.replaceAll('\\', '\\\\\\\\') : text;
};

/** Bytes as a BYTEA field. */
export const copyBytes = (bytes: Uint8Array): string => `\\\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`;

/** A digest in hex as a BYTEA field. */
export const copyDigest = (hex: string): string => `\\\\x${hex}`;

const UNESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** The value of a field of a line that the server printed. */
export const fieldOfCopy = (field: string): string | null => {
  if (field === '\\N') return null;
  return field.includes('\\') ? field.replace(/\\(.)/gs, (whole, letter: string) => UNESCAPES[letter] ?? whole) : field;
};
