/**
 * Desks that trade in campaigns, drawn from a seed: markets that trend and turn, costs, entries and profiles, and an
 * ensemble that learns fast enough for a few hundred hours. The same seed is the same run everywhere.
 */
import type { Desk } from '../../core/desk.ts';
import type { Decision } from '../../core/events.ts';
import { CAMPAIGN_POLICIES } from '../../core/campaign/presets.ts';
import { PROFILES } from '../../core/profile.ts';
import type { Agent } from '../../core/manifest.ts';
import { agentOf, byFraction, deskOf, FREE, instrument, KRAKEN_COSTS, limitEntry, MARKET, operatorFact, START } from './desk.ts';
import type { Outside } from './desk.ts';
import { drawsOf } from './market.ts';
import type { Draw, SlotCandle } from './market.ts';
import { OUTLOOKS, predictionAt } from './campaign-runs.ts';
import type { Mood } from './campaign-runs.ts';

const QUICK_ENSEMBLE = { fast: '2', volatility: '48', prior: '1', history: '20', candlesPerHour: '1' };

/** A price in cents that drifts one way for a while, then another; now and then a candle is absent. */
const trendingCandles = (draw: Draw, hours: number): readonly SlotCandle[] => {
  const candles: SlotCandle[] = [];
  let price = 5_000 + draw(20_000);
  let drift = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    if (draw(40) === 0) drift = draw(13) - 6;
    const open = price;
    price = Math.max(200, Math.round((open * (1_000 + drift + draw(21) - 10)) / 1_000));
    const [high, low] = [Math.max(open, price) + draw(20), Math.min(open, price) - draw(20)];
    if (draw(60) === 0) continue;
    candles.push({ slot: START + hour, values: { open: cents(open), high: cents(high), low: cents(low), close: cents(price), volume: String(100 + draw(10_000)) } });
  }
  return candles;
};

const cents = (value: number): string => {
  const text = `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;
  return text.replace(/\.?0+$/, '');
};

export type DrawnCampaigns = Readonly<{ desk: Desk; candles: readonly (readonly SlotCandle[])[]; hours: number; outside: Outside }>;

/** `predicted` runs the ensemble; `recorded` is told random moods, weighted to what `moods` lists. */
export const drawnCampaigns = (seed: number, { hours, said }: Readonly<{ hours: number; said: 'predicted' | readonly Mood[] }>): DrawnCampaigns => {
  const draw = drawsOf(seed);
  const symbols = ['BTC/USD', 'ETH/USD', 'SOL/USD'].slice(0, 1 + draw(3));
  const entry = draw(3) === 0 ? limitEntry(draw(40)) : MARKET;
  const agent: Agent = said === 'predicted' ? agentOf('momentum-ensemble', byFraction('0.4'), { parameters: QUICK_ENSEMBLE, entry }) : agentOf('recorded-model', byFraction('0.4'), { entry });
  const preset = (['conservative', 'balanced', 'research'] as const)[draw(3)]!;
  const profile = draw(2) === 0 ? PROFILES[preset] : { ...PROFILES.research, campaign: CAMPAIGN_POLICIES[preset] };
  const lot = draw(2) === 0 ? '0.00000001' : '0.01';
  const desk = deskOf({
    universe: symbols.map(symbol => instrument(symbol, { lot, minNotional: draw(2) === 0 ? '0' : '5' })),
    agents: [agent],
    profile,
    costs: draw(2) === 0 ? FREE : KRAKEN_COSTS,
    cash: '20000',
  });
  const candles = symbols.map(() => trendingCandles(draw, hours));
  return { desk, candles, hours, outside: outsideOf(draw, desk, { hours, said }) };
};

const outsideOf = (draw: Draw, desk: Desk, { hours, said }: Readonly<{ hours: number; said: 'predicted' | readonly Mood[] }>): Outside => {
  const outside: Record<string, Outside[string]> = {};
  const current = desk.symbols.map((): Mood => 'none');
  for (let hour = 0; hour < hours; hour += 1) {
    const facts: Outside[string][number][] = [];
    if (draw(150) === 0) facts.push(operatorFact(hour, { command: 'flatten' }, `f-${hour}`));
    if (said !== 'predicted') {
      for (const [index, symbol] of desk.symbols.entries()) {
        if (draw(5) === 0) current[index] = said[draw(said.length)]!;
        const mood = current[index]!;
        if (mood !== 'none') facts.push(predictionAt({ hour }, OUTLOOKS[mood], { symbol }));
      }
    }
    if (facts.length > 0) outside[hour] = facts;
  }
  return outside;
};

/** Moves as `FROM TO REASON`. */
export const movesOf = (decisions: readonly Decision[]): readonly string[] =>
  decisions.flatMap(decision => (decision.type === 'campaign_moved' ? [`${decision.from} ${decision.to} ${decision.reason}`] : []));
