/** Accounts drawn from a seed: whatever a venue can tell of one, often of more than there is. */
import { decimal } from '../../core/kernel/decimal.ts';
import { asset, marketSymbol, price } from '../../core/kernel/units.ts';
import type { AccountFact } from '../../core/log.ts';
import { agentOf, byQuantity, instrument, moneyOf } from '../support/desk.ts';
import { drawsOf } from '../support/market.ts';
import { at, history, rows, traded, units } from './journal-runs.ts';
import type { Traded, Unplaced } from './journal-runs.ts';

type Draw = ReturnType<typeof drawsOf>;
const oneOf = <Value>(draw: Draw, values: readonly Value[]): Value => values[draw(values.length)]!;
/** An amount of some digits, few or many. */
const drawUnits = (draw: Draw, whole: number): string => `${1 + draw(whole)}.${String(1 + draw(999_999)).padStart(oneOf(draw, [6, 8, 12, 18]), '0')}`;

const ASSETS = ['BNB', 'BTC', 'ETH', 'SOL'];

/** One fact of any sort, often of more than there is. */
const drawFact = (draw: Draw, hour: number): Unplaced<AccountFact> => {
  const [one, other] = [draw(4), draw(3)];
  const [from, to] = [asset(ASSETS[one]!), asset(ASSETS.filter((_, index) => index !== one)[other]!)];
  const [much, worth] = [drawUnits(draw, 5), drawUnits(draw, 900)];
  const kind = draw(12);
  if (kind < 6) {
    const symbol = oneOf(draw, [`${from}/USD`, `${from}/USD`, `${from}/${to}`]);
    const counter = symbol.slice(symbol.indexOf('/') + 1);
    const side = oneOf(draw, ['BUY', 'SELL'] as const);
    const amount = counter === 'USD' ? worth : drawUnits(draw, 3);
    const feeAsset = asset(oneOf(draw, ['USD', 'USD', 'BNB', side === 'BUY' ? from : counter]));
    const fee = oneOf(draw, ['0', '0.0000004', `0.000000${100_000 + draw(899_999)}`]);
    const feeValue = moneyOf(feeAsset === 'USD' || fee === '0' ? fee : oneOf(draw, ['0', '0.01', fee]));
    return { type: 'account_traded', symbol: marketSymbol(symbol), side, quantity: units(much), price: price(decimal('1')), amount: units(amount), value: moneyOf(worth), fee: units(fee), feeAsset, feeValue };
  }
  if (kind === 6) return { type: 'account_transferred', direction: 'in', asset: from, quantity: units(much), basis: moneyOf(worth), acquiredMs: at(hour - draw(60), 0) };
  if (kind === 7) return { type: 'account_transferred', direction: 'out', asset: from, quantity: units(much) };
  if (kind === 8) return { type: 'account_rewarded', purpose: oneOf(draw, ['income', 'funding', 'rounding']), asset: from, quantity: units(much), fee: units(oneOf(draw, ['0', '0.0000001'])), value: moneyOf(worth) };
  if (kind === 9) return { type: 'account_charged', purpose: oneOf(draw, ['fees', 'funding', 'rounding']), asset: from, quantity: units(much), value: moneyOf(worth) };
  if (kind === 10) return { type: 'asset_renamed', from, to, quantity: units(much), received: units(drawUnits(draw, 9)) };
  return { type: 'account_transferred', direction: oneOf(draw, ['in', 'out']), asset: asset('USD'), quantity: units(worth), basis: moneyOf(worth), acquiredMs: at(hour, 30) };
};

/** Eighty facts about an account that sells, pays and renames what it has and what it has not; the same for the same seed. */
export const drawnAccount = (seed: number): Traded => {
  const draw = drawsOf(seed);
  const facts = Array.from({ length: 80 }, (_, hour) => drawFact(draw, hour));
  const flatRows = rows(...facts.map(() => '100'));
  return traded({
    opening: {
      universe: ASSETS.map(name => instrument(`${name}/USD`)),
      agents: [agentOf('scripted', byQuantity('1'))],
      cash: '1000000',
      holdings: [['BTC', '2.5', '90.000000000000000001'], ['ETH', '3', '12']],
      venue: 'recorded',
    },
    scripts: [ASSETS.map(() => ({}))],
    candles: ASSETS.map(() => flatRows),
    outside: history(facts),
  });
};
