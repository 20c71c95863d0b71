/** Which deliveries of candles a run could see, and what of them was changed, or came, after it had used what there was: one line. */
import { formatTime } from '../core/kernel/hours.ts';
import { timeMs } from '../core/kernel/units.ts';
import type { TimeMs } from '../core/kernel/units.ts';
import { ageText } from '../engine/ages.ts';
import type { RevisionsOfRun } from '../engine/markets/revisions-of-run.ts';
import { counted } from '../engine/wording.ts';

/** `ingest` is the latest delivery that it could see, 0 for none. */
export type Vintage = Readonly<{ ingest: number; received: TimeMs | null; revised: number; late: number }>;

export const vintageOf = ({ ingestId, receivedMs, unseen }: RevisionsOfRun): Vintage => {
  const revised = unseen.filter(({ before }) => before !== null).length;
  return { ingest: ingestId, received: receivedMs, revised, late: unseen.length - revised };
};

export const vintageText = (name: string, { ingest, received, revised, late }: Vintage): string => {
  const seen = received === null ? 'saw no delivery' : `as of delivery ${ingest}, received ${formatTime(timeMs(received - (received % 1_000)))} (${ageText(received, Date.now())})`;
  if (revised + late === 0) return `${seen}; none was changed later`;
  return `${seen}; ${counted(revised, 'candle')} changed and ${late} came after the fact: tb data revisions --run ${name}`;
};
