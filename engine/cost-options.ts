/** Reads how a user writes costs, sizes and entries on a command line into the terms of a manifest. */
import { parseDecimal } from '../core/kernel/decimal.ts';
import { asset, bps, ONE_E18, ratePpm } from '../core/kernel/units.ts';
import type { Bps, Fraction, Money, Quantity, RatePpm } from '../core/kernel/units.ts';
import type { EntryOrder, Fees, Sizing, Slippage, TimeInForce } from '../core/manifest.ts';
import { usage } from './problem.ts';
import { orNearest, typed } from './wording.ts';

/** Venue presets: maker and taker in millionths, and what they are charged in. */
const VENUES: Readonly<Record<string, Fees>> = {
  kraken: { name: 'kraken', makerPpm: ratePpm(2_500), takerPpm: ratePpm(4_000), asset: 'quote' },
  binance: { name: 'binance', makerPpm: ratePpm(1_000), takerPpm: ratePpm(1_000), asset: 'received' },
  none: { name: 'none', makerPpm: ratePpm(0), takerPpm: ratePpm(0), asset: 'quote' },
};

const UNIT_PPM: Readonly<Record<string, bigint>> = { '%': 10_000n, bps: 100n, ppm: 1n };
const RATE = /^(\d+(?:\.\d+)?)(%|bps|ppm)?$/;

/** A rate as `0.4%`, `40bps` or `4000ppm`; a bare 0 needs no unit. */
const rate = (option: string, text: string): RatePpm => {
  const parts = RATE.exec(text);
  const amount = parts === null ? null : parseDecimal(parts[1]!);
  if (parts === null || amount === null || (parts[2] === undefined && amount !== 0n)) {
    throw usage(`${option}: ${typed(text)} is not a rate.`, 'Write it with its unit, for example 0.4%, 40bps or 4000ppm.');
  }
  const scaled = amount * (UNIT_PPM[parts[2] ?? 'ppm'] ?? 1n);
  if (scaled % ONE_E18 !== 0n) throw usage(`${option}: ${text} is finer than a millionth.`, 'The finest rate is 1ppm.');
  if (scaled > 1_000_000n * ONE_E18) throw usage(`${option}: ${text} is more than 100 %.`, 'A rate is at most 100%.');
  return ratePpm(Number(scaled / ONE_E18));
};

/** `kraken`, `binance`, `none`, or `MAKER,TAKER`; `:ASSET` behind it charges fees in a third asset (`:received`, `:quote`). */
export const feesOf = (text: string): Fees => {
  const { before: terms, behind: chargedIn } = atColon(text);
  const venue = terms.toLowerCase();
  const fees = Object.hasOwn(VENUES, venue) ? VENUES[venue]! : ratesOf(terms);
  if (chargedIn === null) return fees;
  const where = chargedIn.toLowerCase();
  if (where === 'quote' || where === 'received') return { ...fees, asset: where };
  const third = chargedIn.toUpperCase();
  if (!ASSET.test(third)) throw usage(`--fees: ${typed(chargedIn)} is not an asset.`, 'Write fees as VENUE, MAKER,TAKER or either with :ASSET behind it.');
  return { ...fees, asset: { third: asset(third) } };
};

const ASSET = /^[A-Z0-9]{1,20}$/;

/** What stands before the first colon, and what behind it; null where there is none. */
const atColon = (text: string): Readonly<{ before: string; behind: string | null }> => {
  const colon = text.indexOf(':');
  return colon < 0 ? { before: text, behind: null } : { before: text.slice(0, colon), behind: text.slice(colon + 1) };
};

const ratesOf = (terms: string): Fees => {
  const parts = terms.split(',');
  if (parts.length !== 2) {
    const venues = Object.keys(VENUES);
    throw usage(`--fees: ${typed(terms)} is neither a venue nor MAKER,TAKER${orNearest(terms, venues)}`, `Venues: ${venues.join(', ')}. Rates: for example 0.25%,0.4%.`);
  }
  return { name: 'custom', makerPpm: rate('--fees', parts[0]!), takerPpm: rate('--fees', parts[1]!), asset: 'quote' };
};

const IMPACT_BPS = bps(20);
const SLIPPAGE_MAX_BPS = 5_000;

