/**
 * The status of an order, as one table: from every status, what each report of a venue makes of it and whether that was
 * to be expected. It moves no money; what a report means for cash, lots and wishes is decided by who reads the table.
 */
import type { OrderStatus, WorkingStatus } from './order.ts';

/** What a venue can say of an order. A fill leaves a rest, completes the order, or goes beyond it. */
export type Report = 'acknowledged' | 'filled_part' | 'filled_whole' | 'filled_over' | 'rejected' | 'cancelled' | 'expired';

/**
 * `ordinary`: as venues do, and all that the simulated one ever does. `late`: it says nothing that is not known. `odd`: it
 * should not have been, and is so all the same. `refuted`: our books know better, and the status stays.
 */
export type EdgeKind = 'ordinary' | 'late' | 'odd' | 'refuted';

export type Edge = Readonly<{ to: OrderStatus; kind: EdgeKind }>;

const ordinary = (to: OrderStatus): Edge => ({ to, kind: 'ordinary' });
const late = (to: OrderStatus): Edge => ({ to, kind: 'late' });
const odd = (to: OrderStatus): Edge => ({ to, kind: 'odd' });
const refuted = (to: OrderStatus): Edge => ({ to, kind: 'refuted' });

export const STATUS_EDGES: Readonly<Record<OrderStatus, Readonly<Record<Report, Edge>>>> = {
  NEW: {
    acknowledged: ordinary('ACKNOWLEDGED'),
    filled_part: ordinary('PARTIALLY_FILLED'),
    filled_whole: ordinary('FILLED'),
    filled_over: odd('FILLED'),
    rejected: ordinary('REJECTED'),
    cancelled: ordinary('CANCELLED'),
    expired: ordinary('EXPIRED'),
  },
  ACKNOWLEDGED: {
    acknowledged: late('ACKNOWLEDGED'),
    filled_part: ordinary('PARTIALLY_FILLED'),
    filled_whole: ordinary('FILLED'),
    filled_over: odd('FILLED'),
    rejected: odd('REJECTED'),
    cancelled: ordinary('CANCELLED'),
    expired: ordinary('EXPIRED'),
  },
  PARTIALLY_FILLED: {
    acknowledged: late('PARTIALLY_FILLED'),
    filled_part: ordinary('PARTIALLY_FILLED'),
    filled_whole: ordinary('FILLED'),
    filled_over: odd('FILLED'),
    // What filled has filled; only the rest can be refused.
    rejected: odd('CANCELLED'),
    cancelled: ordinary('CANCELLED'),
    expired: ordinary('EXPIRED'),
  },
  FILLED: {
    acknowledged: late('FILLED'),
    filled_part: odd('FILLED'),
    filled_whole: odd('FILLED'),
    filled_over: odd('FILLED'),
    rejected: refuted('FILLED'),
    cancelled: refuted('FILLED'),
    expired: refuted('FILLED'),
  },
  CANCELLED: {
    acknowledged: late('CANCELLED'),
    filled_part: odd('CANCELLED'),
    filled_whole: odd('FILLED'),
    filled_over: odd('FILLED'),
    rejected: refuted('CANCELLED'),
    cancelled: late('CANCELLED'),
    expired: refuted('CANCELLED'),
  },
  REJECTED: {
    // It may rest at the venue after all.
    acknowledged: refuted('REJECTED'),
    filled_part: odd('CANCELLED'),
    filled_whole: odd('FILLED'),
    filled_over: odd('FILLED'),
    rejected: late('REJECTED'),
    cancelled: refuted('REJECTED'),
    expired: refuted('REJECTED'),
  },
  EXPIRED: {
    acknowledged: late('EXPIRED'),
    filled_part: odd('EXPIRED'),
    filled_whole: odd('FILLED'),
    filled_over: odd('FILLED'),
    rejected: refuted('EXPIRED'),
    cancelled: refuted('EXPIRED'),
    expired: late('EXPIRED'),
  },
};

export const isWorking = (status: OrderStatus): status is WorkingStatus => status === 'NEW' || status === 'ACKNOWLEDGED' || status === 'PARTIALLY_FILLED';
