/** `tb universe`: lists of assets under a versioned name; what a venue lists of them, and what the store holds. */
import { readCoverage } from '../../adapters/store/coverage.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { membersText, readListings, readUniverses, recordUniverse } from '../../adapters/store/venue-records.ts';
import type { Universe } from '../../adapters/store/venue-records.ts';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { recordVenue } from '../../engine/markets/sync.ts';
import { requireUniverse, UNIVERSE_QUOTES, UNIVERSES } from '../../engine/markets/universes.ts';
import { usage } from '../../engine/problem.ts';
import { counted, orNearest, typed } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { dim, printResult, table } from '../output.ts';
import { withStore } from '../store.ts';
import { tallyDocument, tallyText, withSource } from '../venue-options.ts';
import type { VenueOptions } from '../venue-options.ts';

type UniverseOptions = VenueOptions & Readonly<{ action: string; name?: string; source: string; quote: string }>;

const ACTIONS = ['show', 'refresh'];

export const run: Action<UniverseOptions> = async options => {
  const universe = requireUniverse(options.name ?? UNIVERSES[0]!.name);
  if (!UNIVERSE_QUOTES.some(quote => quote === options.quote)) throw usage(`--quote: ${typed(options.quote)} is none of ${UNIVERSE_QUOTES.join(', ')}${orNearest(options.quote, UNIVERSE_QUOTES)}`);
  if (options.action === 'show') return withStore(options, client => show(client, options, universe));
  if (options.action === 'refresh') return withStore(options, client => refresh(client, options, universe));
  throw usage(`There is no tb universe ${typed(options.action)}${orNearest(options.action, ACTIONS)}`, 'tb universe show, or tb universe refresh.');
};

const show = async (client: StoreClient, options: Parameters<Action<UniverseOptions>>[0], universe: Universe): Promise<void> => {
  const listings = new Map((await readListings(client, options.source)).map(listing => [String(listing.symbol), listing]));
  const coverage = new Map((await readCoverage(client)).filter(({ series }) => series.timeframe === '1h').map(one => [String(one.series.symbol), one]));
  const recorded = (await readUniverses(client)).find(({ name }) => name === universe.name)?.recordedMs ?? null;
  const members = universe.members.map(({ asset, formerly }, index) => {
    const symbol = `${asset}/${options.quote}`;
    const [listing, held] = [listings.get(symbol), coverage.get(symbol)];
    const time = (ms: Parameters<typeof formatTime>[0] | null | undefined): string | null => (ms === null || ms === undefined ? null : formatTime(ms));
    return { asset, candles: held?.candles ?? 0, first: time(held?.firstOpenMs), formerly, last: time(held?.lastOpenMs), rank: index + 1, status: listing?.status ?? null, symbol, venueSymbol: listing?.venueSymbol ?? null };
  });
  printResult(options, {
    document: { digest: sha256Hex(membersText(universe)), members, name: universe.name, quote: options.quote, recorded: recorded === null ? null : formatTime(recorded), source: options.source },
    text: () => {
      const rows = members.map(({ rank, asset, formerly, symbol, venueSymbol, status, candles, first, last }) => [String(rank), formerly === null ? asset : `${asset} (was ${formerly})`, symbol, venueSymbol ?? '-', status ?? '-', String(candles), first ?? '-', last ?? '-']);
      const never = listings.size === 0 ? [dim(`What ${options.source} lists is not recorded yet: tb universe refresh --source ${options.source}`)] : [];
      return [universe.name, table(['rank', 'asset', 'market', `at ${options.source}`, 'status', 'candles', 'first open', 'last open'], rows), ...never].join('\n');
    },
  });
};

const refresh = (client: StoreClient, options: Parameters<Action<UniverseOptions>>[0], universe: Universe): Promise<void> =>
  withSource(options.source, options, async source => {
    const now = timeMs(Date.now());
    await recordUniverse(client, universe, now);
    const symbols = new Set(universe.members.map(({ asset }) => `${asset}/${options.quote}`));
    const markets = await source.markets();
    const listed = markets.map(({ symbol }) => symbol).filter(symbol => symbols.has(symbol));
    const { listingChanges, rulesRecorded } = await recordVenue(client, source.id, { markets, symbols: listed, nowMs: now });
    const changed = listingChanges.filter(({ symbol }) => symbols.has(symbol));
    printResult(options, {
      document: { changed, listed, listingChanges: listingChanges.length, name: universe.name, quote: options.quote, requests: tallyDocument(source.tally()), rulesRecorded, source: source.id },
      text: () => {
        const rows = changed.map(({ symbol, venueSymbol, status }) => [symbol, venueSymbol, status]);
        const changes = rows.length === 0 ? 'No listing of the universe changed.' : table(['market', `at ${source.id}`, 'status now'], rows);
        return [`${universe.name} at ${source.id}: ${listed.length} of ${universe.members.length} against ${options.quote}; ${counted(listingChanges.length, 'listing')} of all changed, ${counted(rulesRecorded.length, 'rule')} recorded`, changes, dim(tallyText(source.tally()))].join('\n');
      },
    });
  });
