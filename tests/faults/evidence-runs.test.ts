/**
 * Every kind of run leaves the same evidence: with campaigns and a profile that changed, with stops, with the standing orders
 * of a backtest that kept no facts, with late candles, and the history of an account. Each is verified in the database and
 * outside of it, and as a bundle by the program and by the script that shares nothing with it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { disarm } from '../../tools/tamper/disarm.ts';
import { asOwner, commandsOn, livelyCandles, onCopy, plainFile, scratchFolder, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import { LEDGERS, OWN_LINES, TRADES } from '../support/kraken-history.ts';
import { testDatabase } from '../support/postgres.ts';
import type { Document } from '../support/tb.ts';

const MARKETS = '--symbols AAA/USD,BBB/USD';
const CROSS = `--strategy ema-cross --param fast=2 --param slow=4 ${MARKETS}`;
const ENSEMBLE = `--strategy momentum-ensemble --param fast=2 --param volatility=48 --param prior=1 --param history=20 ${MARKETS}`;
/** A tenth of a percent lost halts it, so it is resumed again and again. */
const TIMID = {
  extends: 'balanced', name: 'timid', version: 1,
  drawdown: { tiers: [{ from: '0', base: '1', positions: '1', halts: false, review: false }, { from: '0.1%', base: '0', positions: '0', halts: true, review: false }] },
};

/** A run, a stretch from its middle, and the types of events that must be among those of the whole. */
const RUNS = [
  ['campaigns', '2024-03-16T05:00:00Z', '2024-03-17T05:00:00Z', ['campaign_moved', 'campaign_asked', 'profile_changed', 'candle_late', 'candle_revised', 'operator_refused']],
  ['stops', '2024-03-03T05:00:00Z', '2024-03-05T00:00:00Z', ['stop_triggered', 'lot_matched']],
  ['standing', '2024-03-06T00:00:00Z', '2024-03-09T00:00:00Z', ['operator', 'risk_changed']],
  ['kraken', '2024-09-03T00:00:00Z', '2024-09-21T00:00:00Z', ['account_traded', 'account_transferred', 'account_rewarded', 'account_charged', 'asset_renamed', 'lot_released']],
] as const;

let store: ScratchDatabase;
let home: string;
let env: Readonly<Record<string, string>>;
let key: string;

beforeAll(async () => {
  store = await scratchStore();
  home = await scratchFolder();
  env = { XDG_CONFIG_HOME: home, TB_KEYS: '', TB_CHECKPOINTS: '' };
  const start = slotAt('2024-03-01T00:00:00Z', '1h');
  const [aaa, bbb] = [livelyCandles(start, 480, 31), livelyCandles(start, 480, 32)];
  const revised = { slot: aaa[381]!.slot, values: { ...aaa[381]!.values, close: aaa[381]!.values.low } };
  await store.write('aaa.csv', plainFile('1h', aaa.filter((_, index) => index !== 380)));
  await store.write('late.csv', plainFile('1h', [aaa[380]!, revised]));
  await store.write('bbb.csv', plainFile('1h', bbb));
  await store.write('timid.json', JSON.stringify(TIMID));
  await store.write('smaller.json', JSON.stringify({ extends: 'balanced', name: 'smaller', version: 2, limits: { total: '40%' } }));
  await store.json('import aaa.csv --symbol AAA/USD');
  await store.json('import bbb.csv --symbol BBB/USD');
  await store.json(`backtest ${CROSS} --from 2024-03-02T00:00:00Z --to 2024-03-06T00:00:00Z --warmup 12 --stop 0.5% --run stops --keep full`);
  await store.json(`backtest ${CROSS} --from 2024-03-02T00:00:00Z --to 2024-03-14T00:00:00Z --warmup 12 --profile ./timid.json --on-halt resume-after-24-hours --run standing`);
  await store.json(`open --run campaigns --mode paper ${ENSEMBLE} --from 2024-03-07T00:00:00Z --warmup 144`);
  await store.json('execute-hour --run campaigns --through 2024-03-15T00:00:00Z');
  await store.json('profile set --run campaigns --profile ./smaller.json --reason "smaller positions"');
  await store.json('execute-hour --run campaigns --through 2024-03-16T23:00:00Z');
  await store.json('import late.csv --symbol AAA/USD');
  await store.json('operator resume --run campaigns --reason "nothing to resume"');
  await store.json('execute-hour --run campaigns --through 2024-03-20T23:00:00Z');
  await store.write('ledgers.csv', LEDGERS);
  await store.write('trades.csv', TRADES);
  await store.write('mine.csv', OWN_LINES);
  await store.json('import-fills ledgers.csv trades.csv mine.csv --run kraken --quote USD');
  const made = await store.json('keys init', env);
  key = (made['keys'] as readonly Document[])[0]!['publicKey'] as string;
  for (const [run] of RUNS) await store.json(`checkpoint ${run}`, env);
});

