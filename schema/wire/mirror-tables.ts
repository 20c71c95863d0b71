/**
 * The typed tables beside the canonical bytes, and which columns each has after the key of its event. Writers and
 * verifier share this list, so what is written is what is checked.
 */

export type ColumnType = 'text' | 'numeric' | 'int' | 'boolean';
export type MirrorColumn = Readonly<{ name: string; type: ColumnType }>;

const columns = (type: ColumnType, ...names: readonly string[]): readonly MirrorColumn[] => names.map(name => ({ name, type }));

/** Rows that constraints look up stand before the rows that need them: changes of risk before orders, fills before lots. */
export const MIRROR_COLUMNS = {
  venue_trade: [...columns('text', 'trade_id', 'order_id'), ...columns('numeric', 'quantity', 'price', 'fee'), ...columns('text', 'fee_asset'), ...columns('numeric', 'fee_value'), ...columns('text', 'liquidity')],
  risk_change: columns('text', 'from_status', 'to_status', 'actor', 'reason'),
  signal: columns('text', 'agent', 'symbol', 'action', 'reason', 'evidence'),
  order_placed: [
    ...columns('text', 'order_id', 'agent', 'symbol', 'side', 'order_type', 'time_in_force'),
    ...columns('boolean', 'post_only', 'reduce_only'),
    ...columns('numeric', 'quantity', 'limit_price', 'collar_price', 'mark', 'reserved'),
    ...columns('int', 'attempt'),
    ...columns('text', 'reason'),
  ],
  order_refused: [...columns('text', 'agent', 'symbol', 'side'), ...columns('int', 'attempt'), ...columns('text', 'code', 'violations')],
  cancel_requested: columns('text', 'order_id', 'symbol', 'reason'),
  order_closed: [...columns('text', 'order_id', 'symbol', 'status'), ...columns('numeric', 'filled'), ...columns('text', 'reason')],
  lot: [...columns('text', 'lot_id', 'agent', 'symbol'), ...columns('numeric', 'quantity', 'cost', 'fee'), ...columns('text', 'order_id', 'trade_id')],
  lot_match: [
    ...columns('text', 'lot_id', 'agent', 'symbol'),
    ...columns('numeric', 'quantity', 'cost', 'entry_fee', 'proceeds', 'exit_fee', 'result'),
    ...columns('text', 'order_id', 'trade_id'),
    ...columns('boolean', 'paid_fee'),
  ],
  ledger_entry: columns('text', 'kind', 'reference'),
  /** The ordinal completes the key. */
  posting: [...columns('int', 'ordinal'), ...columns('text', 'account', 'asset'), ...columns('numeric', 'amount')],
  operator_refused: [...columns('text', 'command', 'key', 'code'), ...columns('numeric', 'limit_amount', 'asked')],
} as const satisfies Readonly<Record<string, readonly MirrorColumn[]>>;

export type MirrorTable = keyof typeof MIRROR_COLUMNS;

/** In the order in which they are written. */
export const MIRROR_TABLES = Object.keys(MIRROR_COLUMNS) as readonly MirrorTable[];

/** The values of a row after its key, each as PostgreSQL prints it, so that rows read back can be compared as text. */
export type MirrorRow = Readonly<{ table: MirrorTable; values: readonly (string | null)[] }>;
