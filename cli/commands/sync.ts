/** `tb sync`: brings the markets that a venue was asked for before up to now, once or again and again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readFollowed } from '../../adapters/store/deliveries.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { dueAfter, everyOf } from '../../engine/markets/schedule.ts';
import { followedOf, sync } from '../../engine/markets/sync.ts';
import type { Synced } from '../../engine/markets/sync.ts';
import { nothing } from '../../engine/problem.ts';
import type { RequestTally } from '../../adapters/ports.ts';
import { counted, orNearest } from '../../engine/wording.ts';
import { countOf, symbolsOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { dim, printResult, table, yellow } from '../output.ts';
import { isPassing, reportFailure } from '../failure.ts';
import { withStore } from '../store.ts';
import { tallyDocument, tallyText, withSource } from '../venue-options.ts';
import type { VenueOptions } from '../venue-options.ts';

type SyncOptions = VenueOptions & Readonly<{ source?: string; symbols?: string; again: string; every?: string }>;
type SourceResult = Readonly<{ source: string; synced: Synced; tally: RequestTally }>;

export const run: Action<SyncOptions> = async options => {
  const symbols = options.symbols === undefined ? null : symbolsOf('--symbols', options.symbols);
  const again = countOf('--again', options.again, { min: 0, max: 1_000 });
  const everyMs = options.every === undefined ? null : everyOf('--every', options.every);
  const once = (): Promise<void> => withStore(options, client => syncAll(client, options, { symbols, again }));
  if (everyMs === null) return once();
  for (;;) {
    // A venue that cannot be reached now may be at the next turn; what it told meanwhile is asked for then.
    await once().catch((error: unknown) => {
      if (!isPassing(error)) throw error;
      reportFailure(error, { json: false });
    });
    await sleep(dueAfter(Date.now(), everyMs) - Date.now());
  }
};

type Wanted = Readonly<{ symbols: readonly MarketSymbol[] | null; again: number }>;

const syncAll = async (client: StoreClient, options: Parameters<Action<SyncOptions>>[0], { symbols, again }: Wanted): Promise<void> => {
  const started = performance.now();
  const known = [...new Set((await readFollowed(client)).map(({ source }) => source))];
  const sources = options.source === undefined ? known : [options.source];
  const results: SourceResult[] = [];
  for (const name of sources) {
    if ((await followedOf(client, name, symbols)).length === 0) continue;
    results.push(await withSource(name, options, async source => ({ source: name, synced: await sync(client, source, { symbols, again, nowMs: timeMs(Date.now()) }), tally: source.tally() })));
  }
  if (results.length === 0) throw nothing(`The store follows no market of a venue that fits${orNearest(options.source ?? '', known)}`, 'Begin with tb backfill --source kraken --symbols BTC/USD --from …');
  report(options, results, performance.now() - started);
  const [failed] = results.flatMap(({ synced: { unread, venueFailure } }) => [...unread.map(({ error }) => error), ...(venueFailure === null ? [] : [venueFailure])]);
  // Told at the end, so that what the other markets brought is told before.
  if (failed !== undefined) throw failed;
};

const report = (options: Parameters<Action<SyncOptions>>[0], results: readonly SourceResult[], wallMs: number): void => {
  const all = results.flatMap(({ synced }) => synced.series);
  const sum = (field: 'added' | 'duplicates' | 'revisions' | 'absent'): number => all.reduce((total, { collected }) => total + collected[field], 0);
  printResult(options, {
    document: {
      added: sum('added'), duplicates: sum('duplicates'), revisions: sum('revisions'), wallMs: Math.round(wallMs),
      sources: results.map(({ source, synced, tally }) => ({
        booksRecorded: synced.booksRecorded, listingChanges: synced.listingChanges, requests: tallyDocument(tally), rulesRecorded: synced.rulesRecorded, source, unlisted: synced.unlisted, unread: synced.unread.map(({ series, error }) => ({ ...series, reason: error.message })),
        series: synced.series.map(({ series, fromMs, collected }) => ({ ...series, ...collected, from: formatTime(fromMs) })),
      })),
    },
    text: () => {
      const rows = results.flatMap(({ source, synced }) => synced.series.map(({ series, fromMs, collected }) => [source, series.symbol, series.timeframe, formatTime(fromMs), String(collected.added), String(collected.revisions), String(collected.absent)]));
      const gone = results.flatMap(({ source, synced: { unlisted } }) => (unlisted.length === 0 ? [] : [`${yellow('warning')} ${source} does not list ${unlisted.join(', ')} any more`]));
      const unread = results.flatMap(({ synced }) => synced.unread.map(({ error }) => `${yellow('warning')} ${error.message}`));
      const tails = results.map(({ source, synced, tally }) => dim(`${source}: ${counted(synced.booksRecorded, 'top')} of the book, ${counted(synced.rulesRecorded.length, 'new rule')}; ${tallyText(tally)}`));
      return [`${formatTime(timeMs(Date.now()))}: ${counted(sum('added'), 'new candle')}, ${counted(sum('revisions'), 'revision')}`, table(['source', 'market', 'candle', 'asked from', 'added', 'revisions', 'absent'], rows), ...gone, ...unread, ...tails].join('\n');
    },
  });
};
