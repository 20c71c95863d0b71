/** Why, in words and tables: one line for each market of an hour, or one market in full. */
import { ENTRY_GATES } from '../core/risk/gate-order.ts';
import { gateValue } from '../engine/explain/gate-value.ts';
import type { OrderStory } from '../engine/explain/order-story.ts';
import type { Conclusion, Story } from '../engine/explain/stories.ts';
import { counted } from '../engine/wording.ts';
import { bold, dim, facts, green, red, table, yellow } from './output.ts';
import type { Cell } from './output.ts';

type Json = Readonly<Record<string, unknown>>;

const SENTENCES: Readonly<Record<Conclusion, string>> = {
  ORDERED: 'ordered',
  REFUSED: 'refused',
  ORDER_WORKING: 'an order of before still works',
  NOTHING_TO_EXIT: 'an exit was signalled, and nothing is held',
  WANTED_ALREADY: 'signalled what is wanted already',
  NO_CANDLE: 'no candle closed',
  WARM_UP: 'warm-up: nothing may trade yet',
  NO_INDICATOR: 'the indicators have no value yet',
  NO_PREDICTION: 'nothing was predicted',
  NO_SIGNAL: 'no signal',
};

export type HourHead = Readonly<{ name: string; from: string; to: string; age: string; hash: string }>;

/** A line for every agent and market, in the order of the log. */
export const hourText = ({ name, from, to, age, hash }: HourHead, stories: readonly Story[]): string => {
  const agents = new Set(stories.map(({ agent }) => agent)).size;
  const steps = new Set(stories.map(({ at }) => at)).size;
  const rows = stories.map(story => [...(steps > 1 ? [story.closedAt] : []), ...(agents > 1 ? [story.agent] : []), story.symbol, story.candle === null ? '-' : String(story.candle['close']), inShort(story)]);
  return [
    `${bold(name)} ${dim(`${from} to ${to} (${age})`)}`,
    table([...(steps > 1 ? ['close of'] : []), ...(agents > 1 ? ['agent'] : []), 'market', 'close', 'what came of it'], rows),
    dim(`hour ${hash}; --symbol tells one market in full`),
  ].join('\n');
};

const plain = (text: string): string => text;

const inShort = (story: Story): Cell => {
  const because = story.signals.map(({ action, reason }) => `${String(action)} ${String(reason)}`).join(', ');
  const asked = story.campaign?.asked.map(({ ask, reason }) => `${String(ask)} ${String(reason)}`).join(', ') ?? '';
  const why = [because, asked].filter(text => text !== '').join(', ');
  switch (story.conclusion) {
    case 'ORDERED':
      return { text: `${story.orders.map(order => orderText(order, plain)).join('; ')}${why === '' ? '' : `: ${why}`}`, paint: green };
    case 'REFUSED':
      return { text: `refused ${story.refusals.flatMap(({ violations }) => (violations as readonly Json[]).map(({ code }) => String(code))).join(', ')}${why === '' ? '' : `: ${why}`}`, paint: red };
    default:
      return `${SENTENCES[story.conclusion]}${why === '' ? valuesText(story) : `: ${why}`}`;
  }
};

const valuesText = ({ indicators, campaign }: Story): string => {
  if (indicators?.after) return ` (${rounded(indicators.after)})`;
  return campaign === null ? '' : ` (${campaign.after}, ${campaign.stateClass})`;
};

const orderText = ({ side, quantity, symbol, orderType, reason }: Json, paint = green): string => `${paint(`${String(side)} ${String(quantity)} ${String(symbol)}`)} ${String(orderType)}, ${String(reason)}`;

/** Values as the log has them. */
const shown = (value: unknown): string => (value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value));
const pairs = (record: Json): string => Object.entries(record).map(([name, value]) => `${name} ${shown(value)}`).join(', ');

/** Doubles of a strategy, shortened for the eye. */
const rounded = (values: Json): string => pairs(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(Number(value).toPrecision(8))])));

/** One agent in one market: candle, indicators, prediction, campaign, signal, gates, refusals, orders and what became of them. */
export const storyText = (story: Story, orders: readonly OrderStory[]): string =>
  [
    `${bold(`${story.symbol} ${story.agent}`)} ${dim(`at the close of ${story.closedAt}`)}`,
    facts([['came of it', SENTENCES[story.conclusion]], ...sceneFacts(story)]),
    ...gatesText(story),
    ...story.refusals.map(refusalText),
    ...story.orders.map(order => orderInFull(order, orders.find(({ id }) => id === order['id']))),
    ...(story.answers.length === 0 ? [] : [dim('answers to orders of before'), ...story.answers.map(answer => `  ${eventText(answer)}`)]),
  ].join('\n');

const sceneFacts = ({ candle, mark, indicators, prediction, campaign, position, signals, stops }: Story): readonly (readonly [string, string])[] => [
  ['candle', candle === null ? 'none closed' : pairs(candle)],
  ...(mark === null || candle !== null ? [] : [['mark', `${mark.close} of ${mark.closedAt}`] as const]),
  ...(indicators === null ? [] : [['indicators', `${indicators.after === null ? 'no value yet' : rounded(indicators.after)}${indicators.before === null ? '' : dim(`, before the candle ${rounded(indicators.before)}`)}`] as const]),
  ...(prediction === null ? [] : [['prediction', predictionText(prediction)] as const]),
  ...(campaign === null ? [] : campaignFacts(campaign)),
  ['held', position === null ? 'nothing' : position.quantity],
  ...signals.map(({ action, reason, evidence }) => ['signal', `${String(action)} ${String(reason)} (${pairs(evidence as Json)})`] as const),
  ...stops.map(({ kind, level, low }) => ['stop', `${String(kind)} at ${String(level)} reached by a low of ${String(low)}`] as const),
];

