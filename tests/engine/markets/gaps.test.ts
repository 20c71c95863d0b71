/** What is known of absent candles, by what was delivered: the source that knows more decides. */
import { describe, expect, test } from 'vitest';
import type { Delivered } from '../../../adapters/store/deliveries.ts';
import { HOUR_MS, timeMs } from '../../../core/kernel/units.ts';
import { gapsIn } from '../../../engine/markets/gaps.ts';

const at = (hour: number) => timeMs(hour * HOUR_MS);
const told = (absent: Delivered['absent'], from: number, to: number): Delivered => ({ source: absent, absent, isWhole: true, fromMs: at(from), toMs: at(to) });

/** Hours 0 to 10 with candles at 0, 1, 5 and 9. */
const gaps = (...delivered: readonly Delivered[]) =>
  gapsIn({ fromMs: at(0), toMs: at(10) }, { times: [0, 1, 5, 9].map(at), delivered, lengthMs: HOUR_MS }).map(({ fromMs, toMs, kind, candles }) => `${fromMs / HOUR_MS}-${toMs / HOUR_MS} ${kind} ${candles}`);

describe('a hole', () => {
  test('is quiet where a source that tells every trade covers it', () => {
    expect(gaps(told('quiet', 0, 10))).toEqual(['2-5 quiet 3', '6-9 quiet 3']);
  });
  test('is lost where only sources cover it that write every candle', () => {
    expect(gaps(told('missing', 0, 10))).toEqual(['2-5 lost 3', '6-9 lost 3']);
  });
  test('is untold where nobody covers it', () => {
    expect(gaps()).toEqual(['2-5 untold 3', '6-9 untold 3']);
  });
  test('is cut where what is known changes', () => {
    expect(gaps(told('missing', 0, 4), told('quiet', 7, 8))).toEqual(['2-4 lost 2', '4-5 untold 1', '6-7 untold 1', '7-8 quiet 1', '8-9 untold 1']);
  });
  test('that two sources cover is quiet, whichever told first', () => {
    expect(gaps(told('missing', 0, 10), told('quiet', 3, 7))).toEqual(['2-3 lost 1', '3-5 quiet 2', '6-7 quiet 1', '7-9 lost 2']);
    expect(gaps(told('quiet', 3, 7), told('missing', 0, 10))).toEqual(['2-3 lost 1', '3-5 quiet 2', '6-7 quiet 1', '7-9 lost 2']);
  });
});

test('no hole is none, and one at either end is one', () => {
  const delivered = [told('quiet', 0, 3)];
  expect(gapsIn({ fromMs: at(0), toMs: at(3) }, { times: [0, 1, 2].map(at), delivered, lengthMs: HOUR_MS })).toEqual([]);
  expect(gapsIn({ fromMs: at(0), toMs: at(3) }, { times: [at(1)], delivered, lengthMs: HOUR_MS }).map(({ fromMs }) => fromMs / HOUR_MS)).toEqual([0, 2]);
});

test('a file with lines that could not be read says of nothing that it was quiet or lost', () => {
  expect(gaps({ ...told('quiet', 0, 10), isWhole: false })).toEqual(['2-5 untold 3', '6-9 untold 3']);
  expect(gaps({ ...told('quiet', 0, 10), isWhole: false }, told('missing', 2, 4))).toEqual(['2-4 lost 2', '4-5 untold 1', '6-9 untold 3']);
});
