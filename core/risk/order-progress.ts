/**
 * What the life of an order may change of it, in one place: how far it got, what is still set aside, and whether its cancel
 * was asked for. What it is, and how much of it, stays as approved.
 */
import type { WorkingOrder } from '../orders/order.ts';

export type OrderProgress = Partial<Pick<WorkingOrder, 'status' | 'filled' | 'reserved' | 'reservedExposure' | 'cancelReason'>>;

/** A copy loses the mark of approval; this one keeps it. */
// oxlint-disable-next-line typescript/no-misused-spread -- What a spread loses is given back here, and only here.
export const withProgress = (order: WorkingOrder, progress: OrderProgress): WorkingOrder => ({ ...order, ...progress }) as WorkingOrder;
