/** Recorded desks for tests: one market, one agent that signals by script, and a venue that says what a test makes it say. */
import { inOrder } from '../../../core/bucket.ts';
import type { Desk } from '../../../core/desk.ts';
import type { Decision, VenueConflict } from '../../../core/events.ts';
import { beginRun } from '../../../core/execute.ts';
import { stepHour } from '../../../core/hour.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { asset, hourUtc, money, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { Fact, OrderFilledFact, OrderId, OperatorFact, VenueFact } from '../../../core/log.ts';
import type { State } from '../../../core/state.ts';
import type { Opening, Script } from '../../support/desk.ts';
import { agentOf, byQuantity, deskOf, feedFor, instrument, START } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';

export type RecordedDesk = Readonly<{ desk: Desk; step: (before: RecordedState, said?: readonly (VenueFact | OperatorFact)[]) => RecordedState }>;

/** Where a recorded run stands: after how many hours, and everything it has logged. */
export type RecordedState = Readonly<{ hour: number; state: State; log: readonly Decision[]; last: readonly Decision[] }>;

const HOUR_MS = 3_600_000;

/** A desk at 100 for as long as it takes. */
export const recordedDesk = (script: Script[number], opening: Partial<Opening> = {}): RecordedDesk => {
  const universe = opening.universe ?? [instrument('BTC/USD', { absent: 'quiet' })];
  const desk = deskOf({ agents: [agentOf('scripted', byQuantity('10'))], cash: '10000', ...opening, universe, venue: 'recorded' }, [[script, ...universe.slice(1).map(() => ({}))]]);
  return {
    desk,
    step: (before, said = []) => {
      const candle = candlesFrom(START + before.hour, '100 100 100 100 1000');
      const market = feedFor(desk, universe.map(() => candle))(START + before.hour);
      const facts: readonly Fact[] = inOrder([market.fact, ...said]);
      const { state, decisions } = stepHour(desk, before.state, { hour: hourUtc(START + before.hour), step: 0, market, facts });
      return { hour: before.hour + 1, state, log: [...before.log, ...decisions], last: decisions };
    },
  };
};

export const opened = ({ desk }: RecordedDesk): RecordedState => ({ hour: 0, state: beginRun(desk).state, log: [], last: [] });

/** A moment of the hour that comes next, in minutes. */
const at = (hour: number, minute: number) => timeMs((START + hour) * HOUR_MS + minute * 60_000);

export type Minute = Readonly<{ hour: number; minute?: number }>;

export const filled = (
  orderId: OrderId,
  { hour, minute = 1 }: Minute,
  said: Readonly<{ trade: string; quantity: string; price?: string; fee?: string; feeAsset?: string }>,
): OrderFilledFact => ({
  type: 'order_filled',
  atMs: at(hour, minute),
  orderId,
  tradeId: said.trade,
  quantity: quantity(decimal(said.quantity)),
  price: price(decimal(said.price ?? '100')),
  fee: quantity(decimal(said.fee ?? '0')),
  feeAsset: asset(said.feeAsset ?? 'USD'),
  feeValue: money(decimal(said.fee ?? '0')),
  liquidity: 'TAKER',
});

export const ended = (type: 'order_rejected' | 'order_cancelled' | 'order_expired', orderId: OrderId, { hour, minute = 1 }: Minute): VenueFact => ({
  type,
  atMs: at(hour, minute),
  orderId,
  reason: 'VENUE',
});

export const acknowledged = (orderId: OrderId, { hour, minute = 1 }: Minute): VenueFact => ({ type: 'order_acknowledged', atMs: at(hour, minute), orderId });

export const placedIds = (log: readonly Decision[]): readonly OrderId[] => log.flatMap(event => (event.type === 'order_placed' ? [event.id] : []));

export const conflictsIn = (log: readonly Decision[]): readonly VenueConflict[] => log.filter(event => event.type === 'venue_conflict');

/** `CODE SEVERITY expected → actual` */
export const toldConflicts = (log: readonly Decision[]): readonly string[] => conflictsIn(log).map(({ code, severity, expected, actual }) => `${code} ${severity} ${expected} → ${actual}`);

/** Units of BTC that an agent's lots add up to. */
export const heldIn = ({ lots }: State, agent = 'main'): string =>
  formatDecimal(lots.filter(lot => lot.agent === agent && lot.symbol === 'BTC/USD').reduce((sum, lot) => sum + lot.quantity, 0n));
