/** One decision and one fact of every type, and arbitrary ones, for the codecs to carry. */
import fc from 'fast-check';
import type { CampaignEvidence } from '../../../core/campaign/campaign.ts';
import type { Account, Decision, DecisionType, RefusalCode } from '../../../core/events.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { AMOUNT_BOUND, asset, digestOf, fraction, hourUtc, marketSymbol, money, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { Fact, OrderId } from '../../../core/log.ts';
import { placedOrder } from '../../support/orders.ts';

const order = (id: string) => id as OrderId;
const BTC = marketSymbol('BTC/USD');
const LOT = '10.0.1' as Extract<Decision, { type: 'lot_opened' }>['id'];
export const DIGEST = digestOf('0123456789abcdef'.repeat(4));
const VALUES = { open: '1', high: '2.5', low: '0.5', close: '2', volume: '0' };

const share = (text: string) => fraction(decimal(text));
const EVIDENCE: CampaignEvidence = {
  stateClass: 'STRONG_POSITIVE', thesisClass: 'POSITIVE', score: share('0.11'), expectedReturn: share('-0.002'), returnToExit: share('0.05'), edge: share('0.045'), thesis: share('0.2'),
  near: share('0.45'), nearScore: share('-0.1'), recovery: share('0.55'), sigma: share('0.03'), unrealised: null, mark: price(decimal('101.5')), referencePrice: price(decimal('101.5')), persistence: 2, patience: 0,
};
const NOTHING_SEEN: CampaignEvidence = {
  stateClass: 'DATA_MISSING', thesisClass: 'DATA_MISSING', score: null, expectedReturn: null, returnToExit: null, edge: null, thesis: null,
  near: null, nearScore: null, recovery: null, sigma: null, unrealised: share('0.1'), mark: null, referencePrice: null, persistence: 0, patience: 7,
};

export const DECISIONS: { readonly [Type in DecisionType]: Extract<Decision, { type: Type }> } = {
  signal_raised: { type: 'signal_raised', agent: 'a', symbol: BTC, action: 'enter', reason: 'EMA_CROSS_UP', evidence: { fast: decimal('1.5'), slow: decimal('-0.25') } },
  order_placed: placedOrder({ type: 'order_placed', id: order('10.0.1'), agent: 'a', symbol: BTC, side: 'BUY', orderType: 'LIMIT', timeInForce: 'HOUR', postOnly: true, reduceOnly: false, quantity: quantity(decimal('0.5')), limitPrice: price(decimal('100')), collarPrice: null, mark: price(decimal('101')), reserved: money(decimal('50.5')), attempt: 2, reason: 'r', costGate: 'COST_GATE_PASSED', volatility: 'VOLATILITY_SIZED' }),
  order_refused: { type: 'order_refused', agent: 'a', symbol: BTC, side: 'SELL', attempt: 1, violations: [{ code: 'DUST', severity: 'LOW', limit: 5n, usage: 0n, asked: -1n }] },
  cancel_requested: { type: 'cancel_requested', orderId: order('10.0.1'), symbol: BTC, reason: 'HALT' },
  order_closed: { type: 'order_closed', orderId: order('10.0.1'), symbol: BTC, status: 'EXPIRED', filled: quantity(0n), reason: '' },
  stop_triggered: { type: 'stop_triggered', agent: 'a', symbol: BTC, kind: 'trailing', level: price(decimal('95.5')), low: price(decimal('95.25')) },
  campaign_moved: { type: 'campaign_moved', agent: 'a', symbol: BTC, from: 'FLAT', to: 'WAIT_DIP', reason: 'DIP_EXPECTED', evidence: EVIDENCE },
  campaign_asked: { type: 'campaign_asked', agent: 'a', symbol: BTC, ask: 'reduce', fraction: fraction(decimal('0.33')), reason: 'TACTICAL_PROFIT', evidence: NOTHING_SEEN },
  venue_conflict: { type: 'venue_conflict', code: 'TRADE_CHANGED', severity: 'CRITICAL', orderId: order('10.0.1'), symbol: null, tradeId: 'T', expected: '["1"]', actual: '["2"]' },
  lot_opened: { type: 'lot_opened', id: LOT, agent: 'a', symbol: BTC, quantity: quantity(1n), cost: money(2n), fee: money(0n), acquiredMs: timeMs(36_000_007), orderId: null, tradeId: null },
  lot_matched: { type: 'lot_matched', lotId: LOT, agent: 'a', symbol: BTC, quantity: quantity(1n), cost: money(2n), entryFee: money(3n), proceeds: money(4n), exitFee: money(5n), result: money(-6n), orderId: order('11.0.1'), tradeId: 'T', paidFee: true },
  ledger_posted: { type: 'ledger_posted', kind: 'fee', reference: 'T', postings: [{ account: 'fees', asset: asset('USD'), amount: 7n }, { account: 'cash', asset: asset('USD'), amount: -7n }] },
  lot_released: { type: 'lot_released', lotId: LOT, agent: 'treasury', symbol: BTC, quantity: quantity(1n), cost: money(2n), entryFee: money(3n), tradeId: 'W' },
  balance_overdrawn: { type: 'balance_overdrawn', asset: asset('USD'), balance: -5n, reference: 'W', severity: 'CRITICAL' },
  review_required: { type: 'review_required', reason: 'DRAWDOWN_HALT20' },
  review_closed: { type: 'review_closed', actor: 'ada', reason: 'understood' },
  tier_changed: { type: 'tier_changed', from: 'NORMAL', to: 'DD10', drawdown: fraction(decimal('0.1')), binding: true },
  kill_tripped: { type: 'kill_tripped', trigger: 'CANDLES_WILD', limit: decimal('2'), usage: decimal('3') },
  passive_breach: { type: 'passive_breach', scope: 'cluster CURRENCY', state: 'begun', limit: money(7n), usage: money(8n) },
  protection_raised: { type: 'protection_raised', code: 'LOSING_EXITS', symbol: null, untilHour: hourUtc(12), limit: decimal('4'), usage: decimal('4') },
  profile_changed: { type: 'profile_changed', actor: 'ada', reason: 'calmer', name: 'mine', version: 2, governance: 1, digest: digestOf('1'.repeat(64)), supersedes: digestOf('2'.repeat(64)) },
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
  { type: 'account_traded', atMs: timeMs(1), id: 'A', ordinal: 7, symbol: marketSymbol('ETH/BTC'), side: 'SELL', quantity: quantity(1n), price: price(2n), amount: quantity(3n), value: money(4n), fee: quantity(5n), feeAsset: asset('BNB'), feeValue: money(6n) },
  { type: 'account_transferred', atMs: timeMs(1), id: 'I', ordinal: 0, direction: 'in', asset: asset('BTC'), quantity: quantity(1n), basis: money(2n), acquiredMs: timeMs(-1) },
  { type: 'account_transferred', atMs: timeMs(1), id: 'O', ordinal: 1, direction: 'out', asset: asset('BTC'), quantity: quantity(1n) },
  { type: 'account_rewarded', atMs: timeMs(1), id: 'R', ordinal: 0, purpose: 'income', asset: asset('BTC'), quantity: quantity(1n), fee: quantity(2n), value: money(3n) },
  { type: 'account_charged', atMs: timeMs(1), id: 'C', ordinal: 0, purpose: 'funding', asset: asset('USD'), quantity: quantity(1n), value: money(1n) },
  { type: 'asset_renamed', atMs: timeMs(1), id: 'N', ordinal: 0, from: asset('MATIC'), to: asset('POL'), quantity: quantity(1n), received: quantity(2n) },
  { type: 'operator', atMs: timeMs(1), key: 'k', actor: 'ada', reason: 'r', command: 'kill' },
  { type: 'operator', atMs: timeMs(1), key: 'k', actor: 'ada', reason: 'r', command: 'deposit', amount: money(decimal('12.5')) },
  { type: 'prediction', atMs: timeMs(1), agent: 'a', model: 'm-1', symbol: BTC, prediction: { hour1: null, hours4: { probabilityUp: share('0.5'), expectedReturn: share('-0.01') }, hours24: null, regime: 'TURBULENT', confidence: share('0.25'), volatility: null } },
];

