/** Kraken's round volumes in plain digits, and nothing else. */
import { expect, test } from 'vitest';
import { expandKrakenVolume } from '../../../adapters/market-data/kraken-volume.ts';

test.each([
  ['1E+1', '10'], ['5.5E+2', '550'], ['4.56E+3', '4560'], ['2.12E+3', '2120'], ['1.01E+2', '101'], ['9E+17', '900000000000000000'],
  ['1E+18', null], ['1.5E+0', null], ['1.55E+1', null], ['1e+1', null], ['1E1', null], ['1E-1', null], ['0E+1', null], ['10E+1', null], ['-1E+1', null], ['10', null], ['', null],
])('%s → %s', (text, expanded) => {
  expect(expandKrakenVolume(text)).toBe(expanded);
});
