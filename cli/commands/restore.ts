/** `tb restore`: makes a store out of a backup, compared and verified before it is one; or makes none. */
import { statSync } from 'node:fs';
import { connect } from '../../adapters/store/connection.ts';
import { describeAddress } from '../../adapters/store/server/address.ts';
import { rethrowAsStoreError } from '../../adapters/store/store-error.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { openBackup } from '../../engine/restore-archive.ts';
import { lossesOf, requireAccepted } from '../../engine/restore-loss.ts';
import { requireReason, unanchoredOf } from '../../engine/restore-unanchored.ts';
import { requireKnownSchema, restoreBackup } from '../../engine/restore.ts';
import type { RestoreReport, RestoreRequest } from '../../engine/restore.ts';
import { counted, oneLine } from '../../engine/wording.ts';
import { pairsOf } from '../arguments.ts';
import { keyMadeAt } from '../command-key.ts';
import type { Action } from '../command.ts';
import { evidenceOf } from '../evidence.ts';
import type { EvidenceOptions } from '../evidence.ts';
import { bold, facts, green, printResult, yellow } from '../output.ts';
import { showProgress } from '../progress.ts';
import { addressOf, locationOf } from '../store.ts';
import { userOfMachine } from '../user.ts';

type Options = EvidenceOptions & Readonly<{ file: string; acceptLoss: readonly string[]; acceptUnanchored?: string }>;

const MEGABYTE = 1 << 20;

/** Commands of one hour are obeyed in the order of their keys: the halt comes behind whatever was waiting, so that no older resume lifts it. */
const keyOfLoss = (nowMs: number): string => `~${keyMadeAt(nowMs)}`;

export const run: Action<Options> = async options => {
  const started = performance.now();
  const accepted = pairsOf('--accept-loss', options.acceptLoss);
  const evidence = evidenceOf(options, true);
  const bytes = statSync(options.file, { throwIfNoEntry: false })?.size ?? 0;
  const progress = showProgress(options, { label: 'restore', total: Math.ceil(bytes / MEGABYTE), unit: 'MB' });
  const backup = await openBackup(options.file, read => progress.to(Math.floor(read / MEGABYTE)));
  try {
    // What can be refused is refused before any store is opened.
    requireKnownSchema(backup.manifest);
    const losses = await lossesOf(backup, evidence);
    requireAccepted(losses, accepted);
    const unanchored = unanchoredOf({ ...backup, path: options.file, evidence });
    const unanchoredReason = options.acceptUnanchored ?? null;
    requireReason(unanchored, unanchoredReason);
    const request = { path: options.file, backup, losses, unanchored, unanchoredReason, evidence, actor: userOfMachine(), keyFor: keyOfLoss, nowMs: Date.now() };
    const { report, store } = await restoreInto(options, request);
    progress.stop();
    print(options, request, { report, store, wallMs: performance.now() - started });
  } finally {
    progress.stop();
    await backup.close();
  }
};

type Restored = Readonly<{ report: RestoreReport; store: string }>;

/** No schema is made or asked for beforehand: the backup brings its own. */
const restoreInto = async (options: Options, request: RestoreRequest): Promise<Restored> => {
  const location = locationOf(options);
  const address = await addressOf(location);
  const client = await connect(address, 'owner');
  try {
    const report = await restoreBackup(client, request);
    return { report, store: location.kind === 'folder' ? location.folder : describeAddress(address) };
  } catch (error) {
    return rethrowAsStoreError(error, describeAddress(address));
  } finally {
    await client.end().catch(() => undefined);
  }
};

const print = (options: Parameters<Action<Options>>[0], { path, backup, losses, unanchored }: RestoreRequest, { report, store, wallMs }: Restored & Readonly<{ wallMs: number }>): void => {
  const { manifest } = backup;
  const at = formatTime(timeMs(manifest.createdMs));
  const { verified, rows, migratedFrom, checkpoints, setAside } = report;
  const lost = losses.map(({ name, hours, ahead, run: of }) => ({ checkpoint: ahead.size, halted: of?.mode === 'paper', hours, run: name }));
  const halted = lost.filter(one => one.halted).map(({ run: name, hours }) => `${name} goes on without ${counted(hours, 'signed hour')} and halts entries with its next one; tb operator resume --run ${name} --reason "…" lifts that.`);
  const believed = unanchored.map(({ name, signedBy, run: { mode } }) => `Only revoked keys (${signedBy}) had signed ${name}.${mode === 'paper' ? ' It halts entries with its next hour, which has your reason; tb operator resume lifts that.' : ''} tb checkpoint ${name} signs it anew.`);
  const warnings = [...halted, ...believed];
  printResult(options, {
    document: { at, checkpoints, facts: verified.facts, decisions: verified.decisions, candles: verified.candles, file: path, hours: verified.hours, lost, migratedFrom, rows, runs: manifest.runs.map(({ name }) => name), setAside, status: 'RESTORED', store, storeId: manifest.store, unanchored: unanchored.map(({ name, signedBy }) => ({ run: name, signedBy })), wallMs: Math.round(wallMs) },
    text: () =>
      [
        `${bold(green('RESTORED'))} ${counted(rows, 'row')} of ${at} into ${oneLine(store)}; each is as it was, and the store verifies.`,
        facts([['store', manifest.store], ['runs', manifest.runs.map(({ name }) => name).join(', ') || 'none'], ['hours', String(verified.hours)], ['checkpoints put back', String(checkpoints.length)]]),
        ...warnings.map(yellow),
        'It is the same store as the one that was backed up: go on with one of the two only.',
      ].join('\n'),
    warnings,
  });
};
