/** Cluster, quote and absolute caps over drawn runs, recomputed from outside: no BUY is placed that takes what is held and reserved past a cap at the marks its step saw. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderPlaced } from '../../../core/events.ts';
import { balanceOf } from '../../../core/ledger/ledger.ts';
import { fraction, money } from '../../../core/kernel/units.ts';
import type { RunProfile } from '../../../core/profile.ts';
import type { Limit } from '../../../core/risk/risk-profile.ts';
import { drawnOf, ONE, only, quotientDown, quotientEven, quotientUp, ranOf, tracedSteps } from '../../properties/drawn-runs.ts';
import type { Traced } from '../../properties/drawn-runs.ts';
import { cappedBy } from '../../support/profiles.ts';

/** Which bases stand together, written out here: of what runs are drawn from. */
const TOGETHER: Readonly<Record<string, string>> = { BNB: 'PLATFORM', BTC: 'CURRENCY', ETH: 'PLATFORM', SHIB: 'CULTURE', SOL: 'PLATFORM' };
const clusterOf = (symbol: string): string => TOGETHER[symbol.split('/')[0]!]!;

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Half-even pieces of an exposure stay within one smallest unit for each fill, of which an order has at most twelve. */
const PIECES = 13n;

const shares = (min: number, max: number) => fc.integer({ min, max }).map(parts => fraction(BigInt(parts) * 10n ** 15n));
const anyLimit: fc.Arbitrary<Limit> = fc.record({ share: shares(20, 400), amount: fc.oneof(fc.constant(null), fc.constant(null), fc.integer({ min: 20, max: 3_000 }).map(units => money(BigInt(units) * ONE))) });

type Caps = Readonly<{ perCluster: Limit; platform: Limit | null; quote: Limit | null; maxChase: string | null }>;
const caps: fc.Arbitrary<Caps> = fc.record({ perCluster: anyLimit, platform: fc.option(anyLimit), quote: fc.option(anyLimit), maxChase: fc.constantFrom(null, '0.01', '0.05') });

const profileOf = ({ perCluster, platform, quote, maxChase }: Caps): RunProfile => {
  const { limits, ...rest } = cappedBy({ name: 'clustered', ...(maxChase === null ? {} : { maxChase }) });
  return { ...rest, limits: { ...limits, perCluster, clusters: platform === null ? {} : { PLATFORM: platform }, quotes: quote === null ? {} : { USD: quote } } };
};

/** Runs that were close calls, by what they are about. */
const KEPT: Readonly<Record<string, readonly [number, Caps]>> = {
  'three coins of one cluster ask at one close': [11, { perCluster: { share: fraction(10n ** 17n), amount: null }, platform: null, quote: null, maxChase: '0.01' }],
  'an amount below the share': [3, { perCluster: { share: fraction(4n * 10n ** 17n), amount: money(50n * ONE) }, platform: null, quote: null, maxChase: null }],
};

const allowed = ({ share, amount }: Limit, value: bigint): bigint => {
  const ofValue = quotientDown(value * share, ONE);
  return amount === null || ofValue < amount ? ofValue : amount;
};

const markAt = ({ after: { marks } }: Traced, index: number): bigint | null => (marks.slot[index]! < 0 ? null : marks.mantissa[index]! * 10n ** BigInt(18 - marks.scale[index]!));

type Counts = (symbol: string) => boolean;

describe('caps of clusters and quotes', () => {
  test('never are passed by a decision, at the marks it saw', () => {
    const seen = { judged: 0, clipped: 0, refused: 0, shared: 0, amounts: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), caps, (seed, drawnCaps) => {
        const drawn = drawnOf({ seed, kind: { timeframe: seed % 4 === 0 ? '5m' : '1h', hours: seed % 4 === 0 ? 8 : 60, signals: 'scripted' }, profile: profileOf(drawnCaps) });
        const { desk } = drawn;
        const placed = new Map<string, OrderPlaced>();
        for (const step of tracedSteps(desk, ranOf(drawn))) {
          const bought = only(step.decisions, 'order_placed').filter(({ side }) => side === 'BUY');
          for (const order of bought) placed.set(order.id, order);
          for (const refusal of only(step.decisions, 'order_refused')) if (refusal.violations.some(({ code }) => code === 'CLUSTER_CAP' || code === 'QUOTE_CAP')) seen.refused += 1;
          const { working } = step.after.orders;
          const older = working.filter(order => order.side === 'BUY' && !bought.some(({ id }) => id === order.id)).length;
          const worth = (counts: Counts): bigint =>
            sum(
              step.after.lots.map(({ symbol, quantity, cost }) => {
                if (!counts(symbol)) return 0n;
                const mark = markAt(step, desk.indexOf.get(symbol)!);
                return mark === null ? cost : quotientEven(quantity * mark, ONE);
              }),
            );
          const reserved = (counts: Counts): bigint =>
            sum(
              working.map(order => {
                if (order.side === 'SELL' || !counts(order.symbol)) return 0n;
                const { collarPrice, limitPrice, mark } = placed.get(order.id)!;
                return quotientUp((order.quantity - order.filled) * (collarPrice ?? limitPrice ?? mark), ONE);
              }),
            );
          const value = balanceOf(step.after.ledger, 'cash', desk.manifest.quote) + worth(() => true);
          const judge = (limit: Limit, counts: Counts): void => {
            const used = worth(counts) + reserved(counts);
            const most = allowed(limit, value);
            seen.judged += 1;
            expect(used <= most + PIECES * BigInt(older), 'what is held and reserved stays within the cap').toBe(true);
            if (used * 100n > most * 99n) seen.clipped += 1;
            if (limit.amount === most) seen.amounts += 1;
          };
          for (const { symbol } of bought) {
            const cluster = clusterOf(symbol);
            judge(cluster === 'PLATFORM' && drawnCaps.platform !== null ? drawnCaps.platform : drawnCaps.perCluster, other => clusterOf(other) === cluster);
            if (drawnCaps.quote !== null) judge(drawnCaps.quote, () => true);
            if (bought.some(other => other.symbol !== symbol && clusterOf(other.symbol) === cluster)) seen.shared += 1;
          }
        }
      }),
      { seed: 20_261_121, numRuns: 100, examples: Object.values(KEPT).map(([seed, kept]): [number, Caps] => [seed, kept]) },
    );
    expect(Object.entries(seen).filter(([, times]) => times < 30), 'what these runs hardly ever did').toEqual([]);
  }, 60_000);
});
