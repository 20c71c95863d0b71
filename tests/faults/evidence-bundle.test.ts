/** A bundle is only a file: whatever is changed in it is found without any store, and named by its place. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifierKeyText } from '../../adapters/keys/signed-note.ts';
import type { Trusted } from '../../adapters/keys/trust.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { readTrust } from '../../engine/evidence-places.ts';
import { verifyBundle } from '../../engine/verify-bundle.ts';
import type { BundleReport } from '../../engine/verify-bundle.ts';
import { livelyCandles, plainFile, scratchFolder, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import { drawsOf } from '../support/market.ts';
import type { Document } from '../support/tb.ts';
import { refit } from '../support/evidence.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD,BBB/USD --from 2024-03-01T12:00:00Z --warmup 12';

let store: ScratchDatabase;
let trusted: readonly Trusted[];
/** The lines of a bundle of sixteen hours from the middle of a run. */
let lines: readonly string[];

beforeAll(async () => {
  store = await scratchStore();
  const home = await scratchFolder();
  const env = { XDG_CONFIG_HOME: home, TB_KEYS: '', TB_CHECKPOINTS: '' };
  const start = slotAt('2024-03-01T00:00:00Z', '1h');
  await store.write('aaa.csv', plainFile('1h', livelyCandles(start, 72, 131).filter((_, index) => index !== 30)));
  await store.write('bbb.csv', plainFile('1h', livelyCandles(start, 72, 132)));
  await store.json('import aaa.csv --symbol AAA/USD');
  await store.json('import bbb.csv --symbol BBB/USD');
  await store.json(`open --run desk --mode paper ${RUN}`);
  await store.json('operator deposit --run desk --amount 500 --reason "a gift: é😀"');
  await store.json('execute-hour --run desk --through 2024-03-02T20:00:00Z');
  await store.json('keys init', env);
  await store.json('checkpoint desk', env);
  await store.json('bundle desk --from 2024-03-02T00:00:00Z --to 2024-03-02T16:00:00Z --out whole.tb', env);
  lines = readFileSync(join(store.folder, 'whole.tb'), 'utf8').trimEnd().split('\n');
  trusted = readTrust({ trust: [], keys: join(home, 'tb', 'keys') });
});

const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0;

/** What the Python verifier, which shares nothing with this one, ends with. */
const inPython = (name: string): number | null =>
  spawnSync('python3', ['tools/verify_bundle.py', join(store.folder, name), ...trusted.flatMap(({ key }) => ['--key', verifierKeyText(key)])], { encoding: 'utf8' }).status;

const verified = async (changed: readonly string[], name = 'changed.tb'): Promise<BundleReport> => {
  await store.write(name, `${changed.join('\n')}\n`);
  return verifyBundle(join(store.folder, name), trusted, () => undefined);
};

/** The first line of a kind, and with more words the first that has them. */
const indexOf = (what: string, ...words: readonly string[]): number => lines.findIndex(line => line.endsWith(`"what":"${what}"}`) && words.every(word => line.includes(word)));
const changedAt = (index: number, change: (line: Document) => Document): readonly string[] => {
  expect(index).toBeGreaterThanOrEqual(0);
  return lines.with(index, canonicalText(change(JSON.parse(lines[index]!) as Document)));
};
const event = (line: Document): Document => line['event'] as Document;

test('unchanged it is whole, executed and anchored, plain or gzipped', async () => {
  const report = await verified(lines);
  expect(report).toMatchObject({ status: 'CHAIN OK, ANCHORED', verified: true, hours: 16, findings: [], bundle: { executed: 16, sameReducer: true, reducer: { build: 'tb/0.1.0' } } });
  expect(report.runs).toMatchObject([{ run: 'desk', mode: 'paper', from: '2024-03-02T00:00:00Z', to: '2024-03-02T16:00:00Z', anchor: { size: 46, through: '2024-03-02T15:00:00Z', signers: ['operator'] } }]);
  writeFileSync(join(store.folder, 'zipped'), gzipSync(`${lines.join('\n')}\n`));
  expect(await verifyBundle(join(store.folder, 'zipped'), trusted, () => undefined)).toMatchObject({ verified: true, anchored: true });
  if (HAS_PYTHON) expect(['changed.tb', 'zipped'].map(inPython)).toEqual([0, 0]);
});

test('it starts from the state before its first hour: text, bytes, and the parts that are hashed on their own', () => {
  const { slices } = JSON.parse(lines[indexOf('state')]!) as { slices: readonly (readonly [string, string, string])[] };
  expect(slices.map(([name]) => name)).toContain('ledger');
  expect(new Set(slices.map(([, kind]) => kind))).toEqual(new Set(['text', 'bytes', 'parts']));
  expect(slices.find(([name]) => name === 'returns')).toHaveLength(2 + 1 + 12);
});

