/** How sentences for people are put together: counts with their nouns, texts as typed, and the name that was probably meant. */
import { nearestName } from '../core/strategies/nearest.ts';

/** `1 gap`, `2 gaps`: a count and its noun, which is given in the singular. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `strategy, window and costs`. */
export const listText = (names: readonly string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`);

/** The end of a sentence about an unknown name: the known one that is near, or the full stop. */
export const orNearest = (given: string, known: readonly string[]): string => {
  const near = nearestName(given, known);
  return near === null ? '.' : `; did you mean ${near}?`;
};

/** A text as it was typed; in quotes where it would not be seen as one word, an empty one above all. */
export const typed = (text: string): string => (/^[^\s\p{C}]+$/u.test(text) ? text : JSON.stringify(text));

const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text with names from outside as it may stand in one line: what would end the line, move the cursor or turn the text
 * around is spelled out, as `\n`, `\u001b`.
 */
export const oneLine = (text: string): string => text.replace(UNSEEN, unseen => ESCAPES[unseen] ?? `\\u${unseen.charCodeAt(0).toString(16).padStart(4, '0')}`);
