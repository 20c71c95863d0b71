/** Under what a result came about, in words and figures: window, markets, agents, profile, costs. Decides nothing. */
import type { Desk } from '../../core/desk.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { CostModel } from '../../core/manifest.ts';
import { VERSION } from '../identity.ts';
import type { RunSummary } from '../run-summary.ts';
import type { Conditions } from './report.ts';

/** What only the store knows. */
export type Found = Pick<Conditions, 'hindsight' | 'revisedData'>;

/** Nothing is simulated of an account: its manifest has a cost model and a profile, as every manifest, and neither was asked for anything. */
const COSTS_OF_HISTORY = 'fees as the history of the account has them; prices are those of its trades';

export const conditionsOf = ({ manifest, symbols }: Desk, summary: RunSummary, { throughHour, found, isAccount }: Readonly<{ throughHour: HourUtc; found: Found; isAccount: boolean }>): Conditions => ({
  from: formatHour(manifest.startHour),
  to: formatHour(hoursAfter(throughHour, 1)),
  tradeFrom: formatHour(manifest.tradeFromHour),
  hours: summary.hours,
  timeframe: manifest.timeframe,
  quote: manifest.quote,
  symbols,
  agents: manifest.agents.map(({ id, strategy, parameters }) => ({ id, strategy, parameters })),
  profile: isAccount ? null : manifest.profile.name,
  averageExposure: summary.averageExposure,
  costModel: isAccount ? COSTS_OF_HISTORY : costText(manifest.costs),
  notTraded: isAccount ? null : summary.notTraded,
  ...found,
  version: VERSION,
  semantics: manifest.semantics,
});

/** `fees 0.25 % maker 0.4 % taker (kraken), slippage spread+impact, at most 2.5 % of the volume of a candle`. */
export const costText = ({ fees, slippage, participation }: CostModel): string => {
  const rate = (ppm: number): string => `${formatDecimal(BigInt(ppm) * 100_000_000_000_000n)} %`;
  const isFree = fees.makerPpm === 0 && fees.takerPpm === 0;
  const charged = fees.asset === 'quote' ? '' : fees.asset === 'received' ? ', in the asset received' : `, in ${fees.asset.third}`;
  const paid = isFree ? 'no fees' : `fees ${rate(fees.makerPpm)} maker ${rate(fees.takerPpm)} taker (${fees.name}${charged})`;
  const away = slippage.kind === 'spread_impact' ? 'slippage spread+impact' : slippage.bps === 0 ? 'no slippage' : `slippage ${slippage.bps} bps`;
  const share = participation === null ? 'any share of the volume' : `at most ${formatDecimal(participation * 100n)} % of the volume of a candle`;
  return `${isFree && slippage.kind === 'constant' && slippage.bps === 0 ? 'at zero cost: ' : ''}${paid}, ${away}, ${share}`;
};
