/** Rules that cut an entry to what they still let in: caps, free cash, a known book, the volume of the market. */
import { quantityFor, shareDown } from '../kernel/rounding.ts';
import { minOf, money, quantity } from '../kernel/units.ts';
import type { Money, Price, Quantity } from '../kernel/units.ts';
import { medianVolume } from '../market/volumes.ts';
import { reservedCash } from '../orders/order.ts';
import { affordable } from '../venue/fees.ts';
import { exposureCaps, headroomOf } from './exposure-caps.ts';
import { entryViolation } from './gate-order.ts';
import type { CLIP_ORDER, GateViolation } from './gate-order.ts';
import { freeCash } from './gate-view.ts';
import type { EntryWish, GateView } from './gate-view.ts';
import type { Terms } from './gate-size.ts';
import { depthClip } from './liquidity-gate.ts';

type ClipCode = (typeof CLIP_ORDER)[number];
export type Clip = Readonly<{ most: Quantity; violation: GateViolation }>;

/** `asked` is the wish at the reserve price, up. */
export type Sizing = Terms & Readonly<{ reserve: Price; asked: Money; wished: Quantity }>;

/** Every clip that applies, in the order in which equals are named. */
export const clipsOf = (view: GateView, entry: EntryWish, sizing: Sizing): readonly Clip[] => [
  ...exposureClips(view, entry, sizing),
  cashClip(view, sizing),
  ...quantityClip('DEPTH_INSUFFICIENT', depthClip(view.risk.profile.liquidity, view.risk.books.get(entry.index) ?? null), sizing),
  ...quantityClip('NO_VOLUME', volumeOf(view, entry), sizing),
];

const exposureClips = (view: GateView, entry: EntryWish, { reserve, asked }: Sizing): readonly Clip[] => {
  const { limits } = view.risk.profile;
  const { cluster } = view.desk.instruments[entry.index]!;
  const caps = exposureCaps(limits, { value: view.valuation.value, quote: view.desk.manifest.quote, cluster, used: usedBy(view, entry, cluster) });
  return caps.map(cap => ({ most: quantityFor(headroomOf(cap), reserve), violation: entryViolation(cap.code, { limit: cap.limit, usage: cap.usage, asked }) }));
};

type Used = Parameters<typeof exposureCaps>[1]['used'];

/** Holdings at their marks and what working BUYs may still add. A run has one quote currency, so its use is that of all. */
const usedBy = ({ desk, orders, valuation, risk }: GateView, { agent, index }: EntryWish, cluster: string): Used => {
  const symbol = desk.symbols[index]!;
  let total: bigint = valuation.positions;
  let ofCluster = 0n;
  let ofPosition = 0n;
  for (const holding of risk.holdings) {
    if (holding.cluster === cluster) ofCluster += holding.worth;
    if (holding.symbol === symbol && holding.agent === agent.agent.id) ofPosition += holding.worth;
  }
  for (const order of orders.working) {
    total += order.reservedExposure;
    if (desk.instruments[desk.indexOf.get(order.symbol)!]!.cluster === cluster) ofCluster += order.reservedExposure;
    if (order.symbol === symbol && order.agent === agent.agent.id) ofPosition += order.reservedExposure;
  }
  return { total: money(total), quote: money(total), cluster: money(ofCluster), position: money(ofPosition) };
};

const cashClip = (view: GateView, { instrument, reserve, asked }: Sizing): Clip => {
  const cash = freeCash(view.valuation.cash, view.orders);
  const most = affordable(cash, reserve, { fees: view.desk.manifest.costs.fees, instrument });
  return { most, violation: entryViolation('INSUFFICIENT_CASH', { limit: cash, usage: reservedCash(view.orders), asked }) };
};

const quantityClip = (code: ClipCode, most: Quantity | null, { wished }: Sizing): readonly Clip[] =>
  most === null ? [] : [{ most: minOf(most, wished), violation: entryViolation(code, { limit: most, usage: 0n, asked: wished }) }];

const volumeOf = (view: GateView, { index }: EntryWish): Quantity | null => {
  const { participation } = view.desk.manifest.costs;
  return participation === null ? null : quantity(shareDown(medianVolume(view.volumes, index), participation));
};
