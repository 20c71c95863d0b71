/** A bug in tb, never a refusal and never bad input: the desk stops where its own reasoning failed. */

export function assert(holds: boolean, fact: string): asserts holds {
  if (!holds) throw new Error(`Assertion failed: ${fact}`);
}
