/** Keys, checkpoints, proofs and bundles as commands: what they say, what they write, and what they refuse. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { disarm } from '../../tools/tamper/disarm.ts';
import { asOwner, livelyCandles, onCopy, plainFile, scratchFolder, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import { runTb, wordsOf } from '../support/tb.ts';
import type { Document } from '../support/tb.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --from 2024-03-01T12:00:00Z --warmup 12';

let store: ScratchDatabase;
let home: string;
let env: Readonly<Record<string, string>>;

const tb = (line: string, more: Readonly<Record<string, string>> = {}) => store.tb(line, { ...env, ...more });
const json = (line: string) => store.json(line, env);
const failure = (line: string, more: Readonly<Record<string, string>> = {}) => store.failure(line, { ...env, ...more });
const path = (name: string): string => join(store.folder, name);
const text = (name: string): string => readFileSync(path(name), 'utf8');

beforeAll(async () => {
  store = await scratchStore();
  home = await scratchFolder();
  env = { XDG_CONFIG_HOME: home, TB_KEYS: '', TB_CHECKPOINTS: '' };
  await store.write('aaa.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 120, 131)));
  await store.json('import aaa.csv --symbol AAA/USD');
  await store.json(`backtest ${RUN} --to 2024-03-05T00:00:00Z --run past`);
  await store.json(`open --run desk --mode paper ${RUN}`);
  await store.json('execute-hour --run desk --through 2024-03-03T12:00:00Z');
});

describe('before there is a key', () => {
  test('list says so, and checkpoint says what to do', async () => {
    expect(await json('keys list')).toEqual({ action: 'list', folder: join(home, 'tb', 'keys'), key: null, keys: [] });
    expect(await failure('checkpoint desk')).toMatchObject({ exit: 2, message: 'There is no key to sign with.', hint: expect.stringContaining('tb keys init') as unknown });
  });

  test.each([
    ['keys forge', 'There is no action forge'],
    ['keys init --name "two words"', 'is no name of a key'],
    ['keys init --key operator', '--key goes with rotate and revoke.'],
    ['keys list --name x', '--name goes with init.'],
    ['keys list --reason x', '--reason goes with revoke.'],
    ['keys rotate', 'There is no key to sign with.'],
    ['keys revoke --key operator', 'revoke needs --key and --reason.'],
    ['keys revoke --key operator --reason x', '--key: there is no key operator'],
    ['checkpoint desk --signer nobody', '--key: there is no key nobody'],
    ['checkpoint nobody', 'There is no key to sign with.'],
  ])('%s is a slip of the pen', async (line, message) => {
    expect(await failure(line)).toMatchObject({ exit: 2, message: expect.stringContaining(message) as unknown });
  });
});

describe('keys and checkpoints', () => {
  test('a key is made outside the store, and shown as others need it', async () => {
    const made = await json('keys init');
    expect(made).toMatchObject({ action: 'init', folder: join(home, 'tb', 'keys'), keys: [{ name: 'operator', status: 'active', reason: null, replaces: null, publicKey: expect.stringMatching(/^operator\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}$/) as unknown }] });
    expect(statSync(join(home, 'tb', 'keys', `${String(made['key'])}.pem`)).mode & 0o777).toBe(0o600);
    expect(await failure('keys init')).toMatchObject({ exit: 3, message: expect.stringContaining('active key named operator already') as unknown });
  });

  test('a run is signed through its last sealed hour, into a file outside of the store and a second place', async () => {
    const signed = await json('checkpoint desk --out second.checkpoint');
    expect(signed).toMatchObject({ status: 'SIGNED', existing: false, run: 'desk', size: 62, through: '2024-03-03T12:00:00Z', signers: ['operator'], copy: 'second.checkpoint', hours: 61, origin: expect.stringMatching(/^tb\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/) as unknown });
    expect(String(signed['file'])).toBe(join(home, 'tb', 'checkpoints', ...String(signed['origin']).split('/').slice(1), '0000000062.checkpoint'));
    expect(readFileSync(String(signed['file']), 'utf8')).toBe(signed['checkpoint']);
    expect(text('second.checkpoint')).toBe(signed['checkpoint']);
    expect(await json('checkpoint desk')).toMatchObject({ existing: true, file: signed['file'], checkpoint: signed['checkpoint'], copy: null });
  });

  test('--out may be a folder', async () => {
    mkdirSync(path('usb'));
    expect(await json('checkpoint desk --out usb')).toMatchObject({ copy: join('usb', 'desk-62.checkpoint') });
    expect(existsSync(path('usb/desk-62.checkpoint'))).toBe(true);
    expect(await failure('checkpoint desk --out nowhere/x')).toMatchObject({ exit: 2, message: expect.stringContaining('ENOENT') as unknown });
  });

  test('another signer adds a signature below the same text', async () => {
    await json('keys init --name auditor');
    const signed = await json('checkpoint desk --signer auditor');
    expect(signed).toMatchObject({ existing: false, size: 62, signers: ['auditor'] });
    expect(String(signed['checkpoint']).split('\n').filter(line => line.startsWith('— ')).map(line => line.split(' ')[1])).toEqual(['operator', 'auditor']);
    expect(await json('checkpoint desk')).toMatchObject({ existing: true, signers: ['operator', 'auditor'] });
  });

  test('keys and checkpoints in the folder of the store are refused', async () => {
    for (const line of ['keys init --keys inside/keys', 'checkpoint desk --keys inside/keys', 'checkpoint desk --checkpoints inside', 'verify --checkpoints inside']) {
      const said = await runTb(['--store', path('inside'), ...wordsOf(line), '--json'], { cwd: store.folder, env });
      expect(said.exit, line).toBe(2);
      expect(said.out).toContain('cannot be kept inside the store');
    }
    expect(existsSync(path('inside'))).toBe(false);
  });

  test.skipIf(process.platform === 'win32')('a secret that others can open signs nothing', async () => {
    const [file] = readdirSync(join(home, 'tb', 'keys')).filter(name => name.endsWith('.pem'));
    chmodSync(join(home, 'tb', 'keys', file!), 0o644);
    expect(await failure('checkpoint desk')).toMatchObject({ exit: 3, message: expect.stringContaining('Others than its owner can open') as unknown });
    chmodSync(join(home, 'tb', 'keys', file!), 0o600);
  });

  test('variables name other folders than the settings', async () => {
    const apart = { XDG_CONFIG_HOME: path('unused'), TB_KEYS: path('apart/keys'), TB_CHECKPOINTS: path('apart/checkpoints') };
    await store.json('keys init --name apart', { ...env, ...apart });
    expect(await store.json('checkpoint past', { ...env, ...apart })).toMatchObject({ signers: ['apart'], file: expect.stringContaining(path('apart/checkpoints')) as unknown });
    expect(existsSync(path('unused'))).toBe(false);
  });
});

describe('verify', () => {
  test('is anchored through the checkpoint, and reads no event that it covers', async () => {
    const report = await json('verify --run desk');
    expect(report).toMatchObject({ status: 'CHAIN OK, ANCHORED', anchored: true, verified: true, hours: 61, facts: 0, decisions: 0, findings: [] });
    expect(report['runs']).toMatchObject([{ eventsFrom: null, anchor: { size: 62, through: '2024-03-03T12:00:00Z', signers: ['operator', 'auditor'] } }]);
    expect(await json('verify --run desk --require-anchor')).toMatchObject({ verified: true });
  });

  test('reads everything again with --full, on one thread or more, and gives the same', async () => {
    const full = await json('verify --run desk --full');
    expect(full).toMatchObject({ status: 'CHAIN OK, ANCHORED', facts: expect.any(Number) as unknown, candles: 120 });
    expect(full['facts']).toBeGreaterThan(61);
    expect(await json('verify --run desk --full --jobs 1')).toEqual(full);
    expect(await json('verify --run desk --full --sealed')).toEqual(full);
    expect(await failure('verify --jobs 0')).toMatchObject({ exit: 2, message: expect.stringContaining('--jobs') as unknown });
  });

  test('goes on from the checkpoint when hours were sealed since, and says so', async () => {
    await json('execute-hour --run desk --through 2024-03-03T15:00:00Z');
    const report = await json('verify --run desk');
    expect(report).toMatchObject({ status: 'CHAIN OK, ANCHORED', hours: 64, runs: [{ eventsFrom: '2024-03-03T13:00:00Z', anchor: { through: '2024-03-03T12:00:00Z' } }] });
    expect(report['facts']).toBeGreaterThanOrEqual(3);
    expect(report['facts']).toBeLessThan(10);
    expect((await tb('verify --run desk')).out).toContain('desk is anchored through 2024-03-03T12:00:00Z; what was sealed since then is not: tb checkpoint desk.');
  });

  test('of several runs is anchored when every one is', async () => {
    expect(await json('verify')).toMatchObject({ status: 'CHAIN OK, UNANCHORED', anchored: false, verified: true });
    const strict = await tb('verify --require-anchor --json');
    expect(strict.exit).toBe(5);
    expect(JSON.parse(strict.out)).toMatchObject({ status: 'CHAIN OK, UNANCHORED', verified: false, findings: [{ code: 'UNANCHORED', failure: 'unanchored', key: 'run=past', table: 'checkpoint' }] });
    await json('checkpoint past');
    expect(await json('verify --require-anchor')).toMatchObject({ status: 'CHAIN OK, ANCHORED', anchored: true, verified: true });
  });

  test('believes a checkpoint elsewhere by a key that is handed over, and nobody else', async () => {
    const empty = { XDG_CONFIG_HOME: path('stranger') };
    const [, auditor] = (await json('keys list'))['keys'] as readonly Document[];
    const line = 'verify --run desk --checkpoint second.checkpoint';
    expect(await store.json(line, { ...env, ...empty })).toMatchObject({ anchored: false });
    expect(await store.json(`${line} --trust ${String(auditor!['publicKey'])}`, { ...env, ...empty })).toMatchObject({ anchored: false });
    const operator = ((await json('keys list'))['keys'] as readonly Document[])[0]!;
    expect(await store.json(`${line} --trust ${String(operator['publicKey'])}`, { ...env, ...empty })).toMatchObject({ anchored: true, runs: [{ anchor: { file: 'second.checkpoint', signers: ['operator'] } }] });
    expect(await failure(`${line} --trust nobody`)).toMatchObject({ exit: 2 });
    expect(await failure('verify --checkpoint nowhere')).toMatchObject({ exit: 2, message: expect.stringContaining('--checkpoint: nowhere cannot be read (ENOENT)') as unknown });
  });

  test('inside the database comes to the same', async () => {
    const report = await json('verify --in-database');
    expect(report).toMatchObject({ status: 'CHAIN OK, ANCHORED', inDatabase: { agrees: true, findings: [], runs: 2 } });
    expect((await tb('verify --in-database')).out).toMatch(/agrees the verification inside the database: nothing wrong, \d+ ms/);
  });
});

describe('proofs', () => {
  test('one event of a paper run, on stdout or in a file, and checked without any store', async () => {
    const said = await tb('prove --run desk fact:2024-03-01T05:00:00Z.0.0');
    expect(said).toMatchObject({ exit: 0, err: '' });
    expect(JSON.parse(said.out)).toMatchObject({ proof: 'event', tree: 'facts', index: 0, leaf: 6, version: 1, event: { type: 'market' } });
    expect(await json('prove --run desk fact:2024-03-01T05:00:00Z.0.0 --out proof.json')).toMatchObject({ bytes: Buffer.byteLength(said.out), file: 'proof.json', size: 62, proveMs: expect.any(Number) as unknown });
    expect(text('proof.json')).toBe(said.out);
    expect(said.out.length).toBeLessThan(2_048);
    const checked = await runTb(['verify-proof', path('proof.json'), '--json'], { cwd: home, env: { ...env, DATABASE_URL: 'postgres://nowhere.invalid/none' } });
    expect(checked).toMatchObject({ exit: 0, err: '' });
    expect(JSON.parse(checked.out)).toMatchObject({ status: 'PROOF HOLDS', verified: true, hour: '2024-03-01T05:00:00Z', signers: ['operator', 'auditor'], envelope: { mode: 'paper', name: 'desk' }, event: { type: 'market' }, micros: expect.any(Number) as unknown });
  });

  test('a decision by its place, of a run that keeps only a summary too', async () => {
    const lines = (await tb('export past --format jsonl')).out.trimEnd().split('\n').map(line => JSON.parse(line) as Document);
    const placed = lines.find(({ what, event }) => what === 'decision' && (event as Document)['type'] === 'order_placed')!;
    const place = `${String(placed['hour'])}.0.${String(placed['seq'])}`;
    for (const run of ['past', 'desk']) {
      const proof = JSON.parse((await tb(`prove --run ${run} ${place}`)).out) as Document;
      expect(proof).toMatchObject({ tree: 'decisions', event: placed['event'] });
    }
  });

  test.each([
    ['prove --run desk 5', '5 names no event.'],
    ['prove --run desk fact:2024-03-01T05:00:00Z.0.9', 'There is no fact 474797.0.9: step 0 of hour 2024-03-01T05:00:00Z has facts 0 to 0.'],
    ['prove --run desk decision:2024-03-01T00:00:00Z.0.9', 'There is no decision 474792.0.9'],
    ['prove --run desk fact:2020-01-01T00:00:00Z.0.0', 'Run desk has no hour 2020-01-01T00:00:00Z.'],
    ['prove fact:2024-03-01T05:00:00Z.0.0', '--run is missing.'],
    ['prove --run desk fact:1.0.0 fact:2.0.0', 'prove takes one event'],
    ['prove --run nobody fact:474797.0.0', 'There is no run nobody'],
    ['prove --consistency second.checkpoint', '--consistency takes two checkpoints.'],
    ['prove --consistency 5 6', '--run is missing.'],
    ['prove --consistency nowhere second.checkpoint', 'nowhere cannot be read.'],
    ['prove --consistency aaa.csv second.checkpoint', 'aaa.csv is no checkpoint of a run in this store.'],
    ['prove --run desk --consistency 5 6', '5 is no checkpoint that you believe.'],
    ['verify-proof nowhere', 'nowhere cannot be read (ENOENT).'],
  ])('%s is refused', async (line, message) => {
    expect(await failure(line)).toMatchObject({ exit: 2, message: expect.stringContaining(message) as unknown });
  });

  test('an hour that no checkpoint covers is refused until one does', async () => {
    const line = 'prove --run desk fact:2024-03-03T14:00:00Z.0.0';
    expect(await failure(line)).toMatchObject({ exit: 3, message: 'No checkpoint that you believe covers hour 2024-03-03T14:00:00Z of run desk.' });
    await json('checkpoint desk');
    expect((await tb(line)).exit).toBe(0);
  });

  test('the later of two checkpoints extends the earlier, by files or by sizes', async () => {
    const [byFiles, bySizes] = [await tb('prove --consistency second.checkpoint second.checkpoint'), await tb('prove --run desk --consistency 62 65')];
    expect(JSON.parse(byFiles.out)).toMatchObject({ proof: 'consistency', digests: '' });
    await store.write('consistency.json', bySizes.out);
    expect(JSON.parse((await tb('verify-proof consistency.json --json')).out)).toMatchObject({ status: 'PROOF HOLDS', from: 62, to: 65, proof: 'consistency' });
  });

  test('a proof that was changed, or is signed by a stranger, exits 5 and says which', async () => {
    writeFileSync(path('forged.json'), text('proof.json').replace('"candles":1', '"candles":2'));
    const forged = await tb('verify-proof forged.json --json');
    expect(forged.exit).toBe(5);
    expect(JSON.parse(forged.out)).toMatchObject({ status: 'PROOF BROKEN', verified: false, field: 'checkpoint' });
    expect(await tb('verify-proof proof.json', { XDG_CONFIG_HOME: path('stranger') })).toMatchObject({ exit: 5, out: expect.stringMatching(/^SIGNER UNKNOWN\n/) as unknown });
    expect((await tb('verify-proof aaa.csv')).exit).toBe(5);
  });
});

describe('bundles', () => {
  test('a run in one file is executed again without a store, to the same head', async () => {
    const made = await json('bundle desk --out desk.tb');
    expect(made).toMatchObject({ run: 'desk', file: 'desk.tb', from: '2024-03-01T00:00:00Z', to: '2024-03-03T16:00:00Z', hours: 64, anchoredThrough: '2024-03-03T15:00:00Z', bytes: statSync(path('desk.tb')).size });
    const said = await runTb(['verify', path('desk.tb'), '--json'], { cwd: home, env: { ...env, DATABASE_URL: 'postgres://nowhere.invalid/none' } });
    expect(said).toMatchObject({ exit: 0, err: '' });
    const report = JSON.parse(said.out) as Document;
    expect(report).toMatchObject({ status: 'CHAIN OK, ANCHORED', anchored: true, verified: true, hours: 64, candles: 64, findings: [], bundle: { executed: 64, sameReducer: true } });
    expect(report['runs']).toMatchObject([{ run: 'desk', mode: 'paper', head: made['head'], hours: 64 }]);
    expect(text('desk.tb').split('\n')).toHaveLength((made['lines'] as number) + 1);
  });

  test('a stretch from the middle brings the state that it starts from, and may be gzipped', async () => {
    const made = await json('bundle past --from 2024-03-02T07:00:00Z --to 2024-03-04T00:00:00Z --out past.tb.gz');
    expect(made).toMatchObject({ hours: 41, anchoredThrough: '2024-03-03T23:00:00Z' });
    const plain = gunzipSync(readFileSync(path('past.tb.gz'))).toString('utf8');
    expect(plain.split('\n')[2]).toMatch(/^\{"record":\{.*"what":"state"\}$/);
    expect(await json('verify past.tb.gz --require-anchor')).toMatchObject({ status: 'CHAIN OK, ANCHORED', verified: true, hours: 41, runs: [{ from: '2024-03-02T07:00:00Z', to: '2024-03-04T00:00:00Z', head: made['head'] }] });
    await store.write('plain.tb', plain);
    expect(await json('verify plain.tb')).toMatchObject({ verified: true, hours: 41 });
  });

  test('without a checkpoint that covers it, it is whole and unanchored', async () => {
    const nobody = { XDG_CONFIG_HOME: path('stranger') };
    const bare = await store.json('bundle desk --to 2024-03-02T00:00:00Z --out bare.tb', { ...env, ...nobody });
    expect(bare).toMatchObject({ anchoredThrough: null, hours: 24 });
    expect(await json('verify bare.tb')).toMatchObject({ status: 'CHAIN OK, UNANCHORED', anchored: false, verified: true });
    expect((await tb('verify bare.tb --require-anchor')).exit).toBe(5);
    expect((await tb('verify desk.tb', nobody)).out).toMatch(/^CHAIN OK, UNANCHORED\n/);
  });

  test.each([
    ['bundle desk', "Required option '--out <file>' not specified."],
    ['bundle desk --out usb', '--out: usb is no file.'],
    ['bundle desk --out nowhere/x.tb', '--out: nowhere/x.tb cannot be written (ENOENT).'],
    ['bundle desk --from 2024-02-01T00:00:00Z --out x.tb', '--from: 2024-02-01T00:00:00Z lies outside the run.'],
    ['bundle desk --to 2024-04-01T00:00:00Z --out x.tb', '--to: 2024-04-01T00:00:00Z lies outside the run.'],
    ['bundle desk --from 2024-03-02T00:00:00Z --to 2024-03-01T00:00:00Z --out x.tb', '--to lies before --from.'],
    ['verify nowhere.tb', 'nowhere.tb cannot be read (ENOENT).'],
    ['verify desk.tb --run desk', '--run: a bundle is of one run.'],
    ['verify desk.tb --full', '--full: a bundle is always verified whole'],
    ['verify desk.tb --in-database', '--in-database: a bundle is always verified whole'],
    ['verify desk.tb --jobs 2', '--jobs: a bundle is always verified whole'],
  ])('%s is refused', async (line, message) => {
    expect(await failure(line)).toMatchObject({ exit: 2, message: expect.stringContaining(message) as unknown });
    expect(existsSync(path('x.tb'))).toBe(false);
  });

  test('an empty window bundles nothing', async () => {
    expect(await failure('bundle desk --from 2024-03-02T00:00:00Z --to 2024-03-02T00:00:00Z --out x.tb')).toMatchObject({ exit: 6 });
  });
});

describe('rotation and revocation', () => {
  test('a key that was rotated still anchors what it signed; the new one signs from then on', async () => {
    const rotated = await json('keys rotate --key operator');
    expect((rotated['keys'] as readonly Document[]).map(({ name, status }) => `${String(name)} ${String(status)}`)).toEqual(['operator retired', 'auditor active', 'operator active']);
    expect(await json('verify --run desk')).toMatchObject({ anchored: true });
    await json('execute-hour --run desk --through 2024-03-03T16:00:00Z');
    expect(await json('checkpoint desk --signer operator')).toMatchObject({ size: 66, signers: ['operator'] });
    expect(await json('verify --run desk --require-anchor')).toMatchObject({ runs: [{ anchor: { size: 66 } }] });
  });

  test('whoever pinned the first key follows the rotation by the ring', async () => {
    const [first] = (await json('keys list'))['keys'] as readonly Document[];
    const stranger = { XDG_CONFIG_HOME: path('stranger') };
    const line = `verify --run desk --checkpoints ${join(home, 'tb', 'checkpoints')} --trust ${String(first!['publicKey'])}`;
    expect(await store.json(line, { ...env, ...stranger })).toMatchObject({ runs: [{ anchor: { size: 65 } }] });
    expect(await store.json(`${line} --trust ${join(home, 'tb', 'keys', 'keyring.jsonl')}`, { ...env, ...stranger })).toMatchObject({ runs: [{ anchor: { size: 66 } }] });
  });

  test('a revoked signer is refused: what only it signed anchors nothing, and says so', async () => {
    await json('keys revoke --key operator --reason "laptop was stolen"');
    const report = await tb('verify --run desk --json');
    expect(report.exit).toBe(5);
    expect(JSON.parse(report.out)).toMatchObject({ status: 'CHAIN OK, UNANCHORED', anchored: false, verified: false, findings: [{ code: 'SIGNER_REVOKED', failure: 'bad signature', table: 'checkpoint', column: 'signature', key: expect.stringContaining('0000000066.checkpoint') as unknown, actual: expect.stringMatching(/^operator [0-9a-f]{8}; the log is the one that it signed$/) as unknown }] });
    expect((await tb('verify --run desk')).out).toContain('Only revoked keys signed desk as it is; that anchors nothing. If you know the log to be yours, tb checkpoint desk signs it anew.');
    expect(await failure('checkpoint desk --signer operator')).toMatchObject({ exit: 3, message: expect.stringContaining('is revoked and signs no more') as unknown });
  });

  test('what only it signed is signed anew by another, never silently, and is anchored again, also by every checkpoint', async () => {
    await json('execute-hour --run desk --through 2024-03-03T17:00:00Z');
    const said = await tb('checkpoint desk --json');
    expect(said).toMatchObject({ exit: 0, err: expect.stringMatching(/0000000066\.checkpoint was signed by operator [0-9a-f]{8} alone, whose key is revoked\. The log is still the one that it signed, and auditor vouches for it from now on, also for what was sealed before\./) as unknown });
    expect(JSON.parse(said.out)).toMatchObject({ status: 'SIGNED', size: 67, signers: ['auditor'], anew: [{ file: expect.stringContaining('0000000066.checkpoint') as unknown, signedBy: expect.stringMatching(/^operator [0-9a-f]{8}$/) as unknown }] });
    for (const line of ['verify --run desk --require-anchor', 'verify --run desk --full --require-anchor']) expect(await json(line), line).toMatchObject({ status: 'CHAIN OK, ANCHORED', findings: [], runs: [{ anchor: { size: 67, signers: ['auditor'] } }] });
    expect(await json('checkpoint desk')).toMatchObject({ anew: [], existing: true });
    const file = readdirSync(join(home, 'tb', 'checkpoints'), { recursive: true }).map(String).find(name => name.endsWith('0000000067.checkpoint'))!;
    rmSync(join(home, 'tb', 'checkpoints', file));
    expect(await json('checkpoint desk --signer auditor')).toMatchObject({ size: 67, anew: [expect.anything()] });
  });

  test('a log that contradicts what a revoked key signed is not', () =>
    onCopy(store, async copy => {
      await asOwner(copy, async client => {
        await disarm(client);
        await client.query(`DELETE FROM tb.envelope WHERE run_id = (SELECT id FROM tb.run WHERE name = 'desk') AND hour > (SELECT max(hour) - 3 FROM tb.envelope WHERE run_id = (SELECT id FROM tb.run WHERE name = 'desk'))`);
      });
      await json('keys revoke --key auditor --reason "left too"');
      await json('keys init --name third');
      const report = JSON.parse((await copy.tb('verify --run desk --json', env)).out) as Document;
      expect(report).toMatchObject({ status: 'CHAIN BROKEN' });
      expect(report['findings']).toContainEqual(expect.objectContaining({ code: 'SIGNER_REVOKED', column: 'size', actual: expect.stringMatching(/it signed 67 envelopes, and the log has 64$/) as unknown }));
      expect(await copy.tb('checkpoint desk --json', env)).toMatchObject({ exit: 5, out: expect.stringContaining('NOT SIGNED') as unknown });
      expect(await json('checkpoint desk')).toMatchObject({ signers: ['third'], size: 67 });
    }));

  test('a new log is signed by whoever is left', async () => {
    rmSync(join(home, 'tb', 'checkpoints'), { recursive: true });
    expect(await json('checkpoint desk')).toMatchObject({ signers: ['third'], anew: [] });
  });
});
