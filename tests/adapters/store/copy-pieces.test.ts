/** Text becomes the same bytes however it is cut, and pieces that were sent are filled again. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newCopyPieces, newPiecePool } from '../../../adapters/store/copy-pieces.ts';
import type { CopyPiece } from '../../../adapters/store/copy-pieces.ts';

const textOf = (pieces: readonly CopyPiece[]): string => Buffer.concat(pieces.map(({ bytes, length }) => bytes.subarray(0, length))).toString('utf8');

test('what was put comes back in its order, whatever its length and letters', () => {
  const line = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 90_000 }).map(length => 'é'.repeat(length)));
  fc.assert(
    fc.property(fc.array(fc.array(line, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), batches => {
      const pool = newPiecePool();
      const gathered = newCopyPieces(pool);
      for (const lines of batches) {
        for (const one of lines) gathered.put(one);
        const pieces = gathered.take();
        expect(textOf(pieces)).toBe(Buffer.from(lines.join(''), 'utf8').toString('utf8'));
        pool.give(pieces);
      }
      expect(gathered.take()).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('a piece that was given back is used again, and one of another length is not', () => {
  const pool = newPiecePool();
  const [first, second] = [newCopyPieces(pool), newCopyPieces(pool)];
  first.put('a line\n');
  const sent = first.take();
  pool.give(sent);
  second.put('another\n');
  expect(second.take()[0]!.bytes).toBe(sent[0]!.bytes);
  first.put('x'.repeat(70_000));
  const [own] = first.take();
  pool.give([own!]);
  second.put('third\n');
  expect(second.take()[0]!.bytes).not.toBe(own!.bytes);
});

test('pieces are full before the next begins', () => {
  const gathered = newCopyPieces(newPiecePool());
  for (let line = 0; line < 10_000; line += 1) gathered.put(`${'0123456789'.repeat(10)}\n`);
  const pieces = gathered.take();
  expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBe(1_010_000);
  expect(pieces.length).toBeLessThanOrEqual(20);
});