describe('what was changed is named by its place', () => {
  test('a decision: event and field, by executing it again', async () => {
    const index = indexOf('decision', '"order_placed"');
    const { hour, seq } = JSON.parse(lines[index]!) as { hour: number; seq: number };
    const { findings } = await verified(changedAt(index, line => ({ ...line, event: { ...event(line), quantity: '1' } })));
    expect(findings).toContainEqual(expect.objectContaining({ code: 'ROOT_DIFFERS', table: 'decision', key: `hour=${hour}` }));
    expect(findings).toContainEqual(expect.objectContaining({ failure: 'edited row', code: 'EXECUTION_DIFFERS', table: 'decision', key: `hour=${hour} step=0 seq=${seq}`, column: 'quantity', actual: '1' }));
  });

  test('a decision with its root, record, hash and envelopes made to fit: by executing it again, and by the checkpoint', async () => {
    const { findings, bundle } = await verified(refitted(indexOf('decision', '"order_placed"'), fields => ({ ...fields, quantity: '1' })));
    expect(findings.map(({ code, table }) => `${code} ${table}`)).toEqual(['EXECUTION_DIFFERS decision', 'HISTORY_FORKED checkpoint']);
    expect(bundle.executed).toBeLessThan(16);
    if (HAS_PYTHON) expect(inPython('changed.tb')).toBe(5);
  });

  test('without its checkpoint, only executing it tells what was made to fit', async () => {
    const unsigned = refitted(indexOf('decision', '"order_placed"'), fields => ({ ...fields, quantity: '1' })).slice(0, -1);
    expect((await verified(unsigned)).findings).toMatchObject([{ code: 'EXECUTION_DIFFERS', table: 'decision', column: 'quantity' }]);
    if (HAS_PYTHON) expect(inPython('changed.tb')).toBe(3);
  });

  test.each([
    ['a fact', () => changedAt(indexOf('fact', '"market"'), line => ({ ...line, event: { ...event(line), candles: 7 } })), 'ROOT_DIFFERS', 'fact', 'bytes'],
    ['a candle', () => changedAt(indexOf('market'), line => ({ ...line, candles: [['1', '1', '1', '1', '1'], ...(line['candles'] as readonly unknown[]).slice(1)] })), 'HASH_DIFFERS', 'candle', 'values'],
    ['a candle that is no number', () => changedAt(indexOf('market'), line => ({ ...line, candles: [['1', '1', '1', '1', '01'], ...(line['candles'] as readonly unknown[]).slice(1)] })), 'HASH_DIFFERS', 'candle', 'values'],
    ['a candle taken out', () => changedAt(indexOf('market'), line => ({ ...line, candles: [] })), 'COUNT_DIFFERS', 'candle', 'values'],
    ['a market content', () => changedAt(indexOf('market'), line => ({ ...line, content: { ...(line['content'] as Document), openMs: 0 } })), 'HASH_DIFFERS', 'market_fact', 'bytes'],
    ['a record', () => changedAt(indexOf('hour'), line => ({ ...line, event: { ...event(line), steps: 2 } })), 'HASH_DIFFERS', 'hour_record', 'hash'],
    ['a hash', () => changedAt(indexOf('hour'), line => ({ ...line, hash: '0'.repeat(64) })), 'HASH_DIFFERS', 'hour_record', 'hash'],
    ['an envelope', () => changedAt(indexOf('envelope'), line => ({ ...line, event: { ...event(line), executedAtMs: 1 } })), 'CHAIN_BROKEN', 'envelope', 'bytes'],
    ['the mode in an envelope', () => changedAt(indexOf('envelope') + 0, line => ({ ...line, event: { ...event(line), mode: 'live' } })), 'COLUMN_DIFFERS', 'envelope', 'bytes'],
    ['the manifest', () => changedAt(indexOf('manifest'), line => ({ ...line, event: { ...event(line), tradeFromHour: (event(line)['tradeFromHour'] as number) + 1 } })), 'CHAIN_BROKEN', 'hour_record', 'record'],
    ['a slice of the state', () => changedAt(indexOf('state'), line => ({ ...line, slices: (line['slices'] as readonly (readonly string[])[]).with(0, ['marks', 'bytes', Buffer.alloc(26).toString('base64')]) })), 'SNAPSHOT_FORGED', 'snapshot', 'bytes'],
    ['a part of a slice', () => changedAt(indexOf('state'), line => ({ ...line, slices: (line['slices'] as readonly (readonly string[])[]).map(slice => (slice[0] === 'returns' ? slice.with(5, Buffer.alloc(112, 1).toString('base64')) : slice)) })), 'SNAPSHOT_FORGED', 'snapshot', 'bytes'],
    ['a slice of no known kind', () => changedAt(indexOf('state'), line => ({ ...line, slices: (line['slices'] as readonly (readonly string[])[]).map(slice => (slice[1] === 'text' ? slice.with(1, 'gift') : slice)) })), 'UNREADABLE', 'snapshot', 'bytes'],
    ['the record of the state', () => changedAt(indexOf('state'), line => ({ ...line, record: { ...(line['record'] as Document), state: '0'.repeat(64) } })), 'CHAIN_BROKEN', 'hour_record', 'record'],
    ['the checkpoint', () => changedAt(indexOf('checkpoint'), line => ({ ...line, checkpoint: String(line['checkpoint']).replace('\n46\n', '\n47\n') })), 'SIGNATURE_INVALID', 'checkpoint', 'signature'],
    ['the path to the checkpoint', () => changedAt(indexOf('checkpoint'), line => ({ ...line, digests: Buffer.alloc(192).toString('base64') })), 'HISTORY_FORKED', 'checkpoint', 'root'],
    ['the place in the log', () => changedAt(indexOf('checkpoint'), line => ({ ...line, leaf: 1 })), 'COLUMN_DIFFERS', 'checkpoint', 'leaf'],
  ] as const)('%s', async (_, change, code, table, column) => {
    const { status, findings } = await verified(change());
    expect(status).toBe('CHAIN BROKEN');
    expect(findings).toContainEqual(expect.objectContaining({ code, table, column }));
    if (HAS_PYTHON) expect(inPython('changed.tb')).toBe(5);
  });

  test.each([
    ['a line taken out', () => lines.toSpliced(indexOf('hour'), 1), /^line=\d+$/],
    ['a line twice', () => lines.toSpliced(indexOf('fact'), 0, lines[indexOf('fact')]!), /^line=\d+$/],
    ['two lines swapped', () => lines.with(3, lines[4]!).with(4, lines[3]!), /^line=[45]$/],
    ['the last hour cut off', () => lines.slice(0, lines.findLastIndex(line => line.endsWith('"what":"envelope"}'))), /^line=\d+$/],
    ['cut off inside a line', () => [...lines.slice(0, 20), lines[20]!.slice(0, 30)], /^line=21$/],
    ['a line of another kind', () => lines.toSpliced(5, 0, '{"what":"gift"}'), /^line=6$/],
    ['a field more', () => changedAt(7, line => ({ ...line, more: 1 })), /^line=8$/],
    ['another spelling', () => lines.with(9, lines[9]!.replace(':', ': ')), /^line=10$/],
    ['something behind the end', () => [...lines, lines[3]!], /^line=\d+$/],
    ['nothing', () => [''], /^line=1$/],
  ] as const)('%s', async (_, change, key) => {
    const { verified: holds, findings } = await verified(change());
    expect(holds).toBe(false);
    if (HAS_PYTHON) expect(inPython('changed.tb')).toBe(5);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'UNREADABLE', table: 'bundle', key: expect.stringMatching(key) as unknown }));
  });

  test('a gzipped file that is cut off', async () => {
    writeFileSync(join(store.folder, 'torn'), gzipSync(`${lines.join('\n')}\n`).subarray(0, 2_000));
    expect(await verifyBundle(join(store.folder, 'torn'), trusted, () => undefined)).toMatchObject({ verified: false, findings: [expect.objectContaining({ table: 'bundle', code: 'UNREADABLE' })] });
  });
});

