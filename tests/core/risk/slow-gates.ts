/**
 * The slow, obvious twin of the gates of an entry: specs/risk.md told again in decimals, a rule at a time, the most that
 * cash buys found by halving. It shares no line with core, and says what is granted or everything that says no.
 */
import { Decimal } from 'decimal.js';
import { allowed, capsOf, down, entered, Exact, exact, marketOf, pricesOf, reservedOf, said, total, up, valueOf, wholeSteps, worthOf } from './slow-scene.ts';
import type { SlowRules, SlowScene } from './slow-scene.ts';

export type SlowGrant = Readonly<{ quantity: string; mark: string; limit: string | null; collar: string | null; reserved: string; exposure: string; costGate: string; volatility: string | null }>;
export type SlowAnswer = Readonly<{ granted: SlowGrant }> | Readonly<{ refused: readonly string[] }>;

const marketBlocks = (scene: SlowScene): readonly string[] => {
  const { mark, ageSteps, absent, book } = entered(scene);
  const { missingHours, staleHours, liquidity, fatFinger } = scene.rules;
  const blocks: string[] = [];
  const hours = exact(ageSteps).div(scene.stepsPerHour);
  if (mark === null) blocks.push(said('MARK_MISSING', 0, 0, 0));
  else if (hours.gte(staleHours)) blocks.push(said('MARK_STALE', staleHours, hours.floor(), 0));
  else if (absent === 'missing' && hours.gt(missingHours)) blocks.push(said('DATA_MISSING', missingHours, hours.floor(), 0));
  if (liquidity !== null && book !== null) {
    const [bid, ask] = [exact(book.bid), exact(book.ask)];
    if (exact(book.ageMs).div(1_000).gt(liquidity.bookAgeSeconds)) blocks.push(said('BOOK_STALE', liquidity.bookAgeSeconds, exact(book.ageMs).div(1_000), 0));
    if (!(bid.gt(0) && ask.gt(bid))) blocks.push(said('BOOK_CROSSED', ask, bid, 0));
    else {
      const spread = ask.minus(bid).div(ask.plus(bid).div(2)).times(10_000);
      if (spread.gt(liquidity.spreadBps)) blocks.push(said('SPREAD_TOO_WIDE', liquidity.spreadBps, up(spread), 0));
    }
  }
  if (mark === null || fatFinger === null) return blocks;
  const { limit, collar } = pricesOf(scene, exact(mark));
  const named = limit ?? collar;
  if (named !== null && named.minus(mark).abs().gt(exact(mark).times(fatFinger))) blocks.push(said('FAT_FINGER', exact(fatFinger), exact(mark), named));
  return blocks;
};

const pauseBlocks = ({ pauses, hour }: SlowScene): readonly string[] => {
  const named = [['COOLDOWN', pauses.cooldown], ['LOSING_EXITS', pauses.losing], ['SYMBOL_LOCKED', pauses.lock], ['DAILY_LOSS', pauses.day]] as const;
  return named.flatMap(([code, until]) => (until !== null && hour < until ? [said(code, until, hour, 0)] : []));
};

/** Positions of others that are more than dust, and BUYs of others at work, a pair counted once. */
const slotsOf = (scene: SlowScene): number => {
  const pairs = new Set<string>();
  for (const { agent, symbol } of scene.lots) {
    if (agent === 'treasury') continue;
    const { lot, minNotional, mark } = marketOf(scene, symbol);
    const held = total(scene.lots.filter(other => other.agent === agent && other.symbol === symbol).map(other => exact(other.quantity)));
    const sold = wholeSteps(held, exact(lot));
    if (sold.gt(0) && (mark === null || down(sold.times(mark)).gte(minNotional))) pairs.add(`${agent} ${symbol}`);
  }
  for (const { agent, symbol, side } of scene.orders) if (side === 'BUY') pairs.add(`${agent} ${symbol}`);
  pairs.delete(`main ${entered(scene).symbol}`);
  return pairs.size;
};

const positionsOf = ({ positions, tier }: SlowRules): number | null => (positions === null || tier === null ? positions : exact(positions).times(tier.positions).floor().toNumber());
const baseOf = ({ base, tier }: SlowRules): Exact | null => (base === null ? null : tier === null ? exact(base) : down(exact(base).times(tier.base)));

