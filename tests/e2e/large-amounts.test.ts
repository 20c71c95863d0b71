/** Purchases and sales of tens of thousands, to the eighteenth decimal: the store keeps them, and its invariants agree. */
import { expect, test } from 'vitest';
import { findings, readPrelude, readValidations, undone } from '../../tools/validate-schema/validations.ts';
import { asOwner, livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';

const AMOUNTS = ['INV-FILL-CASH', 'INV-FILL-LOTS', 'INV-FILL-PRICE', 'INV-POSITION', 'INV-DOUBLE-ENTRY', 'INV-BOOKS-TIE', 'INV-CASH-NOT-NEGATIVE'];

test('a run whose amounts have more digits than a double is written, replayed and found sound', async () => {
  const store = await scratchStore();
  // Prices with eight decimals and quantities with eight make amounts with sixteen, beyond 10,000.
  const candles = livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 240, 77).map(({ slot, values }) => ({
    slot,
    values: { open: `${values.open}131719`, high: `${values.high}979797`, low: `${values.low}010103`, close: `${values.close}373941`, volume: '100000' },
  }));
  await store.write('large.csv', plainFile('1h', candles));
  await store.json('import large.csv --symbol AAA/USD');
  const run = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --from 2024-03-01T06:00:00Z --to 2024-03-11T00:00:00Z --warmup 6 --profile research --fees none --slippage none --cash 3000000';
  const report = await store.json(`backtest ${run} --keep full --run large`);
  expect(Number(report['fills'])).toBeGreaterThan(20);
  expect(await store.json('replay-window --run large')).toMatchObject({ parity: true, head: report['head'] });
  expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
  const found = await asOwner(store, client =>
    undone(client, async () => {
      await client.query(readPrelude());
      return findings(client, readValidations().filter(({ id }) => AMOUNTS.includes(id)));
    }),
  );
  expect(found.filter(({ violations }) => Number(violations) > 0)).toEqual([]);
});
