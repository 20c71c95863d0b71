/**
 * The examination of a store from the outside in: its folder, its server, its schema, what is in it, and what lies beside it. Each
 * part is looked at only where the one before it allows; what cannot be looked at is a finding and never an error. It starts a
 * stopped embedded server, as every command does, and changes nothing else.
 */
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connect } from '../../adapters/store/connection.ts';
import type { StoreAddress, StoreClient } from '../../adapters/store/connection.ts';
import type { Finding } from '../../adapters/store/finding.ts';
import { isRestoreUnfinished } from '../../adapters/store/restore-target.ts';
import { listRuns } from '../../adapters/store/runs.ts';
import type { ListedRun } from '../../adapters/store/runs.ts';
import { readStoreVersion, SCHEMA_VERSION } from '../../adapters/store/schema-version.ts';
import { describeAddress } from '../../adapters/store/server/address.ts';
import { ensureServer, serverStatus } from '../../adapters/store/server/embedded.ts';
import { layoutOf } from '../../adapters/store/server/layout.ts';
import type { Layout } from '../../adapters/store/server/layout.ts';
import { startLockHolder } from '../../adapters/store/server/start-lock.ts';
import { isDatabaseEmpty, readIdleTransactions, readLastRiskChange, readLatestReceived, readRoleCondition, readSeriesConditions, readServerCondition } from '../../adapters/store/store-condition.ts';
import type { LastRiskChange } from '../../adapters/store/store-condition.ts';
import { storeErrorOf } from '../../adapters/store/store-error.ts';
import { compareCatalogs, verifyMigrations } from '../../adapters/store/verify-schema.ts';
import { SEMANTICS_VERSION } from '../../core/manifest.ts';
import { readExpectedCatalog, readSchemaFiles } from '../../schema/schema-files.ts';
import { readStoreCatalog } from '../../schema/store-catalog.ts';
import { manifestOfText } from '../../schema/wire/manifest-text.ts';
import { EXIT } from '../problem.ts';
import { readHead } from '../run-head.ts';
import { failure } from './check.ts';
import type { Check } from './check.ts';
import { judgeClock } from './clock.ts';
import { judgeCandles, judgeRuns, latestCloseOf, seriesName } from './content.ts';
import type { OpenRun } from './content.ts';
import { differentDisks, judgeDisk, unseenDisk } from './disk.ts';
import { gatherCheckpoints, gatherKeys, judgeCheckpoints, judgeKeys } from './evidence.ts';
import type { EvidencePlaces } from './evidence.ts';
import { judgeGuards, judgeRoles, judgeVersion } from './schema.ts';
import { judgeAbsentStore, judgeDurability, judgeLeftovers, judgeServer } from './server.ts';
import type { FolderFacts } from './server.ts';

/** A store by folder, or the address that its URL names; `readNow` is the clock of this machine in milliseconds, and `monotonicMs` counts from `sinceMs` on whatever sets that clock. */
export type Subject = Readonly<{ store: Readonly<{ folder: string }> | Readonly<{ address: StoreAddress }>; places: EvidencePlaces; readNow: () => number; sinceMs: number; monotonicMs: () => number }>;

export const examineStore = async (subject: Subject): Promise<readonly Check[]> => {
  const { store, places, readNow } = subject;
  const keys = judgeKeys(gatherKeys(places));
  if ('address' in store) return [...(await examineServer(subject, store.address, { began: null, leftovers: { holder: null, aside: [] }, layout: null })), ...keys];
  const layout = layoutOf(store.folder);
  const disks = disksOf(layout);
  const ofFolder = await gatherFolder(layout).catch((error: unknown) => failureOf(error, layout.folder));
  if ('check' in ofFolder) return [ofFolder, ...disks, ...keys];
  const absent = judgeAbsentStore(ofFolder);
  if (absent !== null) return [absent, ...disks, ...judgeClock({ nowMs: readNow(), steppedMs: steppedMs(subject), server: null, latestMs: null, latestClose: null }), ...keys];
  const leftovers = { holder: await startLockHolder(layout.serverFolder), aside: asideOf(layout) };
  const address = await ensureServer(layout.folder).catch((error: unknown) => failureOf(error, layout.folder));
  if ('check' in address) return [address, ...judgeLeftovers({ ...leftovers, idle: [], halfRestored: false }), ...disks, ...keys];
  return [...(await examineServer(subject, address, { began: ofFolder.state, leftovers, layout })), ...keys];
};

/** What stopped the examination, in the words of the store; a failure that nobody knows is a bug and goes on. */
const failureOf = (error: unknown, where: string): Check => {
  const known = storeErrorOf(error, where);
  if (known === null) throw error;
  return failure('store', { found: known.message, mend: known.hint });
};

/** The disk of the store, and that of PostgreSQL's files where it is another one. */
const disksOf = ({ folder, clusterFolder }: Layout): readonly Check[] => differentDisks([folder, clusterFolder]).map(judgeDisk);

const gatherFolder = async (layout: Layout): Promise<FolderFacts> => {
  const { state } = await serverStatus(layout.folder);
  const foreign = state === 'absent' && existsSync(layout.clusterFolder) && readdirSync(layout.clusterFolder).length > 0;
  return { folder: layout.folder, state, foreign, blocked: state === 'absent' ? blockedAt(layout.folder) : null };
};

/** Why a folder cannot be made or written to; null where it can. */
const blockedAt = (path: string): string | null => {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return dirname(path) === path ? `${path} is not there` : blockedAt(dirname(path));
  if (!entry.isDirectory()) return `${path} is no folder`;
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return `${path} may not be written to`;
  }
};

const ASIDE = /^cluster-new\./;

