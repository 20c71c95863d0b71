import { expect, test } from 'vitest';
import { answer, searchTexts } from '../../../web/report/client/trade-rows.ts';
import type { Question } from '../../../web/report/client/trade-rows.ts';
import { sampleReport } from '../sample-report.ts';

const [template] = sampleReport({ trades: 1 }).trades;
const trade = (number: number, symbol: string, result: string) => ({ ...template!, number, symbol, result });
const TRADES = [trade(1, 'ETH/USD', '5'), trade(2, 'BTC/USD', '-10'), trade(3, 'BTC/USD', '0'), trade(4, 'SOL/USD', '9')];
const TEXTS = searchTexts(TRADES, [TRADES[0]!.why, { entry: null, exit: null }, TRADES[2]!.why, TRADES[3]!.why]);
const BY_NUMBER: Question = { words: '', outcome: 'all', key: 'number', isDescending: false };

test.each([
  ['as they closed', {}, [0, 1, 2, 3]],
  ['newest first', { isDescending: true }, [3, 2, 1, 0]],
  ['by result as a number', { key: 'result' }, [1, 2, 0, 3]],
  ['by market, equals as they closed', { key: 'symbol' }, [1, 2, 0, 3]],
  ['gains', { outcome: 'gains' }, [0, 3]],
  ['losses, with nothing gained', { outcome: 'losses' }, [1, 2]],
  ['a market in any case', { words: 'btc' }, [1, 2]],
  ['all words', { words: ' BTC  crossed ' }, [2]],
  ['a number', { words: '#4' }, [3]],
  ['no such word', { words: 'doge' }, []],
] as const)('%s', (_name, change, expected) => {
  expect(answer(TRADES, { ...BY_NUMBER, ...change, texts: TEXTS })).toEqual(expected);
});

test('before the reasons are read, words are looked for in the rest', () => {
  const texts = searchTexts(TRADES, null);
  expect(answer(TRADES, { ...BY_NUMBER, words: 'eth', texts })).toEqual([0]);
  expect(answer(TRADES, { ...BY_NUMBER, words: 'crossed', texts })).toEqual([]);
});
