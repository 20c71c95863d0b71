/**
 * The mark of an order that passed the gates. It exists for the compiler only: a private member of a type that is never
 * made, so that no literal can have it and no copy keeps it. Nothing is an order but what core/risk/approve-order.ts made.
 */

// oxlint-disable-next-line tb/values-and-functions -- Only a private member is lost by a spread; the declaration erases and no value of it exists.
export declare class Approved {
  private readonly approvedByTheGates: true;
}
