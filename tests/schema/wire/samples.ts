/** One decision and one fact of every type, and arbitrary ones, for the codecs to carry. */
import fc from 'fast-check';
import type { Account, Decision, DecisionType, RefusalCode } from '../../../core/events.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { AMOUNT_BOUND, asset, digestOf, marketSymbol, money, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { Fact, OrderId } from '../../../core/log.ts';

const order = (id: string) => id as OrderId;
const BTC = marketSymbol('BTC/USD');
const LOT = '10.0.1' as Extract<Decision, { type: 'lot_opened' }>['id'];
export const DIGEST = digestOf('0123456789abcdef'.repeat(4));
const VALUES = { open: '1', high: '2.5', low: '0.5', close: '2', volume: '0' };

export const DECISIONS: { readonly [Type in DecisionType]: Extract<Decision, { type: Type }> } = {
  signal_raised: { type: 'signal_raised', agent: 'a', symbol: BTC, action: 'enter', reason: 'EMA_CROSS_UP', evidence: { fast: decimal('1.5'), slow: decimal('-0.25') } },
  order_placed: { type: 'order_placed', id: order('10.0.1'), agent: 'a', symbol: BTC, side: 'BUY', orderType: 'LIMIT', timeInForce: 'HOUR', postOnly: true, reduceOnly: false, quantity: quantity(decimal('0.5')), limitPrice: price(decimal('100')), collarPrice: null, mark: price(decimal('101')), reserved: money(decimal('50.5')), attempt: 2, reason: 'r' },
  order_refused: { type: 'order_refused', agent: 'a', symbol: BTC, side: 'SELL', attempt: 1, violations: [{ code: 'DUST', severity: 'LOW', limit: 5n, usage: 0n, asked: -1n }] },
  cancel_requested: { type: 'cancel_requested', orderId: order('10.0.1'), symbol: BTC, reason: 'HALT' },
  order_closed: { type: 'order_closed', orderId: order('10.0.1'), symbol: BTC, status: 'EXPIRED', filled: quantity(0n), reason: '' },
  lot_opened: { type: 'lot_opened', id: LOT, agent: 'a', symbol: BTC, quantity: quantity(1n), cost: money(2n), fee: money(0n), orderId: null, tradeId: null },
  lot_matched: { type: 'lot_matched', lotId: LOT, agent: 'a', symbol: BTC, quantity: quantity(1n), cost: money(2n), entryFee: money(3n), proceeds: money(4n), exitFee: money(5n), result: money(-6n), orderId: order('11.0.1'), tradeId: 'T', paidFee: true },
  ledger_posted: { type: 'ledger_posted', kind: 'fee', reference: 'T', postings: [{ account: 'fees', asset: asset('USD'), amount: 7n }, { account: 'cash', asset: asset('USD'), amount: -7n }] },
  risk_changed: { type: 'risk_changed', from: 'HALTED', to: 'ACTIVE', actor: 'ada', reason: 'calm' },
  operator_refused: { type: 'operator_refused', command: 'withdraw', key: 'k', code: 'INSUFFICIENT_FREE_CASH', limit: 8n, asked: 9n },
};

export const FACTS: readonly Fact[] = [
  { type: 'market', atMs: timeMs(3_600_000), candles: 2, digest: DIGEST },
  { type: 'candle_late', atMs: timeMs(3_600_000), symbol: BTC, openMs: timeMs(0), values: VALUES, digest: DIGEST },
  { type: 'candle_revised', atMs: timeMs(3_600_000), symbol: BTC, openMs: timeMs(0), values: VALUES, digest: DIGEST, supersedes: DIGEST },
  { type: 'order_acknowledged', atMs: timeMs(1), orderId: order('10.0.1') },
  { type: 'order_rejected', atMs: timeMs(1), orderId: order('10.0.1'), reason: 'POST_ONLY' },
  { type: 'order_filled', atMs: timeMs(1), orderId: order('10.0.1'), tradeId: 'T', quantity: quantity(1n), price: price(2n), fee: quantity(3n), feeAsset: asset('BTC'), feeValue: money(4n), liquidity: 'TAKER' },
  { type: 'order_cancelled', atMs: timeMs(1), orderId: order('10.0.1'), reason: 'r' },
  { type: 'order_expired', atMs: timeMs(1), orderId: order('10.0.1'), reason: 'r' },
  { type: 'operator', atMs: timeMs(1), key: 'k', actor: 'ada', reason: 'r', command: 'kill' },
  { type: 'operator', atMs: timeMs(1), key: 'k', actor: 'ada', reason: 'r', command: 'deposit', amount: money(decimal('12.5')) },
];

const text = fc.string({ unit: 'binary', maxLength: 20 }).filter(word => word.isWellFormed());
const amount = fc.bigInt({ min: 1n - AMOUNT_BOUND, max: AMOUNT_BOUND - 1n });
const ACCOUNTS: readonly Account[] = ['capital', 'cash', 'cost', 'deferred_fees', 'fees', 'position', 'result', 'trading'];
const CODES: readonly RefusalCode[] = ['WARM_UP', 'PER_POSITION_CAP', 'DUST'];

/** Decisions with any text and any amount, and evidence under any names, array indices among them. */
export const anyDecision: fc.Arbitrary<Decision> = fc.oneof(
  fc.record({ evidence: fc.dictionary(fc.oneof(text, fc.nat(40).map(String)), amount, { maxKeys: 6 }), reason: text }).map(fields => ({ ...DECISIONS.signal_raised, ...fields })),
  fc.record({ quantity: amount.map(quantity), limitPrice: fc.option(amount.map(price)), collarPrice: fc.option(amount.map(price)), postOnly: fc.boolean(), attempt: fc.nat(), reason: text }).map(fields => ({ ...DECISIONS.order_placed, ...fields })),
  fc.record({ violations: fc.array(fc.record({ code: fc.constantFrom(...CODES), severity: fc.constantFrom('LOW' as const, 'CRITICAL' as const), limit: amount, usage: amount, asked: amount }), { maxLength: 4 }) }).map(fields => ({ ...DECISIONS.order_refused, ...fields })),
  fc.record({ reference: text, postings: fc.array(fc.record({ account: fc.constantFrom(...ACCOUNTS), asset: text.map(asset), amount }), { maxLength: 5 }) }).map(fields => ({ ...DECISIONS.ledger_posted, ...fields })),
  fc.record({ tradeId: text, result: amount.map(money), paidFee: fc.boolean() }).map(fields => ({ ...DECISIONS.lot_matched, ...fields })),
);
