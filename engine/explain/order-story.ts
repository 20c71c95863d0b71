/** What became of orders: what the venue said of them, hour after hour until they ended, and what that booked. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { Desk } from '../../core/desk.ts';
import type { ExecutedStep, Progress } from '../../core/execute.ts';
import { hoursAfter } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { executedHours } from '../reexecute.ts';

/** An event with its place (`hour.step.seq`), as it stands in the log. */
export type ToldEvent = Readonly<{ at: string; kind: 'fact' | 'decision'; event: Readonly<Record<string, unknown>> }>;
/** `ended` is false where the run has not come as far as the order's end. */
export type OrderStory = Readonly<{ id: string; ended: boolean; events: readonly ToldEvent[] }>;

export type Started = Readonly<{ desk: Desk; after: Progress; headHour: HourUtc }>;

/** Follows orders from the hour after they were placed. */
export const followOrders = async (client: StoreClient, run: StoredRun, { desk, after, headHour }: Started, ids: readonly string[]): Promise<readonly OrderStory[]> => {
  const stories = new Map(ids.map(id => [id, { trades: new Set<string>(), ended: false, events: [] as ToldEvent[] }]));
  let progress = after;
  const isOver = (): boolean => [...stories.values()].every(({ ended }) => ended);
  // Nearly every order ends within the hour after it was placed, so a few hours are read first, and all only where that was not enough.
  for (const toHour of [Math.min(hoursAfter(headHour, 1), after.hour + FIRST_LOOK), hoursAfter(headHour, 1)] as const) {
    if (isOver()) break;
    for await (const { executed } of executedHours(client, run, desk, { from: progress, toHour: toHour as HourUtc })) {
      executed.steps.forEach((step, index) => tell(stories, step, `${executed.sealed.hour}.${index}`));
      progress = executed.after;
      if (isOver()) break;
    }
  }
  return ids.map(id => ({ id, ended: stories.get(id)!.ended, events: stories.get(id)!.events }));
};

/** Hours. */
const FIRST_LOOK = 4;

type Following = ReadonlyMap<string, { trades: Set<string>; ended: boolean; events: ToldEvent[] }>;

const tell = (stories: Following, step: ExecutedStep, place: string): void => {
  const texts = [...step.factTexts.map((text, seq) => ({ text, seq, kind: 'fact' as const })), ...step.decisionTexts.map((text, seq) => ({ text, seq, kind: 'decision' as const }))];
  for (const { text, seq, kind } of texts) {
    const event = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const [id, story] = [...stories].find(([orderId, { trades }]) => event['orderId'] === orderId || (event['type'] === 'ledger_posted' && trades.has(String(event['reference'])))) ?? [];
    if (id === undefined || story === undefined) continue;
    if (event['type'] === 'order_filled') story.trades.add(String(event['tradeId']));
    if (event['type'] === 'order_closed') story.ended = true;
    story.events.push({ at: `${place}.${seq}`, kind, event });
  }
};
