/** The key of a command that was given none. Keys order the commands of one hour, so they count up with the time they were made at. */
import { randomBytes } from 'node:crypto';

/** A UUID of version 7: 48 bits of Unix milliseconds, then chance. Of two, the later one sorts behind as text. */
export const keyMadeAt = (nowMs: number): string => {
  const time = nowMs.toString(16).padStart(12, '0');
  const chance = randomBytes(10).toString('hex');
  const variant = ((Number.parseInt(chance[3]!, 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-${variant}${chance.slice(4, 7)}-${chance.slice(7, 19)}`;
};
