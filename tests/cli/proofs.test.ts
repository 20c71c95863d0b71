/** What the commands that prove say of runs that are damaged, or that this tb cannot execute: a report, never a crash. */
import { beforeAll, expect, test } from 'vitest';
import { disarm } from '../../tools/tamper/disarm.ts';
import { asOwner, livelyCandles, onCopy, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --from 2024-03-01T12:00:00Z --warmup 12';
const WINDOW = { from: '2024-03-01T00:00:00Z', to: '2024-03-04T00:00:00Z' };

let store: ScratchDatabase;

beforeAll(async () => {
  store = await scratchStore();
  await store.write('aaa.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 96, 131)));
  await store.json('import aaa.csv --symbol AAA/USD');
  await store.json(`backtest ${RUN} --to 2024-03-04T00:00:00Z --run whole --keep full`);
  await store.json(`backtest ${RUN} --to 2024-03-03T00:00:00Z --run past`);
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

const reportOf = async (copy: ScratchDatabase, line: string, exit: number): Promise<Document> => {
  const said = await copy.tb(`${line} --json`);
  expect(said.exit, `${line}\n${said.out}${said.err}`).toBe(exit);
  return JSON.parse(said.out) as Document;
};

test('a changed price is named without the zeros that the database keeps, with its hour', () =>
  tampered(`UPDATE tb.venue_trade SET price = 77.5 WHERE (hour, step, seq) = (SELECT hour, step, seq FROM tb.venue_trade ORDER BY hour LIMIT 1)`, async copy => {
    const { findings } = (await reportOf(copy, 'verify --run whole', 5)) as { findings: readonly Document[] };
    expect(findings).toEqual([expect.objectContaining({ code: 'COLUMN_DIFFERS', table: 'venue_trade', column: 'price', actual: '77.5', expected: expect.stringMatching(/^\d+(\.\d*[1-9])?$/) as unknown })]);
    const { out } = await copy.tb('verify --run whole');
    expect(out).toMatch(/^CHAIN BROKEN\n[^]*COLUMN_DIFFERS whole: table venue_trade, key hour=\d+ step=0 seq=\d+, column price\n {2}hour {6}2024-03-0\dT\d\d:00:00Z\n {2}expected {2}[\d.]+\n {2}actual {4}77\.5\n/);
    expect(out).not.toContain('No signed checkpoint');
    const manifest = (await reportOf(copy, 'replay-manifest --run whole', 5)) as { failures: readonly Document[] };
    expect(manifest).toMatchObject({ ...WINDOW, status: 'REPLAY PARITY: FALSE', parity: false, hours: 72, run: 'whole' });
    const hour = /hour {6}(\S+)/.exec(out)![1];
    expect(manifest.failures).toEqual([{ ...findings[0], event: `venue_trade ${String(findings[0]!['key'])}`, field: 'price', hour, scope: 'rows', severity: 'HIGH' }]);
  }));

test('a row that is gone is shown without them, too', () =>
  tampered(`DELETE FROM tb.venue_trade WHERE (hour, step, seq) = (SELECT hour, step, seq FROM tb.venue_trade ORDER BY hour LIMIT 1)`, async copy => {
    const { findings } = (await reportOf(copy, 'verify --run whole', 5)) as { findings: readonly Document[] };
    expect(findings).toEqual([expect.objectContaining({ code: 'ROW_MISSING', table: 'venue_trade', expected: expect.not.stringMatching(/\d\.\d*0( |$)/) as unknown })]);
  }));

test('a run whose opening is gone is a failure of its own, and the others are replayed', () =>
  tampered(`DELETE FROM tb.envelope WHERE run_id = (SELECT id FROM tb.run WHERE name = 'whole')`, async copy => {
    const failure = { code: 'UNREADABLE', severity: 'CRITICAL', scope: 'bytes', hour: null, step: null, event: null, field: 'run', expected: null, actual: expect.stringMatching(/^Run whole has no opening envelope\. tb verify --run whole names/) as unknown };
    expect(await reportOf(copy, 'replay-window --run whole', 5)).toMatchObject({ status: 'REPLAY PARITY: FALSE', parity: false, run: 'whole', head: null, failures: [failure] });
    expect(await reportOf(copy, 'replay-tool', 5)).toMatchObject({
      failed: 1, passed: 1, total: 2, parity: false, from: WINDOW.from, to: '2024-03-03T00:00:00Z', hours: 48, run: null, head: null, skipped: [], failures: [{ ...failure, run: 'whole' }],
    });
    expect(await reportOf(copy, 'replay-manifest --run whole', 5)).toMatchObject({ ...WINDOW, parity: false });
  }));

test('a run without an hour whose opening is gone is broken, not empty', async () => {
  await store.json(`open --run fresh --mode paper ${RUN}`);
  expect(await reportOf(store, 'replay-manifest --run fresh', 6)).toMatchObject({ status: 'NO TARGETS', parity: false, hours: 0, from: WINDOW.from, to: WINDOW.from, head: null, failures: [] });
  await tampered(`DELETE FROM tb.envelope WHERE run_id = (SELECT id FROM tb.run WHERE name = 'fresh')`, async copy => {
    expect(await reportOf(copy, 'replay-manifest --run fresh', 5)).toMatchObject({ status: 'REPLAY PARITY: FALSE', failures: [{ code: 'ROW_MISSING', table: 'envelope', event: expect.stringMatching(/^envelope hour=/) as unknown, field: 'row', severity: 'CRITICAL' }] });
  });
});

test('a run of other semantics is skipped and named, and does not keep the others from being replayed', () =>
  tampered(
    `WITH other AS (SELECT id, convert_to(regexp_replace(convert_from(manifest, 'UTF8'), '"semantics":[0-9]+', '"semantics":999'), 'UTF8') AS manifest FROM tb.run WHERE name = 'whole')
     UPDATE tb.run SET manifest = other.manifest, genesis = sha256(other.manifest) FROM other WHERE run.id = other.id`,
    async copy => {
      const skipped = [{ run: 'whole', reason: expect.stringContaining('semantics 999') as unknown, changedRules: [] }];
      const past = await copy.json('show past');
      expect(await reportOf(copy, 'replay-tool', 0)).toMatchObject({ skipped, parity: true, total: 1, run: 'past', head: past['head'], hours: 48 });
      expect(await copy.tb('replay-tool --quiet')).toMatchObject({ exit: 0, out: '', err: expect.stringMatching(/^warning whole was not replayed\. The run was opened under semantics 999/) as unknown });
      await asOwner(copy, client => client.query(`SELECT tb.drop_backtest(id, 'over', 0) FROM tb.run WHERE name = 'past'`));
      expect(await reportOf(copy, 'replay-tool', 6)).toMatchObject({ skipped, parity: false, status: 'NO TARGETS', total: 0, run: null, from: null, to: null });
    },
  ));
