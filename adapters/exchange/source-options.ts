/**
 * What a source is opened with: where its venue is, which clock is ours, how politely and how patiently it is asked. Defaults are
 * those of a venue on the internet; a command or a test says otherwise.
 */
import type { Asset, TimeMs } from '../../core/kernel/units.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { PATIENCE } from './patience.ts';
import type { Patience } from './patience.ts';

export type SourceOptions = Readonly<{
  /** Scheme, host and perhaps a path, put in place of the venue's own; without a slash at the end. Null is the venue itself. */
  baseUrl: string | null;
  now: () => TimeMs;
  /** Whether the venue's own limit of requests is kept. Only a venue of one's own does without. */
  paced: boolean;
  /** The most requests in any minute; null leaves it to the venue's limit. */
  requestsPerMinute: number | null;
  patience: Patience;
  /** How long after its end a candle still counts as open, for venues that write the last trades late. */
  settleMs: number;
  /** The usual ticker of a venue's name of an asset: XXBT is BTC at Kraken. */
  assetOfVenueName: (name: string) => Asset;
}>;

/** The only option without a default is what the venue's names mean. */
export type GivenOptions = Pick<SourceOptions, 'assetOfVenueName'> & Partial<Omit<SourceOptions, 'patience'>> & Readonly<{ patience?: Partial<Patience> }>;

export const sourceOptions = (given: GivenOptions): SourceOptions => ({
  baseUrl: null,
  now: () => timeMs(Date.now()),
  paced: true,
  requestsPerMinute: null,
  settleMs: 5_000,
  ...given,
  patience: { ...PATIENCE, ...given.patience },
});
