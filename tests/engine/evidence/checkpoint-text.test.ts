/** What a checkpoint says: the published example, ours, and what is none. */
import { expect, test } from 'vitest';
import type { HashBytes } from '../../../core/kernel/digest.ts';
import { checkpointOfText, checkpointText, logNameOf, originOf } from '../../../engine/checkpoint-text.ts';
import { parseNote } from '../../../adapters/keys/signed-note.ts';

/** The example of the format's specification. */
const PUBLISHED = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;

const hex = (root: HashBytes): string => Buffer.from(root, 'latin1').toString('hex');

test('the published example is read', () => {
  const checkpoint = checkpointOfText(parseNote(PUBLISHED)!.text)!;
  expect({ ...checkpoint, root: hex(checkpoint.root) }).toEqual({ origin: 'example.com/behind-the-sofa', size: 20_852_163, root: '0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62' });
  expect(checkpointText(checkpoint)).toBe(parseNote(PUBLISHED)!.text);
});

const LOG = { store: '0c8ad1a4-6d5e-4b4e-9f55-4f0b6a3f6a01', run: '5b0d3c62-1f0a-4d8e-8a55-9a4c8b1f7e02' };

test('an origin names store and run', () => {
  expect(originOf(LOG)).toBe('tb/0c8ad1a4-6d5e-4b4e-9f55-4f0b6a3f6a01/5b0d3c62-1f0a-4d8e-8a55-9a4c8b1f7e02');
  expect(logNameOf(originOf(LOG))).toEqual(LOG);
  for (const other of ['example.com/log', `tb/${LOG.store}`, `tb/${LOG.store}/${LOG.run}/more`, `tb/${LOG.store.toUpperCase()}/${LOG.run}`]) expect(logNameOf(other)).toBeNull();
});

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';

test.each([
  ['two lines', 'tb/x\n1\n'],
  ['no origin', `\n1\n${ROOT}\n`],
  ['a size with a leading zero', `tb/x\n01\n${ROOT}\n`],
  ['a negative size', `tb/x\n-1\n${ROOT}\n`],
  ['a size that no number holds', `tb/x\n9007199254740993\n${ROOT}\n`],
  ['a short root', 'tb/x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2=\n'],
  ['a root of two spellings', `tb/x\n1\n${ROOT.replace('2I=', '2J=')}\n`],
  ['no line feed at the end', `tb/x\n1\n${ROOT}`],
  ['an empty extension', `tb/x\n1\n${ROOT}\n\n`],
])('%s is no checkpoint', (_, text) => {
  expect(checkpointOfText(text)).toBeNull();
});

test('extension lines are passed over', () => {
  expect(checkpointOfText(`tb/x\n0\n${ROOT}\nwhatever\n`)).toMatchObject({ origin: 'tb/x', size: 0 });
});