const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0;
const inPython = (name: string) => spawnSync('python3', ['tools/verify_bundle.py', join(store.folder, name), '--key', key], { encoding: 'utf8' });

const eventsOf = (name: string): readonly Document[] =>
  readFileSync(join(store.folder, name), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as Document).filter(({ what }) => what === 'fact' || what === 'decision').map(({ event }) => event as Document);

test('the store is whole, outside and inside the database, and anchored', async () => {
  const report = await store.json('verify --full --require-anchor --in-database', env);
  expect(report).toMatchObject({ status: 'CHAIN OK, ANCHORED', verified: true, findings: [], inDatabase: { agrees: true, findings: [], runs: 4 } });
});

describe.each(RUNS)('%s', (run, from, to, types) => {
  test('as a bundle holds, comes out again, and holds in Python', async () => {
    const made = await store.json(`bundle ${run} --out ${run}.tb`, env);
    const report = await store.json(`verify ${run}.tb --require-anchor`, env);
    expect(report).toMatchObject({ status: 'CHAIN OK, ANCHORED', verified: true, findings: [], hours: made['hours'], bundle: { executed: made['hours'], sameReducer: true }, runs: [{ head: made['head'], run }] });
    const found = new Set(eventsOf(`${run}.tb`).map(({ type }) => type));
    expect(types.filter(type => !found.has(type))).toEqual([]);
    if (HAS_PYTHON) expect(inPython(`${run}.tb`)).toMatchObject({ status: 0, stdout: expect.stringMatching(new RegExp(`^OK\\nrun +${run} [^]*head +${String(made['head'])}\\n[^]*signed by +operator\\n$`)) as unknown });
  });

  test('so does a stretch from its middle, with the state before it', async () => {
    const made = await store.json(`bundle ${run} --from ${from} --to ${to} --out middle.tb`, env);
    expect(await store.json('verify middle.tb', env)).toMatchObject({ status: 'CHAIN OK, ANCHORED', verified: true, hours: made['hours'], bundle: { executed: made['hours'] } });
    if (HAS_PYTHON) expect(inPython('middle.tb')).toMatchObject({ status: 0, stderr: '' });
  });

  test('one of its decisions and one of its facts are proved on their own', async () => {
    const lines = readFileSync(join(store.folder, `${run}.tb`), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as Document);
    for (const kind of ['fact', 'decision']) {
      const line = lines.filter(({ what, event }) => what === kind && (event as Document)['type'] !== 'market').at(-1)!;
      await store.json(`prove --run ${run} ${kind}:${String(line['hour'])}.${String(line['step'])}.${String(line['seq'])} --out proof.json`, env);
      expect(await store.json('verify-proof proof.json', env)).toMatchObject({ status: 'PROOF HOLDS', event: line['event'], envelope: { name: run } });
      if (HAS_PYTHON) expect(inPython('proof.json').status).toBe(0);
    }
  });
});

test('what the standing orders of a backtest said is in the bundle of one that kept no facts, and a change of it is named', async () => {
  const orders = eventsOf('standing.tb').filter(({ type }) => type === 'operator');
  expect(orders.length).toBeGreaterThan(1);
  expect(orders[0]).toMatchObject({ actor: 'standing orders', command: 'resume', reason: expect.stringContaining('HALTED for 24 hours') as unknown });
  await store.write('forged.tb', readFileSync(join(store.folder, 'standing.tb'), 'utf8').replace('"actor":"standing orders"', '"actor":"somebody else"'));
  const said = await store.tb('verify forged.tb --json', env);
  expect(said.exit).toBe(5);
  expect(JSON.parse(said.out)).toMatchObject({ status: 'CHAIN BROKEN', findings: expect.arrayContaining([expect.objectContaining({ code: 'ROOT_DIFFERS', table: 'fact' })]) as unknown });
  if (HAS_PYTHON) expect(inPython('forged.tb')).toMatchObject({ status: 5, stderr: expect.stringMatching(/^BROKEN hour \d+ factsRoot: these events have another root/) as unknown });
});

