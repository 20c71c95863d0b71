/** What only the store knows of a run: whether its markets were chosen after its window had begun, and whether its candles were changed since. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readUniverses } from '../../adapters/store/venue-records.ts';
import type { Universe } from '../../adapters/store/venue-records.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import { formatTime, startOfHour } from '../../core/kernel/hours.ts';
import type { HourUtc, MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import { baseOf } from '../../core/kernel/units.ts';
import { revisionsOfRun } from '../markets/revisions-of-run.ts';
import { UNIVERSES } from '../markets/universes.ts';
import { counted } from '../wording.ts';
import type { Found } from './conditions.ts';

export type Window = Readonly<{ symbols: readonly MarketSymbol[]; tradeFromHour: HourUtc }>;

export const foundInStore = async (client: StoreClient, run: StoredRun, window: Window): Promise<Found> => {
  const recorded = new Map((await readUniverses(client)).map(({ name, recordedMs }) => [name, recordedMs]));
  const hindsight = UNIVERSES.map(universe => hindsightOf(universe, recorded.get(universe.name) ?? null, window)).find(found => found !== null) ?? null;
  return { hindsight, revisedData: await revisedDataOf(client, run) };
};

/** A few assets of a long list are a choice of their own, which nobody recorded. */
const MEMBERS_SHARE_MIN = 0.5;

/** Null where the universe is not recorded, was there before trading began, or is not what the run trades. */
export const hindsightOf = ({ name, members }: Universe, recordedMs: TimeMs | null, { symbols, tradeFromHour }: Window): string | null => {
  if (recordedMs === null || recordedMs <= startOfHour(tradeFromHour)) return null;
  const known = new Set<string>(members.flatMap(({ asset, formerly }) => (formerly === null ? [asset] : [asset, formerly])));
  if (symbols.length < members.length * MEMBERS_SHARE_MIN || !symbols.every(symbol => known.has(baseOf(symbol)))) return null;
  const part = symbols.length === members.length ? '' : `${symbols.length} of the ${members.length} markets of `;
  return `${part}universe ${name} chosen on ${formatTime(recordedMs).slice(0, 10)}, after the fact`;
};

const revisedDataOf = async (client: StoreClient, run: StoredRun): Promise<string | null> => {
  const { unseen } = await revisionsOfRun(client, run);
  if (unseen.length === 0) return null;
  const since = unseen.reduce((earliest, { version }) => Math.min(earliest, version.receivedMs), Infinity);
  return `${counted(unseen.length, 'candle')} changed or added by the source since ${formatTime(since as TimeMs).slice(0, 10)}, after the run had used what there was: tb data revisions --run ${run.name}`;
};
