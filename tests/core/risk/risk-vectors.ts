/** The golden vectors of specs/risk.md, put to the functions of core and answered in the vectors' own form. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { toHex } from '../../../core/kernel/digest.ts';
import { leafHashOf } from '../../../core/kernel/leaf-bytes.ts';
import { asset, fraction, hourUtc, marketSymbol, money, price, quantity, ratePpm } from '../../../core/kernel/units.ts';
import type { Bps, Fraction } from '../../../core/kernel/units.ts';
import { feedOf } from '../../../core/market/feed.ts';
import { clusterOf } from '../../../core/risk/clusters.ts';
import { breakEvenReturn, costGate, expectedSlippage, netEdge } from '../../../core/risk/cost-gate.ts';
import type { Leg, SlippageTerms } from '../../../core/risk/cost-gate.ts';
import { drawdownOf, tierAt, tierName, tierTerms } from '../../../core/risk/drawdown.ts';
import { exposureCaps, headroomOf, passedCaps } from '../../../core/risk/exposure-caps.ts';
import { isWithinMark } from '../../../core/risk/fat-finger.ts';
import { isWild, killTriggers, presenceOf, shareAsDouble } from '../../../core/risk/kill-triggers.ts';
import type { KillSigns, MarkAge, PresenceHours } from '../../../core/risk/kill-triggers.ts';
import { depthClip, liquidityProblems } from '../../../core/risk/liquidity-gate.ts';
import { isWithinRate } from '../../../core/risk/order-rate.ts';
import { passiveBreaches } from '../../../core/risk/passive-breach.ts';
import { dayOfClose, NO_PROTECTIONS, protectionsAgainst, stepProtections } from '../../../core/risk/protections.ts';
import { reduceOnly } from '../../../core/risk/reduce-only.ts';
import { lastReturns, noReturns, observeReturns } from '../../../core/risk/returns.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';
import type { DrawdownPolicy, KillPolicy, LiquidityPolicy, Limits, ProtectionPolicy, VolatilityPolicy } from '../../../core/risk/risk-profile.ts';
import { afterCommands, afterWatch, standingCode, UNHINDERED } from '../../../core/risk/risk-standing.ts';
import type { RiskStanding, StandingChange, StandingCommand } from '../../../core/risk/risk-standing.ts';
import { smallestFraction, valueNeeded } from '../../../core/risk/small-account.ts';
import { endsRun, standingCommand } from '../../../core/risk/standing-operator.ts';
import type { StandingOrders } from '../../../core/risk/standing-operator.ts';
import { dailyVolatility, entryFraction, volatilityScale } from '../../../core/risk/volatility-sizing.ts';
import { columnsOf } from '../../support/market.ts';

type Given = Readonly<Record<string, unknown>>;
export type RiskCase = Readonly<{ rule: string; name: string; given: Given; gives: unknown }>;

export const RISK_VECTORS = JSON.parse(readFileSync(fileURLToPath(new URL('../../../specs/vectors/risk.json', import.meta.url)), 'utf8')) as Readonly<{
  profiles: Readonly<Record<keyof typeof RISK_PROFILES, unknown>>;
  cases: readonly RiskCase[];
}>;

/** Decimal text anywhere in a part of a profile becomes an amount; other text has a letter in it. */
const revived = (value: unknown): unknown => {
  if (typeof value === 'string') return /^-?[\d.]+$/.test(value) ? decimal(value) : value;
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, revived(field)]));
};
const part = <Part>(value: unknown): Part => revived(value) as Part;
const exact = (value: unknown): bigint => decimal(value as string);
const shareOrNull = (value: unknown): Fraction | null => (value === null ? null : fraction(exact(value)));
const shown = (value: bigint | null): string | null => (value === null ? null : formatDecimal(value));
const profileOf = (given: Given) => RISK_PROFILES[given['profile'] as keyof typeof RISK_PROFILES];

const drawdown = (given: Given): unknown => shown(drawdownOf({ peakUnitValue: money(exact(given['peak'])), unitValue: money(exact(given['now'])) }));

const tier = (given: Given): unknown => {
  const profile = profileOf(given);
  const index = tierAt(profile.drawdown.tiers, fraction(exact(given['drawdown'])));
  const { base, ...terms } = tierTerms(profile, index);
  return { name: tierName(profile.drawdown.tiers, index), base: shown(base), ...terms };
};

const said = (change: StandingChange): string => {
  switch (change.type) {
    case 'risk_changed':
      return `risk_changed ${change.from} ${change.to} ${change.actor}: ${change.reason}`;
    case 'review_required':
      return `review_required ${change.reason}`;
    case 'review_closed':
      return `review_closed ${change.actor}: ${change.reason}`;
    case 'tier_changed':
      return `tier_changed ${change.from} ${change.to} ${formatDecimal(change.drawdown)} ${change.binding ? 'binding' : 'observed'}`;
    case 'kill_tripped':
      return `kill_tripped ${change.trigger}`;
  }
};

