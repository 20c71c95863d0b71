/** The way from our own results to those of each peer, one rule at a time: what every rule that differs is worth. */
import type { CandleColumns } from '../../core/market/columns.ts';
import { engineTrades } from './engine-trades.ts';
import type { EngineOutcome } from './engine-trades.ts';
import { table } from './report.ts';
import { OWN_RULES, PEER_RULES, PEERS } from './rules.ts';
import type { PeerName, Rules } from './rules.ts';

type Step = Readonly<{ rules: readonly (keyof Rules)[]; say: (theirs: Rules) => string }>;

const sizesOf = ({ account, size }: Rules): string => {
  if ('notional' in size) return `every entry for ${size.notional}`;
  return account === 'each' ? `an account for each symbol, ${size.fraction} of it in an entry` : `${size.fraction} of the account in an entry`;
};

/** In this order, the dearest to compute last but one. */
const STEPS: readonly Step[] = [
  { rules: ['seed'], say: () => 'averages start from the first close' },
  { rules: ['waits'], say: () => 'and are compared from the second close on' },
  { rules: ['fill'], say: () => 'filled at the close of the signal' },
  { rules: ['blindWhenFilling'], say: () => 'blind on candles that fill' },
  { rules: ['lot'], say: () => 'whole units' },
  { rules: ['account', 'size'], say: sizesOf },
  { rules: ['atEnd'], say: ({ atEnd }) => `sold at the ${atEnd === 'last-open' ? 'open' : 'close'} of the last candle` },
];

const signed = (value: number, decimals: number): string =>
  `${value > 0 ? '+' : ''}${value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })}`;

const ended = ({ trades }: EngineOutcome): number => trades.filter(({ exit }) => exit !== null).length;

const rowsOf = (peer: PeerName, columns: readonly CandleColumns[], own: EngineOutcome): readonly (readonly string[])[] => {
  let [rules, before] = [OWN_RULES, own];
  return STEPS.flatMap(({ rules: changed, say }) => {
    const theirs = PEER_RULES[peer];
    const next = { ...rules, ...Object.fromEntries(changed.map(rule => [rule, theirs[rule]])) };
    if (changed.every(rule => rules[rule] === theirs[rule])) return [];
    const after = engineTrades(columns, next);
    const row = [peer, say(theirs), signed(after.trades.length - before.trades.length, 0), signed(ended(after) - ended(before), 0), signed(after.equity - before.equity, 2)];
    [rules, before] = [next, after];
    return [row];
  });
};

export const effectsTable = (columns: readonly CandleColumns[]): string => {
  const own = engineTrades(columns, OWN_RULES);
  return table([['from tb to', 'rule', 'entries', 'exits', 'final equity'], ...PEERS.flatMap(peer => rowsOf(peer, columns, own))]);
};
