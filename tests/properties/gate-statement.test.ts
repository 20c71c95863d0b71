/** What is said of the gates to whoever asks why, held against what the gates did: refusal for refusal, amount for amount. */
import { describe, expect, it } from 'vitest';
import { executeStep } from '../../core/execute.ts';
import type { GateAnswer } from '../../core/risk/gate.ts';
import { gateStatement } from '../../core/risk/gate-statement.ts';
import type { GateCheck } from '../../core/risk/gate-statement.ts';
import { forEveryRun, ranOf, tracedSteps } from './drawn-runs.ts';

type Told = Readonly<{ checks: readonly GateCheck[]; answer: GateAnswer }>;

describe('the statement of the gates', () => {
  it('names the violations of every refused entry with their evidence, and refuses nothing that was granted', () => {
    const seen = { granted: 0, clipped: 0, refused: new Map<string, number>() };
    forEveryRun(60, drawn => {
      for (const { before, bucket, decisions } of tracedSteps(drawn.desk, ranOf(drawn))) {
        const told: Told[] = [];
        const watched = executeStep(drawn.desk, before, bucket, { entryJudged: (view, entry, answer) => told.push({ checks: gateStatement(view, entry), answer }) });
        expect(watched.decisions, 'watching changes nothing').toEqual(decisions);
        for (const { checks, answer } of told) {
          const refusals = checks.filter(({ outcome }) => outcome === 'refused');
          if (answer.granted !== null) {
            expect(refusals).toEqual([]);
            seen.granted += 1;
            if (checks.some(({ outcome }) => outcome === 'clipped')) seen.clipped += 1;
            continue;
          }
          expect(refusals.map(({ code, limit, usage, asked }) => ({ code, limit, usage, asked }))).toEqual(answer.violations.map(({ code, limit, usage, asked }) => ({ code, limit, usage, asked })));
          for (const { code } of refusals) seen.refused.set(code, (seen.refused.get(code) ?? 0) + 1);
        }
      }
    });
    expect(seen.granted).toBeGreaterThan(300);
    expect(seen.clipped).toBeGreaterThan(100);
    expect([...seen.refused.keys()].sort()).toEqual(expect.arrayContaining(['HALTED', 'INSUFFICIENT_CASH', 'KILLED', 'ORDER_RATE', 'PER_POSITION_CAP', 'POSITION_COUNT', 'TOTAL_CAP']));
  }, 60_000);
});
