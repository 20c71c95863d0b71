/**
 * Runs of every sort on whose account things happen as well: trades without an order of ours, transfers, rewards, charges and
 * renamings, more of them than there is money or units for.
 */
import { decimal } from '../../core/kernel/decimal.ts';
import { asset, baseOf, marketSymbol, money, price, quantity, timeMs } from '../../core/kernel/units.ts';
import type { Asset } from '../../core/kernel/units.ts';
import type { AccountFact } from '../../core/log.ts';
import { stepsPerHour } from '../../core/market/timeframe.ts';
import { FIXTURE_START } from '../../tools/fixtures/case.ts';
import type { Arrival, CaseDefinition } from '../../tools/fixtures/case.ts';
import { drawOf, variantOf } from './run-variants.ts';
import type { Draw } from './run-variants.ts';

const HOUR_MS = 3_600_000;
const AMOUNTS = ['0.000000000000000001', '0.000000000000000007', '0.3', '1', '2.5', '7.777777777777777777', '40', '1234.5678'].map(decimal);

type At = Readonly<{ atMs: AccountFact['atMs']; id: string; ordinal: number }>;

const tradeOf = ({ pick }: Draw, at: At, assets: readonly Asset[], quote: Asset): AccountFact => {
  const base = pick(assets);
  const others = [quote, ...assets.filter(held => held !== base)];
  const counter = pick(others);
  const feeAsset = pick([quote, ...assets]);
  const [units, amount, fee] = [pick(AMOUNTS) + 1_000n, pick(AMOUNTS) + 1_000n, pick([0n, 0n, 1n, 999n])];
  const feeValue = feeAsset === quote || fee === 0n ? fee : pick(AMOUNTS);
  const value = counter === quote ? amount : pick(AMOUNTS);
  return {
    ...at,
    type: 'account_traded',
    symbol: marketSymbol(`${base}/${counter}`),
    side: pick(['BUY', 'SELL']),
    quantity: quantity(units),
    price: price(pick(AMOUNTS)),
    amount: quantity(amount),
    value: money(value),
    fee: quantity(fee),
    feeAsset,
    feeValue: money(feeValue),
  };
};

const factOf = (draw: Draw, at: At, assets: readonly Asset[], quote: Asset): AccountFact => {
  const { below, pick } = draw;
  const held = pick([quote, ...assets]);
  const [units, worth] = [pick(AMOUNTS) + 1_000n, pick(AMOUNTS)];
  switch (pick(['trade', 'trade', 'trade', 'in', 'in', 'out', 'reward', 'charge', 'rename'])) {
    case 'in':
      return { ...at, type: 'account_transferred', direction: 'in', asset: held, quantity: quantity(units), basis: money(held === quote ? units : worth), acquiredMs: held === quote ? at.atMs : timeMs(at.atMs - below(1_000_000_000)) };
    case 'out':
      return { ...at, type: 'account_transferred', direction: 'out', asset: held, quantity: quantity(units) };
    case 'reward': {
      const fee = pick([0n, 1n, 999n]);
      return { ...at, type: 'account_rewarded', purpose: pick(['income', 'income', 'funding', 'rounding']), asset: held, quantity: quantity(units), fee: quantity(fee), value: money(held === quote ? units - fee : worth) };
    }
    case 'charge':
      return { ...at, type: 'account_charged', purpose: pick(['fees', 'funding', 'rounding']), asset: held, quantity: quantity(units), value: money(held === quote ? units : worth) };
    case 'rename':
      if (assets.length < 2) return tradeOf(draw, at, assets, quote);
      return { ...at, type: 'asset_renamed', from: assets[0]!, to: assets[1]!, quantity: quantity(units), received: quantity(pick([1n, 2n, units, units / 3n])) };
    default:
      return tradeOf(draw, at, assets, quote);
  }
};

/** The variant of that seed with an account on which much happens. */
export const accountVariantOf = (seed: number): CaseDefinition => {
  const base = variantOf(seed);
  const draw = drawOf(seed + 5_000);
  const steps = stepsPerHour(base.manifest.timeframe);
  const assets = base.manifest.universe.map(({ symbol }) => baseOf(symbol));
  const arrivals = Array.from({ length: 12 + draw.below(20) }, (_, index): Arrival => {
    const [hour, step] = [draw.below(base.hours), draw.below(steps)];
    const openMs = (FIXTURE_START + hour) * HOUR_MS + (step * HOUR_MS) / steps;
    const at = { atMs: timeMs(openMs + draw.below(3) * 1_000), id: `A-${index}`, ordinal: draw.below(12) };
    return { hour, step, fact: factOf(draw, at, assets, asset('USD')) };
  });
  return { ...base, name: `account-${seed}`, arrivals: [...base.arrivals, ...arrivals] };
};