/** Changes an event and then everything that seals it, as a forger would who has no key. */
const refitted = (index: number, change: (event: Document) => Document): readonly string[] => {
  const changed = [...changedAt(index, line => ({ ...line, event: change(event(line)) }))];
  return refit(changed);
};

test('every line counts: a letter of any of them changed, and the bundle holds no more', async () => {
  const draw = drawsOf(9);
  const held: string[] = [];
  for (const [index, line] of lines.entries()) {
    // What made the bundle is told and not believed: everything else is under a hash.
    if (index === 0) continue;
    // A signature by somebody nobody knows is passed over, so the signer's name and the start of his key are no letters of a line.
    const signer = line.indexOf('— operator ') + 2;
    const isSigner = (at: number): boolean => signer > 1 && at >= signer && at < signer + 'operator YQHGIi'.length;
    const letters = [...line.matchAll(/[0-9a-f](?=[^"]*"[:,}\]])/g)].map(match => match.index).filter(at => !isSigner(at));
    const at = letters[draw(letters.length)]!;
    const { verified: holds } = await verified(lines.with(index, `${line.slice(0, at)}${line[at] === '1' ? '2' : '1'}${line.slice(at + 1)}`));
    if (holds) held.push(line);
  }
  expect(held).toEqual([]);
});
