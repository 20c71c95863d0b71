/** The whole log of a run as JSON lines: manifest, then hour by hour its facts, decisions and record, as they were hashed. */
import type { StoreClient } from '../adapters/store/connection.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { beginRun } from '../core/execute.ts';
import { hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { BLOCK_HOURS, readBlock, reexecuteHour } from './reexecute.ts';
import { deskOfRun } from './resume.ts';
import { readHead } from './run-head.ts';

/** Each line is `{"…":…}` with `hour`, `step`, `seq`, `what` and the canonical event under `event`; bytes of events unchanged. */
export async function* exportedLines(client: StoreClient, run: StoredRun): AsyncGenerator<string, void, void> {
  const head = await readHead(client, run);
  if (head.hour < run.startHour) return;
  const desk = await deskOfRun(run);
  yield `{"event":${run.manifestText},"what":"manifest"}`;
  let progress = beginRun(desk);
  while (progress.hour <= head.hour) {
    const toHour = Math.min(hoursAfter(head.hour, 1), progress.hour + BLOCK_HOURS) as HourUtc;
    const block = await readBlock(client, run, desk, { fromHour: progress.hour, toHour });
    const byHour = new Map(block.stored.map(hour => [hour.hour, hour]));
    while (progress.hour < toHour) {
      const executed = reexecuteHour(desk, progress, block.feed, byHour.get(progress.hour));
      const { hour } = executed.sealed;
      for (const [step, { factTexts, decisionTexts }] of executed.steps.entries()) {
        yield* eventLines(factTexts, { hour, step, what: 'fact' });
        yield* eventLines(decisionTexts, { hour, step, what: 'decision' });
      }
      yield `{"event":${executed.sealed.text},"hash":"${executed.sealed.hash}","hour":${hour},"what":"hour"}`;
      progress = executed.after;
    }
  }
}

type Place = Readonly<{ hour: number; step: number; what: 'fact' | 'decision' }>;

function* eventLines(texts: readonly string[], { hour, step, what }: Place): Generator<string, void, void> {
  for (const [seq, text] of texts.entries()) yield `{"event":${text},"hour":${hour},"seq":${seq},"step":${step},"what":"${what}"}`;
}
