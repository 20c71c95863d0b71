/**
 * The typed tables beside the canonical bytes, and which columns each has after the key of its event. Writers and
 * verifier share this list, so what is written is what is checked.
 */

export type ColumnType = 'text' | 'numeric' | 'int' | 'bigint' | 'boolean';
export type MirrorColumn = Readonly<{ name: string; type: ColumnType }>;

const columns = (type: ColumnType, ...names: readonly string[]): readonly MirrorColumn[] => names.map(name => ({ name, type }));

/** Rows that constraints look up stand before the rows that need them: fills and facts about the account before lots and entries, all that a step booked and ended before its orders. */
export const MIRROR_COLUMNS = {
  venue_trade: [...columns('text', 'trade_id', 'order_id'), ...columns('numeric', 'quantity', 'price', 'fee'), ...columns('text', 'fee_asset'), ...columns('numeric', 'fee_value'), ...columns('text', 'liquidity')],
  account_trade: [
    ...columns('text', 'id'),
    ...columns('bigint', 'ordinal'),
    ...columns('text', 'symbol', 'side'),
    ...columns('numeric', 'quantity', 'price', 'amount', 'value', 'fee'),
    ...columns('text', 'fee_asset'),
    ...columns('numeric', 'fee_value'),
  ],
  account_transfer: [
    ...columns('text', 'id'),
    ...columns('bigint', 'ordinal'),
    ...columns('text', 'direction', 'asset'),
    ...columns('numeric', 'quantity', 'basis'),
    ...columns('bigint', 'acquired_ms'),
  ],
  account_reward: [
    ...columns('text', 'id'),
    ...columns('bigint', 'ordinal'),
    ...columns('text', 'purpose', 'asset'),
    ...columns('numeric', 'quantity', 'fee', 'value'),
  ],
  account_charge: [...columns('text', 'id'), ...columns('bigint', 'ordinal'), ...columns('text', 'purpose', 'asset'), ...columns('numeric', 'quantity', 'value')],
  asset_renaming: [...columns('text', 'id'), ...columns('bigint', 'ordinal'), ...columns('text', 'from_asset', 'to_asset'), ...columns('numeric', 'quantity', 'received')],
  risk_change: columns('text', 'from_status', 'to_status', 'actor', 'reason'),
  signal: columns('text', 'agent', 'symbol', 'action', 'reason', 'evidence'),
  cancel_requested: columns('text', 'order_id', 'symbol', 'reason'),
  order_closed: [...columns('text', 'order_id', 'symbol', 'status'), ...columns('numeric', 'filled'), ...columns('text', 'reason')],
  lot: [...columns('text', 'lot_id', 'agent', 'symbol'), ...columns('numeric', 'quantity', 'cost', 'fee'), ...columns('text', 'order_id', 'trade_id'), ...columns('bigint', 'acquired_ms')],
  lot_match: [
    ...columns('text', 'lot_id', 'agent', 'symbol'),
    ...columns('numeric', 'quantity', 'cost', 'entry_fee', 'proceeds', 'exit_fee', 'result'),
    ...columns('text', 'order_id', 'trade_id'),
    ...columns('boolean', 'paid_fee'),
  ],
  lot_release: [...columns('text', 'lot_id', 'agent', 'symbol'), ...columns('numeric', 'quantity', 'cost', 'entry_fee'), ...columns('text', 'trade_id')],
  ledger_entry: columns('text', 'kind', 'reference'),
  /** The ordinal completes the key. */
  posting: [...columns('int', 'ordinal'), ...columns('text', 'account', 'asset'), ...columns('numeric', 'amount')],
  balance_overdrawn: [...columns('text', 'asset'), ...columns('numeric', 'balance'), ...columns('text', 'reference', 'severity')],
  order_placed: [
    ...columns('text', 'order_id', 'agent', 'symbol', 'side', 'order_type', 'time_in_force'),
    ...columns('boolean', 'post_only', 'reduce_only'),
    ...columns('numeric', 'quantity', 'limit_price', 'collar_price', 'mark', 'reserved'),
    ...columns('int', 'attempt'),
    ...columns('text', 'reason'),
  ],
  order_refused: [...columns('text', 'agent', 'symbol', 'side'), ...columns('int', 'attempt'), ...columns('text', 'code', 'violations')],
  operator_refused: [...columns('text', 'command', 'key', 'code'), ...columns('numeric', 'limit_amount', 'asked')],
} as const satisfies Readonly<Record<string, readonly MirrorColumn[]>>;

export type MirrorTable = keyof typeof MIRROR_COLUMNS;

/** In the order in which they are written. */
export const MIRROR_TABLES = Object.keys(MIRROR_COLUMNS) as readonly MirrorTable[];

/** The values of a row after its key, each as PostgreSQL prints it, so that rows read back can be compared as text. */
export type MirrorRow = Readonly<{ table: MirrorTable; values: readonly (string | null)[] }>;
