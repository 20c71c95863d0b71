/**
 * The id that the venue knows an order by: derived, never drawn, so that after a crash the same order asks under the same
 * id. 26 characters of base32 are 130 bits and fit every venue's limit.
 */
import { hash } from 'node:crypto';
import type { OrderId } from '../../core/log.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH = 26;

/** The first 26 letters of RFC 4648 base32, lower case, of SHA-256 over run id, account and order id, a newline between. */
export const clientOrderId = (runId: string, account: string, orderId: OrderId): string => {
  const digest = hash('sha256', `${runId}\n${account}\n${orderId}`, 'buffer');
  let letters = '';
  for (let index = 0; index < LENGTH; index += 1) letters += ALPHABET[fiveBits(digest, 5 * index)]!;
  return letters;
};

const fiveBits = (bytes: Buffer, bit: number): number => {
  const pair = (bytes[bit >> 3]! << 8) | bytes[(bit >> 3) + 1]!;
  return (pair >> (11 - (bit & 7))) & 31;
};