/** `spread+impact`, `none`, or a constant in basis points (`5` or `5bps`). */
export const slippageOf = (text: string): Slippage => {
  if (text === 'spread+impact') return { kind: 'spread_impact', impactBps: IMPACT_BPS };
  if (text === 'none') return { kind: 'constant', bps: bps(0) };
  const parts = /^(\d{1,5})(bps)?$/.exec(text);
  if (parts === null || Number(parts[1]) > SLIPPAGE_MAX_BPS) {
    throw usage(`--slippage: ${typed(text)} is not known.`, `Write spread+impact, none, or whole basis points from 0 to ${SLIPPAGE_MAX_BPS}.`);
  }
  return { kind: 'constant', bps: bps(Number(parts[1])) };
};

/** A share of a whole as `2.5%` or `0.025`, above 0 and at most 1. */
const shareOf = (option: string, text: string): Fraction => {
  const percent = text.endsWith('%');
  const amount = parseDecimal(percent ? text.slice(0, -1) : text);
  // A share has 18 decimals, so a percentage has 16; more would be cut off unseen.
  const share = amount === null || (percent && amount % 100n !== 0n) ? null : percent ? amount / 100n : amount;
  if (share === null || share <= 0n || share > ONE_E18) {
    throw usage(`${option}: ${typed(text)} is not a share.`, 'Write it as 2.5% or 0.025: above 0 and at most 100%.');
  }
  return share as Fraction;
};

export const participationOf = (text: string): Fraction | null => (text === 'none' ? null : shareOf('--participation', text));

/** Canonical amounts have 20 digits before the point: this leaves a run room to grow a hundred thousandfold. */
const AMOUNT_MAX = 1_000_000_000_000_000n * ONE_E18;

/** Why an amount is none that a run can work with; null when it is one. */
export const amountProblem = (amount: bigint | null): string | null => {
  if (amount === null || amount <= 0n) return 'is not an amount above zero';
  return amount > AMOUNT_MAX ? `is more than ${AMOUNT_MAX / ONE_E18}` : null;
};

/** An amount above zero of the quote currency or of units. */
export const amountOf = (option: string, text: string): bigint => {
  const amount = parseDecimal(text);
  const problem = amountProblem(amount);
  if (problem !== null) throw usage(`${option}: ${typed(text)} ${problem}.`, 'Write plain decimals, at most 18 of them behind the point, for example 10000 or 0.25.');
  return amount!;
};

/** `fraction:5%`, `notional:1000` or `quantity:0.5`. */
export const sizingOf = (text: string): Sizing => {
  const { before: kind, behind } = atColon(text);
  const value = behind ?? '';
  if (kind === 'fraction') return { kind, fraction: shareOf('--size', value) };
  if (kind === 'notional') return { kind, notional: amountOf('--size', value) as Money };
  if (kind === 'quantity') return { kind, quantity: amountOf('--size', value) as Quantity };
  throw usage(`--size: ${typed(text)} is not known.`, 'Write fraction:5%, notional:1000 or quantity:0.5.');
};

const TIMES_IN_FORCE: Readonly<Record<string, TimeInForce>> = { hour: 'HOUR', ioc: 'IOC', fok: 'FOK' };

/** `market`, or `limit:OFFSETbps` with `,post-only`, `,ioc` or `,fok` behind it. */
export const entryOf = (text: string): EntryOrder => {
  if (text === 'market') return { type: 'MARKET' };
  const [head = '', ...flags] = text.split(',');
  const parts = /^limit:(\d{1,4})(?:bps)?$/.exec(head);
  const known = flags.every(flag => flag === 'post-only' || Object.hasOwn(TIMES_IN_FORCE, flag));
  if (parts === null || !known) throw usage(`--entry: ${typed(text)} is not known.`, 'Write market, limit:25bps, limit:25bps,post-only, limit:0bps,ioc or limit:0bps,fok.');
  const postOnly = flags.includes('post-only');
  const [timeInForce = 'HOUR', another] = new Set(flags.flatMap(flag => TIMES_IN_FORCE[flag] ?? []));
  if (another !== undefined) throw usage('--entry: an order has one time in force, and here are two.', 'Leave one of them out.');
  if (postOnly && timeInForce !== 'HOUR') throw usage('--entry: post-only contradicts ioc and fok, which only ever take.', 'Leave one of them out.');
  return { type: 'LIMIT', offsetBps: bps(Number(parts[1])), postOnly, timeInForce };
};

/** Half the spread by liquidity class: the two largest coins, and everything else. */
export const halfSpreadOf = (base: string): Bps => bps(base === 'BTC' || base === 'ETH' ? 5 : 15);