test('an edited fact about an account is named by its row, as its columns contradict it', () =>
  onCopy(store, async copy => {
    const place = await asOwner(copy, async client => {
      await disarm(client);
      const sql = `UPDATE tb.fact SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"side":"BUY"', '"side":"SELL"'), 'UTF8')
        WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM tb.fact WHERE type = 'account_traded' AND convert_from(bytes, 'UTF8') LIKE '%"side":"BUY"%' ORDER BY hour LIMIT 1) RETURNING hour, step, seq`;
      return (await client.query<{ hour: number; step: number; seq: number }>(sql)).rows[0]!;
    });
    const key = `hour=${place.hour} step=${place.step} seq=${place.seq}`;
    const said = await copy.tb('verify --run kraken --json', env);
    expect(said.exit).toBe(0);
    const full = JSON.parse((await copy.tb('verify --run kraken --full --json', env)).out) as Document;
    expect(full['findings']).toEqual(expect.arrayContaining([
      expect.objectContaining({ code: 'ROOT_DIFFERS', failure: 'edited row', table: 'fact', key, column: 'bytes' }),
      expect.objectContaining({ code: 'COLUMN_DIFFERS', table: 'account_trade', key, column: 'side', expected: 'SELL', actual: 'BUY' }),
    ]));
  }));

test('a signed import that was dropped is excused by its tombstone, also in a backup; without one it is gone', () =>
  onCopy(store, async copy => {
    await copy.json('runs --drop kraken --reason "sent twice"', env);
    expect(await copy.json('verify', env)).toMatchObject({ verified: true, status: 'CHAIN OK, ANCHORED', dropped: ['kraken'], findings: [] });
    await copy.json('backup --out dropped.tar.zst', env);
    const database = await testDatabase();
    const restored = commandsOn(database.url, copy.folder);
    expect(await restored.json('restore dropped.tar.zst', env)).toMatchObject({ status: 'RESTORED', lost: [] });
    await database.drop();
    await asOwner(copy, async client => {
      await disarm(client);
      await client.query('DELETE FROM tb.run_tombstone');
    });
    const said = await copy.tb('verify --json', env);
    expect(said.exit).toBe(5);
    expect(JSON.parse(said.out)).toMatchObject({ dropped: [], findings: [expect.objectContaining({ code: 'LOG_GONE', run: 'kraken' })] });
  }));

const EDITED = {
  fact: ['operator', 'candle_revised', 'account_traded', 'asset_renamed'],
  decision: ['campaign_moved', 'campaign_asked', 'stop_triggered', 'profile_changed', 'lot_released'],
} as const;

test('both verifiers name the same hours where events of new kinds were edited', () =>
  onCopy(store, async copy => {
    const edited = await asOwner(copy, async client => {
      await disarm(client);
      const hours: string[] = [];
      for (const [table, types] of Object.entries(EDITED)) {
        const sql = `WITH edited AS (UPDATE tb.${table} SET bytes = set_byte(bytes, 12, get_byte(bytes, 12) # 1) WHERE type = ANY($1) RETURNING run_id, hour, type)
          SELECT name || ' ${table} ' || hour AS hour, array_agg(type) AS types FROM edited JOIN tb.run ON run.id = run_id GROUP BY 1`;
        const { rows } = await client.query<{ hour: string; types: readonly string[] }>(sql, [types]);
        expect(types.filter(type => rows.every(row => !row.types.includes(type)))).toEqual([]);
        hours.push(...rows.map(({ hour }) => hour));
      }
      return hours.sort();
    });
    const said = await copy.tb('verify --full --in-database --json', env);
    expect(said.exit).toBe(5);
    const { inDatabase } = JSON.parse(said.out) as Readonly<{ inDatabase: Readonly<{ agrees: boolean; findings: readonly Document[] }> }>;
    expect(inDatabase.agrees).toBe(true);
    expect(inDatabase.findings.map(({ run, table, hour }) => `${String(run)} ${String(table)} ${String(hour)}`).sort()).toEqual(edited);
  }));
