/** What an hour's hash may depend on: nothing later than the hour, no order of arrival, no chunk, no pause in between. */
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../core/bucket.ts';
import type { OutsideFact } from '../../core/bucket.ts';
import { beginRun, closeHour, executeStep } from '../../core/execute.ts';
import type { Progress } from '../../core/execute.ts';
import { decodeSnapshot, encodeSnapshot } from '../../core/snapshot.ts';
import { stateDigest } from '../../core/state.ts';
import { continueHours, feedFor, hashesOf, runHours, START } from '../support/desk.ts';
import { drawsOf, walk } from '../support/market.ts';
import type { Draw, SlotCandle } from '../support/market.ts';
import { drawnOf, forEveryRun, ranOf, REGRESSION_SEEDS } from './drawn-runs.ts';
import type { Drawn } from './drawn-runs.ts';

const slotAt = ({ desk }: Drawn, hours: number): number => (START + hours) * desk.stepsPerHour;

const shuffled = <Item>(items: readonly Item[], draw: Draw): readonly Item[] => {
  const deck = [...items];
  for (let last = deck.length - 1; last > 0; last -= 1) {
    const other = draw(last + 1);
    [deck[last], deck[other]] = [deck[other]!, deck[last]!];
  }
  return deck;
};

/** Another market from an hour on: other prices, other holes, other precision. */
const otherAfter = (drawn: Drawn, hours: number, seed: number): readonly (readonly SlotCandle[])[] => {
  const firstSlot = slotAt(drawn, hours);
  return drawn.candles.map((series, index) => [
    ...series.filter(({ slot }) => slot < firstSlot),
    ...walk({ seed: seed + index, firstSlot, candles: (drawn.hours - hours) * drawn.desk.stepsPerHour, gapsPerMille: 90, movePerMille: 40, decimals: 3 }),
  ]);
};

const outsideBefore = ({ outside }: Drawn, hours: number): Readonly<Record<string, readonly OutsideFact[]>> =>
  Object.fromEntries(Object.entries(outside).filter(([at]) => Number.parseInt(at, 10) < hours));

describe('prefix', () => {
  it('seals the first hours the same whether or not more follow, and whatever follows', () => {
    let changed = 0;
    forEveryRun(16, (drawn, free) => {
      const whole = hashesOf(ranOf(drawn));
      const hours = 1 + (free % (drawn.hours - 1));
      const cut = drawn.candles.map(series => series.filter(({ slot }) => slot < slotAt(drawn, hours)));
      expect(hashesOf(runHours(drawn.desk, cut, hours, outsideBefore(drawn, hours)))).toEqual(whole.slice(0, hours));
      const other = hashesOf(runHours(drawn.desk, otherAfter(drawn, hours, free), drawn.hours, outsideBefore(drawn, hours)));
      expect(other.slice(0, hours)).toEqual(whole.slice(0, hours));
      if (other.at(-1) !== whole.at(-1)) changed += 1;
    });
    expect(changed, 'another future ends in another hash').toBe(16);
  });
});

describe('arrival', () => {
  it('seals the same hour whatever order the facts of a step arrive in', () => {
    let moved = 0;
    forEveryRun(16, (drawn, free) => {
      const draw = drawsOf(free);
      let before: Progress = beginRun(drawn.desk);
      for (const { steps, sealed } of ranOf(drawn).hours) {
        let { state } = before;
        const again = steps.map(({ bucket }) => {
          const handed = shuffled(bucket.facts, draw);
          if (handed.some((fact, index) => fact !== bucket.facts[index])) moved += 1;
          const executed = executeStep(drawn.desk, state, { ...bucket, facts: inOrder(handed) });
          ({ state } = executed);
          return executed;
        });
        const made = closeHour(drawn.desk, before, again);
        expect(made.sealed.hash).toBe(sealed.hash);
        before = made.after;
      }
    });
    expect(moved, 'steps whose facts were handed over in another order').toBeGreaterThan(100);
  });

  it('seals the same hours when outside facts are handed over in another order', () => {
    forEveryRun(16, (drawn, free) => {
      const draw = drawsOf(free);
      const outside = Object.fromEntries(Object.entries(drawn.outside).map(([at, facts]) => [at, shuffled(facts, draw)]));
      expect(hashesOf(runHours(drawn.desk, drawn.candles, drawn.hours, outside))).toEqual(hashesOf(ranOf(drawn)));
    });
  });

  it('seals the same hours when candles are read in chunks', () => {
    forEveryRun(16, (drawn, free) => {
      const draw = drawsOf(free);
      const hashes: string[] = [];
      let before: Progress = beginRun(drawn.desk);
      for (let hour = 0; hour < drawn.hours; ) {
        const hours = Math.min(1 + draw(30), drawn.hours - hour);
        const [from, to] = [slotAt(drawn, hour), slotAt(drawn, hour + hours)];
        const feed = feedFor(drawn.desk, drawn.candles.map(series => series.filter(({ slot }) => slot >= from && slot < to)));
        const ran = continueHours(drawn.desk, before, { feed, hours, outside: drawn.outside });
        hashes.push(...hashesOf(ran));
        before = ran.after;
        hour += hours;
      }
      expect(hashes).toEqual(hashesOf(ranOf(drawn)));
    });
  });
});

describe('snapshot', () => {
  it('goes on to the same hashes from the snapshot of every hour', () => {
    forEveryRun(16, drawn => {
      const feed = feedFor(drawn.desk, drawn.candles);
      const hashes: string[] = [];
      let before: Progress = beginRun(drawn.desk);
      for (let hour = 0; hour < drawn.hours; hour += 1) {
        const state = decodeSnapshot(drawn.desk, encodeSnapshot(before.state));
        expect(stateDigest(state)).toBe(stateDigest(before.state));
        expect(encodeSnapshot(state)).toEqual(encodeSnapshot(before.state));
        const ran = continueHours(drawn.desk, { ...before, state }, { feed, hours: 1, outside: drawn.outside });
        hashes.push(...hashesOf(ran));
        before = ran.after;
      }
      expect(hashes).toEqual(hashesOf(ranOf(drawn)));
    });
  });
});

describe('regression seeds', () => {
  it.each(Object.entries(REGRESSION_SEEDS))('%s', (_, seed) => {
    expect(hashesOf(ranOf(drawnOf(seed)))).toEqual(hashesOf(ranOf(drawnOf(seed))));
  });
});
