/**
 * Decides under which account the server runs. PostgreSQL refuses root, so root needs another identity: that of the
 * cluster's owner, a user namespace in which root's files belong to an ordinary user, or an ordinary account of the machine.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs';
import { StoreError } from '../store-error.ts';
import type { Layout } from './layout.ts';
import { accountUid } from './postmaster.ts';

/**
 * self: as this process. namespace: still root outside, so folders closed to all but root work; inside, and to PostgreSQL,
 * the ordinary user uid. user: another account of the machine.
 */
export type Account =
  | Readonly<{ kind: 'self' }>
  | Readonly<{ kind: 'namespace'; uid: number; gid: number }>
  | Readonly<{ kind: 'user'; uid: number; gid: number; name: string }>;

export type Command = Readonly<{ file: string; args: readonly string[] }>;
export type AccountCommand = Command & Readonly<{ options: Readonly<{ uid?: number; gid?: number }> }>;

/** How to spawn a command as that account. */
export const commandAs = (account: Account, command: Command): AccountCommand => {
  switch (account.kind) {
    case 'self':
      return { ...command, options: {} };
    case 'namespace': {
      const mapping = ['--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`];
      return { file: 'unshare', args: [...mapping, '--', command.file, ...command.args], options: {} };
    }
    case 'user':
      return { ...command, options: { uid: account.uid, gid: account.gid } };
  }
  account satisfies never;
};

/** Nothing but what the server needs: a PGDATA or LC_ALL of the user's must not change what is made. */
export const serverEnvironment = (): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
});

/**
 * The account for this store. The server's folder exists already; where an ordinary account of the machine is chosen, the
 * folder is handed over to it. Throws StoreError (permission) when root finds no account that works.
 */
export const chooseAccount = (layout: Layout, postgres: string): Account => {
  if (accountUid() !== 0) return { kind: 'self' };
  const owner = statSync(layout.serverFolder);
  if (owner.uid !== 0) return { kind: 'user', uid: owner.uid, gid: owner.gid, name: String(owner.uid) };
  const known = ordinaryAccounts(readFileSync('/etc/passwd', 'utf8'));
  return namespaceAccount(known, postgres) ?? machineAccount(known, layout, postgres);
};

type KnownAccount = Readonly<{ name: string; uid: number; gid: number }>;

/** The overflow id stands for every file whose owner a namespace does not know, so no server may take it for its own. */
const OVERFLOW_ID = 65_534;

/** Accounts of the machine other than root, those that exist for such a purpose first. */
export const ordinaryAccounts = (passwd: string): readonly KnownAccount[] => {
  const accounts = passwd.split('\n').flatMap(line => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    return /^\d+$/.test(uid) && /^\d+$/.test(gid) && Number(uid) !== 0 ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
  const preferred = ['postgres', 'nobody', 'daemon'];
  const rank = (account: KnownAccount): number => (preferred.includes(account.name) ? preferred.indexOf(account.name) : preferred.length);
  return accounts.sort((left, right) => rank(left) - rank(right) || left.uid - right.uid);
};

/** initdb looks its user up by number, so the user inside is one that the machine knows. */
const namespaceAccount = (known: readonly KnownAccount[], postgres: string): Account | null => {
  const inside = known.find(account => account.uid !== OVERFLOW_ID);
  if (inside === undefined) return null;
  const account: Account = { kind: 'namespace', uid: inside.uid, gid: inside.gid };
  return succeeds(commandAs(account, { file: postgres, args: ['--version'] })) ? account : null;
};

/** An account that may enter the folder and run the program; tried for real, for the way there may be closed anywhere. */
const machineAccount = (known: readonly KnownAccount[], layout: Layout, postgres: string): Account => {
  const before = statSync(layout.serverFolder);
  // Root's own store folder lets nobody through; passing through, without looking round, is all the account needs.
  const store = statSync(layout.folder);
  if (store.uid === 0) chmodSync(layout.folder, (store.mode & 0o777) | 0o011);
  for (const { name, uid, gid } of known.slice(0, ACCOUNTS_TRIED_MAX)) {
    const account: Account = { kind: 'user', uid, gid, name };
    chownSync(layout.serverFolder, uid, gid);
    const script = 'cd "$1" && test -w . && exec "$2" --version';
    if (succeeds(commandAs(account, { file: '/bin/sh', args: ['-c', script, 'sh', layout.serverFolder, postgres] }))) return account;
  }
  chownSync(layout.serverFolder, before.uid, before.gid);
  throw new StoreError('permission', {
    message: `PostgreSQL does not run as root, and no other account can use ${layout.folder}.`,
    hint: 'Run tb as an ordinary user, or choose a folder that one can reach with --store (under /var/lib or /tmp, not /root), or use --store postgres://….',
  });
};

const ACCOUNTS_TRIED_MAX = 8;
const TRIAL_MS_MAX = 10_000;

const succeeds = ({ file, args, options }: AccountCommand): boolean =>
  spawnSync(file, args, { ...options, cwd: '/', env: serverEnvironment(), stdio: 'ignore', timeout: TRIAL_MS_MAX }).status === 0;

/** Makes a folder of the server its account's own, closed to everybody else. */
export const handOver = (folder: string, account: Account): void => {
  if (account.kind === 'user') chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
};

/** The number that owns the server's files as seen from outside. */
export const outsideUid = (account: Account): number => (account.kind === 'user' ? account.uid : accountUid());
