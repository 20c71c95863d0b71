/** What two reports have in common, before anything of them is subtracted: currency, beginning, hours, and what they were told to do. */
import { hourContaining, parseTime } from '../../core/kernel/hours.ts';
import { byCodeUnit } from '../../core/kernel/order.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { Comparable, Conditions, RunReport } from './report.ts';

const hourOf = (text: string): HourUtc => hourContaining(parseTime(text)!);

const strategiesOf = ({ agents }: Conditions): string => JSON.stringify(agents.map(({ id, strategy }) => [id, strategy]));
const parametersOf = ({ agents }: Conditions): string => JSON.stringify(agents.map(({ parameters }) => Object.entries(parameters).sort(([one], [other]) => byCodeUnit(one, other))));

/** What is looked at, in the order in which it is told. Parameters of different strategies are different anyway. */
const LOOKED_AT: readonly (readonly [string, (conditions: Conditions) => string])[] = [
  ['strategy', strategiesOf],
  ['markets', ({ symbols }) => [...symbols].sort(byCodeUnit).join(' ')],
  ['quote currency', ({ quote }) => quote],
  ['window', ({ from, to, tradeFrom }) => `${from} ${tradeFrom} ${to}`],
  ['candles', ({ timeframe }) => timeframe],
  ['risk profile', ({ profile }) => profile ?? ''],
  ['costs', ({ costModel }) => costModel],
];

/** `manifestField` is the first field in which their manifests part, null where they are one: it is told where no condition shows it. */
export const comparableOf = ({ conditions: left }: Pick<RunReport, 'conditions'>, { conditions: right }: Pick<RunReport, 'conditions'>, manifestField: string | null): Comparable => {
  const found = LOOKED_AT.filter(([, read]) => read(left) !== read(right)).map(([name]) => name);
  const differs = strategiesOf(left) === strategiesOf(right) && parametersOf(left) !== parametersOf(right) ? ['parameters of the strategy', ...found] : found;
  const from = Math.max(hourOf(left.from), hourOf(right.from));
  const to = Math.min(hourOf(left.to), hourOf(right.to));
  return {
    sameQuote: left.quote === right.quote,
    sameStart: left.tradeFrom === right.tradeFrom,
    differs: differs.length === 0 && manifestField !== null ? [`their manifests (${manifestField})`] : differs,
    commonHours: Math.max(0, to - from),
  };
};
