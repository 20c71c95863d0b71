/**
 * Kraken's trades.csv: which market a trade was in, its side and its price. Amounts and fees are the ledger's to tell: what
 * trades.csv says of them is an estimate in the market's quote.
 */
import { price, quantity } from '../../../core/kernel/units.ts';
import type { Asset, MarketSymbol, Price, Quantity } from '../../../core/kernel/units.ts';
import { inferSymbol } from '../infer-symbol.ts';
import { cellReader } from './csv-rows.ts';
import type { CellReader, CsvFile, CsvRow } from './csv-rows.ts';
import type { LineProblem, Place } from './history-event.ts';

export type KrakenTrade = Readonly<{ place: Place; pair: string; side: 'BUY' | 'SELL'; price: Price; quantity: Quantity }>;

/** By the id that ledgers.csv calls refid. */
export type KrakenTrades = Readonly<{ byId: ReadonlyMap<string, KrakenTrade>; problems: readonly LineProblem[] }>;

/** Files of overlapping periods may tell a trade twice. */
export const krakenTrades = (files: readonly CsvFile[]): KrakenTrades => {
  const byId = new Map<string, KrakenTrade>();
  const wrong = files.flatMap(({ problems }) => problems);
  for (const row of files.flatMap(({ rows }) => rows)) {
    const cells = cellReader(row);
    const id = row.cell('txid');
    const trade = tradeOf(row, cells);
    const known = byId.get(id);
    if (id === '') cells.fail('txid', 'is empty');
    if (known !== undefined && !isSame(known, trade)) cells.fail('txid', `${id} stands at ${known.place.file}:${known.place.line} with other contents`);
    const problem = cells.problem();
    if (problem !== null) wrong.push(problem);
    else if (known === undefined) byId.set(id, trade);
  }
  return { byId, problems: wrong };
};

const tradeOf = (row: CsvRow, cells: CellReader): KrakenTrade => {
  const side = cells.oneOf('type', ['buy', 'sell']);
  if (cells.amount('margin', 'optional') !== 0n) cells.fail('margin', 'is not zero: margin is no part of a spot cash account');
  return {
    place: row.place,
    pair: row.cell('pair'),
    side: side === 'buy' ? 'BUY' : 'SELL',
    price: price(cells.amount('price', 'positive')),
    quantity: quantity(cells.amount('vol', 'positive')),
  };
};

const isSame = (left: KrakenTrade, right: KrakenTrade): boolean =>
  left.pair === right.pair && left.side === right.side && left.price === right.price && left.quantity === right.quantity;

/** The market of two assets that a pair names, in its order; null when it names none of the two. */
export const marketOfPair = (pair: string, [one, other]: readonly [Asset, Asset]): MarketSymbol | null => {
  const wanted = [`${one}/${other}`, `${other}/${one}`];
  const spelled = inferSymbol(pair);
  if (spelled !== null && wanted.includes(spelled)) return spelled;
  const letters = pair.toUpperCase().replace(/[^A-Z0-9]/g, '');
  for (let split = 1; split < letters.length; split += 1) {
    const market = inferSymbol(`${letters.slice(0, split)}/${letters.slice(split)}`);
    if (market !== null && wanted.includes(market)) return market;
  }
  return null;
};