type StandingStep = Readonly<{ hour: number; commands: readonly StandingCommand[]; drawdown: string; tripped: readonly ('VENUE_ERRORS' | 'CANDLES_WILD' | 'UNIVERSE_MISSING')[] }>;

const standing = ({ policy, steps }: Given): unknown => {
  let now: RiskStanding = UNHINDERED;
  return (steps as readonly StandingStep[]).map(step => {
    const hour = hourUtc(step.hour);
    const commanded = afterCommands(now, step.commands, hour);
    const tripped = step.tripped.map(trigger => ({ type: 'kill_tripped' as const, trigger, limit: 0n, usage: 0n }));
    const judged = afterWatch(commanded.standing, { drawdown: fraction(decimal(step.drawdown)), policy: part<DrawdownPolicy>(policy), tripped, hour });
    now = judged.standing;
    return { standing: now, says: [...commanded.changes, ...judged.changes].map(said), refused: commanded.refused, resumed: commanded.resumed, refuses: standingCode(now) };
  });
};

const operator = ({ orders, standing: now, hour }: Given): unknown => ({
  ends: endsRun(orders as StandingOrders, now as RiskStanding),
  key: standingCommand(orders as StandingOrders, now as RiskStanding, hourUtc(hour as number))?.key ?? null,
});

const NAMES = ['AAA/USD', 'BBB/USD', 'CCC/USD'].map(marketSymbol);

/** The slice after one slot per entry of the longest column. */
const sliceOf = (columns: readonly (readonly (string | null)[])[], firstSlot: number, stepsPerHour: number) => {
  const symbols = NAMES.slice(0, columns.length);
  const timeframe = stepsPerHour === 1 ? '1h' : '15m';
  const candlesOf = (closes: readonly (string | null)[]) =>
    closes.flatMap((close, at) => (close === null ? [] : [{ slot: firstSlot + at, values: { open: close, high: close, low: close, close, volume: '1' } }]));
  const feed = feedOf(symbols, timeframe, symbols.map((symbol, index) => columnsOf(symbol, timeframe, candlesOf(columns[index]!))));
  const length = Math.max(...columns.map(column => column.length));
  return Array.from({ length }, (_, at) => firstSlot + at).reduce((slice, slot) => observeReturns(slice, feed(slot), stepsPerHour), noReturns(symbols.length));
};

const returns = ({ closes }: Given): unknown => {
  const list = closes as readonly string[];
  return lastReturns(sliceOf([list], 1_000, 1), 0, list.length - 1);
};

const slice = ({ closes, firstSlot, stepsPerHour }: Given): unknown => {
  const { bytes, held } = sliceOf(closes as readonly (readonly (string | null)[])[], firstSlot as number, stepsPerHour as number);
  return { leaf: toHex(Uint8Array.from(leafHashOf(bytes), letter => letter.charCodeAt(0))), held: [...held] };
};

const scale = ({ policy, volatility }: Given): unknown => {
  const scaled = volatilityScale(part<VolatilityPolicy | null>(policy), shareOrNull(volatility));
  return { code: scaled.code, scale: shown(scaled.scale) };
};

const fractionOf = ({ candidate, base, scale: by }: Given): unknown =>
  shown(entryFraction({ candidate: shareOrNull(candidate), base: shareOrNull(base), scale: fraction(exact(by)) }));

const caps = ({ limits, value, quote, cluster, used, asked }: Given): unknown => {
  const spent = used as Readonly<Record<'total' | 'quote' | 'cluster' | 'position', string>>;
  const of = (key: keyof typeof spent) => money(decimal(spent[key]));
  const found = exposureCaps(part<Limits>(limits), {
    value: money(exact(value)),
    quote: asset(quote as string),
    cluster: cluster as string,
    used: { total: of('total'), quote: of('quote'), cluster: of('cluster'), position: of('position') },
  });
  const passed = passedCaps(found, money(exact(asked)));
  return found.map(cap => [cap.code, cap.scope, shown(cap.limit), shown(cap.usage), shown(headroomOf(cap)), passed.includes(cap)]);
};

type HoldingText = Readonly<{ agent: string | null; symbol: string; cluster: string; worth: string }>;

const breaches = ({ limits, value, quote, holdings }: Given): unknown => {
  const held = (holdings as readonly HoldingText[]).map(holding => ({ ...holding, symbol: marketSymbol(holding.symbol), worth: money(decimal(holding.worth)) }));
  const found = passiveBreaches(part<Limits>(limits), { value: money(exact(value)), quote: asset(quote as string), holdings: held });
  return found.map(({ scope, limit, usage }) => [scope, shown(limit), shown(usage)]);
};

type LegText = Readonly<{ feePpm: number; feeInReceived: boolean; slippage: Readonly<{ kind: SlippageTerms['kind']; bps?: Bps; halfSpreadBps?: Bps; impactBps?: Bps; shareOfCap?: string }> }>;

const legOf = ({ feePpm, feeInReceived, slippage }: LegText): Leg => ({
  feePpm: ratePpm(feePpm),
  feeInReceived,
  slippage: expectedSlippage({ ...slippage, ...(slippage.shareOfCap === undefined ? {} : { shareOfCap: decimal(slippage.shareOfCap) }) } as SlippageTerms),
});

