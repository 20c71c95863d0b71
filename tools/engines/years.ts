/**
 * A run of three years for every strategy that a manifest may name, each over the same market. With a shuffled order of
 * insertion the run also goes through a snapshot now and then: what it comes to must be the same.
 */
import type { OutsideFact } from '../../core/bucket.ts';
import { openDesk } from '../../core/desk.ts';
import type { Desk } from '../../core/desk.ts';
import { beginRun, executeHour } from '../../core/execute.ts';
import type { Progress } from '../../core/execute.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { bps, fraction, money, ratePpm } from '../../core/kernel/units.ts';
import type { Digest } from '../../core/kernel/units.ts';
import type { CostModel } from '../../core/manifest.ts';
import { feedOf } from '../../core/market/feed.ts';
import { PROFILES } from '../../core/profile.ts';
import { decodeSnapshot, encodeSnapshot } from '../../core/snapshot.ts';
import { validateParameters } from '../../core/strategies/parameters.ts';
import { isPredicting, isRecorded } from '../../core/strategies/predicting-strategy.ts';
import type { AnyStrategy } from '../../core/strategies/predicting-strategy.ts';
import { composeManifest } from '../../engine/compose-manifest.ts';
import type { InsertionOrder } from './insertion-order.ts';
import { HOURS, predictionsOf, START, SYMBOLS } from './years-market.ts';
import type { YearsMarket } from './years-market.ts';

/** How often a shuffled run is taken apart and put together again. */
const REVIVED_EVERY = 149;

const DEAR: CostModel = {
  fees: { name: 'dear', makerPpm: ratePpm(2_500), takerPpm: ratePpm(4_000), asset: 'quote' },
  slippage: { kind: 'spread_impact', impactBps: bps(20) },
  participation: fraction(decimal('0.025')),
};
/** What a strategy that states its expectation buys at: in a market without memory it expects little. */
const CHEAP: CostModel = { ...DEAR, fees: { ...DEAR.fees, name: 'cheap', makerPpm: ratePpm(200), takerPpm: ratePpm(400) }, slippage: { kind: 'constant', bps: bps(1) } };

const deskOf = (strategy: AnyStrategy, order: InsertionOrder): Desk => {
  const validated = validateParameters(strategy, {});
  if (!validated.ok) throw new Error(validated.problem);
  const manifest = composeManifest({
    startHour: START,
    tradeFromHour: START,
    timeframe: '1h',
    markets: order.list(SYMBOLS).map(symbol => ({ symbol, absent: 'missing', rules: null })),
    cash: money(decimal('100000')),
    holdings: [],
    strategy: { id: strategy.id, digest: null, parameters: validated.texts },
    sizing: { kind: 'fraction', fraction: fraction(decimal('0.04')) },
    entry: { type: 'MARKET' },
    stop: null,
    profile: PROFILES.balanced,
    costs: isPredicting(strategy) ? CHEAP : DEAR,
  });
  const desk = openDesk(order.entries(manifest), [strategy]);
  return { ...desk, indexOf: order.entries(desk.indexOf), chart: order.entries(desk.chart) };
};

/** The state out of its snapshot, its objects made anew. */
const revived = (desk: Desk, progress: Progress, order: InsertionOrder): Progress => ({ ...progress, state: order.entries(decodeSnapshot(desk, encodeSnapshot(progress.state))) });

/** The head hash after three years. Throws when the strategy never bought: such a run has shown nothing. */
export const yearsHead = (strategy: AnyStrategy, { columnsOf, outsideOf }: YearsMarket, order: InsertionOrder): Digest => {
  const desk = deskOf(strategy, order);
  const feed = feedOf(desk.symbols, '1h', desk.symbols.map(symbol => columnsOf.get(symbol)!));
  const agent = isRecorded(strategy) ? desk.agents[0]!.agent.id : null;
  const outside = (hour: number): readonly OutsideFact[] => {
    const facts = agent === null ? outsideOf(hour) : [...outsideOf(hour), ...predictionsOf(hour, agent)];
    return order.entries(order.list(facts));
  };
  let progress = beginRun(desk);
  let fills = 0;
  for (let hour = 0; hour < HOURS; hour += 1) {
    const { after, steps } = executeHour(desk, progress, feed, () => outside(hour));
    for (const { bucket } of steps) for (const fact of bucket.facts) if (fact.type === 'order_filled') fills += 1;
    progress = order.isShuffled && hour % REVIVED_EVERY === 0 ? revived(desk, after, order) : after;
  }
  if (fills === 0) throw new Error(`${strategy.id} never traded in ${HOURS} hours.`);
  return progress.previous;
};
