/** The disk runs full under the store: tb says so, nothing is half-done, and with room it works again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endOf, sentenceOf } from '../run-tb.ts';
import { mustHold } from '../failure.ts';
import { clearDisk, fillDisk } from '../small-disk.ts';
import { required } from '../world.ts';
import { DONE_OR_UNAVAILABLE } from './fault.ts';
import type { Fault } from './fault.ts';
import { HOUR_MS, timeMs } from '../../../core/kernel/units.ts';
import { formatTime } from '../../../core/kernel/hours.ts';

const PAGE_BYTES = 8_192;
const PAGES_MAX = 64;
/** More candles than the free pages hold. */
const BALLAST_CANDLES = 20_000;
/** 2015-01-01T00:00:00Z. */
const BALLAST_HOUR = 394_464;

const ballast = (): string =>
  ['ts,open,high,low,close,volume', ...Array.from({ length: BALLAST_CANDLES }, (_, index) => `${formatTime(timeMs((BALLAST_HOUR + index) * HOUR_MS))},1,1,1,1,${index}`)].map(line => `${line}\n`).join('');

export const fillDiskUp: Fault = {
  name: 'fill-disk',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  needsSmallDisk: true,
  strike: async ({ world, line, draw }) => {
    const { disk } = world;
    if (typeof disk === 'string') return { leftOut: `no small disk can be mounted here: ${disk}` };
    const pages = draw(PAGES_MAX);
    writeFileSync(join(world.folder, 'big.csv'), ballast());
    fillDisk(disk, pages * PAGE_BYTES);
    try {
      const big = required(await world.tb('import big.csv --symbol BIG/USD'), [4]);
      mustHold(/No space left on device|could not extend/.test(sentenceOf(big)), () => `A full disk was told as: ${sentenceOf(big)}`);
      const said = required(await world.tb(line.text), DONE_OR_UNAVAILABLE);
      return { note: `${pages} pages free, a large import refused, the command ${endOf(said)}` };
    } finally {
      clearDisk(disk);
    }
  },
};
