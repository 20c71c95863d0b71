/** Which parts an engine answered differently from the one tb runs on. Every part must be there on both sides. */
import { byCodeUnit } from '../../core/kernel/order.ts';

export type Answer = Readonly<{ timeZone: string; locale: string; hashes: Readonly<Record<string, string>> }>;

export const differingParts = (expected: Answer, actual: Answer): readonly string[] => {
  const parts = new Set([...Object.keys(expected.hashes), ...Object.keys(actual.hashes)]);
  return [...parts].filter(part => expected.hashes[part] !== actual.hashes[part]).sort(byCodeUnit);
};

/** Reads what the subject printed; null when it is not one line of JSON with hashes in it. */
export const answerOf = (printed: string): Answer | null => {
  try {
    const answer = JSON.parse(printed) as Answer;
    return Object.keys(answer.hashes).length > 0 ? answer : null;
  } catch {
    return null;
  }
};