const text = fc.string({ unit: 'binary', maxLength: 20 }).filter(word => word.isWellFormed());
const amount = fc.bigInt({ min: 1n - AMOUNT_BOUND, max: AMOUNT_BOUND - 1n });
const ACCOUNTS: readonly Account[] = ['cash', 'clearing', 'cost', 'deferred_fees', 'deposits', 'fees', 'position', 'result', 'trading', 'withdrawals'];
const CODES: readonly RefusalCode[] = ['WARM_UP', 'PER_POSITION_CAP', 'DUST'];

/** Decisions with any text and any amount, and evidence under any names, array indices among them. */
export const anyDecision: fc.Arbitrary<Decision> = fc.oneof(
  fc.record({ evidence: fc.dictionary(fc.oneof(text, fc.nat(40).map(String)), amount, { maxKeys: 6 }), reason: text }).map(fields => ({ ...DECISIONS.signal_raised, ...fields })),
  fc.record({ quantity: amount.map(quantity), limitPrice: fc.option(amount.map(price)), collarPrice: fc.option(amount.map(price)), postOnly: fc.boolean(), attempt: fc.nat(), reason: text }).map(fields => placedOrder({ ...DECISIONS.order_placed, ...fields })),
  fc.record({ violations: fc.array(fc.record({ code: fc.constantFrom(...CODES), severity: fc.constantFrom('LOW' as const, 'CRITICAL' as const), limit: amount, usage: amount, asked: amount }), { maxLength: 4 }) }).map(fields => ({ ...DECISIONS.order_refused, ...fields })),
  fc.record({ reference: text, postings: fc.array(fc.record({ account: fc.constantFrom(...ACCOUNTS), asset: text.map(asset), amount }), { maxLength: 5 }) }).map(fields => ({ ...DECISIONS.ledger_posted, ...fields })),
  fc.record({ tradeId: text, result: amount.map(money), paidFee: fc.boolean() }).map(fields => ({ ...DECISIONS.lot_matched, ...fields })),
);
