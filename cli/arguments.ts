/** Reads option texts into values, or says which option is wrong, how, and what it takes. */
import { hourStartingAt, parseTime, startOfHour } from '../core/kernel/hours.ts';
import { asset, marketSymbol, timeMs } from '../core/kernel/units.ts';
import type { Asset, HourUtc, MarketSymbol } from '../core/kernel/units.ts';
import { isTimeframe, TIMEFRAMES } from '../core/market/timeframe.ts';
import type { Timeframe } from '../core/market/timeframe.ts';
import type { Range } from '../engine/markets/ranges.ts';
import { usage } from '../engine/problem.ts';
import { typed } from '../engine/wording.ts';

const HOUR_EXAMPLE = 'Write an hour with its offset, for example 2024-03-01T05:00:00Z.';

/** An hour of the contract: ISO 8601 with an offset, not inside an hour. A date alone is refused: it has no offset. */
export const hourOf = (option: string, text: string): HourUtc => {
  const time = parseTime(text);
  if (time === null) throw usage(`${option}: ${typed(text)} is not a time with an offset.`, HOUR_EXAMPLE);
  const hour = hourStartingAt(time);
  if (hour === null) throw usage(`${option}: ${text} lies inside an hour.`, HOUR_EXAMPLE);
  return hour;
};

/** `--from` and `--to` as a range of time; null without either. The open end is the beginning of time, or now. */
export const rangeOf = (from: string | undefined, to: string | undefined): Range | null => {
  if (from === undefined && to === undefined) return null;
  const range = { fromMs: from === undefined ? timeMs(0) : startOfHour(hourOf('--from', from)), toMs: to === undefined ? timeMs(Date.now()) : startOfHour(hourOf('--to', to)) };
  if (range.fromMs >= range.toMs) throw usage('--to does not lie after --from.');
  return range;
};

const SYMBOL = /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}$/;

/** Assets that only one exchange calls so. */
const OTHER_NAMES: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' };

export const symbolOf = (option: string, text: string): MarketSymbol => {
  const symbol = text.trim().toUpperCase();
  if (!SYMBOL.test(symbol)) throw usage(`${option}: ${JSON.stringify(text)} is not a symbol.`, 'Write BASE/QUOTE, for example BTC/USD.');
  const [base, quote] = symbol.split('/').map(name => OTHER_NAMES[name] ?? name);
  if (`${base}/${quote}` !== symbol) throw usage(`${option}: ${symbol} is Kraken's name of ${base}/${quote}.`, `Write ${base}/${quote}; every source is asked by the same names.`);
  return marketSymbol(symbol);
};

const ASSET = /^[A-Z0-9]{1,20}$/;

export const assetOf = (option: string, text: string): Asset => {
  const name = text.trim().toUpperCase();
  if (!ASSET.test(name)) throw usage(`${option}: ${JSON.stringify(text)} is not an asset.`, 'Write its ticker, for example USD or BTC.');
  return asset(name);
};

/** A comma-separated list of different symbols. */
export const symbolsOf = (option: string, text: string): readonly MarketSymbol[] => {
  const symbols = text.split(',').map(part => symbolOf(option, part));
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index);
  if (twice !== undefined) throw usage(`${option}: ${twice} is named twice.`, 'Name each symbol once.');
  return symbols;
};

export const timeframeOf = (option: string, text: string): Timeframe => {
  if (!isTimeframe(text)) throw usage(`${option}: ${typed(text)} is not a timeframe.`, `Timeframes: ${TIMEFRAMES.join(', ')}.`);
  return text;
};

export const countOf = (option: string, text: string, bounds: Readonly<{ min: number; max: number }>): number => {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count >= bounds.min && count <= bounds.max)) throw usage(`${option}: ${typed(text)} is not a whole number from ${bounds.min} to ${bounds.max}.`);
  return count;
};

const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const runNameOf = (option: string, text: string): string => {
  if (!RUN_NAME.test(text)) throw usage(`${option}: ${JSON.stringify(text)} is not a run name.`, 'Use 1 to 64 letters, digits, dots, dashes and underscores, starting with a letter or digit.');
  return text;
};

/** Repeated `name=value` options as a record. */
export const pairsOf = (option: string, texts: readonly string[]): Readonly<Record<string, string>> => {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw usage(`${option}: ${typed(text)} is not NAME=VALUE.`, `For example ${option} fast=12.`);
    const name = text.slice(0, at);
    if (pairs.has(name)) throw usage(`${option}: ${name} is given twice.`, 'Give each name once.');
    pairs.set(name, text.slice(at + 1));
  }
  // Not by assignment: a name such as __proto__ would be lost, and with it the complaint that there is no such parameter.
  return Object.fromEntries(pairs);
};
