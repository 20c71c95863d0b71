/** By which rules an engine turns the same crossing of two averages into trades, and which ones each peer follows. */

/** Cash of everything, of which each symbol has a thirtieth, or of an account of its own. */
export const CASH = '1000000';
export const ACCOUNT_CASH = '33333.33';
const THIRTIETH = '0.033333333333333333';

export type Rules = Readonly<{
  /** What an average starts from: the mean of its first `period` closes, or the first close alone. */
  seed: 'mean' | 'first';
  /** Whether averages are compared only once the slow one has seen its period; one that starts from a mean has no choice. */
  waits: boolean;
  /** Where an order of this close is filled. */
  fill: 'next-open' | 'close';
  /** Nothing is looked at on a candle that fills, and an exit asks for the side, not for the cross. */
  blindWhenFilling: boolean;
  /** The smallest part of a unit. */
  lot: string;
  /** One account for all symbols, or one for each. */
  account: 'shared' | 'each';
  /** Share of the value of the account, at the close; or a fixed amount of money. */
  size: Readonly<{ fraction: string }> | Readonly<{ notional: string }>;
  /** What becomes of a position when the market ends: it stays, or is sold at the last open or the last close. */
  atEnd: 'held' | 'last-open' | 'last-close';
}>;

const FINEST = '0.00000001';

export const OWN_RULES: Rules = {
  seed: 'mean',
  waits: true,
  fill: 'next-open',
  blindWhenFilling: false,
  lot: FINEST,
  account: 'shared',
  size: { fraction: THIRTIETH },
  atEnd: 'held',
};

export const PEERS = ['backtesting', 'vectorbt', 'backtrader', 'nautilus', 'grademark'] as const;
export type PeerName = (typeof PEERS)[number];

export const PEER_RULES: Readonly<Record<PeerName, Rules>> = {
  backtesting: { ...OWN_RULES, seed: 'first', waits: false, lot: '1', account: 'each', size: { fraction: '0.99' }, atEnd: 'last-open' },
  vectorbt: { ...OWN_RULES, seed: 'first', fill: 'close', account: 'each', size: { fraction: '1' } },
  backtrader: { ...OWN_RULES, lot: '1' },
  nautilus: { ...OWN_RULES, seed: 'first', fill: 'close', size: { notional: ACCOUNT_CASH } },
  grademark: { ...OWN_RULES, blindWhenFilling: true, atEnd: 'last-close' },
};

/**
 * How far a quantity may be off, as a share of the peer's. Whole units and a fixed notional come out equal. vectorbt buys
 * with all it has, to the last bit of a double; what a lot of 10^-8 leaves behind stays in our account, trade by trade.
 */
export const QUANTITY_TOLERANCE: Readonly<Record<PeerName, number>> = { backtesting: 0, vectorbt: 1e-7, backtrader: 0, nautilus: 0, grademark: 0 };
