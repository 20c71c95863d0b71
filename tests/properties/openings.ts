/**
 * Whole runs drawn from a seed: universe, rules, costs, profile, agents, candles with holes, operators and late candles.
 * Hostile on purpose: coarse ticks, fees dearer than fills, too little cash, volumes of nothing.
 */
import type { OutsideFact } from '../../core/bucket.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { bps, fraction, marketSymbol, money, timeMs } from '../../core/kernel/units.ts';
import type { OperatorCommand } from '../../core/log.ts';
import type { Agent, CostModel, EntryOrder, Instrument, Sizing, StopPolicy } from '../../core/manifest.ts';
import { candleDigest } from '../../core/market/candle.ts';
import { stepsPerHour, timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { PROFILES } from '../../core/profile.ts';
import { agentOf, byFraction, byNotional, byQuantity, feesOf, instrument, limitEntry, MARKET, operatorFact, START } from '../support/desk.ts';
import type { Opening, Script } from '../support/desk.ts';
import { drawsOf, walk } from '../support/market.ts';
import type { Draw, SlotCandle } from '../support/market.ts';
import { BALANCED_CAPS, cappedBy } from '../support/profiles.ts';

export type DrawnRun = Readonly<{
  opening: Opening;
  scripts: readonly Script[];
  candles: readonly (readonly SlotCandle[])[];
  hours: number;
  outside: Readonly<Record<string, readonly OutsideFact[]>>;
}>;

export type Kind = Readonly<{ timeframe: Timeframe; hours: number; signals: 'built-in' | 'scripted' }>;

const oneOf = <Value>(draw: Draw, values: readonly Value[]): Value => values[draw(values.length)]!;

const BASES = ['BNB', 'BTC', 'ETH', 'SHIB', 'SOL'];

const drawInstrument = (draw: Draw, base: string): Instrument =>
  instrument(`${base}/USD`, {
    tick: oneOf(draw, ['0.00000001', '0.00000001', '0.01', '0.5']),
    lot: oneOf(draw, ['0.00000001', '0.00000001', '0.0001', '0.001', '0.001', '1']),
    minNotional: oneOf(draw, ['0', '0', '0', '5', '50']),
    baseDecimals: oneOf(draw, [8, 8, 3, 0]),
    quoteDecimals: oneOf(draw, [8, 8, 2, 0]),
    halfSpreadBps: bps(draw(40)),
    absent: oneOf(draw, ['missing', 'quiet']),
  });

const drawCosts = (draw: Draw, hasThird: boolean): CostModel => ({
  fees: feesOf(draw(6_000), draw(6_000), oneOf(draw, ['quote', 'quote', 'received', hasThird ? { third: 'BNB' } : 'quote'])),
  slippage: draw(2) === 0 ? { kind: 'constant', bps: bps(draw(60)) } : { kind: 'spread_impact', impactBps: bps(draw(40)) },
  participation: oneOf(draw, [null, null, fraction(decimal('0.025')), fraction(decimal('0.002'))]),
});

const TIGHT = cappedBy({ name: 'tight', perPosition: '0.1', total: '0.25', positions: 2, maxChase: '0.002' });

const drawSizing = (draw: Draw): Sizing =>
  oneOf(draw, [byFraction('1'), byFraction('0.3'), byFraction('0.05'), byNotional('250'), byNotional('20000'), byQuantity('0.37'), byQuantity('3')]);

const drawEntry = (draw: Draw): EntryOrder =>
  draw(2) === 0
    ? MARKET
    : limitEntry(draw(30), { postOnly: draw(3) === 0, timeInForce: oneOf(draw, ['HOUR', 'HOUR', 'IOC', 'FOK']) });

const drawBuiltIn = (draw: Draw, id: string): Agent => {
  const rest = { id, entry: drawEntry(draw) };
  const sizing = drawSizing(draw);
  switch (draw(5)) {
    case 0:
      return agentOf('buy-and-hold', sizing, rest);
    case 1:
      return agentOf('donchian-breakout', sizing, { ...rest, parameters: { entry: String(3 + draw(8)), exit: String(2 + draw(5)) } });
    case 2:
      return agentOf('rsi-reversion', sizing, { ...rest, parameters: { period: String(2 + draw(5)), oversold: '35.5', overbought: '60' } });
    default:
      return agentOf('ema-cross', sizing, { ...rest, parameters: { fast: String(2 + draw(3)), slow: String(6 + draw(6)) } });
  }
};

const drawScript = (draw: Draw, symbols: number, candles: number): Script =>
  Array.from({ length: symbols }, () => {
    const script: Record<number, 'enter' | 'exit'> = {};
    for (let candle = 0; candle < candles; candle += 1) if (draw(6) === 0) script[candle] = draw(2) === 0 ? 'enter' : 'exit';
    return script;
  });

const drawCommand = (draw: Draw): OperatorCommand => {
  const command = oneOf(draw, ['deposit', 'deposit', 'withdraw', 'withdraw', 'flatten', 'cancel', 'halt', 'resume', 'resume', 'resume', 'kill'] as const);
  if (command === 'deposit' || command === 'withdraw') return { command, amount: money(BigInt(1 + draw(5_000_000)) * 10n ** 15n) };
  return { command };
};

/** Two agents of five have a stop. */
const drawStop = (draw: Draw): StopPolicy | null => {
  const kind = oneOf(draw, ['loss', 'trailing', null, null, null] as const);
  return kind === null ? null : { kind, distance: fraction(BigInt(1 + draw(120)) * 10n ** 15n) };
};

type Arrivals = Record<string, OutsideFact[]>;

const at = (hour: number, step: number): string => (step === 0 ? String(hour) : `${hour}.${step}`);

const drawOperator = (draw: Draw, arrivals: Arrivals, kind: Kind): void => {
  for (let count = draw(5); count > 0; count -= 1) {
    const hour = draw(kind.hours);
    const fact = operatorFact(hour, drawCommand(draw), `k${count}`);
    (arrivals[at(hour, draw(stepsPerHour(kind.timeframe)))] ??= []).push(fact);
  }
};

/** Some candles are heard of hours after their own, some are told anew with another close. */
const drawLateCandles = (draw: Draw, arrivals: Arrivals, { kind, symbol, series }: Readonly<{ kind: Kind; symbol: string; series: readonly SlotCandle[] }>): readonly SlotCandle[] => {
  const perHour = stepsPerHour(kind.timeframe);
  const length = timeframeMs(kind.timeframe);
  const name = marketSymbol(symbol);
  return series.filter(candle => {
    if (draw(25) !== 0) return true;
    const hour = Math.floor(candle.slot / perHour) - START + 1 + draw(5);
    if (hour >= kind.hours) return true;
    const openMs = timeMs(candle.slot * length);
    const digest = candleDigest({ symbol: name, timeframe: kind.timeframe }, openMs, candle.values);
    const atMs = timeMs((START + hour) * 3_600_000 + draw(3_600_000));
    if (draw(2) === 0) {
      (arrivals[at(hour, 0)] ??= []).push({ type: 'candle_late', atMs, symbol: name, openMs, values: candle.values, digest });
      return false;
    }
    const values = { ...candle.values, close: candle.values.high };
    const revised = candleDigest({ symbol: name, timeframe: kind.timeframe }, openMs, values);
    if (revised !== digest) (arrivals[at(hour, 0)] ??= []).push({ type: 'candle_revised', atMs, symbol: name, openMs, values, digest: revised, supersedes: digest });
    return true;
  });
};

/** The run of a seed; equal seeds and kinds give equal runs on every machine. */
export const drawRun = (seed: number, kind: Kind): DrawnRun => {
  const draw = drawsOf(seed);
  const bases = BASES.filter((_, index) => index === 0 || draw(2) === 0);
  const perHour = stepsPerHour(kind.timeframe);
  const arrivals: Arrivals = {};
  const candles = bases.map((base, index) => {
    const series = walk({
      seed: seed * 31 + index,
      firstSlot: START * perHour,
      candles: kind.hours * perHour,
      gapsPerMille: oneOf(draw, [0, 20, 150]),
      movePerMille: oneOf(draw, [5, 15, 60]),
      decimals: oneOf(draw, [2, 2, 4, 7]),
    });
    return drawLateCandles(draw, arrivals, { kind, symbol: `${base}/USD`, series });
  });
  drawOperator(draw, arrivals, kind);
  const ids = draw(3) === 0 ? ['beta', 'alpha'] : ['main'];
  const scriptedRun = kind.signals === 'scripted';
  const agents = ids.map(id => (scriptedRun ? agentOf('scripted', drawSizing(draw), { id, entry: drawEntry(draw) }) : drawBuiltIn(draw, id)));
  const opening: Opening = {
    universe: bases.map(base => drawInstrument(draw, base)),
    agents,
    cash: oneOf(draw, ['37.5', '1000', '10000', '10000', '50000', '1234567.123456789012345678']),
    holdings: draw(2) === 0 ? [['BNB', oneOf(draw, ['0.01', '4.2']), '310.25']] : [],
    costs: drawCosts(draw, true),
    profile: oneOf(draw, [PROFILES.research, PROFILES.research, BALANCED_CAPS, PROFILES.balanced, PROFILES.conservative, TIGHT]),
    timeframe: kind.timeframe,
    warmUpHours: oneOf(draw, [0, 0, 4]),
  };
  const scripts = ids.map(() => drawScript(draw, bases.length, kind.hours * perHour));
  const stopped = agents.map(agent => ({ ...agent, stop: drawStop(draw) }));
  return { opening: { ...opening, agents: stopped }, scripts, candles, hours: kind.hours, outside: arrivals };
};
