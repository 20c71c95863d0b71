/** `tb why`: the chain from the candle to the order, or to nothing. */
import { formatHour, hoursAfter, startOfHour } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { ageText } from '../../engine/ages.ts';
import { requireRun } from '../../engine/find-run.ts';
import { followOrders } from '../../engine/explain/order-story.ts';
import { storiesOf } from '../../engine/explain/stories.ts';
import type { Story } from '../../engine/explain/stories.ts';
import { watchHour } from '../../engine/explain/watch-hour.ts';
import { usage } from '../../engine/problem.ts';
import { readHead } from '../../engine/run-head.ts';
import { orNearest, typed } from '../../engine/wording.ts';
import { hourOf, symbolOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { withStore } from '../store.ts';
import { hourText, storyText } from '../why-report.ts';

type WhyOptions = Readonly<{ run: string; hour?: string; order?: string; symbol?: string; agent?: string }>;

export const run: Action<WhyOptions> = async options => {
  const asked = placeOf(options);
  const found = await withStore(options, async client => {
    const stored = await requireRun(client, options.run);
    const watched = await watchHour(client, stored, asked);
    const stories = chosenOf(storiesOf(watched), { ...options, ...(asked.id === null ? {} : orderPlace(watched.steps, asked.id)) });
    const ids = isInFull(options) ? stories.flatMap(({ orders }) => orders.map(({ id }) => String(id))) : [];
    const orders = ids.length === 0 ? [] : await followOrders(client, stored, { desk: watched.desk, after: watched.after, headHour: (await readHead(client, stored)).hour }, ids);
    return { watched, stories, orders };
  });
  const { watched, stories, orders } = found;
  printResult(options, {
    document: { hash: watched.hash, hour: formatHour(watched.hour), orders, run: options.run, stories },
    text: () => {
      const head = { name: options.run, from: formatHour(watched.hour), to: formatHour(hoursAfter(watched.hour, 1)), age: ageText(startOfHour(hoursAfter(watched.hour, 1)), Date.now()), hash: watched.hash };
      return isInFull(options) ? stories.map(story => storyText(story, orders.filter(({ id }) => story.orders.some(order => order['id'] === id)))).join('\n\n') : hourText(head, stories);
    },
  });
};

/** One market, or one order, is told in full. */
const isInFull = ({ symbol, order }: WhyOptions): boolean => symbol !== undefined || order !== undefined;

const ORDER_ID = /^(-?\d{1,9})\.\d{1,6}\.\d{1,9}$/;

const placeOf = ({ hour, order }: WhyOptions): Readonly<{ hour: HourUtc; option: string; id: string | null }> => {
  if ((hour === undefined) === (order === undefined)) throw usage('Give either --hour or --order.', 'For example --hour 2024-03-05T14:00:00Z, or --order 474542.0.1.');
  if (hour !== undefined) return { hour: hourOf('--hour', hour), option: '--hour', id: null };
  const placed = ORDER_ID.exec(order!)?.[1];
  if (placed === undefined) throw usage(`--order: ${typed(order!)} is no id of an order.`, 'An id is HOUR.STEP.SEQ of the decision that placed it; tb export RUN --table fills lists them.');
  return { hour: Number(placed) as HourUtc, option: '--order', id: order! };
};

type Steps = Awaited<ReturnType<typeof watchHour>>['steps'];

/** Whose order it is, and in which market and step. */
const orderPlace = (steps: Steps, id: string): Readonly<{ agent: string; symbol: string; order: string }> => {
  for (const { executed } of steps) {
    for (const decision of executed.decisions) if (decision.type === 'order_placed' && decision.id === id) return { agent: decision.agent, symbol: decision.symbol, order: id };
  }
  throw usage(`--order: the hour placed no order ${id}.`, 'tb why --run NAME --hour HOUR says what it did.');
};

/** The stories that are asked for; those of one order are of the step that placed it. */
const chosenOf = (stories: readonly Story[], { symbol, agent, order }: Omit<WhyOptions, 'run'>): readonly Story[] => {
  const agents = [...new Set(stories.map(story => story.agent))];
  if (agent !== undefined && !agents.includes(agent)) throw usage(`--agent: the run has no agent ${typed(agent)}${orNearest(agent, agents)}`, `It has ${agents.join(', ')}.`);
  const market = symbol === undefined ? null : symbolOf('--symbol', symbol);
  const symbols = [...new Set(stories.map((story): string => story.symbol))];
  if (market !== null && !symbols.includes(market)) throw usage(`--symbol: the run has no market ${market}${orNearest(market, symbols)}`, `It has ${symbols.join(', ')}.`);
  return stories.filter(story => (market === null || story.symbol === market) && (agent === undefined || story.agent === agent) && (order === undefined || story.orders.some(({ id }) => id === order)));
};
