/** Commands of the pages that ask an exchange, executed as printed but for the address of the exchange: a venue on this machine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openVenueDesk } from '../support/venue-desk.ts';
import type { VenueDesk } from '../support/venue-desk.ts';

/** The lines of the text blocks of a page that begin with `tb`. */
const textCommands = async (page: string): Promise<readonly string[]> => {
  const blocks = (await readFile(join(import.meta.dirname, '..', '..', page), 'utf8')).matchAll(/^```text\n(.*?)^```/gms);
  return [...blocks].flatMap(([, block]) => block!.trim().split('\n')).filter(line => line.startsWith('tb ')).map(line => line.slice('tb '.length));
};

const rowsOf = (count: number, seconds: number): string => Array.from({ length: count }, (_, index) => `${1_725_148_800 + index * seconds},1,2,1,2,3,4\n`).join('');

describe.each([['README.md', 3], ['docs/market-data.md', 8]] as const)('%s', (page, commands) => {
  let desk: VenueDesk;
  beforeAll(async () => {
    desk = await openVenueDesk('2024-12-15T12:10:00Z');
    if (page === 'README.md') return;
    // Two hours of minutes and of hours, as Kraken's archive has them.
    await desk.store.write('XBTUSD_1.csv', rowsOf(120, 60));
    await desk.store.write('MATICUSD_60.csv', rowsOf(2, 3_600));
    await desk.json('backfill --source kraken --symbols BTC/USD,ETH/USD --from 2024-11-15T00:00:00Z {venue}');
    await desk.json('open --run live --mode paper --strategy ema-cross --symbols BTC/USD,ETH/USD --from 2024-12-15T13:00:00Z');
  });

  test('works as printed, and what follows a market executes hour after hour until it is stopped', async () => {
    const lines = await textCommands(page);
    expect(lines).toHaveLength(commands);
    for (const line of lines) {
      const asked = /^(open|import|data revisions|data aggregate)/.test(line) ? line : `${line} {venue}`;
      const { child, ended } = desk.start(`${asked} --json`);
      const follows = line.includes('--follow');
      if (follows) {
        desk.clock.onStep(nowMs => {
          if (nowMs > Date.UTC(2024, 11, 15, 17, 30)) child.kill('SIGINT');
        });
      }
      const said = await ended;
      desk.clock.onStep(() => undefined);
      expect({ line, signal: said.signal, exit: said.exit, err: said.err }).toEqual({ line, signal: follows ? 'SIGINT' : null, exit: follows ? null : 0, err: '' });
      if (follows) expect(said.out.trimEnd().split('\n').map(text => (JSON.parse(text) as { hour: string }).hour)).toContain('2024-12-15T16:00:00Z');
    }
  });
});