const roundTrip = (scene: SlowScene): Exact => {
  const { fees, slippage, entry } = scene;
  const bps = 'constant' in slippage ? slippage.constant : entered(scene).halfSpreadBps + slippage.impact;
  const moved = exact(bps).div(10_000);
  const takes = entry === 'MARKET' || !entry.holds;
  const feeIn = exact(takes ? fees.taker : fees.maker).div(1_000_000);
  const slipped = exact(1).plus(entry === 'MARKET' ? moved : 0);
  const paid = fees.paidIn === 'received' ? slipped.div(exact(1).minus(feeIn)) : slipped.times(exact(1).plus(feeIn));
  const brought = exact(1).minus(moved).times(exact(1).minus(exact(fees.taker).div(1_000_000)));
  return up(paid.div(brought).minus(1));
};

const isPredicted = ({ wish, rules }: SlowScene): boolean => wish.expected !== null && rules.costMargin !== null;

const deskBlocks = (scene: SlowScene): readonly string[] => {
  const { rules, placed, wish, standing } = scene;
  const blocks: string[] = [];
  const slots = slotsOf(scene);
  const positions = positionsOf(rules);
  if (rules.ordersPerHour !== null && placed + 1 > rules.ordersPerHour) blocks.push(said('ORDER_RATE', rules.ordersPerHour, placed, 1));
  if (positions !== null && slots >= positions) blocks.push(said('POSITION_COUNT', positions, slots, 1));
  if (isPredicted(scene)) {
    const cost = roundTrip(scene);
    const least = cost.plus(rules.costMargin!);
    if (!exact(wish.expected!).gt(least)) blocks.push(said('COST_GATE', least, cost, exact(wish.expected!)));
  }
  const value = valueOf(scene);
  for (const { limit, counts } of capsOf(scene)) {
    const held = total(scene.lots.filter(counts).map(lot => worthOf(scene, lot)));
    const most = allowed(limit, value);
    if (held.gt(most)) blocks.push(said('PASSIVE_BREACH', most, held, 0));
  }
  const free = exact(scene.cash).minus(reservedOf(scene));
  if (free.lte(0)) blocks.push(said('INSUFFICIENT_CASH', Exact.max(free, 0), reservedOf(scene), 0));
  const stop = { ACTIVE: [], REVIEW: ['REVIEW_OPEN'], HALTED: ['HALTED'], KILLED: ['KILLED'] }[standing].map(code => said(code, 0, 0, 0));
  if (value.lte(0)) stop.push(said('NON_POSITIVE_VALUE', 0, value, 0));
  return [...stop, ...marketBlocks(scene), ...pauseBlocks(scene), ...blocks];
};

/** A day's standard deviation of the last returns, each to 10^-8 of the doubles; null while there are too few. */
const volatilityOf = (closes: readonly string[], hours: number): Exact | null => {
  const returns = closes.slice(1).map((close, index) => {
    const [before, now] = [Number(closes[index]), Number(close)];
    return exact(((now - before) * 100_000_000) / before).toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN);
  });
  if (returns.length < hours) return null;
  const last = returns.slice(-hours);
  const mean = total(last).div(hours);
  const variance = total(last.map(one => one.minus(mean).pow(2))).div(hours);
  return up(variance.times(24).sqrt().toDecimalPlaces(60, Decimal.ROUND_HALF_EVEN).div(100_000_000), 10);
};

const scaleOf = (scene: SlowScene): readonly [Exact, string] => {
  const policy = scene.rules.volatility;
  if (policy === null) return [exact(1), 'VOLATILITY_NOT_APPLIED'];
  const volatility = volatilityOf(entered(scene).closes, policy.hours);
  if (volatility === null || volatility.isZero()) return [exact(policy.floor), 'VOLATILITY_MISSING'];
  return [Exact.min(Exact.max(down(exact(policy.target).div(volatility), 10), policy.floor), policy.ceiling), 'VOLATILITY_SIZED'];
};

const wishedOf = (scene: SlowScene, target: Exact): readonly [Exact, string | null] => {
  const { wish, sizing, rules } = scene;
  if (wish.left !== null) return [exact(wish.left), null];
  const [scale, code] = scaleOf(scene);
  const base = baseOf(rules);
  const ofValue = (share: Exact): Exact => down(Exact.max(down(valueOf(scene).times(share)), 0).div(target));
  let size: Exact;
  if ('fraction' in sizing) {
    const share = base === null ? exact(sizing.fraction) : Exact.min(sizing.fraction, base);
    const scaled = down(share.times(scale));
    size = ofValue(base === null ? scaled : Exact.min(scaled, base));
  } else {
    const named = 'quantity' in sizing ? exact(sizing.quantity) : down(exact(sizing.notional).div(target));
    size = down((base === null ? named : Exact.min(named, ofValue(base))).times(scale));
  }
  const part = down(size.times(wish.fraction));
  if (wish.expected === null) return [part, code];
  const held = total(scene.lots.filter(lot => lot.agent === 'main' && lot.symbol === entered(scene).symbol).map(lot => exact(lot.quantity)));
  return [Exact.min(part, Exact.max(size.minus(held), 0)), code];
};

