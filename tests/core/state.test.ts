/** The state's digest: one hash over the digests of its slices in their order, each named. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { initialState, sliceDigests, stateDigest, trialBalanceDigest } from '../../core/state.ts';
import { agentOf, byQuantity, deskOf, instrument, KRAKEN_COSTS, limitEntry, runHours, START } from '../support/desk.ts';
import { FLAT } from '../../core/campaign/campaign.ts';
import { noReturns } from '../../core/risk/returns.ts';
import { candlesFrom } from '../support/market.ts';

// One agent buys, the other's order waits.
const agents = [agentOf('buy-and-hold', byQuantity('1'), { id: 'a' }), agentOf('buy-and-hold', byQuantity('1'), { id: 'b', entry: limitEntry(5000) })];
const desk = deskOf({ universe: [instrument('BTC/USD')], agents, costs: KRAKEN_COSTS });
const candles = [candlesFrom(START, '100 100 100 100 1000\n100 100 100 101 1000\n100 100 100 102 1000')];

const NAMES = ['marks', 'volumes', 'returns', 'memory.a', 'memory.b', 'campaigns', 'orders', 'lots', 'ledger', 'portfolio', 'risk', 'protections'];

describe('the digest', () => {
  test('is one hash over the digests of the slices', () => {
    const { state } = runHours(desk, candles, 2).after;
    const slices = sliceDigests(desk, state);
    expect(slices.map(({ slice }) => slice)).toEqual(NAMES);
    const bytes = Buffer.concat([Buffer.of(0), ...slices.map(({ digest }) => Buffer.from(digest, 'hex'))]);
    expect(stateDigest(state)).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(trialBalanceDigest(state)).toBe(slices[8]!.digest);
  });

  test.each(NAMES.map((name, index) => [name, index] as const))('changes where %s does, and there alone', (name, index) => {
    const [before, after] = [initialState(desk), runHours(desk, candles, 2).after.state];
    const key = name.startsWith('memory') ? 'memories' : (name as keyof typeof after);
    const other = {
      risk: { ...before.risk, breached: ['total'] },
      protections: { ...before.protections, pausedUntilHour: START },
      campaigns: [{ agent: 'a', symbol: desk.symbols[0]!, campaign: FLAT }],
      memories: before.memories.map((memory, at) => (at === index - 3 ? after.memories[at]! : memory)),
      returns: noReturns(2),
    };
    const changed = { ...before, [key]: key in other ? other[key as keyof typeof other] : after[key] };
    const [left, right] = [sliceDigests(desk, before), sliceDigests(desk, changed)];
    expect(left.flatMap(({ slice, digest }, at) => (digest === right[at]!.digest ? [] : [slice]))).toEqual([name]);
    expect(stateDigest(changed)).not.toBe(stateDigest(before));
  });
});
