/** Operator facts against the inbox rows that they consumed. */
import type pg from 'pg';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import type { Fact } from '../../core/log.ts';
import { compareColumn } from './finding.ts';
import type { Report } from './finding.ts';

export type CommandCheck = Readonly<{
  /** The inbox row that the fact must name, or null; reports columns of that row that say otherwise than the fact. */
  check: (fact: Fact, report: Report) => number | null;
}>;

type InboxRow = Readonly<{ id: number; key: string; command: string; amount: string | null; profile: string | null; actor: string; reason: string }>;

/** Reads a run's inbox, which is as long as there were commands. */
export const newCommandCheck = async (client: pg.ClientBase, runId: string): Promise<CommandCheck> => {
  const { rows } = await client.query<InboxRow>('SELECT id, key, command, trim_scale(amount)::text AS amount, profile, actor, reason FROM tb.inbox WHERE run_id = $1', [runId]);
  const byKey = new Map(rows.map(row => [row.key, row]));
  return {
    check: (fact, report) => {
      if (fact.type !== 'operator') return null;
      const row = byKey.get(fact.key);
      if (row === undefined) return null;
      const at = (column: string) => ({ table: 'inbox', key: `id=${row.id}`, column });
      compareColumn(report, at('command'), { expected: fact.command, actual: row.command });
      compareColumn(report, at('amount'), { expected: 'amount' in fact ? formatDecimal(fact.amount) : null, actual: row.amount });
      compareColumn(report, at('profile'), { expected: 'profile' in fact ? canonicalText(fact.profile) : null, actual: row.profile });
      compareColumn(report, at('actor'), { expected: fact.actor, actual: row.actor });
      compareColumn(report, at('reason'), { expected: fact.reason, actual: row.reason });
      return row.id;
    },
  };
};
