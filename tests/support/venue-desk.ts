/** A loopback venue with the markets of a store beside it, on one clock that steps: for tests of the commands that ask venues. */
import { afterAll } from 'vitest';
import { parseTime } from '../../core/kernel/hours.ts';
import { marketSymbol } from '../../core/kernel/units.ts';
import { scratchStore } from './scratch-store.ts';
import type { ScratchDatabase } from './scratch-store.ts';
import { openClock } from './stepping-clock.ts';
import type { SteppingClock } from './stepping-clock.ts';
import type { Document, failureOf, Said, Started } from './tb.ts';
import { demoHistory } from './venue/history.ts';
import type { VenueSeries } from './venue/history.ts';
import { openVenue } from './venue/server.ts';
import type { Venue } from './venue/server.ts';

const NAMES = ['BTC/USD', 'ETH/USD'] as const;

/** Two markets of the demo under names that Kraken spells in its own way; the second has a hole of five hours on the twelfth of March. */
export const namedHistory = (): readonly VenueSeries[] => NAMES.map((name, index) => ({ ...demoHistory()[index]!, symbol: marketSymbol(name) }));

export type VenueDesk = Readonly<{
  store: ScratchDatabase;
  venue: Venue;
  clock: SteppingClock;
  /** Commands at the time of the clock; `{venue}` in a line stands for where the venue is and that it may be asked without limit. */
  tb: (line: string) => Promise<Said>;
  start: (line: string) => Started;
  json: (line: string) => Promise<Document>;
  failure: (line: string) => Promise<ReturnType<typeof failureOf>>;
}>;

/** Opened at a time of 2024, closed after the test file. */
export const openVenueDesk = async (time: string, series: readonly VenueSeries[] = namedHistory()): Promise<VenueDesk> => {
  const [store, clock] = [await scratchStore(), await openClock(parseTime(time)!)];
  const venue = await openVenue({ nowMs: clock.now(), series });
  clock.drive(venue.tape.clock);
  afterAll(() => Promise.all([venue.close(), clock.close()]));
  const at = (line: string): string => line.replace('{venue}', `--venue-url ${venue.url} --requests-per-minute unlimited`);
  return {
    store, venue, clock,
    tb: line => store.tb(at(line), clock.env),
    start: line => store.start(at(line), clock.env),
    json: line => store.json(at(line), clock.env),
    failure: line => store.failure(at(line), clock.env),
  };
};
