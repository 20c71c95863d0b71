/** Hours out of minutes, as a user asks for them: exact, with what is missing told, and nothing that is stored touched. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parseTime } from '../../core/kernel/hours.ts';
import { asOwner, scratchStore } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

const MINUTE = 60_000;
const START = parseTime('2024-05-01T00:00:00Z')!;

/** Minute n of the first four hours: opens at 100 + n, closes half above, volume of n thousandths. */
const minute = (count: number, source: 'plain' | 'kraken'): string => {
  const ms = START + count * MINUTE;
  const [open, high, low, close, volume] = [100 + count, `${102 + count}.25`, `${99 + count}.1`, `${100 + count}.5`, `0.${String(count + 1).padStart(3, '0')}`];
  return source === 'plain' ? `${ms},${open},${high},${low},${close},${volume}\n` : `${ms / 1_000},${open},${high},${low},${close},${volume},2\n`;
};

const minutes = (source: 'plain' | 'kraken', absent: readonly number[], count = 210): string =>
  Array.from({ length: count }, (_, index) => index).filter(index => !absent.includes(index)).map(index => minute(index, source)).join('');

let store: ScratchDatabase;
beforeAll(async () => {
  store = await scratchStore();
  // The second hour lacks two minutes; the fourth is half there.
  await store.write('minutes.csv', `ts,open,high,low,close,volume\n${minutes('plain', [70, 71])}`);
  await store.write('hour.csv', `ts,open,high,low,close,volume\n${START + 120 * MINUTE},220,281.25,219.1,279.6,9.03\n`);
  await store.json('import minutes.csv --symbol BTC/USD --timeframe 1m');
  await store.json('import hour.csv --symbol BTC/USD');
});

const leftOut = [{ missing: 2, open: '2024-05-01T01:00:00Z', parts: 58 }, { missing: 30, open: '2024-05-01T03:00:00Z', parts: 30 }];

test('a dry run says what would be made, and stores nothing', async () => {
  expect(await store.json('data aggregate --symbols BTC/USD --dry-run')).toEqual({
    dryRun: true, of: '1m', timeframe: '1h',
    markets: [{ symbol: 'BTC/USD', parts: 208, added: 1, allowed: [], equal: 0, different: ['2024-05-01T02:00:00Z'], leftOut, quietParts: 0, revised: 0 }],
  });
  expect(await store.json('data --symbol BTC/USD')).toMatchObject({ series: [{ timeframe: '1h', candles: 1 }, { timeframe: '1m', candles: 208 }] });
});

test('whole hours are made exactly, what is there already stays, and another time adds nothing', async () => {
  const said = await store.tb('data aggregate --symbols BTC/USD');
  expect(said).toMatchObject({ exit: 0, err: '' });
  expect(said.out).toContain('2 candles of 1h left out, for parts are missing:');
  expect(said.out).toContain('BTC/USD  2024-05-01T01:00:00Z     58        2');
  expect(said.out).toContain('Candles of 1h that differ were told by another source and stay as they are.');
  await store.json('data export --symbol BTC/USD --out made.csv --force');
  const rows = await asOwner(store, async client => (await client.query(`SELECT c.open_ms, c.revision, trim_scale(c.open)::text AS open, trim_scale(c.high)::text AS high, trim_scale(c.low)::text AS low,
    trim_scale(c.close)::text AS close, trim_scale(c.volume)::text AS volume, i.source, i.format, i.file_name FROM tb.candle c JOIN tb.series s ON s.id = c.series_id JOIN tb.ingest i ON i.id = c.ingest_id
    WHERE s.timeframe = '1h' ORDER BY c.open_ms`)).rows as unknown);
  expect(rows).toEqual([
    // 1 + 2 + … + 60 thousandths.
    { open_ms: START, revision: 0, open: '100', high: '161.25', low: '99.1', close: '159.5', volume: '1.83', source: 'aggregate', format: 'aggregate-1m', file_name: 'BTC/USD 1m, 208 candles' },
    { open_ms: START + 120 * MINUTE, revision: 0, open: '220', high: '281.25', low: '219.1', close: '279.6', volume: '9.03', source: 'plain', format: 'plain', file_name: expect.stringContaining('hour.csv') as unknown },
  ]);
  expect(await store.json('data aggregate --symbols BTC/USD')).toMatchObject({ markets: [{ added: 0, equal: 1, different: ['2024-05-01T02:00:00Z'] }] });
  expect(await store.json('verify')).toMatchObject({ verified: true });
});

