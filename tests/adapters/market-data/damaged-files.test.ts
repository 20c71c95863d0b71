/** Bytes changed at random: whatever comes of it is candles or a word about the file, soon, and never another failure. */
import fc from 'fast-check';
import { Float64, Int64, Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { fileWriter, readWhole, temporaryFolder } from '../../support/market-files.ts';
import { zipOf } from './zip-bytes.ts';

const write = fileWriter(await temporaryFolder());
const HOURS = Array.from({ length: 300 }, (_, row) => 1_704_067_200_000 + row * 3_600_000);
const PRICES = { open: 10, high: 20, low: 5, close: 11, volume: 0.5 };
const rows = HOURS.map((ms, row) => [ms, 10, 20, 5, 11, row / 8]);

const FILES: Readonly<Record<string, Uint8Array>> = {
  parquet: new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'ts', data: HOURS.map(BigInt) }, ...Object.entries(PRICES).map(([name, value]) => ({ name, data: HOURS.map((_, row) => value + (name === 'volume' ? row : 0)), type: 'DOUBLE' as const }))] })),
  feather: tableToIPC(new Table({ ts: vectorFromArray(HOURS.map(BigInt), new Int64()), ...Object.fromEntries(Object.entries(PRICES).map(([name, value]) => [name, vectorFromArray(HOURS.map(() => value), new Float64())])) }), 'file'),
  zip: zipOf([{ name: 'XBTUSD_60.csv', content: rows.map(row => `${row.join()},1\n`).join('') }]),
  json: Buffer.from(JSON.stringify(rows)),
};

/** Where values are: what a damaged description of a Feather file says may take its library seconds to look at. */
const CHANGED: Readonly<Record<string, readonly [from: number, to: number]>> = { feather: [2_000, 15_000] };

test.each(Object.keys(FILES))('%s', async kind => {
  const whole = FILES[kind]!;
  const [from, to] = CHANGED[kind] ?? [0, whole.length];
  expect((await readWhole(await write(`good.${kind}`, whole))).tally.candles).toBe(300);
  const damage = fc.record({ cut: fc.option(fc.integer({ min: 0, max: whole.length - 1 }), { freq: 3 }), changes: fc.array(fc.tuple(fc.integer({ min: from, max: to - 1 }), fc.nat(255)), { maxLength: 12 }), atEnd: fc.array(fc.tuple(fc.nat(Math.min(400, whole.length) - 1), fc.nat(255)), { maxLength: kind in CHANGED ? 0 : 4 }) });
  await fc.assert(fc.asyncProperty(damage, async ({ cut, changes, atEnd }) => {
    const bytes = Uint8Array.from(whole);
    for (const [at, value] of changes) bytes[at] = value;
    for (const [back, value] of atEnd) bytes[bytes.length - 1 - back] = value;
    const path = await write(`damaged.${kind}`, cut === null ? bytes : bytes.subarray(0, cut));
    const outcome = await readWhole(path).then(({ tally, candles }) => tally.candles === candles.length, (error: unknown) => (error as Error).name);
    expect([true, 'MarketFileError']).toContain(outcome);
  }), { seed: 1_009, numRuns: 150 });
}, 60_000);
