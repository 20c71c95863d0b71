/** Every fault that an examination knows, planted one at a time in facts, with what is said of it and how to mend it. */
import { describe, expect, test } from 'vitest';
import { exitOfChecks, statusOfChecks } from '../../../engine/doctor/check.ts';
import type { Check } from '../../../engine/doctor/check.ts';
import { judgeClock } from '../../../engine/doctor/clock.ts';
import { judgeCandles, judgeRuns } from '../../../engine/doctor/content.ts';
import type { OpenRun } from '../../../engine/doctor/content.ts';
import { diskAt, judgeDisk } from '../../../engine/doctor/disk.ts';
import { judgeCheckpoints, judgeKeys } from '../../../engine/doctor/evidence.ts';
import { judgeEngine, judgeInstallation, judgeRuntime } from '../../../engine/doctor/machine.ts';
import { judgeGuards, judgeRoles, judgeVersion } from '../../../engine/doctor/schema.ts';
import { judgeAbsentStore, judgeDurability, judgeLeftovers, judgeServer } from '../../../engine/doctor/server.ts';
import type { SeriesCondition } from '../../../adapters/store/store-condition.ts';
import { hourUtc, marketSymbol, timeMs } from '../../../core/kernel/units.ts';

const said = ({ outcome, found, mend }: Check): readonly (string | null)[] => [outcome, found, mend];
const one = (checks: readonly Check[]): Check => {
  expect(checks).toHaveLength(1);
  return checks[0]!;
};

/** 2024-03-05T12:30:00Z and the hour that goes on then. */
const NOW = 1_709_641_800_000;
const HOUR = hourUtc(474_900);

describe('the program', () => {
  const runtime = { running: '24.21.0', pinned: '24.21.0', platform: 'linux x64', preloaded: '' };
  test('the pinned Node is well, another is told, and what is put in front of it too', () => {
    expect(said(judgeRuntime(runtime))).toEqual(['ok', 'Node 24.21.0 on linux x64, the version tb is tested on', null]);
    expect(said(judgeRuntime({ ...runtime, pinned: null }))).toEqual(['ok', 'Node 24.21.0 on linux x64', null]);
    expect(said(judgeRuntime({ ...runtime, running: '26.0.0' }))).toEqual(['warning', 'Node 26.0.0 on linux x64; tb is tested on 24.21.0', 'Run "make install" in the folder of tb, then use npx tb.']);
    expect(said(judgeRuntime({ ...runtime, preloaded: '--import x.mjs' }))[1]).toBe('Node 24.21.0 on linux x64, with NODE_OPTIONS --import x.mjs');
  });

  test('an engine that computes otherwise is refused as every command refuses it', () => {
    expect(judgeEngine({ differing: ['doubles', 'order'], fingerprint: 'f' })).toMatchObject({ outcome: 'failure', exit: 3, found: 'computes otherwise than is prescribed: doubles, order' });
    expect(judgeEngine({ differing: [], fingerprint: 'f' })).toMatchObject({ outcome: 'ok' });
  });

  test('packages that are not there, and a machine without a PostgreSQL to start', () => {
    const facts = { absent: [], packages: 66, server: null, needsServer: true };
    const server = { message: 'tb has no PostgreSQL of its own for sunos on sparc.', hint: 'Name one.' };
    expect(said(judgeInstallation(facts))).toEqual(['ok', '66 packages and PostgreSQL for this machine', null]);
    expect(judgeInstallation({ ...facts, absent: ['pg', 'zod', 'ses', 'acorn'] })).toMatchObject({ outcome: 'failure', exit: 4, found: '4 packages not as package-lock.json names: pg, zod, ses and 1 more' });
    expect(judgeInstallation({ ...facts, server })).toMatchObject({ outcome: 'failure', found: 'tb has no PostgreSQL of its own for sunos on sparc.', mend: 'Name one.' });
    expect(judgeInstallation({ ...facts, server, needsServer: false })).toMatchObject({ outcome: 'warning' });
  });
});

