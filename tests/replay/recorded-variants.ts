/**
 * Runs of a recorded venue from a seed: the answers of the simulator, passed on by a venue that repeats itself, changes its
 * mind, ends what is filled, fills what is ended, and tells of orders that nobody placed.
 */
import { inOrder } from '../../core/bucket.ts';
import { closeHour, executeStep } from '../../core/execute.ts';
import type { executeHour, ExecutedStep } from '../../core/execute.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { asset, quantity, timeMs } from '../../core/kernel/units.ts';
import type { OrderFilledFact, OrderId, VenueFact } from '../../core/log.ts';
import { simulateVenue } from '../../core/venue/simulate.ts';
import type { CaseDefinition } from '../../tools/fixtures/case.ts';
import { drawsOf } from '../support/market.ts';
import { variantOf } from './run-variants.ts';

export type RecordedVariant = Readonly<{ definition: CaseDefinition; execute: typeof executeHour }>;

const HALF = decimal('0.5');

/** What a careless venue makes of a fill that happened. */
const spoiled = (fill: OrderFilledFact, how: number): readonly VenueFact[] => {
  const later = timeMs(fill.atMs + 1);
  const { orderId } = fill;
  switch (how) {
    case 0:
      return [fill, { ...fill, atMs: later }];
    case 1:
      return [fill, { ...fill, atMs: later, fee: quantity(fill.fee + 1n) }];
    case 2:
      return [{ type: 'order_cancelled', atMs: fill.atMs, orderId, reason: 'VENUE' }, { ...fill, atMs: later }];
    case 3:
      return [{ type: 'order_rejected', atMs: fill.atMs, orderId, reason: 'VENUE' }, { type: 'order_acknowledged', atMs: later, orderId }, { ...fill, atMs: later }];
    case 4:
      return [fill, { type: 'order_expired', atMs: later, orderId, reason: 'VENUE' }, { ...fill, atMs: later, tradeId: `${fill.tradeId}+`, quantity: quantity((fill.quantity * HALF) / decimal('1')) }];
    case 5:
      return [{ ...fill, orderId: `0${orderId}` as OrderId }, { ...fill, tradeId: `${fill.tradeId}-` }];
    case 6:
      return [{ ...fill, fee: quantity(decimal('0.001')), feeAsset: asset('TOK') }];
    case 7:
      return [{ ...fill, quantity: quantity(-fill.quantity) }, { ...fill, quantity: quantity(fill.quantity) }];
    default:
      return [fill];
  }
};

/** The same run for the same seed, for ever. */
export const recordedVariantOf = (seed: number): RecordedVariant => {
  const plain = variantOf(seed);
  const manifest = { ...plain.manifest, venue: 'recorded' as const };
  const draw = drawsOf(seed);
  const execute: typeof executeHour = (desk, before, feed, outsideOf) => {
    const steps: ExecutedStep[] = [];
    let { state } = before;
    for (let step = 0; step < desk.stepsPerHour; step += 1) {
      const absolute = before.hour * desk.stepsPerHour + step;
      const market = feed(absolute);
      const answers = simulateVenue({ desk, market, step: absolute }, state.orders.working, null).flatMap(fact => (fact.type === 'order_filled' ? spoiled(fact, draw(14)) : [fact]));
      const late = state.orders.ended.slice(-1).flatMap((order): readonly VenueFact[] => (draw(9) === 0 ? [{ type: 'order_cancelled', atMs: market.openMs, orderId: order.id, reason: 'LATE' }] : []));
      const executed = executeStep(desk, state, { hour: before.hour, step, market, facts: inOrder([market.fact, ...answers, ...late, ...(outsideOf?.(step) ?? [])]) });
      steps.push(executed);
      ({ state } = executed);
    }
    return closeHour(desk, before, steps);
  };
  return { definition: { ...plain, name: `recorded-${seed}`, manifest }, execute };
};
