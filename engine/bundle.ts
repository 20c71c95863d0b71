/**
 * A stretch of a run in one file: everything that is needed to execute it again elsewhere and to see that it ends in the
 * same hashes. Hours are executed while the bundle is written; one that differs from what was sealed is never bundled.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import { readEnvelopeTexts, readRecordText } from '../adapters/store/read-envelope.ts';
import type { StoredHour } from '../adapters/store/read-run.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { normalTextOf } from '../adapters/store/read-columns.ts';
import type { Desk } from '../core/desk.ts';
import type { ExecutedHour, Progress } from '../core/execute.ts';
import { canonicalText } from '../core/kernel/canonical.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import { auditPath } from '../core/kernel/merkle-proof.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import type { CandleColumns, Column } from '../core/market/columns.ts';
import { feedOf } from '../core/market/feed.ts';
import type { Feed, MarketStep } from '../core/market/feed.ts';
import { packState } from './bundle-state.ts';
import { hourLines, manifestLine } from './export-log.ts';
import { packHashes } from './packed-hashes.ts';
import { EXIT, Problem } from './problem.ts';
import { logAnchor } from './prove.ts';
import { reducerIdentity } from './reducer-identity.ts';
import { BLOCK_HOURS, readBlock, reexecuteHour } from './reexecute.ts';
import type { Block } from './reexecute.ts';
import { deskOfRun, progressAt } from './resume.ts';
import type { Evidence } from './verify-anchors.ts';

/** Hours `fromHour` up to `toHour`, exclusive, all of them sealed. */
export type BundleRequest = Readonly<{ run: StoredRun; fromHour: HourUtc; toHour: HourUtc; evidence: Evidence; onProgress: (hours: number) => void }>;

/** `anchoredThrough` is the last hour that a checkpoint in the bundle covers. */
export type BundleEnd = Readonly<{ head: string; anchoredThrough: HourUtc | null }>;

/** The lines of a bundle, in the order of specs/hashing.md. Throws Problem (mismatch) at an hour that does not come out as it was sealed. */
export async function* bundleLines(client: StoreClient, request: BundleRequest): AsyncGenerator<string, BundleEnd, void> {
  const { run, fromHour, toHour, evidence, onProgress } = request;
  const desk = await deskOfRun(run);
  yield canonicalText({ from: fromHour, hours: toHour - fromHour, reducer: reducerIdentity(), version: 1, what: 'bundle' });
  yield manifestLine(run.manifestText);
  if (run.strategySource !== null) yield canonicalText({ source: Buffer.from(run.strategySource).toString('base64'), what: 'strategy' });
  let progress = await progressAt(client, run, desk, fromHour);
  if (fromHour > run.startHour) yield await stateLine(client, run, { desk, progress });
  while (progress.hour < toHour) {
    const until = Math.min(toHour, progress.hour + BLOCK_HOURS) as HourUtc;
    const block = await readBlock(client, run, desk, { fromHour: progress.hour, toHour: until });
    const envelopes = await readEnvelopeTexts(client, run, { fromHour: progress.hour, throughHour: hoursAfter(until, -1) });
    const stored = new Map(block.stored.map(hour => [hour.hour, hour]));
    const market = feedOf(desk.symbols, desk.manifest.timeframe, block.columns);
    while (progress.hour < until) {
      const executed = executedAsSealed(run, desk, progress, { block, stored: stored.get(progress.hour) });
      yield* marketLines(desk, progress.hour, { market, columns: block.columns });
      yield* hourLines(executed);
      yield envelopeLine(run, progress.hour, envelopes.get(progress.hour));
      progress = executed.after;
    }
    onProgress(progress.hour - fromHour);
  }
  const anchored = await checkpointLine(client, run, { first: fromHour, last: hoursAfter(toHour, -1), evidence });
  if (anchored !== null) yield anchored.line;
  return { head: progress.previous, anchoredThrough: anchored?.through ?? null };
}

type Recorded = Readonly<{ block: Block; stored: StoredHour | undefined }>;

const executedAsSealed = (run: StoredRun, desk: Desk, progress: Progress, { block, stored }: Recorded): ExecutedHour => {
  const executed = reexecuteHour(desk, progress, block, stored);
  if (executed.sealed.hash === stored?.hash) return executed;
  throw new Problem(EXIT.mismatch, `Run ${run.name} cannot be bundled: its hour ${formatHour(progress.hour)} does not come out of its recorded facts as it was sealed.`, `tb replay-window --run ${run.name} names the first difference.`);
};

type Start = Readonly<{ desk: Desk; progress: Progress }>;

/** The state before the first hour, and the record that sealed it. */
const stateLine = async (client: StoreClient, run: StoredRun, { desk, progress }: Start): Promise<string> => {
  const record = await readRecordText(client, run, hoursAfter(progress.hour, -1));
  if (record === null) throw missing(run, hoursAfter(progress.hour, -1));
  return `{"record":${record},"slices":${canonicalText(packState(desk, progress.state))},"what":"state"}`;
};

const missing = (run: StoredRun, hour: HourUtc): Problem => new Problem(EXIT.mismatch, `Hour ${formatHour(hour)} of run ${run.name} is not whole.`, `tb verify --run ${run.name} names what is missing.`);

type Market = Readonly<{ market: Feed; columns: readonly CandleColumns[] }>;

/** The content of each step's market fact, and the values of the candles that it names, in its order. */
function* marketLines(desk: Desk, hour: HourUtc, { market, columns }: Market): Generator<string, void, void> {
  for (let step = 0; step < desk.stepsPerHour; step += 1) {
    const at = market(hour * desk.stepsPerHour + step);
    const content = Buffer.from(at.content.buffer, at.content.byteOffset, at.content.length).toString('latin1');
    yield `{"candles":${canonicalText(valuesOf(at, columns))},"content":${content},"hour":${hour},"step":${step},"what":"market"}`;
  }
}

const valuesOf = ({ rows }: MarketStep, columns: readonly CandleColumns[]): readonly (readonly string[])[] =>
  columns.flatMap(({ open, high, low, close, volume }, index) => {
    const row = rows[index]!;
    return row < 0 ? [] : [[open, high, low, close, volume].map(column => textAt(column, row))];
  });

const textAt = ({ mantissa, scale }: Column, row: number): string => normalTextOf(mantissa[row]!, scale[row]!);

const envelopeLine = (run: StoredRun, hour: HourUtc, text: string | undefined): string => {
  if (text === undefined) throw missing(run, hour);
  return `{"event":${text},"hour":${hour},"what":"envelope"}`;
};

type Window = Readonly<{ first: HourUtc; last: HourUtc; evidence: Evidence }>;
type AnchorLine = Readonly<{ line: string; through: HourUtc }>;

/** The latest believed checkpoint, and the way from the last envelope that it covers to its root. */
const checkpointLine = async (client: StoreClient, run: StoredRun, { first, last, evidence }: Window): Promise<AnchorLine | null> => {
  const leafOf = (hour: HourUtc): number => hour - run.startHour + 1;
  const anchored = await logAnchor(client, run, evidence, size => Math.min(leafOf(last), size - 1));
  if (anchored === null || anchored.leaf < leafOf(first)) return null;
  const { anchor, tree, leaf } = anchored;
  const digests = packHashes(auditPath(tree, { index: leaf, size: anchor.size }));
  return { line: canonicalText({ checkpoint: anchor.note, digests, leaf, what: 'checkpoint' }), through: hoursAfter(run.startHour, leaf - 1) };
};