describe('the disk', () => {
  test.each([
    [199_999_999, 'failure'],
    [200_000_000, 'warning'],
    [1_999_999_999, 'warning'],
    [2_000_000_000, 'ok'],
  ] as const)('%d bytes free: %s', (freeBytes, outcome) => {
    expect(judgeDisk({ path: '/x', freeBytes }).outcome).toBe(outcome);
  });

  test('is that of the nearest folder that is there', () => {
    expect(diskAt('/tmp/not-there/at-all')?.path).toBe('/tmp');
  });
});

describe('the clock', () => {
  const facts = { nowMs: NOW, steppedMs: 0, server: { offsetMs: 0, roundTripMs: 10 }, latestMs: NOW - 1_000, latestClose: { ms: NOW - 1_800_000, series: 'BTC/USD 1h' } };
  test('that agrees is well, with a server and without', () => {
    expect(one(judgeClock(facts)).found).toBe('2024-03-05T12:30:00Z, agrees with the database; nothing stored is of later');
    expect(one(judgeClock({ ...facts, server: null })).found).toBe('2024-03-05T12:30:00Z, there is no server to compare it with; nothing stored is of later');
  });

  //  offset, round trip, outcome
  test.each([
    [1_999, 0, 'ok'],
    [2_000, 0, 'warning'],
    [-2_000, 0, 'warning'],
    [2_500, 1_002, 'ok'],
    [59_999, 0, 'warning'],
    [-60_000, 0, 'failure'],
  ] as const)('%d ms from the database in %d ms: %s', (offsetMs, roundTripMs, outcome) => {
    expect(one(judgeClock({ ...facts, server: { offsetMs, roundTripMs } })).outcome).toBe(outcome);
  });

  test('says which way it is off', () => {
    expect(one(judgeClock({ ...facts, server: { offsetMs: 90_000, roundTripMs: 0 } })).found).toBe('this machine is 90 s ahead of the clock of the database');
    expect(one(judgeClock({ ...facts, server: { offsetMs: -7_200_000, roundTripMs: 0 } })).found).toBe('this machine is 2 h behind the clock of the database');
  });

  test('that is moved meanwhile, and times to come in the store', () => {
    expect(one(judgeClock({ ...facts, steppedMs: -3_600_000 }))).toMatchObject({ outcome: 'warning', found: 'the clock was moved by -3600000 ms during this examination' });
    expect(one(judgeClock({ ...facts, latestMs: NOW + 7_200_000 }))).toMatchObject({ outcome: 'failure', found: 'the store holds what was received at 2024-03-05T14:30:00Z, 2 h from now' });
    expect(one(judgeClock({ ...facts, latestClose: { ms: NOW + 1_800_000, series: 'BTC/USD 1h' } }))).toMatchObject({
      outcome: 'warning',
      about: 'BTC/USD 1h',
      mend: 'Either this clock is behind, or its file tells of times to come: tb data --symbol BTC/USD names its sources.',
    });
  });
});

