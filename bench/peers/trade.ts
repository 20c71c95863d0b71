/**
 * A round trip as every engine tells it, whatever its own words: hours from the first opening, so that a fill at the
 * close of one candle and one at the open of the next are at the same moment. Prices and sizes are the peer's doubles.
 */

export type Trade = Readonly<{
  /** Place of the symbol in the market. */
  symbol: number;
  entry: number;
  /** Null for what is still held. */
  exit: number | null;
  entryPrice: number;
  exitPrice: number | null;
  /** Units; null where the engine knows no sizes. */
  quantity: number | null;
}>;

/** As a line of JSON carries it. */
export type TradeRow = readonly [symbol: number, entry: number, exit: number | null, entryPrice: number, exitPrice: number | null, quantity: number | null];

/** What one process of a peer says of itself. Cold is from its start to the end of its first run, warm is its second run alone. Our engine tells no cold time here. */
export type PeerLine = Readonly<{
  peer: string;
  version: string;
  runtime: string;
  bars: number;
  coldSeconds: number | null;
  warmSeconds: number;
  equity: number | null;
  trades: readonly TradeRow[];
}>;

export const tradeOf = ([symbol, entry, exit, entryPrice, exitPrice, quantity]: TradeRow): Trade => ({ symbol, entry, exit, entryPrice, exitPrice, quantity });

export const rowOf = ({ symbol, entry, exit, entryPrice, exitPrice, quantity }: Trade): TradeRow => [symbol, entry, exit, entryPrice, exitPrice, quantity];

/** By entry, then symbol. */
export const byEntry = (left: Trade, right: Trade): number => left.entry - right.entry || left.symbol - right.symbol;

const EXACT = ['symbol', 'entry', 'exit', 'entryPrice', 'exitPrice'] as const satisfies readonly (keyof Trade)[];

const sizesDiffer = (ours: Trade, theirs: Trade, tolerance: number): boolean =>
  theirs.quantity !== null && Math.abs((ours.quantity ?? Number.NaN) / theirs.quantity - 1) > tolerance;

/**
 * The first difference in words, or null. Hours and prices must be equal, as doubles; quantities to within `tolerance`,
 * a share of the peer's.
 */
export const firstDifference = (ours: readonly Trade[], theirs: readonly Trade[], tolerance: number): string | null => {
  for (const [index, peers] of theirs.entries()) {
    const own = ours[index];
    if (own === undefined) return `trade ${index + 1} is missing: ${JSON.stringify(rowOf(peers))}`;
    const part = EXACT.find(name => own[name] !== peers[name]) ?? (sizesDiffer(own, peers, tolerance) ? 'quantity' : undefined);
    if (part !== undefined) return `trade ${index + 1} differs in ${part}: ${JSON.stringify(rowOf(own))}, not ${JSON.stringify(rowOf(peers))}`;
  }
  return ours.length > theirs.length ? `trade ${theirs.length + 1} is one too many: ${JSON.stringify(rowOf(ours[theirs.length]!))}` : null;
};
