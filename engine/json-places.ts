/** Where the values of a JSON text stand, so that a message can name the line, and which key a text repeats. */

type Place = Readonly<{ path: string; line: number }>;

/**
 * Lines by path (`limits.total.share`, `drawdown.tiers[2].from`), counted from 1; the first repeated key, if any; and where
 * the text nests deeper than anything that tb reads, which ends the reading.
 */
export type JsonPlaces = Readonly<{ lines: ReadonlyMap<string, number>; repeated: Place | null; tooDeep: Place | null }>;

export const DEPTH_MAX = 32;

type Reading = { readonly text: string; at: number; line: number; readonly lines: Map<string, number>; repeated: Place | null; tooDeep: Place | null; depth: number };

/** Reads text that JSON.parse has accepted; anything else is a bug of the caller. JSON.parse itself keeps the last of repeated keys silently. */
export const placesOf = (text: string): JsonPlaces => {
  const reading: Reading = { text, at: 0, line: 1, lines: new Map(), repeated: null, tooDeep: null, depth: 0 };
  readValue(reading, '');
  return { lines: reading.lines, repeated: reading.repeated, tooDeep: reading.tooDeep };
};

const readValue = (reading: Reading, path: string): void => {
  skipSpace(reading);
  if (!reading.lines.has(path)) reading.lines.set(path, reading.line);
  const first = reading.text[reading.at];
  if ((first === '{' || first === '[') && reading.depth >= DEPTH_MAX) {
    reading.tooDeep ??= { path: path.slice(0, 60), line: reading.line };
    reading.at = reading.text.length;
    return;
  }
  reading.depth += 1;
  if (first === '{') readMembers(reading, path);
  else if (first === '[') readItems(reading, path);
  else if (first === '"') readText(reading);
  else readToken(reading, /[^\s,\]}]+/y);
  reading.depth -= 1;
};

const readMembers = (reading: Reading, path: string): void => {
  const seen = new Set<string>();
  readList(reading, '}', () => {
    const { line } = reading;
    const key = JSON.parse(readText(reading)) as string;
    const place = path === '' ? key : `${path}.${key}`;
    if (seen.has(key)) reading.repeated ??= { path: place, line };
    seen.add(key);
    reading.lines.set(place, line);
    skipSpace(reading);
    reading.at += 1;
    readValue(reading, place);
  });
};

const readItems = (reading: Reading, path: string): void => {
  let index = 0;
  readList(reading, ']', () => {
    readValue(reading, `${path}[${index}]`);
    index += 1;
  });
};

/** Opens at a bracket and reads entries between commas until the closing one. */
const readList = (reading: Reading, end: string, readEntry: () => void): void => {
  reading.at += 1;
  skipSpace(reading);
  while (reading.at < reading.text.length && reading.text[reading.at] !== end) {
    readEntry();
    skipSpace(reading);
    if (reading.text[reading.at] === ',') reading.at += 1;
    skipSpace(reading);
  }
  reading.at += 1;
};

const readText = (reading: Reading): string => readToken(reading, /"(?:[^"\\]|\\.)*"/y);

const readToken = (reading: Reading, pattern: RegExp): string => {
  pattern.lastIndex = reading.at;
  const token = pattern.exec(reading.text)?.[0];
  if (token === undefined) throw new Error('JSON that was parsed has a token here.');
  reading.at += token.length;
  return token;
};

const skipSpace = (reading: Reading): void => {
  for (; /\s/.test(reading.text[reading.at] ?? ''); reading.at += 1) if (reading.text[reading.at] === '\n') reading.line += 1;
};
