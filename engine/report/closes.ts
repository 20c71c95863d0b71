/** Closes of an hour as doubles, read from the marks it left. A market without a candle in the hour has none. */
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour } from '../../core/execute.ts';
import { powerOfTen } from '../../core/market/columns.ts';
import type { Marks } from '../../core/market/marks.ts';

/** The slots of an hour: `from`, and `to` exclusive. */
export type Slots = Readonly<{ from: number; to: number }>;

export const slotsOfHour = ({ stepsPerHour }: Desk, { sealed }: ExecutedHour): Slots => ({ from: sealed.hour * stepsPerHour, to: (sealed.hour + 1) * stepsPerHour });

/** The last close of a market within the slots; null where it had none. */
export const closeOf = (marks: Marks, index: number, { from, to }: Slots): number | null => {
  const slot = marks.slot[index]!;
  return slot < from || slot >= to ? null : markAsDouble(marks, index);
};

/** The last close that is known; null before the first. */
export const lastClose = (marks: Marks, index: number): number | null => (marks.slot[index]! < 0 ? null : markAsDouble(marks, index));

const markAsDouble = (marks: Marks, index: number): number => Number(marks.mantissa[index]!) / Number(powerOfTen(marks.scale[index]!));