const predictionText = ({ hour1, hours4, hours24, regime, confidence, volatility }: Json): string => {
  const horizon = (name: string, value: unknown): string => (value === null ? `${name} -` : `${name} up ${String((value as Json)['probabilityUp'])} return ${String((value as Json)['expectedReturn'])}`);
  return `${horizon('1 h', hour1)}; ${horizon('4 h', hours4)}; ${horizon('24 h', hours24)}; ${String(regime)} ${String(confidence)}, volatility ${shown(volatility)}`;
};

const campaignFacts = ({ before, after, stateClass, moves, asked }: NonNullable<Story['campaign']>): readonly (readonly [string, string])[] => [
  ['campaign', `${before === after ? before : `${before} → ${after}`}, ${stateClass}`],
  ...moves.map(({ from, to, reason, evidence }) => ['moved', `${String(from)} → ${String(to)}: ${String(reason)} ${dim(`(${pairs(known(evidence as Json))})`)}`] as const),
  ...asked.map(({ ask, fraction, reason, evidence }) => ['asked', `${String(ask)} ${String(fraction)}: ${String(reason)} ${dim(`(${pairs(known(evidence as Json))})`)}`] as const),
];

const known = (evidence: Json): Json => Object.fromEntries(Object.entries(evidence).filter(([, value]) => value !== null));

const OUTCOMES: Readonly<Record<string, (text: string) => string>> = { passed: dim, clipped: yellow, refused: red };

/** Every gate that applies, with its limit, what is used of it and what was asked, each with its unit. */
const gatesText = ({ gates, symbol }: Story): readonly string[] => {
  if (gates.length === 0) return [];
  const rows = gates.map(({ code, outcome, limit, usage, asked }) => {
    const gate = ENTRY_GATES.find(candidate => candidate.code === code)!;
    return [code, { text: outcome, paint: OUTCOMES[outcome]! }, gateValue(symbol, gate.limit, limit), gateValue(symbol, gate.usage, usage), gateValue(symbol, gate.asked, asked), { text: gate.evidence === 'none' ? '' : gate.evidence, paint: dim }];
  });
  return [table(['gate', 'outcome', 'limit', 'usage', 'asked', 'which are'], rows, { least: ['which are', 'usage'] })];
};

const refusalText = ({ side, attempt, violations }: Json): string =>
  `${red('refused')} ${String(side)}, try ${String(attempt)}: ${(violations as readonly Json[]).map(({ code, severity, limit, usage, asked }) => `${String(code)} (${String(severity)}; limit ${String(limit)}, usage ${String(usage)}, asked ${String(asked)})`).join(', ')}`;

const orderInFull = (order: Json, told: OrderStory | undefined): string => {
  const { id, limitPrice, collarPrice, reserved, attempt, timeInForce } = order;
  const terms = [`try ${String(attempt)}`, String(timeInForce), ...(limitPrice === null ? [] : [`limit ${shown(limitPrice)}`]), ...(collarPrice === null ? [] : [`not above ${shown(collarPrice)}`]), ...(reserved === '0' ? [] : [`reserved ${String(reserved)}`])];
  const events = told?.events ?? [];
  return [
    `${orderText(order)} ${dim(`(${String(id)}; ${terms.join(', ')})`)}`,
    ...events.map(({ at, kind, event }) => `  ${dim(`${kind}:${at}`)} ${eventText(event)}`),
    ...(told !== undefined && !told.ended ? [dim(`  ${counted(events.length, 'event')} so far; the order has not ended`)] : []),
  ].join('\n');
};

const eventText = (event: Json): string => {
  const { type } = event;
  switch (type) {
    case 'order_filled':
      return `filled ${String(event['quantity'])} at ${String(event['price'])}, fee ${String(event['fee'])} ${String(event['feeAsset'])}, ${String(event['liquidity'])} (${String(event['tradeId'])})`;
    case 'order_closed':
      return `closed ${String(event['status'])}, filled ${String(event['filled'])}${event['reason'] === '' ? '' : `: ${String(event['reason'])}`}`;
    case 'lot_opened':
      return `lot ${String(event['quantity'])} for ${String(event['cost'])}, fee ${String(event['fee'])}`;
    case 'lot_matched':
      return `matched ${String(event['quantity'])} of lot ${String(event['lotId'])}: proceeds ${String(event['proceeds'])}, cost ${String(event['cost'])}, result ${String(event['result'])}`;
    case 'ledger_posted':
      return `posted ${String(event['kind'])}: ${(event['postings'] as readonly Json[]).map(({ account, asset, amount }) => `${String(account)} ${String(amount)} ${String(asset)}`).join(', ')}`;
    default:
      return `${String(type)}${'reason' in event ? ` ${String(event['reason'])}` : ''}`;
  }
};
