/** A universe that was chosen after trading began is told as such, as far as the run trades it. */
import { expect, test } from 'vitest';
import { asset, hourUtc, marketSymbol, timeMs } from '../../../core/kernel/units.ts';
import { hindsightOf } from '../../../engine/report/hindsight.ts';

const universe = { name: 'FOUR_V1', members: ['BTC', 'ETH', 'POL', 'SOL'].map(name => ({ asset: asset(name), formerly: name === 'POL' ? asset('MATIC') : null })) };
const CHOSEN = timeMs(Date.parse('2025-06-01T12:00:00Z'));
const before = hourUtc(Date.parse('2024-01-01T00:00:00Z') / 3_600_000);
const after = hourUtc(Date.parse('2025-06-02T00:00:00Z') / 3_600_000);

test.each([
  ['all of it', 'BTC ETH POL SOL', before, 'universe FOUR_V1 chosen on 2025-06-01, after the fact'],
  ['under a former name', 'BTC ETH MATIC SOL', before, 'universe FOUR_V1 chosen on 2025-06-01, after the fact'],
  ['most of it', 'BTC ETH SOL', before, '3 of the 4 markets of universe FOUR_V1 chosen on 2025-06-01, after the fact'],
  ['one of many', 'BTC', before, null],
  ['another market beside it', 'BTC DOGE ETH SOL', before, null],
  ['chosen before', 'BTC ETH POL SOL', after, null],
] as const)('%s', (_, names, tradeFromHour, expected) => {
  const symbols = names.split(' ').map(name => marketSymbol(`${name}/USD`));
  expect(hindsightOf(universe, CHOSEN, { symbols, tradeFromHour })).toBe(expected);
});

test('what nobody recorded cannot be told', () => {
  expect(hindsightOf(universe, null, { symbols: [marketSymbol('BTC/USD'), marketSymbol('ETH/USD')], tradeFromHour: before })).toBeNull();
});
