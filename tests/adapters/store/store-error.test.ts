import { describe, expect, test } from 'vitest';
import { isRetryable, storeErrorOf, StoreError } from '../../../adapters/store/store-error.ts';

const coded = (code: string, message = 'what the driver said'): Error => Object.assign(new Error(message), { code });
const onConnect = (code: string): Error => Object.assign(coded(code), { syscall: 'connect' });

describe('storeErrorOf', () => {
  test.each([
    //                                              kind             try again?
    ['a full disk', coded('53100'), 'full', false],
    ['out of memory', coded('53200'), 'full', false],
    ['too many connections', coded('53300'), 'unreachable', false],
    ['an administrator ends the connection', coded('57P01'), 'unreachable', true],
    ['a crash of another backend', coded('57P02'), 'unreachable', true],
    ['a server that starts', coded('57P03'), 'unreachable', true],
    ['a broken connection', coded('08006'), 'unreachable', true],
    ['a wrong password', coded('28P01'), 'permission', false],
    ['pg_hba.conf', coded('28000'), 'permission', false],
    ['an unknown database', coded('3D000'), 'unreachable', false],
    ['no grant', coded('42501'), 'permission', false],
    ['a constraint', coded('23505'), 'refused', false],
    ['a trigger', coded('P0001'), 'refused', false],
    ['a standby', coded('25006'), 'refused', false],
    ['a serialization failure', coded('40001'), 'locked', true],
    ['a deadlock', coded('40P01'), 'locked', true],
    ['a lock timeout', coded('55P03'), 'locked', false],
    ['an unreadable disk', coded('58030'), 'unreachable', false],
    ['nobody listens', onConnect('ECONNREFUSED'), 'unreachable', true],
    ['no socket', onConnect('ENOENT'), 'unreachable', false],
    ['a socket of another account', onConnect('EACCES'), 'permission', false],
    ['a closed pipe', coded('EPIPE'), 'unreachable', true],
    ['an unknown host', coded('ENOTFOUND'), 'unreachable', false],
    ['a full file system', coded('ENOSPC'), 'full', false],
    ['a read-only file system', coded('EROFS'), 'permission', false],
    ['a connection lost in the middle', new Error('Connection terminated unexpectedly'), 'unreachable', true],
    ['a connection that takes too long', new Error('timeout expired'), 'unreachable', false],
    ['no password given', new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'), 'permission', false],
    ['no TLS', new Error('The server does not support SSL connections'), 'unreachable', false],
  ])('%s', (_, error, kind, retryable) => {
    const found = storeErrorOf(error, 'store db:5432/desk');
    expect(found).toMatchObject({ kind, message: `store db:5432/desk: ${error.message}`, cause: error });
    expect(found?.hint).not.toBe('');
    expect(isRetryable(error)).toBe(retryable);
    expect(isRetryable(found)).toBe(retryable);
  });

  test.each([
    ['a syntax error', coded('42601')],
    ['a missing column', coded('42703')],
    ['a missing file', coded('ENOENT')],
    ['a bug', new TypeError('x is not a function')],
    ['no error at all', 'text'],
  ])('%s is a bug, not the store', (_, error) => {
    expect(storeErrorOf(error, 'the store')).toBeNull();
    expect(isRetryable(error)).toBe(false);
  });

  test('several tried addresses are told one by one', () => {
    const error = Object.assign(new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')], ''), { code: 'ECONNREFUSED' });
    expect(storeErrorOf(error, 'store localhost:1/tb')?.message).toBe('store localhost:1/tb: Error: ::1 refused; Error: 127.0.0.1 refused');
  });

  test('a failure that is known already passes as it is', () => {
    const known = new StoreError('schema_version', { message: 'schema 9', hint: 'upgrade tb' });
    expect(storeErrorOf(known, 'elsewhere')).toBe(known);
    expect(isRetryable(known)).toBe(false);
  });
});
