/** What a market file is to whoever reads it: rows as numbered lines of CSV, whatever kind of file they come from. */
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { FormatChoice } from './detect-format.ts';
import type { FileLayout } from './file-layout.ts';
import type { LineBlock } from './read-lines.ts';
import type { ArchiveMember } from './zip-archive.ts';

/** Every line, or where that is less work lines that hold the time alone, in the same field. */
export type LinesWanted = 'candles' | 'times';

export type MarketTable = Readonly<{
  /** What the file is called in messages. */
  path: string;
  layout: FileLayout;
  lines: (wanted: LinesWanted) => AsyncGenerator<LineBlock, void, void>;
  /** Throws when what is packed is damaged anywhere: what looks wrong may come from that. */
  requireWhole: () => Promise<void>;
  requireUnchanged: () => Promise<void>;
  close: () => Promise<void>;
}>;

/** `member` is a text in an archive that somebody else has opened and closes; null reads the file of the path. */
export type TableRequest = Readonly<{ path: string; member: ArchiveMember | null; format: FormatChoice; symbol: MarketSymbol }>;
