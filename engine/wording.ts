/** How sentences for people are put together: counts with their nouns, texts as typed, and the name that was probably meant. */
import { nearestName } from '../core/strategies/nearest.ts';

/** `1 gap`, `2 gaps`: a count and its noun, which is given in the singular. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The end of a sentence about an unknown name: the known one that is near, or the full stop. */
export const orNearest = (given: string, known: readonly string[]): string => {
  const near = nearestName(given, known);
  return near === null ? '.' : `; did you mean ${near}?`;
};

/** A text as it was typed; in quotes where it would not be seen as one word, an empty one above all. */
export const typed = (text: string): string => (/^[^\s\p{C}]+$/u.test(text) ? text : JSON.stringify(text));

/** A file's text without the byte order mark that some editors put before it. */
export const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');