describe('the store', () => {
  const folder = { folder: '/s', state: 'absent', blocked: null, foreign: false } as const;
  test('that is not there yet is well, unless none can be made', () => {
    expect(judgeAbsentStore(folder)).toMatchObject({ outcome: 'ok', found: 'there is no store in /s yet; tb init or the first tb import makes it' });
    expect(judgeAbsentStore({ ...folder, blocked: '/s may not be written to' })).toMatchObject({ outcome: 'failure', exit: 4, found: 'there is no store in /s, and none can be made: /s may not be written to' });
    expect(judgeAbsentStore({ ...folder, foreign: true })).toMatchObject({ outcome: 'failure', found: '/s holds files of PostgreSQL that are no whole cluster' });
    expect(judgeAbsentStore({ ...folder, state: 'stopped' })).toBeNull();
  });

  const server = { version: '18.4 (Debian)', startedMs: NOW - 7_200_000, inRecovery: false, databaseBytes: 1, nowMs: NOW };
  test('a server with its age; one that was started for this says how to end it; one that follows another takes no writes', () => {
    expect(judgeServer({ place: '/s', began: 'ready', server, nowMs: NOW }).found).toBe('/s: PostgreSQL 18.4, started 2 h ago');
    expect(judgeServer({ place: '/s', began: 'stopped', server, nowMs: NOW }).found).toBe('/s: PostgreSQL 18.4, started 2 h ago by this examination; tb stop ends it');
    expect(judgeServer({ place: 'h:1/d', began: null, server: { ...server, inRecovery: true }, nowMs: NOW })).toMatchObject({ outcome: 'failure', mend: 'Name the primary server with --store.' });
  });

  test('what was left behind', () => {
    const clean = { holder: null, aside: [], idle: [], halfRestored: false };
    expect(one(judgeLeftovers(clean)).outcome).toBe('ok');
    expect(one(judgeLeftovers({ ...clean, halfRestored: true }))).toMatchObject({ outcome: 'failure', mend: 'Run the same tb restore FILE again: it begins anew and needs nothing else.' });
    expect(one(judgeLeftovers({ ...clean, holder: 77 }))).toMatchObject({ outcome: 'warning', found: 'process 77 prepares this store at the moment' });
    expect(one(judgeLeftovers({ ...clean, aside: ['/s/postgres/cluster-new.1'] })).mend).toBe("Remove it: rm -r '/s/postgres/cluster-new.1'");
    expect(one(judgeLeftovers({ ...clean, idle: [{ pid: 9, application: 'tb app', idleMs: 299_999 }] })).outcome).toBe('ok');
    expect(one(judgeLeftovers({ ...clean, idle: [{ pid: 9, application: 'tb app', idleMs: 300_000 }] })).found).toBe('connection 9 (tb app) has held a transaction open for 5 min and does nothing');
  });

  test('a server that may lose commits', () => {
    expect(judgeDurability([]).outcome).toBe('ok');
    expect(judgeDurability(['h:1/d runs with fsync off.'])).toMatchObject({ outcome: 'warning', found: 'h:1/d runs with fsync off.' });
  });

  //  version, made, empty, outcome, what to do
  test.each([
    [3, false, false, 'ok', null],
    [null, true, true, 'ok', null],
    [null, false, true, 'failure', 'Run tb init on it.'],
    [null, true, false, 'failure', 'Give tb a database of its own, and run tb init on that.'],
    [2, true, false, 'failure', 'Run tb init to bring it up to date; nothing stored is changed.'],
    [4, true, false, 'failure', 'Use the newer tb that made it.'],
  ] as const)('schema version %s (made by itself: %s, empty: %s): %s', (version, made, empty, outcome, mend) => {
    expect(judgeVersion(version, { made, empty })).toMatchObject({ outcome, mend });
  });

  test('a schema that somebody changed is a difference', () => {
    const off = { code: 'SCHEMA_DIFFERS', table: 'fact', key: 'trigger=kept', column: null, expected: 'on', actual: 'switched off' } as const;
    expect(judgeGuards([])).toMatchObject({ outcome: 'ok', exit: 0 });
    expect(judgeGuards([off, off, off, { ...off, actual: null }])).toMatchObject({ outcome: 'failure', exit: 5, found: '4 differences: fact trigger=kept switched off (and 3 more of it)' });
    expect(judgeGuards(['fact', 'run', 'decision', 'hour', 'hour', 'ingest'].map(table => ({ ...off, table })))).toMatchObject({ found: '6 differences: fact trigger=kept switched off; run trigger=kept switched off; decision trigger=kept switched off and 2 more tables' });
  });

  test('roles: absent, not to be taken, with too little and with too much', () => {
    const roles = { login: 'ann', exists: true, maySet: true, beyond: [], short: [] };
    expect(said(judgeRoles(roles))).toEqual(['ok', 'ann owns, tb_app reads and appends', null]);
    expect(judgeRoles({ ...roles, exists: false })).toMatchObject({ outcome: 'failure', mend: 'Run tb init with a login that may create roles.' });
    expect(judgeRoles({ ...roles, maySet: false })).toMatchObject({ outcome: 'failure', mend: 'As an administrator of the server: GRANT tb_app TO "ann"' });
    expect(judgeRoles({ ...roles, short: ['fact'] })).toMatchObject({ outcome: 'failure', found: 'tb_app may not read and append fact' });
    expect(judgeRoles({ ...roles, beyond: ['fact', 'run'] })).toMatchObject({ outcome: 'warning', found: 'tb_app may change fact, run' });
  });
});

const SERIES: SeriesCondition = {
  series: { symbol: marketSymbol('BTC/USD'), timeframe: '1h' },
  firstOpenMs: timeMs(NOW - 1_800_000 - 10 * 3_600_000),
  lastOpenMs: timeMs(NOW - 1_800_000 - 3_600_000),
  candles: 10,
  absent: 'missing',
  venue: null,
};

