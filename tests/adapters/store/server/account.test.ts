import { describe, expect, test } from 'vitest';
import { commandAs, ordinaryAccounts } from '../../../../adapters/store/server/account.ts';

const PASSWD = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
# a comment
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
toor:x:0:0:second root:/root:/bin/sh
broken line
me:x:1000:1000::/home/me:/bin/bash
postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
`;

describe('the account a server runs as', () => {
  test('accounts made for servers come first, root never', () => {
    expect(ordinaryAccounts(PASSWD)).toEqual([
      { name: 'postgres', uid: 101, gid: 104 },
      { name: 'nobody', uid: 65_534, gid: 65_534 },
      { name: 'daemon', uid: 1, gid: 1 },
      { name: 'me', uid: 1000, gid: 1000 },
    ]);
  });

  test('how a command is run as each', () => {
    const command = { file: '/pg/postgres', args: ['-D', '/x'] };
    expect(commandAs({ kind: 'self' }, command)).toEqual({ file: '/pg/postgres', args: ['-D', '/x'], options: {} });
    expect(commandAs({ kind: 'user', uid: 101, gid: 104, name: 'postgres' }, command)).toEqual({
      file: '/pg/postgres',
      args: ['-D', '/x'],
      options: { uid: 101, gid: 104 },
    });
    expect(commandAs({ kind: 'namespace', uid: 101, gid: 104 }, command)).toEqual({
      file: 'unshare',
      args: ['--user', '--map-user=101', '--map-group=104', '--', '/pg/postgres', '-D', '/x'],
      options: {},
    });
  });
});
