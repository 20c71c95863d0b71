/**
 * Two verifiers that share no line: TypeScript outside of the database, SQL inside of it. After every kind of tampering both
 * name the same hours; and where one of them is made to lie, the other says so.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../adapters/store/connection.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { verifyInDatabase } from '../../engine/verify-in-database.ts';
import { verifyStore } from '../../engine/verify-store.ts';
import type { VerifyReport } from '../../engine/verify-store.ts';
import { disarm } from '../../tools/tamper/disarm.ts';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import { drawsOf } from '../support/market.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --timeframe 15m --from 2024-03-01T06:00:00Z --warmup 6';
const START = slotAt('2024-03-01T00:00:00Z', '1h');

let store: ScratchDatabase;

beforeAll(async () => {
  store = await scratchStore();
  await store.write('aaa.csv', plainFile('15m', livelyCandles(slotAt('2024-03-01T00:00:00Z', '15m'), 4 * 48, 17)));
  await store.json('import aaa.csv --symbol AAA/USD --timeframe 15m');
  await store.json(`backtest ${RUN} --to 2024-03-02T12:00:00Z --run whole --keep full`);
  await store.json(`backtest ${RUN} --to 2024-03-02T00:00:00Z --run past`);
});

const outside = (client: StoreClient): Promise<VerifyReport> => verifyStore(client, { run: null, requireAnchor: false, onProgress: () => undefined });

const tampered = <Result>(sql: string, look: (client: StoreClient) => Promise<Result>): Promise<Result> =>
  withConnection(store.address, 'owner', async client => {
    await client.query('BEGIN');
    try {
      await disarm(client);
      await client.query(sql);
      return await look(client);
    } finally {
      await client.query('ROLLBACK');
    }
  });

const OF_WHOLE = `run_id = (SELECT id FROM tb.run WHERE name = 'whole')`;
const at = (hour: number): string => `WHERE ${OF_WHOLE} AND hour = ${START + hour}`;
const flip = (column: string, from: number): string => `${column} = set_byte(${column}, ${from}, get_byte(${column}, ${from}) # 1)`;

test('both find nothing in a store that is whole, and one root over its envelopes', async () => {
  await withConnection(store.address, 'app', async client => {
    const report = await verifyInDatabase(client, await outside(client));
    expect(report).toMatchObject({ status: 'CHAIN OK, UNANCHORED', verified: true, findings: [], inDatabase: { agrees: true, findings: [], runs: 2 } });
    // Its functions are gone with the connection, and can be made again on it.
    expect(await verifyInDatabase(client, await outside(client))).toMatchObject({ inDatabase: { agrees: true } });
  });
});

//   what is done                     how                                                                                             code            table          hours
const TAMPERED = [
  ['an hour record edited',           `UPDATE tb.hour_record SET ${flip('record', 200)} ${at(9)}`,                                     'HASH_DIFFERS', 'hour_record', [9]],
  ['a hash of an hour edited',        `UPDATE tb.hour_record SET ${flip('hash', 3)} ${at(9)}`,                                         'HASH_DIFFERS', 'hour_record', [9]],
  ['an hour record made unreadable',  `UPDATE tb.hour_record SET record = '\\xff' ${at(9)}`,                                           'UNREADABLE',   'hour_record', [9]],
  ['an hour deleted',                 `DELETE FROM tb.hour_record ${at(9)}`,                                                           'ROW_MISSING',  'hour_record', [9]],
  ['an hour rewritten with its hash', `UPDATE tb.hour_record SET (record, hash) = (SELECT bytes, sha256('\\x00' || bytes) FROM (SELECT convert_to(replace(convert_from(record, 'UTF8'), '"steps":4', '"steps":5'), 'UTF8') AS bytes) new) ${at(9)}`, 'CHAIN_BROKEN', 'hour_record', [10]],
  ['an envelope edited',              `UPDATE tb.envelope SET ${flip('bytes', 30)} ${at(9)}`,                                          'HASH_DIFFERS', 'envelope',    [9]],
  ['the opening envelope edited',     `UPDATE tb.envelope SET ${flip('bytes', 30)} ${at(-1)}`,                                         'HASH_DIFFERS', 'envelope',    [-1]],
  ['an envelope deleted',             `DELETE FROM tb.envelope ${at(9)}`,                                                              'ROW_MISSING',  'envelope',    [9]],
  ['a fact edited',                   `UPDATE tb.fact SET ${flip('bytes', 12)} ${at(9)} AND step = 2 AND seq = 0`,                     'ROOT_DIFFERS', 'fact',        [9]],
  ['a fact deleted',                  `DELETE FROM tb.fact ${at(9)} AND step = 2 AND seq = 0`,                                         'ROOT_DIFFERS', 'fact',        [9]],
  ['two facts swapped',               `UPDATE tb.fact SET step = 9 ${at(9)} AND step = 1 AND seq = 0; UPDATE tb.fact SET step = 1 ${at(9)} AND step = 2 AND seq = 0; UPDATE tb.fact SET step = 2 ${at(9)} AND step = 9`, 'ROOT_DIFFERS', 'fact', [9]],
  ['a decision edited',               `UPDATE tb.decision SET ${flip('bytes', 12)} WHERE ${OF_WHOLE} AND hour = (SELECT min(hour) FROM tb.decision WHERE ${OF_WHOLE} AND hour > ${START})`, 'ROOT_DIFFERS', 'decision', null],
  ['the genesis edited',              `UPDATE tb.run SET genesis = sha256('x') WHERE name = 'whole'`,                                  'CHAIN_BROKEN', 'hour_record', null],
] as const;

describe('both name the same hours', () => {
  test.each(TAMPERED)('after %s', (_, sql, code, table, hours) =>
    tampered(sql, async client => {
      const report = await verifyInDatabase(client, await outside(client));
      expect(report.findings.filter(finding => finding.code === 'VERIFIERS_DISAGREE')).toEqual([]);
      expect(report).toMatchObject({ status: 'CHAIN BROKEN', verified: false, inDatabase: { agrees: true } });
      const inside = report.inDatabase.findings.filter(finding => finding.code === code && finding.table === table);
      expect(inside.length).toBeGreaterThan(0);
      if (hours !== null) expect(inside.map(({ hour }) => hour - START)).toEqual(hours);
    }),
  );

  test('after sixty bytes flipped anywhere in what is hashed', () =>
    tampered('SELECT 1', async client => {
      const draw = drawsOf(2_024);
      const columns = [['hour_record', 'record'], ['hour_record', 'hash'], ['envelope', 'bytes'], ['envelope', 'hash'], ['fact', 'bytes'], ['decision', 'bytes']] as const;
      for (let count = 0; count < 60; count += 1) {
        const [table, column] = columns[draw(columns.length)]!;
        const [row, byte, bit] = [draw(1_000_000), draw(1_000_000), 1 + draw(255)];
        const where = `(tableoid, ctid) = (SELECT tableoid, ctid FROM tb.${table} WHERE ${OF_WHOLE} ORDER BY hour OFFSET ${row} % (SELECT count(*) FROM tb.${table} WHERE ${OF_WHOLE}) LIMIT 1)`;
        const sql = `UPDATE tb.${table} SET ${column} = set_byte(${column}, ${byte} % octet_length(${column}), get_byte(${column}, ${byte} % octet_length(${column})) # ${bit}) WHERE ${where}`;
        await client.query('SAVEPOINT whole');
        await client.query(sql);
        const { status, inDatabase } = await verifyInDatabase(client, await verifyStore(client, { run: 'whole', requireAnchor: false, onProgress: () => undefined }));
        expect({ sql, status, agrees: inDatabase.agrees, found: inDatabase.findings.length > 0 }).toEqual({ sql, status: 'CHAIN BROKEN', agrees: true, found: true });
        await client.query('ROLLBACK TO whole');
      }
    }));
});

describe('where one of them lies, the other says so', () => {
  const blind = (report: VerifyReport): VerifyReport => ({ ...report, status: 'CHAIN OK, UNANCHORED', verified: true, findings: [] });

  test('an outside that overlooks', () =>
    tampered(`UPDATE tb.fact SET ${flip('bytes', 12)} ${at(9)} AND step = 2 AND seq = 0`, async client => {
      const report = await verifyInDatabase(client, blind(await outside(client)));
      expect(report).toMatchObject({ status: 'CHAIN BROKEN', verified: false, inDatabase: { agrees: false }, findings: [{ code: 'VERIFIERS_DISAGREE', failure: 'verifiers disagree', key: `hour=${START + 9}`, expected: 'whole', actual: 'damaged, says the database' }] });
    }));

  test('a database that overlooks', () =>
    withConnection(store.address, 'owner', async client => {
      const report = await outside(client);
      const named = { code: 'ROOT_DIFFERS', table: 'fact', key: `hour=${START + 9} step=0 seq=0`, column: 'bytes', expected: null, actual: null, run: 'whole', failure: 'edited row' } as const;
      expect(await verifyInDatabase(client, { ...report, findings: [named] })).toMatchObject({ verified: false, inDatabase: { agrees: false }, findings: [named, { code: 'VERIFIERS_DISAGREE', expected: 'damaged', actual: 'whole, says the database' }] });
    }));
});
