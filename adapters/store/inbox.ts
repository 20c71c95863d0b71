/**
 * The operator's inbox: commands as they were given, waiting for a step to consume each as a fact. A command counts
 * once however often it is sent, and none can be overtaken by a later one.
 */
import type pg from 'pg';
import type { Money, TimeMs } from '../../core/kernel/units.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import type { OperatorCommand } from '../../core/log.ts';
import { profileOfJson } from '../../core/profile.ts';
import { numericText } from '../../schema/wire/numeric-text.ts';
import { failpoint } from './failpoint.ts';
import { inTransaction } from './transaction.ts';

export type NewCommand = OperatorCommand &
  Readonly<{
    /** Makes the command count once. */
    key: string;
    /** When it shall count; null for the next step. */
    atMs: TimeMs | null;
    actor: string;
    reason: string;
    receivedMs: TimeMs;
  }>;

export type StoredCommand = NewCommand & Readonly<{ id: number }>;

/** `already`: the key is taken; `same` says whether by this very command. */
export type AddOutcome = Readonly<{ outcome: 'added'; id: number }> | Readonly<{ outcome: 'already'; id: number; same: boolean }>;

/** Of the two-part advisory locks of ours: held while a run's inbox takes a command, so that ids commit in their order. */
const INBOX_LOCKS = 7_203;

const INSERT = `
  INSERT INTO tb.inbox (run_id, key, command, amount, profile, at_ms, actor, reason, received_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (run_id, key) DO NOTHING RETURNING id`;

/** Stores a command for a run, durable when it returns. */
export const addCommand = (client: pg.ClientBase, runId: string, command: NewCommand): Promise<AddOutcome> =>
  inTransaction(
    client,
    async () => {
      failpoint('inbox-begun');
      // The lock is taken in a statement of its own: the id is drawn before a row's other parts are looked at.
      await client.query(`SELECT pg_advisory_xact_lock(${INBOX_LOCKS}, hashtext($1))`, [runId]);
      const amount = 'amount' in command ? numericText(command.amount) : null;
      const values = [runId, command.key, command.command, amount, profileTextOf(command), command.atMs, command.actor, command.reason, command.receivedMs];
      const added = (await client.query<{ id: number }>(INSERT, values)).rows[0];
      failpoint('inbox-written');
      if (added !== undefined) return { outcome: 'added', id: added.id } as const;
      const stored = (await readCommands(client, 'inbox.run_id = $1 AND inbox.key = $2', [runId, command.key]))[0]!;
      return { outcome: 'already', id: stored.id, same: isSame(stored, command) } as const;
    },
    'inbox-committed',
  );

/** When it was received says nothing about what was asked. */
const isSame = (stored: StoredCommand, asked: NewCommand): boolean =>
  stored.command === asked.command &&
  amountOf(stored) === amountOf(asked) &&
  profileTextOf(stored) === profileTextOf(asked) &&
  stored.atMs === asked.atMs &&
  stored.actor === asked.actor &&
  stored.reason === asked.reason;

const amountOf = (command: NewCommand): bigint | null => ('amount' in command ? command.amount : null);

const profileTextOf = (command: NewCommand): string | null => (command.command === 'profile' ? canonicalText(command.profile) : null);

/** Commands of a run that no step up to `inboxThrough` could see, in the order in which they came. */
export const pendingCommands = (client: pg.ClientBase, runId: string, inboxThrough: number): Promise<readonly StoredCommand[]> =>
  readCommands(client, 'inbox.run_id = $1 AND inbox.id > $2', [runId, inboxThrough]);

type InboxRow = Readonly<{
  id: number;
  key: string;
  command: OperatorCommand['command'];
  amount: string | null;
  /** The canonical text of a profile. */
  profile: string | null;
  at_ms: TimeMs | null;
  actor: string;
  reason: string;
  received_ms: TimeMs;
}>;

const readCommands = async (client: pg.ClientBase, condition: string, values: readonly unknown[]): Promise<readonly StoredCommand[]> => {
  const { rows } = await client.query<InboxRow>(
    `SELECT id, key, command, trim_scale(amount) AS amount, profile, at_ms, actor, reason, received_ms FROM tb.inbox WHERE ${condition} ORDER BY id`,
    values as unknown[],
  );
  return rows.map(commandOf);
};

const commandOf = ({ id, key, command, amount, profile, at_ms, actor, reason, received_ms }: InboxRow): StoredCommand => {
  const told = { id, key, atMs: at_ms, actor, reason, receivedMs: received_ms };
  switch (command) {
    case 'deposit':
    case 'withdraw':
      return { ...told, command, amount: decimal(amount!) as Money };
    case 'profile':
      return { ...told, command, profile: profileOfJson(JSON.parse(profile!)) };
    case 'kill':
    case 'halt':
    case 'resume':
    case 'flatten':
    case 'cancel':
      return { ...told, command };
  }
};
