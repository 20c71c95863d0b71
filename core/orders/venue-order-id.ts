/**
 * The id that a venue knows an order by: derived, never drawn, so that after a crash the same intent asks under the same
 * id and a venue sees it once. 26 letters of base32 are 130 bits and fit every venue's limit.
 */
import { assert } from '../kernel/assert.ts';
import { sha256 } from '../kernel/digest.ts';
import type { OrderId } from '../log.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const LETTERS = 26;

/** Whose order it is, and the place of the decision that made it. */
export type OrderOwner = Readonly<{ runId: string; account: string; orderId: OrderId }>;

/** The first 26 letters of RFC 4648 base32, lower case, of SHA-256 over run id, account and order id, a line feed between. */
export const venueOrderId = ({ runId, account, orderId }: OrderOwner): string => {
  assert(![runId, account, orderId].some(part => part.includes('\n')), 'A line feed separates the parts of an id and stands in none.');
  const hash = sha256(`${runId}\n${account}\n${orderId}`);
  let letters = '';
  for (let index = 0; index < LETTERS; index += 1) letters += ALPHABET[fiveBits(hash, 5 * index)]!;
  return letters;
};

const fiveBits = (hash: string, bit: number): number => {
  const pair = (hash.charCodeAt(bit >> 3) << 8) | hash.charCodeAt((bit >> 3) + 1);
  return (pair >> (11 - (bit & 7))) & 31;
};