const OPEN: OpenRun = { name: 'desk', mode: 'paper', headHour: hourUtc(HOUR - 1), sealed: true, openSteps: 0, symbols: [marketSymbol('BTC/USD')], timeframe: '1h', stopped: null, semantics: 2, ownSemantics: 2 };

describe('candles', () => {
  test('of files are as old as they are; of a venue they are expected to be fresh', () => {
    expect(one(judgeCandles([SERIES], NOW)).found).toBe('2024-03-05T02:00:00Z to 2024-03-05T12:00:00Z, the last closed 30 min ago; no gap');
    expect(one(judgeCandles([SERIES], NOW + 1e12)).outcome).toBe('ok');
    const followed = { ...SERIES, venue: { source: 'kraken', coveredToMs: timeMs(NOW - 1_800_000) } };
    expect(one(judgeCandles([followed], NOW + 9_000_000)).outcome).toBe('ok');
    expect(one(judgeCandles([followed], NOW + 9_000_001))).toMatchObject({ outcome: 'warning', mend: 'Run tb sync --source kraken' });
  });

  test('that an open run trades on are expected to be fresh as well', () => {
    expect(one(judgeCandles([SERIES], NOW + 9_000_000, [OPEN])).outcome).toBe('ok');
    expect(one(judgeCandles([SERIES], NOW + 9_000_001, [OPEN, { ...OPEN, name: 'other' }]))).toMatchObject({
      outcome: 'warning',
      found: '2024-03-05T02:00:00Z to 2024-03-05T12:00:00Z, the last closed 3 h ago; no gap; desk and other trade on it',
      mend: 'Import newer candles of BTC/USD, or have a venue asked: tb backfill --source VENUE --symbols BTC/USD --from 2024-03-05T12:00:00Z',
    });
    expect(one(judgeCandles([SERIES], NOW + 1e12, [{ ...OPEN, timeframe: '15m' }, { ...OPEN, symbols: [marketSymbol('ETH/USD')] }])).outcome).toBe('ok');
  });

  test('that are absent matter where a hole means that they are not here', () => {
    expect(one(judgeCandles([{ ...SERIES, candles: 8 }], NOW))).toMatchObject({ outcome: 'warning', mend: 'tb gaps --symbol BTC/USD lists them; import what is missing, or tb gaps --repair --source VENUE' });
    expect(one(judgeCandles([{ ...SERIES, candles: 9, absent: 'quiet' }], NOW))).toMatchObject({ outcome: 'ok', found: '2024-03-05T02:00:00Z to 2024-03-05T12:00:00Z, the last closed 30 min ago; 1 candle absent (nobody traded)' });
    expect(one(judgeCandles([{ ...SERIES, firstOpenMs: null, lastOpenMs: null, candles: 0 }], NOW))).toMatchObject({ outcome: 'warning', found: 'no candle' });
    expect(one(judgeCandles([], NOW)).outcome).toBe('ok');
  });
});