const cost = ({ entry, exit, expectedReturn, margin }: Given): unknown => {
  const lost = breakEvenReturn(legOf(entry as LegText), legOf(exit as LegText));
  const answer = costGate({ expectedReturn: shareOrNull(expectedReturn), cost: lost, margin: shareOrNull(margin) });
  if (answer.code === 'COST_GATE_NOT_APPLICABLE') return { cost: shown(lost), code: answer.code };
  return { cost: shown(answer.usage), code: answer.code, limit: shown(answer.limit), edge: shown(netEdge(answer.asked, lost)) };
};

type ProtectionStepText = Readonly<{ hour: number; unitValue: string; realised: readonly Readonly<{ agent: string; symbol: string; result: string; over: boolean }>[] }>;

const protections = ({ policy, steps, asks }: Given): unknown => {
  let now = NO_PROTECTIONS;
  const raised = (steps as readonly ProtectionStepText[]).map(({ hour, unitValue, realised }) => {
    const step = stepProtections(part<ProtectionPolicy>(policy), now, {
      hour: hourUtc(hour),
      day: dayOfClose(hour, 1),
      unitValue: money(decimal(unitValue)),
      realised: realised.map(sale => ({ ...sale, symbol: marketSymbol(sale.symbol), result: money(decimal(sale.result)) })),
    });
    now = step.protections;
    return step.raised.map(({ code, symbol, untilHour, limit, usage }) => [code, symbol, untilHour, shown(limit), shown(usage)]);
  });
  const active = (asks as readonly (readonly [string, number])[]).map(([symbol, hour]) =>
    protectionsAgainst(now, marketSymbol(symbol), hourUtc(hour)).map(({ code, untilHour }) => [code, untilHour]),
  );
  return { raised, active };
};

const kill = ({ policy, signs }: Given): unknown =>
  killTriggers(part<KillPolicy | null>(policy), signs as KillSigns).map(({ trigger, limit, usage }) => [trigger, shown(limit), shown(usage)]);

const wild = ({ moveShare, reference, high, low }: Given): unknown =>
  isWild({ reference: Number(reference), high: Number(high), low: Number(low) }, shareAsDouble(fraction(exact(moveShare))));

const finger = ({ side, price: named, mark, bound }: Given): unknown =>
  isWithinMark({ side: side as 'BUY' | 'SELL', price: price(exact(named)), mark: price(exact(mark)) }, shareOrNull(bound));

const liquidity = ({ policy, book }: Given): unknown => {
  const rules = part<LiquidityPolicy | null>(policy);
  const given = book as Readonly<{ bid: string; ask: string; askQuantity: string; ageMs: number }> | null;
  const top = given === null ? null : { bid: price(decimal(given.bid)), ask: price(decimal(given.ask)), askQuantity: quantity(decimal(given.askQuantity)), ageMs: given.ageMs };
  return { problems: liquidityProblems(rules, top).map(({ code, limit, usage }) => [code, shown(limit), shown(usage)]), most: shown(depthClip(rules, top)) };
};

const reduced = (given: Given): unknown => {
  const amountOrNull = (key: string): bigint | null => (given[key] === null ? null : exact(given[key]));
  const answer = reduceOnly({
    held: quantity(exact(given['held'])),
    reserved: quantity(exact(given['reserved'])),
    asked: amountOrNull('asked') as never,
    instrument: { lot: quantity(exact(given['lot'])), minNotional: money(exact(given['minNotional'])) },
    isTradable: given['isTradable'] as boolean,
    mark: amountOrNull('mark') as never,
    limitPrice: amountOrNull('limitPrice') as never,
    fatFinger: amountOrNull('fatFinger') as never,
  });
  return { granted: shown(answer.granted), problems: answer.granted === null ? answer.problems.map(({ code }) => code) : [] };
};

const account = (given: Given): unknown => {
  const market = { lot: quantity(exact(given['lot'])), minNotional: money(exact(given['minNotional'])) };
  return { smallest: shown(smallestFraction(profileOf(given))), needed: shown(valueNeeded(profileOf(given), market, price(exact(given['mark'])))) };
};

export const RISK_RULES: Readonly<Record<string, (given: Given) => unknown>> = {
  drawdown,
  tier,
  standing,
  operator,
  returns,
  slice,
  volatility: ({ returns: list }) => shown(dailyVolatility(list as readonly number[])),
  scale,
  fraction: fractionOf,
  caps,
  cluster: ({ symbol }) => clusterOf(marketSymbol(symbol as string)),
  breaches,
  cost,
  protections,
  kill,
  presence: given => presenceOf(given as unknown as MarkAge, given as unknown as PresenceHours),
  wild,
  rate: ({ ordersPerHour, placed }) => isWithinRate(ordersPerHour as number | null, placed as number),
  finger,
  liquidity,
  reduceOnly: reduced,
  account,
};