test('so many missing parts as are allowed', async () => {
  expect(await store.json('data aggregate --symbols BTC/USD --missing 2')).toMatchObject({ markets: [{ added: 1, equal: 1, allowed: [leftOut[0]], leftOut: [leftOut[1]] }] });
  expect(await store.json('data aggregate --symbols BTC/USD --of 1m --timeframe 15m --to 2024-05-01T01:00:00Z')).toMatchObject({ timeframe: '15m', markets: [{ parts: 60, added: 4, leftOut: [] }] });
});

test('minutes in which nobody traded are no missing ones, where the source tells every trade', async () => {
  await store.write('ETHUSD_1.csv', minutes('kraken', [10, 70, 71, 72], 180));
  await store.json('import ETHUSD_1.csv');
  expect(await store.json('data aggregate --symbols ETH/USD')).toMatchObject({ markets: [{ parts: 176, added: 3, quietParts: 4, leftOut: [] }] });
  expect(await store.json('gaps --symbol ETH/USD --timeframe 1h --to 2024-05-01T03:00:00Z')).toMatchObject({ quiet: 0, lost: 0, untold: 0 });
});

test('an hour that was made before is made anew where its minutes were, and volumes keep as many digits as a candle holds', async () => {
  await store.write('rest.csv', `ts,open,high,low,close,volume\n${[70, 71].map(count => minute(count, 'plain')).join('')}`);
  await store.json('import rest.csv --symbol BTC/USD --timeframe 1m');
  expect(await store.json('data aggregate --symbols BTC/USD')).toMatchObject({ markets: [{ added: 0, revised: 1, equal: 1, different: ['2024-05-01T02:00:00Z'] }] });
  expect(await store.json('data revisions --symbol BTC/USD')).toMatchObject({ revisions: [{ open: '2024-05-01T01:00:00Z', before: { source: 'aggregate' }, after: { source: 'aggregate' } }] });
  const many = Array.from({ length: 60 }, (_, index) => `${START + index * MINUTE},1,1,1,1,9999999999.12345679\n`).join('');
  await store.write('many.csv', `ts,open,high,low,close,volume\n${many}`);
  await store.json('import many.csv --symbol PEP/USD --timeframe 1m');
  expect(await store.json('data aggregate --symbols PEP/USD')).toMatchObject({ markets: [{ added: 1 }] });
  await store.json('data export --symbol PEP/USD --out pep.csv');
  // 60 × 9999999999.12345679 = 599999999947.4074074 has 19 digits; the last is cut off.
  expect(readFileSync(join(store.folder, 'pep.csv'), 'utf8')).toContain(',599999999947.407407,');
});

test('what most candles were told by decides what a hole means, whatever comes later without news', async () => {
  await store.json('data export --symbol ETH/USD --timeframe 1m --out eth.csv');
  await store.json('import eth.csv --symbol ETH/USD --timeframe 1m');
  expect(await store.json('data --symbol ETH/USD')).toMatchObject({ series: [{ timeframe: '1h' }, { timeframe: '1m', absent: 'quiet' }] });
});

test.each([
  ['data aggregate --symbols BTC/USD --of 1h', 2, 'candles of 1h do not add up to candles of 1h'],
  ['data aggregate --symbols BTC/USD --missing some', 2, '--missing: some is no count of candles'],
  ['data aggregate --symbols BTC/USD --from 2024-05-01T03:00:00Z --to 2024-05-01T02:00:00Z', 2, '--to does not lie after --from'],
  ['data aggregate --symbols BTC/USDT', 6, 'no 1m candles of BTC/USDT'],
])('%s is refused', async (line, exit, says) => {
  const failure = await store.failure(line);
  expect(failure.exit).toBe(exit);
  expect(failure.message).toContain(says);
});
