/** What is spelled out field by field for speed is the canonical text of the same value, for every type and any content. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { decisionText, factText } from '../../core/log-text.ts';
import { riskText } from '../../core/risk/risk-state.ts';
import { sealHour } from '../../core/seal.ts';
import { lotsText, ordersText, portfolioText } from '../../core/state.ts';
import { forEveryRun, ranOf } from '../properties/drawn-runs.ts';
import { anyDecision, DECISIONS, FACTS } from '../schema/wire/samples.ts';
import { placedOrder } from '../support/orders.ts';

describe('an event', () => {
  test.each(FACTS)('fact $type', fact => {
    expect(factText(fact)).toBe(canonicalText(fact));
  });

  test.each(Object.values(DECISIONS))('decision $type', decision => {
    expect(decisionText(decision)).toBe(canonicalText(decision));
  });

  test('any decision, with any text in it', () => {
    fc.assert(fc.property(anyDecision, decision => {
      expect(decisionText(decision)).toBe(canonicalText(decision));
    }), { numRuns: 500 });
  });

  test('a number that no canonical text can hold is refused here too', () => {
    const placed = placedOrder({ ...DECISIONS.order_placed, attempt: 1.5 });
    expect(() => decisionText(placed)).toThrow(/safe integer/);
    expect(() => factText({ ...FACTS[0]!, atMs: -0 as never })).toThrow(/safe integer/);
  });
});

test('the slices and the record of every hour of drawn runs', () => {
  let [working, wanted, lots] = [0, 0, 0];
  forEveryRun(12, drawn => {
    for (const { after: { state }, sealed } of ranOf(drawn).hours) {
      expect(ordersText(state.orders)).toBe(canonicalText(state.orders));
      expect(lotsText(state.lots)).toBe(canonicalText(state.lots.map(lot => [lot.id, lot.agent, lot.symbol, lot.quantity, lot.cost, lot.fee, lot.acquiredMs])));
      expect(portfolioText(state.portfolio)).toBe(canonicalText(state.portfolio));
      expect(riskText(state.risk)).toBe(canonicalText(state.risk));
      expect(sealHour(sealed.record).text).toBe(canonicalText(sealed.record));
      working += state.orders.working.length;
      wanted += state.orders.wanted.length;
      lots += state.lots.length;
    }
  });
  expect(Math.min(working, wanted, lots)).toBeGreaterThan(20);
});
