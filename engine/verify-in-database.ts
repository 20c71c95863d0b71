/**
 * The same verification by an implementation of its own: SQL inside the database against TypeScript outside of it. Where the
 * two do not name the same hours, one of them is wrong, or was made to be.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import { readEnvelopeLeaves } from '../adapters/store/log-hashes.ts';
import { findRun } from '../adapters/store/runs.ts';
import { installVerification, verifyInside } from '../adapters/store/verify-in-database.ts';
import type { DatabaseFinding } from '../adapters/store/verify-in-database.ts';
import type { Finding, FindingCode } from '../adapters/store/finding.ts';
import { hexOf } from '../core/kernel/digest.ts';
import { merkleRoot } from '../core/kernel/merkle.ts';
import { failureOf } from './failure-of-finding.ts';
import type { LocatedFinding, VerifyReport } from './verify-store.ts';

/** What the database found, and whether both came to the same. */
export type DatabaseReport = Readonly<{ agrees: boolean; findings: readonly (DatabaseFinding & Readonly<{ run: string }>)[]; runs: number; ms: number }>;

const TABLES: ReadonlySet<string> = new Set(['hour_record', 'envelope', 'fact', 'decision']);
/** What both look at: hashes, chains and roots. */
const OF_BOTH: ReadonlySet<FindingCode> = new Set(['HASH_DIFFERS', 'CHAIN_BROKEN', 'ROOT_DIFFERS', 'ROWS_SWAPPED']);

/** `hour=5` or `hour=5..7`, with whatever follows. */
const HOURS = /^hour=(-?\d+)(?:\.\.(-?\d+))?/;

const hoursOf = ({ key }: Finding): readonly number[] => {
  const [, from, through] = HOURS.exec(key) ?? [];
  if (from === undefined) return [];
  const count = Math.min(1_000_000, Number(through ?? from) - Number(from) + 1);
  return Array.from({ length: count }, (_, index) => Number(from) + index);
};

/** The report with what the database says of the same runs, read on the same connection. */
export const verifyInDatabase = async (client: StoreClient, report: VerifyReport): Promise<VerifyReport & Readonly<{ inDatabase: DatabaseReport }>> => {
  const started = performance.now();
  await installVerification(client);
  const found: DatabaseReport['findings'][number][] = [];
  const quarrels: LocatedFinding[] = [];
  for (const { run } of report.runs) {
    const stored = await findRun(client, run);
    if (stored === null) continue;
    const { findings, root } = await verifyInside(client, stored.id);
    found.push(...findings.map(finding => ({ ...finding, run })));
    const quarrel = (key: string, said: Readonly<{ expected: string; actual: string }>): void => {
      const finding: Finding = { code: 'VERIFIERS_DISAGREE', table: 'hour_record', key, column: null, ...said };
      quarrels.push({ ...finding, run, failure: failureOf(finding) });
    };
    const outside = report.findings.filter(finding => finding.run === run && TABLES.has(finding.table));
    const inside = new Set(findings.map(({ hour }) => hour));
    const named = new Set(outside.flatMap(hoursOf));
    for (const hour of inside) if (!named.has(hour)) quarrel(`hour=${hour}`, { expected: 'whole', actual: 'damaged, says the database' });
    const hashed = new Set(outside.filter(({ code }) => OF_BOTH.has(code)).flatMap(hoursOf));
    for (const hour of hashed) if (!inside.has(hour)) quarrel(`hour=${hour}`, { expected: 'damaged', actual: 'whole, says the database' });
    const own = hexOf(merkleRoot((await readEnvelopeLeaves(client, stored)).leaves));
    if (own !== root && outside.every(({ code, table }) => code !== 'ROW_MISSING' || table !== 'envelope')) quarrel('log of envelopes', { expected: `root ${own}`, actual: `root ${root}, says the database` });
  }
  const agrees = quarrels.length === 0;
  const inDatabase = { agrees, findings: found, runs: report.runs.length, ms: Math.round(performance.now() - started) };
  return { ...report, ...(agrees ? {} : { status: 'CHAIN BROKEN', verified: false }), findings: [...report.findings, ...quarrels], inDatabase };
};
