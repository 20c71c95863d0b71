/**
 * kill -9 of the real `tb` at every failpoint there is: nothing half-done is left, nothing acknowledged is lost, and the same
 * command again ends where an undisturbed one does. A failpoint that no command here passes fails the first test.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../adapters/store/connection.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { FAILPOINTS } from '../../adapters/store/failpoint.ts';
import type { Failpoint } from '../../adapters/store/failpoint.ts';
import { listRuns } from '../../adapters/store/runs.ts';
import { replayRun } from '../../engine/replay-run.ts';
import { verifyStore } from '../../engine/verify-store.ts';
import { LEDGERS, OWN_LINES, TRADES } from '../support/kraken-history.ts';
import { livelyCandles, onCopy, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

const SYMBOLS = '--symbols AAA/USD,BBB/USD';
const HOURLY = `--strategy ema-cross --param fast=2 --param slow=4 ${SYMBOLS} --from 2024-03-01T06:00:00Z --warmup 6`;
const MINUTES = `--strategy ema-cross --param fast=2 --param slow=4 ${SYMBOLS} --timeframe 5m --from 2024-03-01T01:00:00Z --warmup 1`;

const STEP_POINTS = ['step-begun', 'step-row-written', 'step-market-fact-written', 'step-facts-written', 'step-decisions-written', 'step-mirrors-written'] as const;
const CLOSE_POINTS = ['step-hour-written', 'step-envelope-written', 'step-snapshot-written'] as const;
const BACKTEST_POINTS = ['backtest-begun', 'backtest-run-written', 'backtest-batch-written', 'backtest-hours-written', 'backtest-summary-written', 'backtest-committed'] as const;

type Scenario = Readonly<{ name: string; command: string; kills: readonly (readonly [Failpoint, pass: number])[] }>;

const at = (points: readonly Failpoint[], ...passes: readonly number[]): Scenario['kills'] => points.flatMap(point => passes.map(pass => [point, pass] as const));

const SCENARIOS: readonly Scenario[] = [
  { name: 'import', command: 'import ccc.csv --symbol CCC/USD', kills: at(['import-begun', 'import-ingest-reserved', 'import-candles-copied', 'import-ingest-written', 'import-committed'], 1) },
  { name: 'open', command: `open --run new --mode paper ${HOURLY}`, kills: at(['run-begun', 'run-row-written', 'run-envelope-written', 'run-committed'], 1) },
  { name: 'backtest kept in summary', command: `backtest ${HOURLY} --to 2024-03-04T00:00:00Z --run past`, kills: at(BACKTEST_POINTS, 1) },
  { name: 'backtest kept in full', command: `backtest ${HOURLY} --to 2024-03-04T00:00:00Z --run past --keep full`, kills: at(BACKTEST_POINTS, 1) },
  { name: 'import-fills', command: 'import-fills ledgers.csv trades.csv mine.csv --run mine --quote USD', kills: at(BACKTEST_POINTS, 1) },
  {
    name: 'execute-hour, one step an hour',
    command: 'execute-hour --run hourly --through 2024-03-01T23:00:00Z',
    kills: [...at([...STEP_POINTS, ...CLOSE_POINTS], 3), ...at(['step-mirrors-written'], 1, 2, 4), ...at(['step-outbox-written'], 1, 2), ...at(['step-committed'], 1, 7)],
  },
  {
    name: 'execute-hour, twelve steps an hour',
    command: 'execute-hour --run minutes --through 2024-03-01T04:00:00Z',
    kills: [...at(STEP_POINTS, 4), ...at(['step-outbox-written'], 1, 2), ...at(CLOSE_POINTS, 2), ...at(['step-committed'], 1, 12, 17)],
  },
  { name: 'operator', command: 'operator deposit --run hourly --amount 500 --reason saving --actor ann --key k1', kills: at(['inbox-begun', 'inbox-written', 'inbox-committed'], 1) },
];

let base: ScratchDatabase;

beforeAll(async () => {
  base = await scratchStore();
  for (const [symbol, seed] of [['AAA/USD', 81], ['BBB/USD', 82]] as const) {
    await base.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 72, seed)));
    await base.write('minutes.csv', plainFile('5m', livelyCandles(slotAt('2024-03-01T00:00:00Z', '5m'), 12 * 6, seed)));
    await base.json(`import hours.csv --symbol ${symbol}`);
    await base.json(`import minutes.csv --symbol ${symbol} --timeframe 5m`);
  }
  await base.write('ccc.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 72, 83)));
  for (const [name, text] of [['ledgers.csv', LEDGERS], ['trades.csv', TRADES], ['mine.csv', OWN_LINES]] as const) await base.write(name, text);
  await base.json(`open --run hourly --mode paper ${HOURLY}`);
  await base.json(`open --run minutes --mode paper ${MINUTES}`);
  await base.json('execute-hour --run hourly --through 2024-03-01T07:00:00Z');
  await base.json('execute-hour --run minutes --through 2024-03-01T01:00:00Z');
});

/** Where a store stands: how many rows every table has, and the chain of every run. */
type Standing = Readonly<{ rows: Readonly<Record<string, number>>; chains: Readonly<Record<string, readonly string[]>> }>;

