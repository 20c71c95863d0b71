/** Stored facts back to typed ones: every fact type and field of encoding version 1, and nothing else. */
import type { Asset, Digest, MarketSymbol, Money, Price, Quantity, TimeMs } from '../../core/kernel/units.ts';
import type { AccountChargedFact, AccountRewardedFact, AccountTransferredFact, Fact, Liquidity, OperatorCommand, OrderId } from '../../core/log.ts';
import { normalCandleValue } from '../../core/market/candle.ts';
import { predictionFact } from './campaign-text.ts';
import { amount, as, decoderOf, exactly, hexDigest, integer, natural, objectOf, oneOf, refuse, taggedBy, text } from './json-fields.ts';
import type { Reader } from './json-fields.ts';
import { profileReader } from './profile-text.ts';

const atMs = as<TimeMs>(integer);
const digest = as<Digest>(hexDigest);
const symbol = as<MarketSymbol>(text);
const orderId = as<OrderId>(text);
const quantity = as<Quantity>(amount);
const money = as<Money>(amount);

const candleValue: Reader<string> = value => {
  const normal = normalCandleValue(text(value));
  if (!normal.ok) return refuse(normal.why);
  return normal.text === value ? value : refuse(`must be in normal form, is ${JSON.stringify(value)}`);
};

const values = objectOf({ close: candleValue, high: candleValue, low: candleValue, open: candleValue, volume: candleValue });
const LIQUIDITIES: readonly Liquidity[] = ['MAKER', 'TAKER'];
const asset = as<Asset>(text);
const PURPOSES_RECEIVED: readonly AccountRewardedFact['purpose'][] = ['income', 'funding', 'rounding'];
const PURPOSES_PAID: readonly AccountChargedFact['purpose'][] = ['fees', 'funding', 'rounding'];

const plainCommand = objectOf({
  actor: text,
  atMs,
  command: oneOf<'kill' | 'halt' | 'resume' | 'flatten' | 'cancel'>(['kill', 'halt', 'resume', 'flatten', 'cancel']),
  key: text,
  reason: text,
  type: exactly('operator'),
});
const cashCommand = objectOf({
  actor: text,
  amount: money,
  atMs,
  command: oneOf<'deposit' | 'withdraw'>(['deposit', 'withdraw']),
  key: text,
  reason: text,
  type: exactly('operator'),
});
const account = { atMs, id: text, ordinal: natural } as const;
const transfer = { ...account, asset, quantity, type: exactly('account_transferred') } as const;
/** A record, so that the compiler asks for every direction. */
const TRANSFERS: Readonly<Record<AccountTransferredFact['direction'], Reader<Fact>>> = {
  in: objectOf({ ...transfer, acquiredMs: atMs, basis: money, direction: exactly('in') }),
  out: objectOf({ ...transfer, direction: exactly('out') }),
};

const profileCommand = objectOf({
  actor: text,
  atMs,
  command: exactly('profile'),
  key: text,
  profile: profileReader,
  reason: text,
  type: exactly('operator'),
});
/** A record, so that the compiler asks for every command. */
const COMMANDS: Readonly<Record<OperatorCommand['command'], Reader<Fact>>> = {
  kill: plainCommand,
  halt: plainCommand,
  resume: plainCommand,
  flatten: plainCommand,
  cancel: plainCommand,
  deposit: cashCommand,
  withdraw: cashCommand,
  profile: profileCommand,
};

const READERS: { readonly [Type in Fact['type']]: Reader<Extract<Fact, { type: Type }>> } = {
  market: objectOf({ atMs, candles: natural, digest, type: exactly('market') }),
  candle_late: objectOf({ atMs, digest, openMs: atMs, symbol, type: exactly('candle_late'), values }),
  candle_revised: objectOf({ atMs, digest, openMs: atMs, supersedes: digest, symbol, type: exactly('candle_revised'), values }),
  order_acknowledged: objectOf({ atMs, orderId, type: exactly('order_acknowledged') }),
  order_rejected: objectOf({ atMs, orderId, reason: text, type: exactly('order_rejected') }),
  order_filled: objectOf({
    atMs,
    fee: quantity,
    feeAsset: asset,
    feeValue: money,
    liquidity: oneOf(LIQUIDITIES),
    orderId,
    price: as<Price>(amount),
    quantity,
    tradeId: text,
    type: exactly('order_filled'),
  }),
  order_cancelled: objectOf({ atMs, orderId, reason: text, type: exactly('order_cancelled') }),
  order_expired: objectOf({ atMs, orderId, reason: text, type: exactly('order_expired') }),
  account_traded: objectOf({
    ...account,
    amount: quantity,
    fee: quantity,
    feeAsset: asset,
    feeValue: money,
    price: as<Price>(amount),
    quantity,
    side: oneOf<'BUY' | 'SELL'>(['BUY', 'SELL']),
    symbol,
    type: exactly('account_traded'),
    value: money,
  }),
  account_transferred: as<AccountTransferredFact>(taggedBy<Fact>('direction', TRANSFERS)),
  account_rewarded: objectOf({
    ...account,
    asset,
    fee: quantity,
    purpose: oneOf(PURPOSES_RECEIVED),
    quantity,
    type: exactly('account_rewarded'),
    value: money,
  }),
  account_charged: objectOf({
    ...account,
    asset,
    purpose: oneOf(PURPOSES_PAID),
    quantity,
    type: exactly('account_charged'),
    value: money,
  }),
  asset_renamed: objectOf({ ...account, from: asset, quantity, received: quantity, to: asset, type: exactly('asset_renamed') }),
  prediction: predictionFact,
  venue_error: objectOf({ atMs, id: text, reason: text, type: exactly('venue_error') }),
  fault_reported: objectOf({ atMs, id: text, reason: text, type: exactly('fault_reported') }),
  operator: as<Extract<Fact, { type: 'operator' }>>(taggedBy<Fact>('command', COMMANDS)),
};

/** A stored fact of encoding version 1. Throws a WireError naming the field. */
export const factOfText: (json: string) => Fact = decoderOf('fact', taggedBy<Fact>('type', READERS));
