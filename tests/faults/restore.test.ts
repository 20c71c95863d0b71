/** What is no store of ours any more is not made into one: backups that are older than their checkpoints, damaged, edited, or of another schema; and targets that hold something. */
import { cpSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { readArchive, writeArchive } from '../../adapters/store/backup-archive.ts';
import type { ArchiveEntry } from '../../adapters/store/backup-archive.ts';
import { connect, withConnection } from '../../adapters/store/connection.ts';
import { SCHEMA_VERSION } from '../../adapters/store/schema-version.ts';
import { backupStore } from '../../engine/backup.ts';
import type { BackupDigests } from '../../engine/backup-manifest.ts';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { applySchemaFiles } from '../../schema/apply.ts';
import { readSchemaFiles } from '../../schema/schema-files.ts';
import { keptStore } from '../support/kept-store.ts';
import type { KeptStore } from '../support/kept-store.ts';
import { testDatabase } from '../support/postgres.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { commandsOn, copyOf, scratchFolder } from '../support/scratch-store.ts';
import type { ScratchDatabase, ScratchStore } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

let kept: KeptStore;
/** The store as it was when the backup was made. */
let early: ScratchDatabase;
let folder: string;
let backup: string;
let entries: readonly ArchiveEntry[];

beforeAll(async () => {
  kept = await keptStore();
  const { store, env } = kept;
  folder = await scratchFolder();
  await store.json('checkpoint desk', env);
  backup = join(folder, 'early.tar.zst');
  await store.json(`backup --out ${backup}`, env);
  entries = await entriesIn(backup);
  early = await copyOf(store);
  return () => early.drop();
});

const entriesIn = async (path: string): Promise<readonly ArchiveEntry[]> => {
  const found: ArchiveEntry[] = [];
  for await (const entry of readArchive(path, () => undefined)) found.push(entry);
  return found;
};

const onDatabase = async (work: (target: ScratchStore, database: TestDatabase) => Promise<void>): Promise<void> => {
  const database = await testDatabase();
  try {
    await work(commandsOn(database.url, folder), database);
  } finally {
    await database.drop();
  }
};

/** The backup with entries changed, and, where asked, with digests that fit them. */
const forged = async (name: string, change: (entry: ArchiveEntry) => ArchiveEntry | null, refit = false): Promise<string> => {
  const path = join(folder, name);
  const changed = entries.flatMap(entry => change(entry) ?? []);
  const digests = JSON.parse(entries.at(-1)!.bytes.toString('utf8')) as BackupDigests;
  const tables = Object.fromEntries(
    Object.keys(digests.tables).map(table => {
      const lines = changed.filter(entry => entry.name.includes(`-${table}/`)).map(({ bytes }) => bytes.toString('utf8')).join('');
      return [table, { rows: lines.split('\n').length - 1, sha256: sha256Hex(lines) }];
    }),
  );
  const last = { ...digests, manifest: sha256Hex(changed[0]!.bytes.toString('utf8')), tables };
  const written = refit ? changed.map(entry => (entry.name === 'digests.json' ? { ...entry, bytes: Buffer.from(JSON.stringify(last)) } : entry)) : changed;
  await writeArchive(path, (async function* each() {
    yield* written;
  })(), { mtimeMs: 0 });
  return path;
};

/** The entry with that name, its text changed. */
const edited = (name: RegExp, change: (text: string) => string) => (entry: ArchiveEntry): ArchiveEntry => (name.test(entry.name) ? { ...entry, bytes: Buffer.from(change(entry.bytes.toString('utf8'))) } : entry);

/** The volume of a candle, before the last columns; any other above zero is as good to the store. */
const VOLUME = /(\t)(\d+\.\d{18}\t\S+\t\\\\x[0-9a-f]{64}\t)/;

describe('a file that is not what was written', () => {
  test('cut off, or with a byte changed: damaged, and nothing is left to be used', async () => {
    const whole = readFileSync(backup);
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(whole.readUInt8(whole.length >> 1) ^ 1, whole.length >> 1);
    for (const [name, bytes] of [['half', whole.subarray(0, whole.length >> 1)], ['tail', whole.subarray(0, whole.length - 2_000)], ['flipped', flipped]] as const) {
      writeFileSync(join(folder, name), bytes);
      await onDatabase(async target => {
        expect(await target.failure(`restore ${name}`, kept.env), name).toMatchObject({ exit: 5, message: expect.stringContaining(`The backup ${name} is damaged`) as unknown });
        expect(await target.failure('runs'), name).toMatchObject({ exit: 4 });
      });
    }
  });

  test.each([
    ['a row left out', edited(/-tb\.decision\//, text => text.slice(text.indexOf('\n') + 1)), /was not restored: it holds rows that no store can have had .*ledger_entry_backtest/],
    ['a value changed', edited(/-tb\.candle\//, text => text.replace(VOLUME, '$11$2')), /rows of table tb\.candle are not those/],
    ['the manifest changed', edited(/^manifest/, text => text.replace('"tb": "', '"tb": "x')), /manifest is not the one that was written/],
    ['a table left out', (entry: ArchiveEntry) => (entry.name.includes('-tb.trade/') ? null : entry), /table tb\.trade has 0 rows/i],
    ['the digests left out', (entry: ArchiveEntry) => (entry.name === 'digests.json' ? null : entry), /it ends before its digests/],
    ['something added', (entry: ArchiveEntry) => (entry.name === 'manifest.json' ? entry : { ...entry, name: entry.name.replace('-tb.run/', '-tb.pun/') }), /is no part of a backup/],
  ])('%s: damaged', async (what, change, said) => {
    const path = await forged(`${what.replaceAll(' ', '-')}.tar.zst`, change);
    await onDatabase(async target => {
      expect(await target.failure(`restore ${path}`, kept.env)).toMatchObject({ exit: 5, message: expect.stringMatching(said) as unknown });
      expect(await target.failure('runs')).toMatchObject({ exit: 4 });
      expect(await target.failure('init')).toMatchObject({ exit: 4, message: expect.stringContaining('run tb restore again') as unknown });
      // The next one that is whole may have its place.
      await target.json(`restore ${backup}`, kept.env);
      expect(await target.json('verify --full', kept.env)).toMatchObject({ verified: true });
    });
  });

  test.each([
    ['a path that leads out', (name: string) => name.replace(/[^/]+$/, '../../0000000099.checkpoint'), /is no part of a backup/],
    ['a file of another name', (name: string) => name.replace(/[^/]+$/, 'tree'), /is no part of a backup/],
    ['a run that is none', (name: string) => name.replace(/\/[0-9a-f-]{36}\//, `/${'-'.repeat(36)}/`), /is no part of a backup/],
    ['another run', (name: string) => name.replace(/\/[0-9a-f-]{36}\//, '/5b0d3c62-1f0a-4d8e-8a55-9a4c8b1f7e02/'), /is a checkpoint of run /],
    ['a later size', (name: string) => name.replace(/[^/]+$/, '9999999999.checkpoint'), /is a checkpoint over \d+ envelopes/],
  ])('a checkpoint planted under %s is refused before anything is read of it', async (_, rename, said) => {
    const path = await forged('planted.tar.zst', entry => (entry.name.endsWith('.checkpoint') ? { ...entry, name: rename(entry.name) } : entry));
    const target = commandsOn(join(folder, 'never-made'), folder);
    expect(await target.failure(`restore ${path}`, kept.env)).toMatchObject({ exit: 5, message: expect.stringMatching(said) as unknown });
  });

  test('edited with digests that fit: what was sealed contradicts it, and the place is named', async () => {
    const path = await forged('fitting.tar.zst', edited(/-tb\.candle\//, text => text.replace(VOLUME, '$11$2')), true);
    await onDatabase(async target => {
      expect(await target.failure(`restore ${path}`, kept.env)).toMatchObject({ exit: 5, message: expect.stringMatching(/was not restored: it does not verify \(.*HASH_DIFFERS candle\.digest symbol=.* open_ms=\d+/) as unknown, hint: expect.stringContaining('marked as unfinished') as unknown });
      expect(await target.failure('runs')).toMatchObject({ exit: 4 });
    });
  });

  test('no backup at all, and none there: a misuse', async () => {
    writeFileSync(join(folder, 'text.csv'), 'ts,open\n');
    expect(await commandsOn(join(folder, 'unused'), folder).failure('restore text.csv', kept.env)).toMatchObject({ exit: 2, message: 'text.csv is no backup of tb: it is not a zstd file.' });
    expect(await commandsOn(join(folder, 'unused'), folder).failure('restore nowhere', kept.env)).toMatchObject({ exit: 2, message: 'nowhere cannot be read (ENOENT).' });
    expect(readdirSync(folder)).not.toContain('unused');
  });
});

describe('schemas', () => {
  test('newer: refused before a store is touched', async () => {
    const path = await forged('newer.tar.zst', edited(/^manifest/, text => text.replace(`"schemaVersion": ${SCHEMA_VERSION}`, `"schemaVersion": ${SCHEMA_VERSION + 1}`)), true);
    expect(await commandsOn(join(folder, 'unused'), folder).failure(`restore ${path}`, kept.env)).toMatchObject({ exit: 4, message: expect.stringContaining(`schema version ${SCHEMA_VERSION + 1}, written by tb`) as unknown });
    expect(readdirSync(folder)).not.toContain('unused');
    const format = await forged('format.tar.zst', edited(/^manifest/, text => text.replace('"format": 1', '"format": 2')), true);
    expect(await commandsOn(join(folder, 'unused'), folder).failure(`restore ${format}`, kept.env)).toMatchObject({ exit: 2, message: expect.stringContaining('a backup of format 2') as unknown });
  });

  test('older: loaded under its own schema and brought up to date', () =>
    onDatabase(async (target, old) => {
      const path = join(folder, 'older.tar.zst');
      const { migrations } = readSchemaFiles();
      await withConnection(old.address, 'owner', async client => {
        await applySchemaFiles(client, 1, { bootstrap: migrations[0]!.sql, migrations: migrations.slice(0, 1) });
        await client.query(`INSERT INTO tb.instrument (symbol, base, quote) VALUES ('AAA/USD', 'AAA', 'USD'); INSERT INTO tb.series (symbol, timeframe) VALUES ('AAA/USD', '1h')`);
        await backupStore(client, { pathFor: () => path, checkpoints: join(folder, 'none'), nowMs: 1, onProgress: () => undefined });
      });
      expect(await target.failure('runs')).toMatchObject({ exit: 4 });
      await onDatabase(async restored => {
        expect(await restored.json(`restore ${path}`, kept.env)).toMatchObject({ migratedFrom: 1, rows: 4 });
        expect(await restored.json('init')).toMatchObject({ outcome: 'current', schemaVersion: SCHEMA_VERSION });
        expect(await restored.json('import nothing.csv --symbol AAA/USD').catch(() => 'refused')).toBe('refused');
      });
    }));
});

describe('targets', () => {
  test('a store that holds something, and a database of somebody else, are left as they are', async () => {
    expect(await early.failure(`restore ${backup}`, kept.env)).toMatchObject({ exit: 3, message: expect.stringContaining('The store is not empty: it holds rows or tables in tb.account') as unknown });
    expect(await early.json('verify --full')).toMatchObject({ verified: true });
    await onDatabase(async (target, database) => {
      await withConnection(database.address, 'owner', client => client.query('CREATE SCHEMA theirs; CREATE TABLE theirs.orders (id int)'));
      expect(await target.failure(`restore ${backup}`, kept.env)).toMatchObject({ exit: 3, message: expect.stringContaining('theirs.orders') as unknown });
      await withConnection(database.address, 'owner', async client => expect((await client.query('SELECT id FROM theirs.orders')).rows).toEqual([]));
    });
  });

  test('killed in the middle: every command refuses what is left and says what to do, and the same command again completes it', () =>
    onDatabase(async (target, database) => {
      const { child, ended } = target.start(`restore ${backup}`, kept.env);
      const blocker = await connect(database.address, 'owner');
      const mark = 'tb_restore_unfinished."run tb restore again"';
      for (let tries = 0; tries < 600; tries += 1) {
        if ((await blocker.query(`SELECT to_regclass('${mark}') AS mark`)).rows[0]?.mark !== null) break;
        await sleep(50);
      }
      // The last statement before its COMMIT waits for this lock.
      await blocker.query(`BEGIN; LOCK TABLE ${mark} IN ACCESS SHARE MODE`);
      for (let tries = 0; tries < 600; tries += 1) {
        if ((await blocker.query(`SELECT FROM pg_locks WHERE NOT granted AND relation = '${mark}'::regclass`)).rows.length > 0) break;
        await sleep(50);
      }
      expect(await target.failure(`restore ${backup}`, kept.env)).toMatchObject({ exit: 4, message: 'Another restore works on this store.' });
      child.kill('SIGKILL');
      expect(await ended).toMatchObject({ signal: 'SIGKILL' });
      await blocker.query('ROLLBACK');
      await blocker.end();
      const interrupted = { exit: 4, message: expect.stringMatching(/^There is no store yet: a restore into it was interrupted, or refused what it loaded/) as unknown, hint: expect.stringContaining('Go on with tb restore FILE and the same --store') as unknown };
      for (const line of ['init', 'runs', 'verify', 'execute-hour --run desk', `backup --out ${join(folder, 'none.tar.zst')}`]) expect(await target.failure(line, kept.env), line).toMatchObject(interrupted);
      expect(await target.failure('init')).toMatchObject({ exit: 4, message: expect.stringContaining('run tb restore again') as unknown });
      expect(await target.json(`restore ${backup}`, kept.env)).toMatchObject({ status: 'RESTORED' });
      expect(await target.json('verify --full', kept.env)).toMatchObject({ verified: true });
    }));
});

describe('a store that is older than its checkpoint', () => {
  const MISSING = 'hours 2024-03-03T03:00:00Z to 2024-03-03T07:00:00Z are missing';
  let head: Document;

  beforeAll(async () => {
    head = await kept.store.json('execute-hour --run desk --through 2024-03-03T07:00:00Z', kept.env);
    await kept.store.json('checkpoint desk', kept.env);
  });

  test('executes nothing, and says which hours are missing', async () => {
    expect(await early.failure('execute-hour --run desk', kept.env)).toMatchObject({ exit: 5, message: expect.stringMatching(new RegExp(`^The store is older than its checkpoint: of run desk, ${MISSING} that .*0000000057\\.checkpoint, signed by operator, covers\\.$`)) as unknown });
    expect(await early.json('runs')).toMatchObject({ runs: expect.arrayContaining([expect.objectContaining({ run: 'desk', hours: 51 })]) as unknown });
    // Whoever signs elsewhere has no key here; the checkpoint counts all the same.
    expect(await early.failure('execute-hour --run desk', { ...kept.env, TB_KEYS: join(folder, 'no-keys') })).toMatchObject({ exit: 5, message: expect.stringContaining('by a key that is not known here') as unknown });
  });

  test('goes on where no checkpoint, or none that is one, says otherwise', async () => {
    const { runs } = (await early.json('runs')) as { runs: readonly { run: string; hours: number }[] };
    expect(runs.find(({ run }) => run === 'desk')).toMatchObject({ hours: 51 });
    const copy = await copyOf(early);
    expect(await copy.json('execute-hour --run desk', { ...kept.env, TB_CHECKPOINTS: join(folder, 'none') })).toMatchObject({ executed: 1 });
    await copy.drop();
    expect(await kept.store.json('execute-hour --run desk --hour 2024-03-03T07:00:00Z', kept.env)).toMatchObject({ already: true, head: head['head'] });
  });

  test('is not made of a backup, unless exactly what is lost is accepted', () =>
    onDatabase(async target => {
      const refusal = await target.failure(`restore ${backup}`, kept.env);
      expect(refusal).toMatchObject({ exit: 5, message: expect.stringMatching(new RegExp(`^The store would be older than its checkpoint: of run desk, ${MISSING} \\(5\\), which .*0000000057\\.checkpoint, signed by operator, covers\\.$`)) as unknown, hint: expect.stringContaining('--accept-loss desk=5') as unknown });
      expect(await target.failure('runs')).toMatchObject({ exit: 4, message: 'The database holds no store of tb.' });
      expect(await target.failure(`restore ${backup} --accept-loss desk=4`, kept.env)).toMatchObject({ exit: 2, message: '--accept-loss: desk=4 is not what would be lost.', hint: 'What would be lost: --accept-loss desk=5' });
      expect(await target.failure(`restore ${backup} --accept-loss desk=5 --accept-loss past=1`, kept.env)).toMatchObject({ exit: 2 });
    }));

  test('a run that was opened and signed after it is missing with all its hours, a dropped one is not', async () => {
    const copy = await copyOf(early);
    const elsewhere = { ...kept.env, TB_CHECKPOINTS: await scratchFolder() };
    for (const line of ['checkpoint past', 'runs --drop past --reason over', `backup --out ${join(folder, 'between.tar.zst')}`]) await copy.json(line, elsewhere);
    await copy.json('backtest --strategy buy-and-hold --symbols AAA/USD --from 2024-03-01T12:00:00Z --warmup 12 --to 2024-03-02T00:00:00Z --run after');
    await copy.json('checkpoint after', elsewhere);
    await copy.drop();
    await onDatabase(async target => {
      expect(await target.failure('restore between.tar.zst', elsewhere)).toMatchObject({ exit: 5, message: expect.stringMatching(/run after is missing with its 24 hours, which .*0000000025\.checkpoint, signed by operator, covers/) as unknown });
      expect(await target.json('restore between.tar.zst --accept-loss after=24', elsewhere)).toMatchObject({ lost: [{ checkpoint: 25, halted: false, hours: 24, run: 'after' }] });
      expect(await target.json('verify --full', elsewhere)).toMatchObject({ verified: true, dropped: ['past'] });
    });
  });

  test('accepted, it goes on halted, says in its log why, and is anchored again', () =>
    onDatabase(async target => {
      const said = await target.json(`restore ${backup} --accept-loss desk=5`, kept.env);
      expect(said).toMatchObject({ status: 'RESTORED', lost: [{ checkpoint: 57, halted: true, hours: 5, run: 'desk' }], setAside: [expect.stringMatching(/0000000057\.lost$/)] });
      expect(await target.json('verify --run desk', kept.env)).toMatchObject({ status: 'CHAIN OK, ANCHORED', runs: [{ anchor: { size: 52 } }] });
      expect(await target.json('execute-hour --run desk', kept.env)).toMatchObject({ executed: 1, hour: '2024-03-03T03:00:00Z', risk: { status: 'HALTED' } });
      const log = await target.tb('export desk --format jsonl');
      expect(log.out).toMatch(new RegExp(`"command":"halt","key":"~[0-9a-f-]+","reason":"Restored from the backup of [^"]+: ${MISSING} that the checkpoint over 57 envelopes, root [0-9a-f]{64}, covers\\.`));
      await target.json('operator resume --run desk --reason "seen"');
      expect(await target.json('execute-hour --run desk --through 2024-03-03T09:00:00Z', kept.env)).toMatchObject({ executed: 6, risk: { status: 'ACTIVE' } });
      expect(await target.json('checkpoint desk', kept.env)).toMatchObject({ status: 'SIGNED', size: 59 });
      expect(await target.json('replay-window --run desk')).toMatchObject({ parity: true });
      // Whoever kept the other checkpoint can still show that hours were signed which are not here.
      const [aside] = said['setAside'] as readonly string[];
      const other = JSON.parse((await target.tb(`verify --run desk --checkpoint ${aside} --json`, kept.env)).out) as Document;
      expect(other).toMatchObject({ status: 'CHAIN BROKEN', findings: [expect.objectContaining({ code: 'HISTORY_FORKED' })] });
    }));
});

describe('a backup that only revoked keys signed', () => {
  let env: Readonly<Record<string, string>>;
  /** Of one hour more than the backup has. */
  let later: string;

  beforeAll(async () => {
    // The same checkpoints as when the backup was made; the key is lost since then.
    const home = await scratchFolder();
    cpSync(join(kept.home, 'tb', 'keys'), join(home, 'tb', 'keys'), { recursive: true });
    env = { XDG_CONFIG_HOME: home, TB_KEYS: '', TB_CHECKPOINTS: '' };
    const copy = await copyOf(early);
    await copy.json('execute-hour --run desk', env);
    later = String((await copy.json('checkpoint desk', env))['file']);
    await copy.drop();
    renameSync(later, join(folder, 'later'));
    await early.json('keys revoke --key operator --reason stolen', env);
    await early.json('keys init --name second', env);
  });

  test('is not restored without a reason, and says how it is; a reason that nothing needs is a slip of the pen', () =>
    onDatabase(async target => {
      const refusal = await target.failure(`restore ${backup}`, env);
      expect(refusal).toMatchObject({ exit: 5, message: expect.stringMatching(/^Only revoked keys \(operator [0-9a-f]{8}\) signed desk as the backup has it: nobody who is believed vouches for it\.$/) as unknown, hint: expect.stringContaining('--accept-unanchored "how you know"') as unknown });
      expect(await target.failure('runs')).toMatchObject({ exit: 4, message: 'The database holds no store of tb.' });
      expect(await target.failure(`restore ${backup} --accept-unanchored ""`, env)).toMatchObject({ exit: 2, message: '--accept-unanchored needs a reason.' });
      expect(await target.failure(`restore ${backup} --accept-unanchored x`, { ...kept.env, TB_CHECKPOINTS: await scratchFolder() })).toMatchObject({ exit: 2, message: '--accept-unanchored: no run of this backup was signed by revoked keys alone.' });
    }));

  test('is restored halted, with the reason in its log, and signed anew', () =>
    onDatabase(async target => {
      const said = await target.tb(`restore ${backup} --accept-unanchored "it was in the safe" --json`, env);
      expect(said).toMatchObject({ exit: 0, err: expect.stringMatching(/Only revoked keys \(operator [0-9a-f]{8}\) had signed desk\. It halts entries with its next hour, which has your reason/) as unknown });
      expect(JSON.parse(said.out)).toMatchObject({ status: 'RESTORED', lost: [], setAside: [], unanchored: [{ run: 'desk', signedBy: expect.stringMatching(/^operator [0-9a-f]{8}$/) as unknown }] });
      expect((await target.tb('verify --run desk --json', env)).exit).toBe(5);
      expect(await target.json('checkpoint desk', env)).toMatchObject({ size: 52, signers: ['second'], anew: [expect.anything()] });
      expect(await target.json('verify --full', env)).toMatchObject({ verified: true, findings: [] });
      expect(await target.json('execute-hour --run desk', env)).toMatchObject({ risk: { status: 'HALTED' } });
      expect((await target.tb('export desk --format jsonl')).out).toMatch(/"command":"halt","key":"~[0-9a-f-]+","reason":"Restored from the backup of [^"]+, which only revoked keys \(operator [0-9a-f]{8}\) had signed: it was in the safe"/);
    }));

  test('what they signed beyond it is set aside', () =>
    onDatabase(async target => {
      cpSync(join(folder, 'later'), later);
      expect(await target.json(`restore ${backup} --accept-unanchored "it was in the safe"`, env)).toMatchObject({ setAside: [later.replace('.checkpoint', '.lost')], unanchored: [{ run: 'desk' }] });
    }));
});
