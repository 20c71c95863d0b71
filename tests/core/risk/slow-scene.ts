/**
 * What an entry meets, in decimal text, and the first things the slow twin of the gates makes of it: worth, caps and the
 * prices an order would name. It shares no line with core.
 */
import { Decimal } from 'decimal.js';

export const Exact = Decimal.clone({ precision: 150 });
export type Exact = Decimal;

type SlowLimit = Readonly<{ share: string; amount: string | null }>;

/** Null binds nothing. Shares, amounts and prices as decimal text. */
export type SlowRules = Readonly<{
  total: SlowLimit;
  perPosition: SlowLimit | null;
  perCluster: SlowLimit | null;
  clusters: Readonly<Record<string, SlowLimit>>;
  unclassified: SlowLimit | null;
  quote: SlowLimit | null;
  positions: number | null;
  base: string | null;
  volatility: Readonly<{ target: string; floor: string; ceiling: string; hours: number }> | null;
  /** What the tier leaves of base and positions; null where tiers are only observed. */
  tier: Readonly<{ base: string; positions: string }> | null;
  maxChase: string | null;
  costMargin: string | null;
  ordersPerHour: number | null;
  fatFinger: string | null;
  missingHours: number;
  staleHours: number;
  liquidity: Readonly<{ spreadBps: number; depthMultiple: number; bookAgeSeconds: number }> | null;
}>;

export type SlowMarket = Readonly<{
  symbol: string;
  cluster: string;
  lot: string;
  tick: string;
  minNotional: string;
  quoteDecimals: number;
  halfSpreadBps: number;
  absent: 'missing' | 'quiet';
  mark: string | null;
  ageSteps: number;
  /** Of its last candles, at most 24. */
  volumes: readonly string[];
  /** Closes of its last hours that had a candle, oldest first. */
  closes: readonly string[];
  book: Readonly<{ bid: string; ask: string; askQuantity: string; ageMs: number }> | null;
}>;

export type SlowScene = Readonly<{
  rules: SlowRules;
  markets: readonly SlowMarket[];
  cash: string;
  lots: readonly Readonly<{ agent: string; symbol: string; quantity: string; cost: string }>[];
  orders: readonly Readonly<{ agent: string; symbol: string; side: 'BUY' | 'SELL'; reserved: string; exposure: string }>[];
  standing: 'ACTIVE' | 'REVIEW' | 'HALTED' | 'KILLED';
  hour: number;
  stepsPerHour: number;
  placed: number;
  /** First hours that may enter again, by protection; null where none is on. */
  pauses: Readonly<{ cooldown: number | null; losing: number | null; lock: number | null; day: number | null }>;
  fees: Readonly<{ maker: number; taker: number; paidIn: 'quote' | 'received' | 'third' }>;
  slippage: Readonly<{ constant: number }> | Readonly<{ impact: number }>;
  participation: string | null;
  /** `main` enters the first market. */
  sizing: Readonly<{ fraction: string }> | Readonly<{ notional: string }> | Readonly<{ quantity: string }>;
  entry: 'MARKET' | Readonly<{ offsetBps: number; holds: boolean }>;
  wish: Readonly<{ left: string | null; fraction: string; expected: string | null }>;
}>;

export const exact = (text: string | number): Exact => new Exact(text);
export const down = (value: Exact, places = 18): Exact => value.toDecimalPlaces(places, Decimal.ROUND_FLOOR);
export const up = (value: Exact, places = 18): Exact => value.toDecimalPlaces(places, Decimal.ROUND_CEIL);
const even = (value: Exact): Exact => value.toDecimalPlaces(18, Decimal.ROUND_HALF_EVEN);
export const wholeSteps = (value: Exact, step: Exact): Exact => value.div(step).floor().times(step);
export const total = (amounts: readonly Exact[]): Exact => amounts.reduce((sum, amount) => sum.plus(amount), exact(0));
export const said = (code: string, limit: Exact | number, usage: Exact | number, asked: Exact | number): string => [code, ...[limit, usage, asked].map(amount => new Exact(amount).toFixed())].join(' ');

export const entered = ({ markets }: SlowScene): SlowMarket => markets[0]!;
export const marketOf = ({ markets }: SlowScene, symbol: string): SlowMarket => markets.find(market => market.symbol === symbol)!;

/** A holding no candle was ever seen of is worth what it cost. */
export const worthOf = (scene: SlowScene, { symbol, quantity, cost }: SlowScene['lots'][number]): Exact => {
  const { mark } = marketOf(scene, symbol);
  return mark === null ? exact(cost) : even(exact(quantity).times(mark));
};
export const valueOf = (scene: SlowScene): Exact => total(scene.lots.map(lot => worthOf(scene, lot))).plus(scene.cash);
export const reservedOf = ({ orders }: SlowScene): Exact => total(orders.map(order => exact(order.reserved)));
export const allowed = ({ share, amount }: SlowLimit, value: Exact): Exact => {
  const ofValue = Exact.max(down(value.times(share)), 0);
  return amount === null ? ofValue : Exact.min(ofValue, amount);
};

/** The caps that bind the entry: their code, what names them in a breach, and whose worth and exposure they count. */
export type Cap = Readonly<{ code: string; limit: SlowLimit; counts: (of: Readonly<{ agent: string; symbol: string }>) => boolean }>;

export const capsOf = (scene: SlowScene): readonly Cap[] => {
  const { rules } = scene;
  const { symbol, cluster } = entered(scene);
  const ofCluster = rules.clusters[cluster] ?? (cluster === 'UNCLASSIFIED' ? rules.unclassified : rules.perCluster);
  const caps: Cap[] = [{ code: 'TOTAL_CAP', limit: rules.total, counts: () => true }];
  if (rules.quote !== null) caps.push({ code: 'QUOTE_CAP', limit: rules.quote, counts: () => true });
  if (ofCluster !== null) caps.push({ code: 'CLUSTER_CAP', limit: ofCluster, counts: of => marketOf(scene, of.symbol).cluster === cluster });
  if (rules.perPosition !== null) caps.push({ code: 'PER_POSITION_CAP', limit: rules.perPosition, counts: of => of.agent === 'main' && of.symbol === symbol });
  return caps;
};

export const pricesOf = (scene: SlowScene, mark: Exact): Readonly<{ target: Exact; reserve: Exact; limit: Exact | null; collar: Exact | null }> => {
  const { entry, rules } = scene;
  const tick = exact(entered(scene).tick);
  if (entry !== 'MARKET') {
    const limit = Exact.max(wholeSteps(mark.times(10_000 - entry.offsetBps).div(10_000), tick), tick);
    return { target: limit, reserve: limit, limit, collar: null };
  }
  const collar = rules.maxChase === null ? null : down(mark.times(exact(1).plus(rules.maxChase)));
  return { target: mark, reserve: collar ?? mark, limit: null, collar };
};