describe('runs', () => {
  const judged = (changed: Partial<OpenRun>, series: readonly SeriesCondition[] = [SERIES]): Check => one(judgeRuns({ open: [{ ...OPEN, ...changed }], closed: 0 }, series, NOW));
  test('a run that executed what there are candles of is well', () => {
    expect(said(judged({}))).toEqual(['ok', 'paper, sealed through 2024-03-05T11:00:00Z (30 min ago); every hour with candles is executed', null]);
    expect(judged({ headHour: hourUtc(HOUR - 3), symbols: [marketSymbol('ETH/USD')] }).outcome).toBe('ok');
  });

  test('one that was stopped says so before anything else, and who changes it', () => {
    expect(said(judged({ stopped: 'KILLED (loss of a day)' }))).toEqual([
      'warning',
      'paper, sealed through 2024-03-05T11:00:00Z (30 min ago); KILLED (loss of a day): it buys nothing; every hour with candles is executed',
      'tb operator resume --run desk --reason "…" allows entries again',
    ]);
    expect(judged({ stopped: 'HALTED', headHour: hourUtc(HOUR - 2) }).mend).toBe('tb execute-hour --run desk --through 2024-03-05T11:00:00Z; tb operator resume --run desk --reason "…" allows entries again');
  });

  test('one that stands still names the command that goes on', () => {
    expect(said(judged({ headHour: hourUtc(HOUR - 3), openSteps: 2 }))).toEqual([
      'warning',
      'paper, sealed through 2024-03-05T09:00:00Z (2 h ago), 2 steps of the next hour recorded; the store has candles of 2 more hours',
      'tb execute-hour --run desk --through 2024-03-05T11:00:00Z',
    ]);
    expect(judged({ headHour: hourUtc(HOUR - 2), sealed: false }).found).toBe('paper, no hour sealed yet, the first is 2024-03-05T11:00:00Z; the store has candles of 1 more hour');
  });

  test('an hour that still goes on is not due, whatever a file says of it', () => {
    expect(judged({}, [{ ...SERIES, lastOpenMs: timeMs(NOW + 36_000_000) }]).outcome).toBe('ok');
  });

  test('one of other semantics goes on elsewhere', () => {
    expect(judged({ semantics: 1 })).toMatchObject({ outcome: 'warning', mend: 'Go on with the tb that opened it, or open a new run from 2024-03-05T12:00:00Z' });
    expect(one(judgeRuns({ open: [], closed: 2 }, [], NOW)).found).toBe('2 runs, none of which goes on');
  });
});

describe('evidence', () => {
  const keys = { folder: '/k', inside: false, active: 1, unusable: [], broken: null, denied: false };
  test('keys that are not believed, lie in the store, or cannot sign', () => {
    expect(one(judgeKeys(keys)).found).toBe('1 active key in /k');
    expect(one(judgeKeys({ ...keys, active: 0 })).outcome).toBe('ok');
    expect(one(judgeKeys({ ...keys, broken: 'line 2 is not signed' }))).toMatchObject({ outcome: 'failure', exit: 5 });
    expect(one(judgeKeys({ ...keys, denied: true }))).toMatchObject({ outcome: 'failure', exit: 4, found: '/k may not be read: permission denied' });
    expect(one(judgeKeys({ ...keys, inside: true }))).toMatchObject({ outcome: 'failure', exit: 4 });
    expect(one(judgeKeys({ ...keys, unusable: [{ message: 'Others can open it.', hint: 'Run chmod 600 on it.' }] }))).toMatchObject({ outcome: 'warning', mend: 'Run chmod 600 on it.' });
  });

  test('a store that is older than its checkpoint, and a run that only a checkpoint remembers', () => {
    const facts = { folder: '/c', inside: false, signedRuns: 1, behind: [], lost: [] };
    const ahead = { path: '/c/9.checkpoint', size: 9, root: '', signers: ['operator'] };
    expect(one(judgeCheckpoints(facts)).found).toBe('1 run signed in /c, and the store has every signed hour');
    expect(one(judgeCheckpoints({ ...facts, behind: [{ name: 'desk', startHour: HOUR, envelopes: 7, ahead }] }))).toMatchObject({ exit: 5, found: 'the store is older than /c/9.checkpoint: hours 2024-03-05T18:00:00Z to 2024-03-05T19:00:00Z are missing' });
    expect(one(judgeCheckpoints({ ...facts, lost: ['desk'] }))).toMatchObject({ exit: 5, about: 'desk', found: 'the run was signed and is not in the store' });
    expect(one(judgeCheckpoints({ ...facts, inside: true }))).toMatchObject({ exit: 4 });
  });
});

test('an examination ends with the exit code of its first failure', () => {
  const [fine, doubtful, broken, differs] = [judgeDurability([]), judgeDurability(['x']), judgeDisk({ path: '/', freeBytes: 0 }), judgeEngine({ differing: ['order'], fingerprint: '' })];
  expect([exitOfChecks([fine]), statusOfChecks([fine])]).toEqual([0, 'WELL']);
  expect([exitOfChecks([fine, doubtful]), statusOfChecks([fine, doubtful])]).toEqual([0, 'WARNINGS']);
  expect([exitOfChecks([doubtful, broken, differs]), statusOfChecks([doubtful, broken, differs])]).toEqual([4, 'FAILURES']);
  expect(exitOfChecks([differs, broken])).toBe(3);
});
