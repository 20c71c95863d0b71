/** How the harness says that something does not hold. It decides nothing; whoever throws it has compared two things. */

/** An invariant that is broken, or a command that ended as it must not. The sentence says what was expected and what is. */
export class ChaosFailure extends Error {}

export const mustHold = (holds: boolean, sentence: () => string): void => {
  if (!holds) throw new ChaosFailure(sentence());
};
