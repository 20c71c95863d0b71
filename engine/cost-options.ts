/** Reads how a user writes costs, sizes and entries on a command line into the terms of a manifest. */
import { asset, bps, ONE_E18, ratePpm } from '../core/kernel/units.ts';
import type { Bps, Fraction, Money, Quantity, RatePpm } from '../core/kernel/units.ts';
import type { EntryOrder, Fees, Sizing, Slippage, TimeInForce } from '../core/manifest.ts';
import { readPlain } from './plain-number.ts';
import { usage } from './problem.ts';
import { orNearest, typed } from './wording.ts';

/** Venue presets: maker and taker in millionths, and what they are charged in. */
const VENUES: Readonly<Record<string, Fees>> = {
  kraken: { name: 'kraken', makerPpm: ratePpm(2_500), takerPpm: ratePpm(4_000), asset: 'quote' },
  binance: { name: 'binance', makerPpm: ratePpm(1_000), takerPpm: ratePpm(1_000), asset: 'received' },
  none: { name: 'none', makerPpm: ratePpm(0), takerPpm: ratePpm(0), asset: 'quote' },
};

const UNIT_PPM: Readonly<Record<string, bigint>> = { '%': 10_000n, bps: 100n, ppm: 1n };
/** A number and the unit behind it, if any. */
const withUnit = (text: string, units: readonly string[]): Readonly<{ number: string; unit: string | null }> => {
  const unit = units.find(known => text.endsWith(known)) ?? null;
  return { number: unit === null ? text : text.slice(0, -unit.length), unit };
};

/** A rate as `0.4%`, `40bps` or `4000ppm`; a bare 0 needs no unit. */
const rate = (option: string, text: string): RatePpm => {
  const { number, unit } = withUnit(text, Object.keys(UNIT_PPM));
  const read = readPlain(number);
  if (!read.ok) throw usage(`${option}: ${typed(text)} ${read.why ?? 'is not a rate'}.`, read.why === null ? RATE_HINT : read.hint);
  if (unit === null && read.value !== 0n) throw usage(`${option}: ${text} has no unit.`, RATE_HINT);
  const scaled = read.value * (UNIT_PPM[unit ?? 'ppm'] ?? 1n);
  if (scaled % ONE_E18 !== 0n) throw usage(`${option}: ${text} is finer than a millionth.`, 'The finest rate is 1ppm.');
  if (scaled > 1_000_000n * ONE_E18) throw usage(`${option}: ${text} is more than 100 %.`, 'A rate is at most 100%.');
  return ratePpm(Number(scaled / ONE_E18));
};

const RATE_HINT = 'Write a rate with its unit, for example 0.4%, 40bps or 4000ppm.';

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
  const read = wholeBps(text, SLIPPAGE_MAX_BPS);
  if (typeof read === 'number') return { kind: 'constant', bps: bps(read) };
  throw usage(`--slippage: ${typed(text)} ${read === null ? `is not known${orNearest(text, ['spread+impact', 'none'])}` : `${read}.`}`, `Write spread+impact, none, or whole basis points from 0 to ${SLIPPAGE_MAX_BPS}.`);
};

/** Whole basis points, `5` or `5bps`; else what is wrong with them, or null where the text is no number. */
const wholeBps = (text: string, max: number): number | string | null => {
  const read = readPlain(withUnit(text, ['bps']).number);
  if (!read.ok) return read.why;
  if (read.value % ONE_E18 !== 0n) return 'is not a whole number of basis points';
  return read.value > BigInt(max) * ONE_E18 ? `is more than ${max} basis points` : Number(read.value / ONE_E18);
};

/** A share of a whole as `2.5%` or `0.025`, above 0 and at most 1. */
export const shareOf = (option: string, text: string): Fraction => {
  const { number, unit } = withUnit(text, ['%']);
  const read = readPlain(number);
  const problem = read.ok ? shareProblem(read.value, unit !== null) : (read.why ?? 'is not a share');
  if (!read.ok || problem !== null) throw usage(`${option}: ${typed(text)} ${problem}.`, 'Write it as 2.5% or 0.025: above 0 and at most 100%.');
  return (unit === null ? read.value : read.value / 100n) as Fraction;
};

