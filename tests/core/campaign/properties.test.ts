/** What holds for every campaign, whatever is predicted, bought and sold. A failing seed is in the failure. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAMPAIGN_MOVES, COUNT_MAX } from '../../../core/campaign/campaign.ts';
import type { Campaign, CampaignMove } from '../../../core/campaign/campaign.ts';
import { stepCampaign } from '../../../core/campaign/step-campaign.ts';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { ONE_E18, price } from '../../../core/kernel/units.ts';
import { ALL_MOVES, drawStory } from './drawn-campaigns.ts';
import { BEGINNING, inputsOf, policyOf, runStory } from './outlooks.ts';
import type { Given, Outlooks } from './outlooks.ts';

const DECISIONS = 120;
const drawn = fc.integer({ min: 0, max: 2 ** 31 - 1 }).map(seed => drawStory(seed, DECISIONS));
const always = (holds: (story: ReturnType<typeof drawStory>) => void, numRuns = 25): void => fc.assert(fc.property(drawn, holds), { numRuns });

const named = ({ from, to, reason }: CampaignMove): string => `${from} ${to} ${reason}`;

describe('every campaign', () => {
  test('moves along legal edges, at most once by a fill and once by a decision, and ends where the moves lead', () => {
    always(({ befores, steps }) => {
      steps.forEach(({ moves, after }, at) => {
        let status = befores[at]!.status;
        expect(moves.length).toBeLessThanOrEqual(2);
        for (const move of moves) {
          expect(move.from).toBe(status);
          expect(CAMPAIGN_MOVES[move.from]).toContain(move.to);
          expect(ALL_MOVES).toContain(named(move));
          status = move.to;
        }
        expect(after.status).toBe(status);
        if (moves.length === 2) expect(['ENTRY_FILLED', 'REENTRY_FILLED', 'EXIT_FILLED', 'POSITION_GONE']).toContain(moves[0]!.reason);
      });
    });
  });

  test('never buys on absent data, against an exit, or out of a negative class', () => {
    always(({ steps, given }) => {
      steps.forEach(({ intent, evidence }, at) => {
        if (intent.kind !== 'enter' && intent.kind !== 'reenter') return;
        expect(['POSITIVE', 'STRONG_POSITIVE', 'NEUTRAL']).toContain(evidence!.stateClass);
        expect(given[at]).toMatchObject({ exit: false, buys: false });
        expect(given[at]!.mark).not.toBeNull();
        expect(intent.fraction > 0n && intent.fraction <= ONE_E18).toBe(true);
      });
    });
  });

  test('enters with nothing, re-enters a part, and sells no more than it holds', () => {
    always(({ steps, given }) => {
      steps.forEach(({ intent }, at) => {
        const held = decimal(given[at]!.quantity);
        if (intent.kind === 'enter') expect(held).toBe(0n);
        if (intent.kind === 'reenter') expect(held).toBeGreaterThan(0n);
        if (intent.kind !== 'reduce') return;
        expect(held).toBeGreaterThan(0n);
        expect(intent.fraction > 0n && intent.fraction < ONE_E18).toBe(true);
        expect((held * intent.fraction) / ONE_E18).toBeLessThan(held);
        expect(given[at]!.sells).toBe(false);
      });
    });
  });

  test('never begins an exit on absent data, unless the strategy said exit', () => {
    always(({ steps, given }) => {
      const begun = steps.flatMap(({ moves }, at) => (given[at]!.exit ? [] : moves.filter(({ to }) => to === 'EXITING')));
      expect(begun.filter(({ evidence }) => evidence.stateClass === 'DATA_MISSING')).toEqual([]);
    });
  });

  test('obeys a plain exit whenever something is held', () => {
    always(({ steps, given }) => {
      const told = steps.filter((_, at) => given[at]!.exit && decimal(given[at]!.quantity) > 0n);
      expect(told.filter(({ after }) => after.status !== 'EXITING')).toEqual([]);
    });
  });

  test('once it exits, asks for nothing else until nothing is held', () => {
    always(({ befores, steps, given }) => {
      steps.forEach(({ intent, after }, at) => {
        const before = befores[at]!;
        if (before.status !== 'EXITING' || decimal(given[at]!.quantity) === 0n) return;
        expect(intent).toEqual({ kind: 'exit', reason: before.reason });
        expect(after).toBe(before);
      });
    });
  });

  test('is open exactly while something is held or still being sold out', () => {
    always(({ steps, given }) => {
      steps.forEach(({ after }, at) => {
        const held = decimal(given[at]!.quantity) > 0n;
        if (held) expect(['OPEN', 'REDUCED', 'RECOVERY', 'EXITING']).toContain(after.status);
        else expect(['FLAT', 'WAIT_DIP', 'EXITING']).toContain(after.status);
      });
    });
  });

  test('sells at most one part in a recovery', () => {
    always(({ befores, steps }) => {
      let sold = 0;
      steps.forEach(({ after, intent }, at) => {
        if (after.status !== 'RECOVERY') sold = 0;
        else if (befores[at]!.status === 'RECOVERY' && intent.kind === 'reduce') sold += 1;
        expect(sold).toBeLessThanOrEqual(1);
      });
    });
  });

  test('is the same object where nothing changed, has canonical bytes, and counts within bounds', () => {
    always(({ befores, steps }) => {
      steps.forEach(({ after }, at) => {
        const before = befores[at]!;
        expect(canonicalText(before) === canonicalText(after)).toBe(before === after);
        for (const value of Object.values(after)) if (typeof value === 'number') expect(value >= 0 && value <= COUNT_MAX && Number.isInteger(value)).toBe(true);
      });
    });
  });

  test('decides the same again, from state and inputs alone', () => {
    always(({ story, outlooks, given, befores, steps }) => {
      steps.forEach((step, at) => expect(stepCampaign({ ...befores[at]! }, inputsOf(given[at]!, story, outlooks))).toEqual(step));
    }, 15);
  });

  test('shows evidence exactly where something moved or was asked for', () => {
    always(({ steps }) => {
      for (const { moves, intent, evidence } of steps) expect(evidence !== null).toBe(moves.length > 0 || intent.kind !== 'none');
    });
  });
});

test('drawn campaigns reach every state, make every move, and no other', () => {
  const moves = new Set<string>();
  for (let seed = 1; seed <= 200; seed += 1) for (const step of drawStory(seed, DECISIONS).steps) for (const move of step.moves) moves.add(named(move));
  expect([...moves].toSorted()).toEqual(ALL_MOVES.toSorted());
});

const ROUND = ['0.5', '0'] as const;
const OUTLOOKS: Outlooks = {
  even: { hour1: ROUND, hours4: ROUND, hours24: ROUND, regime: 'RANGE', confidence: '0', volatility: '0.04' },
  down: { hour1: ROUND, hours4: ['0.49', '0'], hours24: ['0.49', '-0.005'], regime: 'RANGE', confidence: '0', volatility: '0.04' },
  far: { hour1: ['0', '-1'], hours4: ['0.5', '0'], hours24: ['0.51', '0'], regime: 'RANGE', confidence: '0', volatility: '0.04' },
};
const HELD: Partial<Given> = { mark: '100', quantity: '1', basis: '100' };
const GIVEN: Given = { ...BEGINNING, mark: '100', quantity: '1', basis: '100' };
const OPEN: Campaign = { status: 'OPEN', adverse: 0 };

test('a persistence of n exits at the n-th negative decision, strong or plain, with any absences between', () => {
  const outlook = fc.constantFrom('down', 'far', null);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 168 }), fc.array(outlook, { minLength: 170, maxLength: 400 }), (persistence, outlooks) => {
      const negatives = outlooks.flatMap((name, at) => (name === null ? [] : [at]));
      fc.pre(negatives.length >= persistence);
      // 'far' is strongly negative by its expected loss; holding on keeps its parts from being sold.
      const policy = { exitPersistence: String(persistence), recoveryExit: '0.4', recoveryHold: '0.45' };
      const story = { name: 'persistence', preset: 'balanced', policy, cost: '0.004' } as const;
      const steps = runStory(story, OUTLOOKS, outlooks.map((name, at) => ({ ...(at === 0 ? HELD : {}), outlook: name })), OPEN);
      expect(steps.findIndex(({ after }) => after.status === 'EXITING')).toBe(negatives[persistence - 1]);
    }),
    { numRuns: 40 },
  );
});

test('a loss alone never sells all of a position, however large and however long', () => {
  const policy = policyOf('conservative', { recoveryPatience: '1' });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 60 }), marks => {
      let campaign: Campaign = OPEN;
      const kinds: string[] = [];
      for (const mark of marks) {
        const inputs = { ...inputsOf({ ...GIVEN, outlook: 'even' }, { name: '', preset: 'conservative', policy: {}, cost: '0' }, OUTLOOKS), policy };
        const step = stepCampaign(campaign, { ...inputs, mark: price(BigInt(mark) * ONE_E18) });
        campaign = step.after;
        kinds.push(step.intent.kind);
      }
      expect(kinds).not.toContain('exit');
    }),
    { numRuns: 60 },
  );
});
