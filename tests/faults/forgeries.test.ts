/** Changes made with more care than one value, and what the commands say of them: where, what was expected, what is there, and exit 5. */
import { beforeAll, describe, expect, test } from 'vitest';
import { candleDigest } from '../../core/market/candle.ts';
import { marketSymbol, timeMs } from '../../core/kernel/units.ts';
import { disarm } from '../../tools/tamper/disarm.ts';
import { asOwner, livelyCandles, onCopy, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --from 2024-03-01T12:00:00Z --warmup 12';
const CANDLES = livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 96, 131);

let store: ScratchDatabase;

beforeAll(async () => {
  store = await scratchStore();
  await store.write('aaa.csv', plainFile('1h', CANDLES));
  await store.json('import aaa.csv --symbol AAA/USD');
  await store.json(`backtest ${RUN} --to 2024-03-05T00:00:00Z --run past`);
  await store.json(`backtest ${RUN} --to 2024-03-05T00:00:00Z --run whole --keep full`);
  await store.json(`open --run desk --mode paper ${RUN}`);
  await store.json('execute-hour --run desk --through 2024-03-03T12:00:00Z');
});

/** Runs SQL on a copy, past every constraint, and then looks at the copy. */
const tampered = (sql: string, look: (copy: ScratchDatabase) => Promise<void>): Promise<void> =>
  onCopy(store, async copy => {
    await asOwner(copy, async client => {
      await disarm(client);
      await client.query(sql);
    });
    await look(copy);
  });

const broken = async (copy: ScratchDatabase, line: string): Promise<Document> => {
  const said = await copy.tb(`${line} --json`);
  expect(said.exit, `${line}\n${said.out}${said.err}`).toBe(5);
  return JSON.parse(said.out) as Document;
};

/** Every row of the run, moved to the partition of the other mode. */
const relabelled = (mode: string): string => `
  DO $$ DECLARE part text; BEGIN
    FOR part IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'retention'
      WHERE c.relnamespace = 'tb'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT IN ('run', 'outbox_event') LOOP
      EXECUTE format('UPDATE tb.%I SET retention = ''kept'' WHERE run_id = (SELECT id FROM tb.run WHERE name = ''whole'')', part);
    END LOOP;
    UPDATE tb.run SET retention = 'kept', mode = '${mode}', account_id = 'paper' WHERE name = 'whole';
  END $$`;

describe('a backtest relabelled in every row', () => {
  test.each(['paper', 'live'])('as %s is found by its envelopes', mode =>
    tampered(relabelled(mode), async copy => {
      const { status, verified, findings } = (await broken(copy, 'verify --run whole')) as { status: string; verified: boolean; findings: readonly Document[] };
      expect({ status, verified }).toEqual({ status: 'CHAIN BROKEN', verified: false });
      const ofRun = findings.filter(({ table }) => table === 'run');
      expect(ofRun).toContainEqual(expect.objectContaining({ code: 'COLUMN_DIFFERS', column: 'mode', expected: 'backtest', actual: mode, run: 'whole' }));
      expect(ofRun).toContainEqual(expect.objectContaining({ column: 'account_id', expected: 'backtest', actual: 'paper' }));
      expect(findings).toContainEqual(expect.objectContaining({ table: 'envelope', column: 'bytes', expected: `mode ${mode}`, actual: 'mode backtest' }));
      expect(await broken(copy, 'replay-manifest --run whole')).toMatchObject({ parity: false, status: 'REPLAY PARITY: FALSE' });
    }),
  );

  test('and given another name is found by the name', () =>
    tampered(`UPDATE tb.run SET name = 'better' WHERE name = 'past'`, async copy => {
      const { findings } = (await broken(copy, 'verify --run better')) as { findings: readonly Document[] };
      expect(findings).toContainEqual(expect.objectContaining({ table: 'run', column: 'name', expected: 'past', actual: 'better' }));
    }));
});

