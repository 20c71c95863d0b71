/** Input that two readers would read differently is refused with its place, and nothing of it is taken. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { placesOf } from '../../engine/json-places.ts';
import { readOperatorFile } from '../../engine/operator-file.ts';
import { loadRiskProfile, NO_CAMPAIGN } from '../../engine/risk-profile-file.ts';
import { utf8Of } from '../../engine/strict-text.ts';
import { verifyProof } from '../../engine/verify-proof.ts';

const folder = await mkdtemp(join(tmpdir(), 'tb-strict-'));
afterAll(() => rm(folder, { recursive: true }));

const fileOf = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const NOT_UTF8 = new Uint8Array([0x7b, 0x22, 0x61, 0xff, 0x22, 0x7d]);

describe('commands of the operator', () => {
  test('a key that is given twice is refused, whichever of its values a parser would keep', async () => {
    const path = await fileOf('twice.jsonl', '{"command":"halt","command":"kill","key":"1","actor":"me","reason":"why"}\n');
    await expect(readOperatorFile(path)).rejects.toThrow(`--facts: ${path}:1: command is given twice.`);
  });

  test('bytes that are no UTF-8 are refused', async () => {
    await expect(readOperatorFile(await fileOf('bytes.jsonl', NOT_UTF8))).rejects.toThrow('is not UTF-8 text.');
  });
});

describe('a profile', () => {
  test('that nests deeper than anything is refused with its line', async () => {
    const path = await fileOf('deep.json', `{"extends":"balanced","name":"deep","version":1,\n"sizing":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
    await expect(loadRiskProfile(path, NO_CAMPAIGN)).rejects.toThrow(`${path}:2: `);
  });

  test('that is no UTF-8 is refused', async () => {
    await expect(loadRiskProfile(await fileOf('bytes.json', NOT_UTF8), NO_CAMPAIGN)).rejects.toThrow('is not UTF-8 text.');
  });
});

describe('a proof', () => {
  test.each([
    ['{"proof":"event","version":1,"note":"and the moon is cheese"}', 'note', 'is no field of such a proof'],
    ['{"proof":"event","version":1,"version":1}', 'version', 'is given twice'],
    [`{"proof":"consistency","version":1,"digests":${'['.repeat(40)}${']'.repeat(40)}}`, 'digests', 'nests too deep'],
  ])('%s', (text, field, why) => {
    const verdict = JSON.stringify(verifyProof(text, []));
    expect(verdict).toContain('PROOF BROKEN');
    expect(verdict).toContain(why);
    expect(verdict).toContain(field);
  });
});

test('places stop at the depth that nothing of ours has', () => {
  const { tooDeep } = placesOf(`\n${'{"a":'.repeat(40)}1${'}'.repeat(40)}`);
  expect(tooDeep?.line).toBe(2);
});

test('a byte order mark is no text', () => {
  expect(utf8Of(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe('a');
});
