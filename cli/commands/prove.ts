/** `tb prove`: one event up to a signed checkpoint, or one checkpoint extending another, as one small JSON document. */
import { readCheckpointFile } from '../../adapters/checkpoints/checkpoint-folder.ts';
import { findRunById } from '../../adapters/store/find-run-by-id.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { originIn } from '../../engine/anchors.ts';
import { logNameOf } from '../../engine/checkpoint-text.ts';
import { eventPlaceOf } from '../../engine/event-place.ts';
import { requireRun } from '../../engine/find-run.ts';
import { usage } from '../../engine/problem.ts';
import { proveConsistency, proveEvent } from '../../engine/prove.ts';
import type { Action } from '../command.ts';
import { evidenceOf, writeOut } from '../evidence.ts';
import type { EvidenceOptions } from '../evidence.ts';
import { printResult } from '../output.ts';
import { withStore } from '../store.ts';
import { endWaiting } from '../waiting.ts';

type Options = EvidenceOptions & Readonly<{ what: readonly string[]; run?: string; consistency: boolean; out?: string }>;

export const run: Action<Options> = async options => {
  const { out } = options;
  const ask = options.consistency ? consistencyOf(options) : eventOf(options);
  const { text, size, started } = await withStore(options, async client => {
    const begun = performance.now();
    const { proof, anchor } = await ask(client);
    return { text: `${canonicalText(proof)}\n`, size: anchor.size, started: begun };
  });
  const proveMs = Math.round(performance.now() - started);
  if (out === undefined) {
    endWaiting();
    if (!options.quiet) process.stdout.write(text);
    return;
  }
  const file = writeOut(out, 'proof.json', text);
  const bytes = Buffer.byteLength(text);
  printResult(options, { document: { bytes, file, proveMs, size }, text: () => `Wrote a proof of ${bytes} bytes to ${file}. Whoever believes the signer checks it with: tb verify-proof ${file}` });
};

type Ask = (client: StoreClient) => ReturnType<typeof proveEvent> | ReturnType<typeof proveConsistency>;

const eventOf = (options: Options): Ask => {
  const [event, ...more] = options.what;
  if (event === undefined || more.length > 0) throw usage('prove takes one event, or with --consistency two checkpoints.', 'For example tb prove --run desk decision:2024-03-01T05:00:00Z.0.1');
  const name = options.run;
  if (name === undefined) throw usage('--run is missing.', 'Name the run that the event is in.');
  const place = eventPlaceOf(event);
  const evidence = evidenceOf(options);
  return async client => proveEvent(client, await requireRun(client, name), place, evidence);
};

const consistencyOf = (options: Options): Ask => {
  const [from, to, ...more] = options.what;
  if (from === undefined || to === undefined || more.length > 0) throw usage('--consistency takes two checkpoints.', 'Name two files, or with --run two sizes of signed logs.');
  const evidence = evidenceOf(options);
  return async client => proveConsistency(client, await runOf(client, options, [from, to]), [from, to], evidence);
};

/** The run that is named, else the one that the first of the files is of. */
const runOf = async (client: StoreClient, { run: name }: Options, ends: readonly string[]): Promise<StoredRun> => {
  if (name !== undefined) return requireRun(client, name);
  const file = ends.find(end => !/^\d+$/.test(end));
  if (file === undefined) throw usage('--run is missing.', 'Sizes mean something only for a run.');
  const log = logNameOf(originIn(readable(file)) ?? '');
  const found = log === null ? null : await findRunById(client, log.run);
  if (found === null) throw usage(`${file} is no checkpoint of a run in this store.`, 'tb runs lists the runs.');
  return found;
};

const readable = (path: string) => {
  try {
    return readCheckpointFile(path);
  } catch {
    throw usage(`${path} cannot be read.`, 'Name a checkpoint file, or with --run the size of a signed log.');
  }
};
