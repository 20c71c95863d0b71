/**
 * A list of rows in JSON, as freqtrade writes it, as numbered lines of CSV. Numbers keep the characters of the file: no
 * JSON parser and so no double ever sees them. It decides where a row begins and ends, never what it means.
 */
import { MarketFileError } from './market-file-error.ts';
import { LINE_LENGTH_MAX, readTexts } from './read-lines.ts';
import type { LineBlock, TextSource } from './read-lines.ts';

const EXPECTED = 'Expected is a list of rows: [[milliseconds, open, high, low, close, volume], …].';
const SPACE = /\S/g;

type Place = 'before the list' | 'before a row' | 'after a row' | 'after a comma' | 'after the list';
type Reading = { place: Place; row: number };

/** Where the next character that is no space stands; the length of the text where there is none. */
const nextAt = (text: string, from: number): number => {
  SPACE.lastIndex = from;
  return SPACE.exec(text)?.index ?? text.length;
};

const refuse = (path: string, row: number, reason: string): MarketFileError => new MarketFileError({ file: path, line: row === 0 ? null : row, reason, hint: EXPECTED });

/** A row without any field is one all the same. */
const lineOf = (inner: string): string => (inner.trim() === '' ? '[]' : inner.replace(/[\r\n]/g, ' '));

/**
 * The rows of a JSON text from its start, the first being number 1. Throws MarketFileError for whatever is no list of
 * flat rows, and for a text that ends before its list does.
 */
export async function* readJsonRows(source: TextSource): AsyncGenerator<LineBlock, void, void> {
  const reading: Reading = { place: 'before the list', row: 0 };
  let rest = '';
  for await (const text of readTexts(source)) {
    const firstLine = reading.row + 1;
    const lines: string[] = [];
    rest = takeRows(source.path, rest + text, reading, lines);
    if (rest.length > LINE_LENGTH_MAX) throw refuse(source.path, reading.row + 1, `the row is longer than ${LINE_LENGTH_MAX} characters`);
    if (lines.length > 0) yield { firstLine, lines };
  }
  if (reading.place !== 'after the list') throw refuse(source.path, reading.row, 'the JSON ends before its list does; the file is truncated');
}

/** Takes the rows that are whole and returns the text of the one that is not. */
const takeRows = (path: string, text: string, reading: Reading, lines: string[]): string => {
  let at = nextAt(text, 0);
  while (at < text.length) {
    const character = text[at]!;
    const isRow = character === '[' && (reading.place === 'before a row' || reading.place === 'after a comma');
    if (!isRow) {
      reading.place = placeAfter(path, character, reading);
      at = nextAt(text, at + 1);
      continue;
    }
    const end = text.indexOf(']', at + 1);
    if (end < 0) return text.slice(at);
    reading.row += 1;
    const inner = text.slice(at + 1, end);
    if (inner.includes('[') || inner.includes('{')) throw refuse(path, reading.row, 'the row holds a list or an object');
    lines.push(lineOf(inner));
    reading.place = 'after a row';
    at = nextAt(text, end + 1);
  }
  return '';
};

const placeAfter = (path: string, character: string, { place, row }: Reading): Place => {
  if (character === '\uFEFF' && place === 'before the list') return place;
  if (character === '[' && place === 'before the list') return 'before a row';
  if (character === ',' && place === 'after a row') return 'after a comma';
  if (character === ']' && (place === 'before a row' || place === 'after a row')) return 'after the list';
  throw refuse(path, place === 'before the list' ? 0 : row + 1, place === 'after the list' ? `something follows the list: ${character}` : `a row cannot begin or end with ${JSON.stringify(character)}`);
};
