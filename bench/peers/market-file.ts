/** The synthetic market as a file that any language reads at once: for each symbol five runs of little-endian doubles. */
import { writeFileSync } from 'node:fs';
import { HOUR_MS } from '../../core/kernel/units.ts';
import { CANDLE_VALUES } from '../../core/market/candle.ts';
import { doubleOf } from '../../core/market/columns.ts';
import type { CandleColumns } from '../../core/market/columns.ts';
import { BENCH_START } from '../engine.ts';
import { syntheticColumns, syntheticSymbols } from '../market.ts';

export type PeerMarket = Readonly<{ symbols: number; hours: number }>;

/** What every peer and our engine trade. */
export const peerColumns = ({ symbols, hours }: PeerMarket): readonly CandleColumns[] => {
  const size = { symbols, candles: hours, timeframe: '1h', firstOpenMs: BENCH_START * HOUR_MS } as const;
  return syntheticSymbols(symbols).map((symbol, index) => syntheticColumns(symbol, index + 1, size));
};

/** Open, high, low, close and volume, one after another, symbol after symbol. */
export const writeMarket = (path: string, columns: readonly CandleColumns[]): void => {
  const bytes = columns.flatMap(ofSymbol =>
    CANDLE_VALUES.map(name => {
      const { mantissa, scale } = ofSymbol[name];
      const run = new DataView(new ArrayBuffer(8 * ofSymbol.length));
      for (let row = 0; row < ofSymbol.length; row += 1) run.setFloat64(8 * row, doubleOf(mantissa[row]!, scale[row]!), true);
      return new Uint8Array(run.buffer);
    }),
  );
  writeFileSync(path, Buffer.concat(bytes));
};
