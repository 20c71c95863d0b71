/**
 * The rows of one Kraken trade, purchase or conversion as one event: what was given, what was received, and the fee. A row
 * of nothing but a fee is a fee in a third asset.
 */
import { marketSymbol, quantity } from '../../../core/kernel/units.ts';
import type { Asset, MarketSymbol, Quantity } from '../../../core/kernel/units.ts';
import type { ChargeEvent, HistoryEvent, LineProblem } from './history-event.ts';
import { marketOfPair } from './kraken-trades.ts';
import type { KrakenTrade, KrakenTrades } from './kraken-trades.ts';
import type { LedgerRow } from './kraken-rows.ts';

/** `trades` is null without a trades.csv. */
export type LegContext = Readonly<{ quote: Asset; trades: KrakenTrades | null }>;

type Fee = Readonly<{ asset: Asset; fee: Quantity; row: LedgerRow }>;
type Market = Readonly<{ symbol: MarketSymbol; side: 'BUY' | 'SELL'; trade: KrakenTrade | null }>;

const problemAt = ({ place }: LedgerRow, field: string | null, reason: string): LineProblem => ({ ...place, field, reason });

/** The events of one refid's rows, the trade first; or why they are none. */
export const eventsOfLegs = (rows: readonly LedgerRow[], context: LegContext): readonly HistoryEvent[] | LineProblem => {
  const given = rows.filter(({ amount }) => amount < 0n);
  const received = rows.filter(({ amount }) => amount > 0n);
  const fees = rows.flatMap((row): readonly Fee[] => (row.fee <= 0n ? [] : [{ asset: row.asset, fee: quantity(row.fee), row }]));
  const first = rows[0]!;
  if (received.length !== 1 || given.length === 0) {
    return problemAt(first, 'refid', `${first.refid} gives in ${given.length} and receives in ${received.length} of its lines; a trade does each once`);
  }
  const [went, came] = [given[0]!, received[0]!];
  const refund = rows.find(({ fee }) => fee < 0n);
  if (refund !== undefined) return problemAt(refund, 'fee', 'is negative, and a trade gives no fee back');
  if (given.some(({ asset }) => asset === came.asset)) return problemAt(came, 'asset', `${came.asset} was given for itself`);
  if (given.length > 1) return [sweepOf(given, came), ...fees.map(chargeOf)];
  const market = marketOf(went, came, context);
  if ('reason' in market) return market;
  const { symbol, side, trade } = market;
  const [gave, got] = [quantity(-went.amount), quantity(came.amount)];
  const [fee, ...more] = fees;
  const traded: HistoryEvent = {
    kind: 'trade',
    place: first.place,
    atMs: first.atMs,
    id: first.refid,
    alias: first.txid,
    symbol,
    side,
    quantity: side === 'BUY' ? got : gave,
    amount: side === 'BUY' ? gave : got,
    price: trade?.price ?? null,
    value: null,
    fee: fee?.fee ?? quantity(0n),
    feeAsset: fee?.asset ?? null,
    feeValue: null,
  };
  return [traded, ...more.map(chargeOf)];
};

const chargeOf = ({ asset, fee, row }: Fee): ChargeEvent => ({ kind: 'charge', purpose: 'fees', place: row.place, atMs: row.atMs, id: `${row.txid}/fee`, alias: row.refid, asset, quantity: fee, value: null });

const sweepOf = (given: readonly LedgerRow[], came: LedgerRow): HistoryEvent => ({
  kind: 'sweep',
  place: came.place,
  atMs: came.atMs,
  id: came.refid,
  alias: came.txid,
  given: given.map(({ asset, amount }) => ({ asset, quantity: quantity(-amount) })),
  asset: came.asset,
  quantity: quantity(came.amount),
});

/** As trades.csv has it; else against the run's quote where it is one of the two, else as a purchase of what was received. */
const marketOf = (went: LedgerRow, came: LedgerRow, { quote, trades }: LegContext): Market | LineProblem => {
  const trade = trades?.byId.get(went.refid) ?? null;
  if (trade !== null) return marketOfTrade(trade, went, came);
  if (trades !== null && went.type === 'trade') {
    return problemAt(went, 'refid', `trade ${went.refid} is not in trades.csv; export both files for the same period, or leave trades.csv out`);
  }
  return came.asset === quote
    ? { symbol: marketSymbol(`${went.asset}/${came.asset}`), side: 'SELL', trade }
    : { symbol: marketSymbol(`${came.asset}/${went.asset}`), side: 'BUY', trade };
};

const marketOfTrade = (trade: KrakenTrade, went: LedgerRow, came: LedgerRow): Market | LineProblem => {
  const symbol = marketOfPair(trade.pair, [went.asset, came.asset]);
  if (symbol === null) return { ...trade.place, field: 'pair', reason: `${trade.pair} is not the market of ${went.asset} and ${came.asset}, which trade ${went.refid} moved` };
  const base = symbol.slice(0, symbol.indexOf('/'));
  const bought = came.asset === base;
  if (bought !== (trade.side === 'BUY')) return { ...trade.place, field: 'type', reason: `the trade is a ${trade.side}, and the ledger ${bought ? 'received' : 'gave'} ${base}` };
  const moved = bought ? came : went;
  const off = trade.quantity - (bought ? moved.amount : -moved.amount);
  if (off > moved.unit || off < -moved.unit) return { ...trade.place, field: 'vol', reason: `the volume is not what the ledger moved at ${moved.place.file}:${moved.place.line}` };
  return { symbol, side: trade.side, trade };
};