const feeOf = ({ fees, markets }: SlowScene, notional: Exact): Exact => {
  const rate = fees.paidIn === 'received' ? 0 : Math.max(fees.maker, fees.taker);
  return up(notional.times(rate).div(1_000_000), markets[0]!.quoteDecimals);
};

/** The most whole lots whose notional and fee fit, found by halving. */
const affordableLots = (scene: SlowScene, cash: Exact, price: Exact): Exact => {
  const lot = exact(entered(scene).lot);
  const fits = (lots: Exact): boolean => {
    const notional = up(lots.times(lot).times(price));
    return notional.plus(feeOf(scene, notional)).lte(cash);
  };
  let least = exact(0);
  let beyond = cash.div(lot.times(price)).floor().plus(1);
  while (beyond.minus(least).gt(1)) {
    const middle = least.plus(beyond).div(2).floor();
    if (fits(middle)) least = middle;
    else beyond = middle;
  }
  return least.times(lot);
};

const medianOf = (volumes: readonly string[]): Exact => {
  const sorted = volumes.map(exact).sort((left, right) => left.cmp(right));
  if (sorted.length === 0) return exact(0);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1]!, sorted[Math.floor(sorted.length / 2)]!];
  return down(low.plus(high).div(2));
};

type Clip = Readonly<{ most: Exact; words: string }>;

const clipsOf = (scene: SlowScene, reserve: Exact, wished: Exact): readonly Clip[] => {
  const asked = up(wished.times(reserve));
  const { liquidity } = scene.rules;
  const { book, volumes } = entered(scene);
  const clips = capsOf(scene).map(({ code, limit, counts }): Clip => {
    const most = allowed(limit, valueOf(scene));
    const used = total([...scene.lots.filter(counts).map(lot => worthOf(scene, lot)), ...scene.orders.filter(counts).map(order => exact(order.exposure))]);
    return { most: down(Exact.max(most.minus(used), 0).div(reserve)), words: said(code, most, used, asked) };
  });
  const cash = exact(scene.cash).minus(reservedOf(scene));
  clips.push({ most: affordableLots(scene, cash, reserve), words: said('INSUFFICIENT_CASH', cash, reservedOf(scene), asked) });
  if (liquidity !== null && book !== null) {
    const depth = down(exact(book.askQuantity).div(liquidity.depthMultiple));
    clips.push({ most: depth, words: said('DEPTH_INSUFFICIENT', depth, 0, wished) });
  }
  if (scene.participation !== null) {
    const share = down(medianOf(volumes).times(scene.participation));
    clips.push({ most: share, words: said('NO_VOLUME', share, 0, wished) });
  }
  return clips;
};

export const slowGate = (scene: SlowScene): SlowAnswer => {
  const blocks = deskBlocks(scene);
  if (blocks.length > 0) return { refused: blocks };
  const { lot, minNotional, mark } = entered(scene);
  const { target, reserve, limit, collar } = pricesOf(scene, exact(mark!));
  const [wished, volatility] = wishedOf(scene, target);
  const clips = clipsOf(scene, reserve, wished);
  const most = clips.reduce((least, clip) => Exact.min(least, clip.most), wished);
  const binding = most.lt(wished) ? clips.find(clip => clip.most.eq(most))!.words : null;
  const quantity = wholeSteps(most, exact(lot));
  if (quantity.lte(0)) return { refused: [binding ?? said('BELOW_LOT', exact(lot), 0, wished)] };
  const notional = down(quantity.times(target));
  if (notional.lt(minNotional)) return { refused: [...(binding === null ? [] : [binding]), said('BELOW_MINIMUM', exact(minNotional), 0, notional)] };
  const exposure = up(quantity.times(reserve));
  const reserved = exposure.plus(feeOf(scene, exposure));
  const costGate = isPredicted(scene) ? 'COST_GATE_PASSED' : 'COST_GATE_NOT_APPLICABLE';
  return {
    granted: { quantity: quantity.toFixed(), mark: exact(mark!).toFixed(), limit: limit?.toFixed() ?? null, collar: collar?.toFixed() ?? null, reserved: reserved.toFixed(), exposure: exposure.toFixed(), costGate, volatility },
  };
};