const asideOf = ({ serverFolder }: Layout): readonly string[] => {
  try {
    return readdirSync(serverFolder).filter(name => ASIDE.test(name)).map(name => join(serverFolder, name));
  } catch {
    return [];
  }
};

/** How far the clock left the one that only runs forward since the program began. */
const steppedMs = ({ readNow, sinceMs, monotonicMs }: Subject): number => readNow() - sinceMs - monotonicMs();

type Reached = Readonly<{ began: FolderFacts['state'] | null; leftovers: Readonly<{ holder: number | null; aside: readonly string[] }>; layout: Layout | null }>;

const examineServer = async (subject: Subject, address: StoreAddress, reached: Reached): Promise<readonly Check[]> => {
  const where = describeAddress(address);
  const unsafe: string[] = [];
  try {
    const client = await connect(address, 'owner', sentence => void unsafe.push(sentence));
    try {
      return await examineDatabase(subject, client, { ...reached, where, unsafe });
    } finally {
      await client.end().catch(() => undefined);
    }
  } catch (error) {
    return [failureOf(error, where), ...(reached.layout === null ? [] : disksOf(reached.layout))];
  }
};

type Connected = Reached & Readonly<{ where: string; unsafe: readonly string[] }>;

const examineDatabase = async (subject: Subject, client: StoreClient, { began, leftovers, layout, where, unsafe }: Connected): Promise<readonly Check[]> => {
  const askedMs = subject.readNow();
  const server = await readServerCondition(client);
  const answeredMs = subject.readNow();
  const halfRestored = await isRestoreUnfinished(client);
  const before = [
    judgeServer({ place: layout?.folder ?? where, began, server, nowMs: answeredMs }),
    ...judgeLeftovers({ ...leftovers, idle: await readIdleTransactions(client), halfRestored }),
    ...(layout === null ? [unseenDisk(server.databaseBytes)] : disksOf(layout)),
    judgeDurability(unsafe),
  ];
  const clock = { nowMs: answeredMs, steppedMs: steppedMs(subject), server: { offsetMs: (askedMs + answeredMs) / 2 - server.nowMs, roundTripMs: answeredMs - askedMs } };
  const version = await readStoreVersion(client);
  const empty = version === null && !halfRestored && (await isDatabaseEmpty(client));
  const nothingInside = [...before, ...judgeClock({ ...clock, latestMs: null, latestClose: null })];
  if (halfRestored) return nothingInside;
  const schema = judgeVersion(version, { made: layout !== null, empty });
  if (version !== SCHEMA_VERSION) return [...nothingInside, schema];
  return [...before, ...(await examineContent(subject, client, clock)).toSpliced(1, 0, schema)];
};

const guardFindings = async (client: StoreClient): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  await verifyMigrations(client, readSchemaFiles().migrations, finding => void findings.push(finding));
  compareCatalogs({ expected: readExpectedCatalog(), actual: await readStoreCatalog(client) }, finding => void findings.push(finding));
  return findings;
};

type Clock = Readonly<{ nowMs: number; steppedMs: number; server: Readonly<{ offsetMs: number; roundTripMs: number }> }>;

/** Of a store of this version: clock first, then everything else in the order of its names. */
const examineContent = async ({ places }: Subject, client: StoreClient, clock: Clock): Promise<readonly Check[]> => {
  const series = await readSeriesConditions(client);
  const runs = await listRuns(client);
  const closes = series.flatMap(one => {
    const ms = latestCloseOf(one);
    return ms === null ? [] : [{ ms, series: seriesName(one) }];
  });
  const latestClose = closes.toSorted((left, right) => right.ms - left.ms)[0] ?? null;
  const open = await openRuns(client, runs);
  return [
    ...judgeClock({ ...clock, latestMs: await readLatestReceived(client), latestClose }),
    judgeGuards(await guardFindings(client)),
    judgeRoles(await readRoleCondition(client)),
    ...judgeCandles(series, clock.nowMs, open.runs),
    ...open.broken,
    ...judgeRuns({ open: open.runs, closed: runs.length - open.runs.length - open.broken.length }, series, clock.nowMs),
    ...judgeCheckpoints(await gatherCheckpoints(client, runs, places)),
  ];
};

type Opened = Readonly<{ runs: readonly OpenRun[]; broken: readonly Check[] }>;

const stoppedOf = (change: LastRiskChange | null): string | null => (change === null || change.status === 'ACTIVE' ? null : `${change.status}${change.reason === '' ? '' : ` (${change.reason})`}`);

/** A run whose manifest or opening cannot be read is a finding; verify says more of it. */
const openRuns = async (client: StoreClient, listed: readonly ListedRun[]): Promise<Opened> => {
  const runs: OpenRun[] = [];
  const broken: Check[] = [];
  for (const run of listed.filter(({ mode }) => mode === 'paper' || mode === 'live')) {
    try {
      const { semantics, timeframe, universe } = manifestOfText(run.manifestText);
      const { hour, openSteps } = await readHead(client, run);
      runs.push({ name: run.name, mode: run.mode, headHour: hour, sealed: run.head !== null, openSteps, symbols: universe.map(({ symbol }) => symbol), timeframe, stopped: stoppedOf(await readLastRiskChange(client, run)), semantics, ownSemantics: SEMANTICS_VERSION });
    } catch (error) {
      if (storeErrorOf(error, run.name) !== null) throw error;
      broken.push(failure('runs', { about: run.name, found: `what opened it cannot be read: ${error instanceof Error ? error.message : String(error)}`, mend: `tb verify --run ${run.name} names what was changed.` }, EXIT.mismatch));
    }
  }
  return { runs, broken };
};
