/** Where keys and checkpoints are looked for, and whom that makes a reader believe. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeDurably } from '../../../adapters/checkpoints/durable-file.ts';
import { createKey, readKeyring, revokeKey } from '../../../adapters/keys/keyring.ts';
import { verifierKeyText } from '../../../adapters/keys/signed-note.ts';
import { checkpointsFolder, keysFolder, openKeyring, readTrust, requireOutside } from '../../../engine/evidence-places.ts';
import { AUDITOR, OPERATOR } from '../../support/evidence.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tb-places-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('folders', () => {
  test.each([
    ['the option', './here', { TB_KEYS: '/else' }, resolve('here')],
    ['the variable', undefined, { TB_KEYS: '/else' }, '/else'],
    ['the folder of settings', undefined, { XDG_CONFIG_HOME: '/settings', TB_KEYS: '' }, '/settings/tb/keys'],
    ['the usual folder of settings', undefined, {}, join(homedir(), '.config', 'tb', 'keys')],
  ])('%s says where keys are', (_, option, env, expected) => {
    expect(keysFolder(option, env)).toBe(expected);
  });

  test('checkpoints have a folder and a variable of their own', () => {
    expect(checkpointsFolder(undefined, { TB_CHECKPOINTS: '/there', TB_KEYS: '/else' })).toBe('/there');
    expect(checkpointsFolder(undefined, { XDG_CONFIG_HOME: '/settings' })).toBe('/settings/tb/checkpoints');
    expect(() => checkpointsFolder('', {})).toThrow('is empty');
  });

  test.each([['/a/store', '/a/store'], ['/a/store/keys', '/a/store'], ['/a/store/deep/keys', '/a/store/']])('%s lies inside the store %s', (folder, store) => {
    expect(() => requireOutside(folder, store, 'Keys')).toThrow('Keys cannot be kept inside the store');
  });

  test.each([['/a/keys', '/a/store'], ['/a/store-keys', '/a/store'], ['/a', '/a/store'], ['/b', '/a']])('%s lies outside of the store %s', (folder, store) => {
    expect(() => requireOutside(folder, store, 'Keys')).not.toThrow();
  });

  test('links are followed, from the store and into it, also to what is not there yet', () => {
    const store = join(scratch, 'linked-store');
    mkdirSync(join(store, 'deep'), { recursive: true });
    symlinkSync(join(store, 'deep'), join(scratch, 'way-in'));
    symlinkSync(store, join(scratch, 'other-name'));
    for (const folder of ['way-in', 'way-in/new/today.tar.zst', 'other-name/x', 'linked-store']) {
      expect(() => requireOutside(join(scratch, folder), store, 'A backup'), folder).toThrow('A backup cannot be kept inside the store');
      expect(() => requireOutside(join(scratch, folder), join(scratch, 'other-name'), 'A backup'), folder).toThrow('A backup cannot be kept inside the store');
    }
    expect(() => requireOutside(join(scratch, 'elsewhere', 'x'), join(scratch, 'other-name'), 'A backup')).not.toThrow();
  });
});

describe('whom to believe', () => {
  const keys = join(scratch, 'keys');
  const how = { nowMs: 1, write: writeDurably };
  createKey(readKeyring(keys), 'mine', how);
  createKey(readKeyring(keys), 'lost', how);
  revokeKey(readKeyring(keys), readKeyring(keys).keys[1]!, 'lost', how);
  const trust = (...given: readonly string[]): readonly string[] => readTrust({ trust: given, keys }).map(({ key, revoked }) => `${key.name}${revoked ? ' revoked' : ''}`);
  const write = (name: string, text: string): string => {
    writeFileSync(join(scratch, name), text);
    return join(scratch, name);
  };
  const [operator, auditor] = [verifierKeyText(OPERATOR.key), verifierKeyText(AUDITOR.key)];

  test('nothing handed over: the own keyring', () => {
    expect(trust()).toEqual(['mine', 'lost revoked']);
    expect(readTrust({ trust: [], keys: join(scratch, 'nowhere') })).toEqual([]);
  });

  test('keys as texts, or a file of them with remarks', () => {
    expect(trust(operator, auditor)).toEqual(['operator', 'example.com/auditor']);
    expect(trust(write('keys.txt', `# the desk\n${operator}\n\n${auditor}\n`))).toEqual(['operator', 'example.com/auditor']);
  });

  test('a keyring of somebody else, in place of the own', () => {
    const theirs = join(scratch, 'theirs');
    createKey(readKeyring(theirs), 'hers', how);
    expect(trust(join(theirs, 'keyring.jsonl'))).toEqual(['hers']);
  });

  test('a key that the own keyring revokes stays revoked when it is handed over', () => {
    expect(trust(verifierKeyText(readKeyring(keys).keys[1]!.key))).toEqual(['lost revoked']);
  });

  test('what is neither a key nor a file is a slip of the pen', () => {
    expect(() => trust('nobody')).toThrow('--trust: nobody is neither a verifier key nor a file.');
    expect(() => trust(scratch)).toThrow('neither a verifier key nor a file');
    expect(() => trust(write('broken.txt', `${operator}\noops\n`))).toThrow('broken.txt:2 is no verifier key.');
  });

  test('a keyring that is not believed says which line', () => {
    const broken = join(scratch, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'keyring.jsonl'), '{}\n');
    expect(() => openKeyring(broken)).toThrow('is not believed: line 1 is no event of a keyring.');
    expect(() => trust(join(broken, 'keyring.jsonl'))).toThrow('line 1 is no event of a keyring.');
  });
});
