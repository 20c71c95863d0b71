/** The tree of RFC 6962: the test vectors of the certificate transparency reference, and the recursive definition. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hexOf, sha256 } from '../../../core/kernel/digest.ts';
import { leafOfText, merkleRoot } from '../../../core/kernel/merkle.ts';

/** The leaves of the reference's test tree, all below 0x80 and therefore the same bytes in UTF-8. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(hex =>
  Buffer.from(hex, 'hex').toString('latin1'),
);

const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('published vectors', () => {
  test.each(ROOTS.map((root, count) => [count, root] as const))('the root over %i leaves', (count, root) => {
    expect(hexOf(merkleRoot(LEAVES.slice(0, count).map(leafOfText)))).toBe(root);
  });
});

const hashed = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The definition of the RFC, section 2.1, word for word. */
const treeHead = (leaves: readonly string[]): Buffer => {
  if (leaves.length === 0) return hashed('');
  if (leaves.length === 1) return hashed('\u0000', leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hashed('\u0001', treeHead(leaves.slice(0, split)), treeHead(leaves.slice(split)));
};

describe('the recursive definition', () => {
  test.each([1, 2, 3, 9, 16, 17, 31, 64, 65, 100, 255])('over %i leaves', count => {
    const leaves = Array.from({ length: count }, (_, index) => `leaf ${index} é😀`);
    expect(hexOf(merkleRoot(leaves.map(leafOfText)))).toBe(treeHead(leaves).toString('hex'));
  });

  test('a leaf is no inner node: prefixes keep them apart', () => {
    expect(merkleRoot([leafOfText('a')])).not.toBe(sha256('a'));
    expect(merkleRoot([leafOfText('a'), leafOfText('b')])).not.toBe(merkleRoot([leafOfText('b'), leafOfText('a')]));
  });
});
