/** What a gate sees, built from amounts as text: three markets, one agent, and marks that are as old as a test says. */
import { decimal } from '../../../core/kernel/decimal.ts';
import { valueAt } from '../../../core/kernel/rounding.ts';
import { hourUtc, marketSymbol, money, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { LotId, RiskStatus, Side, Violation } from '../../../core/events.ts';
import type { OrderId } from '../../../core/log.ts';
import type { Lot } from '../../../core/lots/lot.ts';
import type { CostModel, Manifest, Sizing } from '../../../core/manifest.ts';
import type { Agent } from '../../../core/manifest.ts';
import { mantissaOf } from '../../../core/market/columns.ts';
import { feedOf } from '../../../core/market/feed.ts';
import type { MarketStep } from '../../../core/market/feed.ts';
import { markOf, noMarks } from '../../../core/market/marks.ts';
import { noVolumes } from '../../../core/market/volumes.ts';
import type { WorkingOrder } from '../../../core/orders/order.ts';
import { gateEntry } from '../../../core/risk/gate.ts';
import type { GateAnswer } from '../../../core/risk/gate.ts';
import type { GateView, RiskView } from '../../../core/risk/gate-view.ts';
import { noReturns } from '../../../core/risk/returns.ts';
import { UNHINDERED } from '../../../core/risk/risk-standing.ts';
import { agentOf, byQuantity, deskOf, FREE, instrument } from '../../support/desk.ts';
import { longWish, ordersOf, workingOrder } from '../../support/orders.ts';
import type { Rules } from '../../support/desk.ts';
import { cappedBy } from '../../support/profiles.ts';
import type { Caps } from '../../support/profiles.ts';
import { riskViewOf } from '../../support/risk-views.ts';

export const NOW = 500_100;
export const SYMBOLS = ['AAA/USD', 'BBB/USD', 'CCC/USD'].map(marketSymbol);

/** Caps as text, beside those of research, which binds nothing but the total. */
export type { Caps } from '../../support/profiles.ts';

/** A step in which nothing traded. */
export const NO_CANDLES: MarketStep = feedOf([], '1h', [])(NOW);

export type Scene = Readonly<{
  cash?: string;
  caps?: Caps;
  rules?: Rules;
  sizing?: Sizing;
  entry?: Agent['entry'];
  costs?: CostModel;
  timeframe?: Manifest['timeframe'];
  /** The close of AAA; null before its first candle. BBB and CCC stand at 10. */
  mark?: string | null;
  /** Age of AAA's mark in steps. */
  age?: number;
  volumes?: readonly string[];
  lots?: readonly Lot[];
  working?: readonly WorkingOrder[];
  status?: RiskStatus;
  /** What else the step has concluded about risk. */
  risk?: Partial<RiskView>;
}>;

export const lotOf = (symbol: string, held: string, agent = 'main'): Lot => ({
  id: `1.0.${symbol}` as LotId,
  agent,
  symbol: marketSymbol(symbol),
  quantity: quantity(decimal(held)),
  cost: money(0n),
  fee: money(0n),
  acquiredMs: timeMs(0),
});

export type OrderTerms = Readonly<{ reserved?: string; exposure?: string; side?: Side; agent?: string; collar?: string; cancelled?: string; id?: string }>;

/** A working MARKET order of ten units, by what it has set aside. */
export const workingOn = (symbol: string, { reserved = '0', exposure = reserved, side = 'BUY', agent = 'main', ...rest }: OrderTerms = {}): WorkingOrder =>
  workingOrder({
    id: (rest.id ?? `${NOW}.0.${symbol}`) as OrderId,
    agent,
    symbol: marketSymbol(symbol),
    side,
    collarPrice: rest.collar === undefined ? null : price(decimal(rest.collar)),
    reserved: money(decimal(reserved)),
    reservedExposure: money(decimal(exposure)),
    placedStep: NOW,
    cancelReason: rest.cancelled ?? null,
  });

export const viewOf = (scene: Scene): GateView => {
  const step = scene.timeframe === '5m' ? 12 : 1;
  const desk = deskOf(
    {
      universe: SYMBOLS.map((symbol, index) => instrument(symbol, index === 0 ? scene.rules : {})),
      agents: [agentOf('scripted', scene.sizing ?? byQuantity('1'), { entry: scene.entry ?? { type: 'MARKET' } })],
      costs: scene.costs ?? FREE,
      profile: cappedBy(scene.caps ?? {}),
      timeframe: scene.timeframe ?? '1h',
    },
    [[]],
  );
  const slot = NOW * step;
  const marks = noMarks(3);
  [scene.mark === undefined ? '100' : scene.mark, '10', '10'].forEach((close, index) => {
    if (close === null) return;
    const { mantissa, scale } = mantissaOf(close);
    marks.mantissa[index] = mantissa;
    marks.scale[index] = scale;
    marks.slot[index] = slot - (index === 0 ? (scene.age ?? 0) : 0);
  });
  const volumes = noVolumes((scene.costs ?? FREE).participation === null ? 0 : 3);
  (scene.volumes ?? []).forEach((text, cell) => {
    const { mantissa, scale } = mantissaOf(text);
    volumes.mantissa[cell] = mantissa;
    volumes.scale[cell] = scale;
    volumes.count[0] = cell + 1;
  });
  const lots = scene.lots ?? [];
  const cash = money(decimal(scene.cash ?? '100000'));
  const positions = lots.reduce((sum, lot) => sum + valueAt(lot.quantity, markOf(marks, desk.indexOf.get(lot.symbol)!) ?? price(0n)), 0n);
  const valuation = { cash, positions: money(positions), value: money(cash + positions), unitValue: money(decimal('1')) };
  return {
    desk,
    hour: hourUtc(NOW),
    slot,
    marks,
    volumes,
    returns: noReturns(0),
    lots,
    orders: ordersOf({ working: scene.working ?? [] }),
    valuation,
    risk: riskViewOf({ desk, lots, marks, valuation }, { standing: { ...UNHINDERED, status: scene.status ?? 'ACTIVE' }, ...scene.risk }),
  };
};

/** The gate's answer to an entry into AAA; `still` is what is left of a quantity granted before. */
export const ask = (scene: Scene, still: string | null = null): GateAnswer => {
  const view = viewOf(scene);
  const wish = longWish({ symbol: SYMBOLS[0]!, reason: 'SCRIPT', quantity: still === null ? null : quantity(decimal(still)) });
  return gateEntry(view, { agent: view.desk.agents[0]!, index: 0, wish });
};

/** Units granted, or the codes of every rule that said no. */
export const verdict = (scene: Scene, still: string | null = null): bigint | string => {
  const answer = ask(scene, still);
  return answer.granted === null ? answer.violations.map(({ code }) => code).join(' ') : answer.granted.quantity;
};

export const violationsOf = (scene: Scene): readonly Violation[] => {
  const answer = ask(scene);
  return answer.granted === null ? answer.violations : [];
};
