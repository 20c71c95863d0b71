/** The server of a store and what was left lying around it: whether it answers, who holds it up, and what a killed program left behind. */
import type { IdleTransaction, ServerCondition } from '../../adapters/store/store-condition.ts';
import { ageText, durationText } from '../ages.ts';
import { failure, warning, well } from './check.ts';
import type { Check } from './check.ts';

/** What a folder holds before anything is started. `blocked` is why no store could be made there. */
export type FolderFacts = Readonly<{ folder: string; state: 'absent' | 'stopped' | 'starting' | 'stopping' | 'ready' | 'cut_off'; blocked: string | null; foreign: boolean }>;

const ANOTHER_FOLDER = 'Choose a folder that you may write to with --store, or use the account that owns this one.';

/** Null where there is a server to speak of. */
export const judgeAbsentStore = ({ folder, state, blocked, foreign }: FolderFacts): Check | null => {
  if (state !== 'absent') return null;
  if (foreign) return failure('store', { found: `${folder} holds files of PostgreSQL that are no whole cluster`, mend: 'It is damaged: move its postgres folder away, then tb restore FILE brings back a backup.' });
  if (blocked !== null) return failure('store', { found: `there is no store in ${folder}, and none can be made: ${blocked}`, mend: ANOTHER_FOLDER });
  return well('store', { found: `there is no store in ${folder} yet; tb init or the first tb import makes it` });
};

export type StoreFacts = Readonly<{ place: string; began: FolderFacts['state'] | null; server: ServerCondition; nowMs: number }>;

export const judgeServer = ({ place, began, server, nowMs }: StoreFacts): Check => {
  const found = `${place}: PostgreSQL ${server.version.split(' ')[0]!}, started ${ageText(server.startedMs, nowMs)}`;
  if (server.inRecovery) return failure('store', { found: `${found}, takes no writes: it follows another server`, mend: 'Name the primary server with --store.' });
  return well('store', { found: began === 'stopped' ? `${found} by this examination; tb stop ends it` : found });
};

/** A transaction that waits so long belongs to a program that hangs; commands take seconds at most between two statements. */
const IDLE_MS_MAX = 300_000;

/** `aside` are folders that a start that was killed left; `holder` is the process that prepares the store now. */
export type LeftoverFacts = Readonly<{ holder: number | null; aside: readonly string[]; idle: readonly IdleTransaction[]; halfRestored: boolean }>;

export const judgeLeftovers = ({ holder, aside, idle, halfRestored }: LeftoverFacts): readonly Check[] => {
  const told: Check[] = [];
  if (halfRestored) told.push(failure('leftovers', { about: 'restore', found: 'a restore into this store was begun and did not end', mend: 'Run the same tb restore FILE again: it begins anew and needs nothing else.' }));
  if (holder !== null) told.push(warning('leftovers', { about: 'start', found: `process ${holder} prepares this store at the moment`, mend: `Wait for it; if it hangs, end it: kill ${holder}` }));
  for (const folder of aside) told.push(warning('leftovers', { about: 'cluster', found: `${folder} was left by a start that was killed`, mend: `Remove it: rm -r '${folder}'` }));
  for (const { pid, application, idleMs } of idle.filter(one => one.idleMs >= IDLE_MS_MAX)) {
    told.push(warning('leftovers', { about: 'transaction', found: `connection ${pid} (${application === '' ? 'without a name' : application}) has held a transaction open for ${durationText(idleMs)} and does nothing`, mend: `End the program it belongs to, or the connection: SELECT pg_terminate_backend(${pid})` }));
  }
  return told.length > 0 ? told : [well('leftovers', { found: 'nothing is locked, half restored or left by a program that was killed' })];
};

/** `unsafe` is what connecting warned of: settings of the server with which a crash loses sealed hours. */
export const judgeDurability = (unsafe: readonly string[]): Check =>
  unsafe.length === 0
    ? well('durability', { found: 'what is committed outlives a crash: fsync and full_page_writes are on' })
    : warning('durability', { found: unsafe.join(' '), mend: 'Switch fsync and full_page_writes on in postgresql.conf of that server, and restart it.' });
