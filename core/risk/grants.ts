/**
 * What a gate granted, and the proof that a gate did: every grant is registered here, and an order is made only from one
 * that is. Only the gates may import this file; core/risk/approve-order.ts checks the proof.
 */
import { assert } from '../kernel/assert.ts';

/** Terms that a gate agreed to; a copy of them is none. */
export type Granted<Terms> = Terms & GrantedByAGate;

// oxlint-disable-next-line tb/values-and-functions -- As in approved.ts: a mark for the compiler that a spread loses.
declare class GrantedByAGate {
  private readonly grantedByAGate: true;
}

const grants = new WeakSet<object>();

/** Called by a gate that has judged the terms, and by nobody else. */
export const grant = <Terms extends object>(terms: Terms): Granted<Terms> => {
  grants.add(terms);
  return terms as Granted<Terms>;
};

export const assertGranted = (terms: object): void => assert(grants.has(terms), 'An order is made from what a gate granted.');