const shareProblem = (amount: bigint, percent: boolean): string | null => {
  if (amount === 0n) return 'is not above zero';
  if (amount > (percent ? 100n : 1n) * ONE_E18) return 'is more than 100%';
  // A share has 18 decimals, so a percentage has 16; more would be cut off unseen.
  return percent && amount % 100n !== 0n ? 'has more than 16 decimals' : null;
};

export const participationOf = (text: string): Fraction | null => (text === 'none' ? null : shareOf('--participation', text));

/** Canonical amounts have 20 digits before the point: this leaves a run room to grow a hundred thousandfold. */
const AMOUNT_MAX = 1_000_000_000_000_000n * ONE_E18;

/** Why an amount is none that a run can work with; null when it is one. */
export const amountProblem = (amount: bigint): string | null => {
  if (amount <= 0n) return 'is not an amount above zero';
  return amount > AMOUNT_MAX ? `is more than ${AMOUNT_MAX / ONE_E18}, the largest that can be held` : null;
};

/** An amount above zero of the quote currency or of units; `what` names option and, where there is one, the part of its value. */
export const amountOf = (what: string, text: string): bigint => {
  const read = readPlain(text);
  if (!read.ok) throw usage(`${what}: ${typed(text)} ${read.why ?? 'is not an amount'}.`, read.hint);
  const problem = amountProblem(read.value);
  if (problem !== null) throw usage(`${what}: ${typed(text)} ${problem}.`, 'Write plain digits, for example 10000 or 0.25.');
  return read.value;
};

/** `fraction:5%`, `notional:1000` or `quantity:0.5`. */
export const sizingOf = (text: string): Sizing => {
  const { before: kind, behind } = atColon(text);
  const value = behind ?? '';
  if (kind === 'fraction') return { kind, fraction: shareOf('--size', value) };
  if (kind === 'notional') return { kind, notional: amountOf('--size', value) as Money };
  if (kind === 'quantity') return { kind, quantity: amountOf('--size', value) as Quantity };
  throw usage(`--size: ${typed(text)} is not known${orNearest(kind, ['fraction', 'notional', 'quantity'])}`, 'Write fraction:5%, notional:1000 or quantity:0.5.');
};

const TIMES_IN_FORCE: Readonly<Record<string, TimeInForce>> = { hour: 'HOUR', ioc: 'IOC', fok: 'FOK' };

const OFFSET_MAX_BPS = 9_999;

/** `market`, or `limit:OFFSETbps` with `,post-only`, `,ioc` or `,fok` behind it. */
export const entryOf = (text: string): EntryOrder => {
  if (text === 'market') return { type: 'MARKET' };
  const [head = '', ...flags] = text.split(',');
  const offset = head.startsWith('limit:') ? wholeBps(head.slice('limit:'.length), OFFSET_MAX_BPS) : null;
  const known = flags.every(flag => flag === 'post-only' || Object.hasOwn(TIMES_IN_FORCE, flag));
  if (typeof offset !== 'number' || !known) {
    const wrong = known && offset !== null ? `${head} ${offset}.` : `${typed(text)} is not known${orNearest(text, ['market', 'limit:25bps'])}`;
    throw usage(`--entry: ${wrong}`, 'Write market, limit:25bps, limit:25bps,post-only, limit:0bps,ioc or limit:0bps,fok.');
  }
  const postOnly = flags.includes('post-only');
  const [timeInForce = 'HOUR', another] = new Set(flags.flatMap(flag => TIMES_IN_FORCE[flag] ?? []));
  if (another !== undefined) throw usage('--entry: an order has one time in force, and here are two.', 'Leave one of them out.');
  if (postOnly && timeInForce !== 'HOUR') throw usage('--entry: post-only contradicts ioc and fok, which only ever take.', 'Leave one of them out.');
  return { type: 'LIMIT', offsetBps: bps(offset), postOnly, timeInForce };
};

/** Half the spread by liquidity class: the two largest coins, and everything else. */
export const halfSpreadOf = (base: string): Bps => bps(base === 'BTC' || base === 'ETH' ? 5 : 15);