const TABLES = `SELECT relname AS name FROM pg_class WHERE relnamespace = 'tb'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname`;

const standingOf = async (client: StoreClient): Promise<Standing> => {
  const { rows: tables } = await client.query<{ name: string }>(TABLES);
  const counts = tables.map(({ name }) => `SELECT '${name}' AS name, count(*)::int AS rows FROM tb.${name}`).join(' UNION ALL ');
  const { rows } = await client.query<{ name: string; rows: number }>(counts);
  const chains = await client.query<{ name: string; hashes: string[] }>(
    `SELECT run.name, array_agg(encode(hour_record.hash, 'hex') ORDER BY hour) FILTER (WHERE hash IS NOT NULL) AS hashes FROM tb.run LEFT JOIN tb.hour_record ON run_id = run.id GROUP BY run.name`,
  );
  return { rows: Object.fromEntries(rows.map(({ name, rows: count }) => [name, count])), chains: Object.fromEntries(chains.rows.map(({ name, hashes }) => [name, hashes ?? []])) };
};

const lookAt = async <Seen>(store: ScratchDatabase, look: (client: StoreClient) => Promise<Seen>): Promise<Seen> => {
  const client = await connect(store.address, 'app');
  try {
    return await look(client);
  } finally {
    await client.end();
  }
};

/** Nothing that can be found wrong with the store, by its hashes and by executing every run again. */
const expectSound = async (client: StoreClient): Promise<void> => {
  const { findings } = await verifyStore(client, { run: null, requireAnchor: false, onProgress: () => undefined });
  expect(findings).toEqual([]);
  for (const run of await listRuns(client)) {
    if (run.head === null) continue;
    const { failures, head } = await replayRun(client, run, { fromHour: null, toHour: null, onProgress: () => undefined });
    expect({ failures, head }).toEqual({ failures: [], head: run.head.hash });
  }
};

/** Content is shared by runs and kept whoever wrote it, so a killed backtest or import of fills may leave some. */
const withoutShared = ({ rows, chains }: Standing) => ({ chains, rows: { ...rows, market_fact: 0 } });

/** Importing a file again is on record, though it brings nothing. */
const withoutImports = ({ rows, chains }: Standing) => ({ chains, rows: { ...rows, ingest: 0 } });

test('every failpoint is passed by some command', () => {
  const killed = new Set(SCENARIOS.flatMap(({ kills }) => kills.map(([point]) => point)));
  expect([...killed].sort()).toEqual([...FAILPOINTS].sort());
});

describe.each(SCENARIOS)('$name', ({ command, kills }) => {
  let before: Standing;
  let after: Standing;

  beforeAll(async () => {
    before = await onCopy(base, store => lookAt(store, standingOf));
    after = await onCopy(base, async store => {
      await store.json(command);
      return lookAt(store, standingOf);
    });
    expect(after).not.toEqual(before);
  });

  test.each(kills)('killed at %s, pass %i', (point, pass) =>
    onCopy(base, async store => {
      expect(await store.tb(command, { TB_FAILPOINT: `${point}:${pass}` })).toMatchObject({ signal: 'SIGKILL', exit: null });
      const left = await lookAt(store, async client => {
        await expectSound(client);
        return standingOf(client);
      });
      if (!point.startsWith('step-')) expect(withoutShared(left)).toEqual(withoutShared(point.endsWith('-committed') ? after : before));
      for (const [run, hashes] of Object.entries(left.chains)) {
        expect(hashes.length).toBeGreaterThanOrEqual(before.chains[run]?.length ?? 0);
        expect(hashes).toEqual(after.chains[run]?.slice(0, hashes.length));
      }
      await store.json(command);
      await lookAt(store, async client => {
        await expectSound(client);
        expect(withoutImports(await standingOf(client))).toEqual(withoutImports(after));
      });
    }),
  );
});

test('a step that was acknowledged is kept, and its hour shows only when it is whole', () =>
  onCopy(base, async store => {
    await store.tb('execute-hour --run minutes', { TB_FAILPOINT: 'step-committed:5' });
    const { rows } = await lookAt(store, client => client.query('SELECT hour, count(*)::int AS steps FROM tb.hour_step JOIN tb.run ON id = run_id WHERE name = $1 GROUP BY hour ORDER BY hour DESC LIMIT 1', ['minutes']));
    expect(rows).toEqual([{ hour: slotAt('2024-03-01T02:00:00Z', '1h'), steps: 5 }]);
    expect(await store.json('runs')).toMatchObject({ runs: [{ run: 'hourly' }, { run: 'minutes', hours: 2, through: '2024-03-01T01:00:00Z' }] });
    expect(await store.json('replay-window --run minutes')).toMatchObject({ parity: true, hours: 2 });
    expect(await store.json('execute-hour --run minutes')).toMatchObject({ executed: 1, hour: '2024-03-01T02:00:00Z' });
  }));
