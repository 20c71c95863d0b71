/**
 * The slow, obvious twin of what a recorded venue does to orders: a plain list of what was said, read again from the
 * first word each time. It knows one order at a time, no tables and no state, and shares no line with core.
 */

export type SaidFill = Readonly<{ kind: 'fill'; trade: string; quantity: number; price: number }>;
export type Said = SaidFill | Readonly<{ kind: 'ack' | 'cancel' | 'expire' | 'reject' }>;

export type SlowOrder = Readonly<{ side: 'BUY' | 'SELL'; quantity: number }>;

export type SlowAnswer = Readonly<{
  status: 'NEW' | 'ACKNOWLEDGED' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELLED' | 'REJECTED' | 'EXPIRED';
  filled: number;
  /** Fills that were booked, in order. */
  booked: readonly SaidFill[];
  conflicts: readonly string[];
}>;

const ENDS = { cancel: 'CANCELLED', expire: 'EXPIRED', reject: 'REJECTED' } as const;

/** What all that was said of an order amounts to. `held` is what its agent holds when the first word is said. */
export const slowAnswer = ({ side, quantity }: SlowOrder, held: number, said: readonly Said[]): SlowAnswer => {
  const booked: SaidFill[] = [];
  const conflicts: string[] = [];
  let isAcknowledged = false;
  let end: 'CANCELLED' | 'EXPIRED' | 'REJECTED' | null = null;
  const filled = (): number => booked.reduce((sum, fill) => sum + fill.quantity, 0);
  for (const word of said) {
    switch (word.kind) {
      case 'ack':
        if (end === 'REJECTED' && filled() < quantity) conflicts.push('ALIVE_AFTER_END');
        if (end === null) isAcknowledged = true;
        break;
      case 'fill': {
        const same = booked.find(fill => fill.trade === word.trade);
        if (same !== undefined) {
          conflicts.push(same.quantity === word.quantity && same.price === word.price ? 'TRADE_REPEATED' : 'TRADE_CHANGED');
          break;
        }
        const soldBefore = filled();
        booked.push(word);
        if (filled() > quantity) conflicts.push('OVERFILL');
        else if (end !== null) conflicts.push('FILL_AFTER_END');
        if (end === 'REJECTED') end = 'CANCELLED';
        if (side === 'SELL' && word.quantity > Math.max(held - soldBefore, 0)) conflicts.push('SOLD_MORE_THAN_HELD');
        break;
      }
      case 'cancel':
      case 'expire':
      case 'reject': {
        const wanted = ENDS[word.kind];
        if (filled() >= quantity) conflicts.push('END_CONTRADICTED');
        else if (end !== null) conflicts.push(...(end === wanted ? [] : ['END_CONTRADICTED']));
        else {
          const isOdd = word.kind === 'reject' && (isAcknowledged || filled() > 0);
          if (isOdd) conflicts.push('END_CONTRADICTED');
          end = word.kind === 'reject' && filled() > 0 ? 'CANCELLED' : wanted;
        }
        break;
      }
    }
  }
  const open = filled() > 0 ? 'PARTIALLY_FILLED' : isAcknowledged ? 'ACKNOWLEDGED' : 'NEW';
  return { status: filled() >= quantity ? 'FILLED' : (end ?? open), filled: filled(), booked, conflicts };
};