test('a candle forged together with its digest is found by the runs that consumed it', async () => {
  const { slot, values } = CANDLES[40]!;
  const forged = { ...values, close: values.high };
  const digest = candleDigest({ symbol: marketSymbol('AAA/USD'), timeframe: '1h' }, timeMs(slot * 3_600_000), forged);
  const sql = `UPDATE tb.candle SET close = high, digest = '\\x${digest}' WHERE open_ms = ${slot * 3_600_000}; DELETE FROM tb_cache.candle_chunk; DELETE FROM tb_cache.snapshot`;
  await tampered(sql, async copy => {
    const { findings } = (await broken(copy, 'verify --run desk')) as { findings: readonly Document[] };
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ table: 'candle', column: 'digest', actual: digest, key: expect.stringContaining('2024-03-02T16:00:00Z') as unknown });
    for (const run of ['desk', 'whole']) {
      const report = await broken(copy, `replay-window --run ${run}`);
      expect(report, run).toMatchObject({ status: 'REPLAY PARITY: FALSE', parity: false, hours: 40, failures: [{ code: 'FACT_MISMATCH', hour: '2024-03-02T16:00:00Z', event: expect.stringMatching(/^market /) as unknown, field: 'digest' }] });
    }
    expect(await broken(copy, 'replay-window --run past')).toMatchObject({ failures: [{ code: 'RECORD_MISMATCH', hour: '2024-03-02T16:00:00Z', field: 'factsRoot' }] });
    expect(await broken(copy, 'replay-tool')).toMatchObject({ failed: 3, passed: 0, total: 3, parity: false });
    expect(await copy.failure('execute-hour --run desk')).toMatchObject({ exit: 5, message: expect.stringContaining('Run desk cannot go on') as unknown });
  });
});

test('a decision rewritten in valid form is named with hour, event, field, expected and actual', () => {
  const sql = `UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"attempt":1', '"attempt":2'), 'UTF8')
    WHERE (run_id, hour, step, seq) = (SELECT d.run_id, d.hour, d.step, d.seq FROM tb.decision d JOIN tb.run ON id = d.run_id WHERE name = 'desk' AND type = 'order_placed' ORDER BY hour LIMIT 1)`;
  return tampered(sql, async copy => {
    const { failures } = (await broken(copy, 'replay-window --run desk')) as { failures: readonly Document[] };
    expect(failures).toMatchObject([{ code: 'DECISION_MISMATCH', severity: 'HIGH', scope: 'decisions', slice: null, hour: expect.stringMatching(/^2024-03-0.T..:00:00Z$/) as unknown, step: 0, event: expect.stringMatching(/^order_placed \d+\.0\.\d+$/) as unknown, field: 'attempt', expected: '2', actual: '1' }]);
    const text = await copy.tb('replay-window --run desk');
    expect(text).toMatchObject({ exit: 5, out: expect.stringMatching(/^REPLAY PARITY: FALSE\n[\s\S]*DECISION_MISMATCH HIGH [\s\S]*where     order_placed [\s\S]*expected  2\n {2}actual    1/) as unknown });
    const { findings } = (await broken(copy, 'verify --run desk')) as { findings: readonly Document[] };
    expect(findings).toContainEqual(expect.objectContaining({ code: 'ROOT_DIFFERS', table: 'decision', column: 'bytes' }));
    expect(findings).toContainEqual(expect.objectContaining({ code: 'COLUMN_DIFFERS', table: 'order_placed', column: 'attempt', expected: '2', actual: '1' }));
  });
});

test('a summary that flatters is found by replay', () => {
  const sql = `UPDATE tb.run_summary SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), '"winningTrades":\\d+', '"winningTrades":99'), 'UTF8') WHERE run_id = (SELECT id FROM tb.run WHERE name = 'past')`;
  return tampered(sql, async copy => {
    expect(await broken(copy, 'replay-window --run past')).toMatchObject({ failures: [{ code: 'SUMMARY_MISMATCH', event: 'run summary', field: expect.any(String) as unknown }] });
  });
});

test('a damaged snapshot is cache: it is named, dropped by whoever resumes, and nothing else happens', () =>
  tampered(`UPDATE tb_cache.snapshot SET bytes = '\\x00' WHERE run_id = (SELECT id FROM tb.run WHERE name = 'desk')`, async copy => {
    const { findings } = (await broken(copy, 'verify --run desk')) as { findings: readonly Document[] };
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['SNAPSHOT_FORGED']));
    expect(await copy.json('execute-hour --run desk')).toMatchObject({ executed: 1 });
    expect(await copy.json('replay-window --run desk')).toMatchObject({ parity: true });
    expect(await copy.json('verify')).toMatchObject({ verified: true });
  }));

test('a hole in the chain is named, not skipped', () =>
  tampered(`DELETE FROM tb.hour_record WHERE hour = ${slotAt('2024-03-02T05:00:00Z', '1h')} AND run_id = (SELECT id FROM tb.run WHERE name = 'desk')`, async copy => {
    const { findings } = (await broken(copy, 'verify --run desk')) as { findings: readonly Document[] };
    expect(findings[0]).toMatchObject({ code: 'ROW_MISSING', table: 'hour_record', key: `hour=${slotAt('2024-03-02T05:00:00Z', '1h')}` });
    expect(await broken(copy, 'replay-window --run desk')).toMatchObject({ hours: 29, failures: [{ code: 'HOUR_MISSING', hour: '2024-03-02T05:00:00Z' }] });
  }));
