/**
 * Which kind of history a file is, by the names of its columns. It never guesses past doubt: a header of no known kind is
 * refused with the kinds listed.
 */
import { MarketFileError } from '../market-file-error.ts';
import { columnKey } from './csv-rows.ts';
import type { CsvFile } from './csv-rows.ts';

export const HISTORY_FORMATS = ['auto', 'kraken', 'generic'] as const;

/** What a user may say that files are. */
export type HistoryChoice = (typeof HISTORY_FORMATS)[number];

export type HistoryFormat = 'kraken-ledgers' | 'kraken-trades' | 'generic';

const NEEDED: Readonly<Record<HistoryFormat, readonly string[]>> = {
  'kraken-ledgers': ['txid', 'refid', 'time', 'type', 'asset', 'amount', 'fee', 'balance'],
  'kraken-trades': ['txid', 'ordertxid', 'pair', 'time', 'type', 'price', 'vol'],
  generic: ['type'],
};

const KNOWN_KINDS =
  "Known are Kraken's ledgers.csv (txid,refid,time,type,subtype,aclass,asset,amount,fee,balance), its trades.csv beside it (txid,ordertxid,pair,time,type,…), and generic lines (time,type,id,symbol,side,price,quantity,fee,fee_asset,asset,value,basis,acquired,…).";

/** Throws MarketFileError where the header is of no kind that the choice allows, or lacks a column. */
export const historyFormatOf = ({ path, columns }: CsvFile, choice: HistoryChoice): HistoryFormat => {
  const keys = new Set(columns.map(columnKey));
  const has = (...names: readonly string[]): boolean => names.every(name => keys.has(columnKey(name)));
  const format = has('refid', 'balance') ? 'kraken-ledgers' : has('ordertxid', 'pair') ? 'kraken-trades' : 'generic';
  const told = choice === 'generic' ? 'generic' : format;
  const missing = NEEDED[told].filter(name => !has(name));
  if (choice === 'kraken' && told === 'generic') throw unknown(path, 'it is neither the ledgers.csv nor the trades.csv of Kraken');
  if (told === 'generic' && missing.length > 0 && !has('symbol')) throw unknown(path, 'the header is of no known kind of history');
  if (told !== 'generic' && missing.length > 0) throw unknown(path, `the columns ${missing.join(', ')} are missing`);
  return told;
};

const unknown = (file: string, reason: string): MarketFileError => new MarketFileError({ file, line: 1, reason, hint: KNOWN_KINDS });
