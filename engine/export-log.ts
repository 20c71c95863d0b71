/** The whole log of a run as JSON lines: manifest, then hour by hour its facts, decisions and record, as they were hashed. */
import type { StoreClient } from '../adapters/store/connection.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import type { ExecutedHour } from '../core/execute.ts';
import { sealedHours } from './export-hours.ts';
import { deskOfRun } from './resume.ts';
import { readHead } from './run-head.ts';

/** Each line is `{"…":…}` with `hour`, `step`, `seq`, `what` and the canonical event under `event`; bytes of events unchanged. */
export async function* exportedLines(client: StoreClient, run: StoredRun): AsyncGenerator<string, void, void> {
  const head = await readHead(client, run);
  if (head.hour < run.startHour) return;
  const desk = await deskOfRun(run);
  yield manifestLine(run.manifestText);
  for await (const executed of sealedHours(client, run, { desk, head })) yield* hourLines(executed);
}

export const manifestLine = (manifestText: string): string => `{"event":${manifestText},"what":"manifest"}`;

/** The lines of one hour: step by step its facts, then its decisions, and its record at the end. */
export function* hourLines({ steps, sealed }: ExecutedHour): Generator<string, void, void> {
  const { hour } = sealed;
  for (const [step, { factTexts, decisionTexts }] of steps.entries()) {
    yield* eventLines(factTexts, { hour, step, what: 'fact' });
    yield* eventLines(decisionTexts, { hour, step, what: 'decision' });
  }
  yield `{"event":${sealed.text},"hash":"${sealed.hash}","hour":${hour},"what":"hour"}`;
}

type Place = Readonly<{ hour: number; step: number; what: 'fact' | 'decision' }>;

function* eventLines(texts: readonly string[], { hour, step, what }: Place): Generator<string, void, void> {
  for (const [seq, text] of texts.entries()) yield `{"event":${text},"hour":${hour},"seq":${seq},"step":${step},"what":"${what}"}`;
}
