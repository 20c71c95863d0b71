/**
 * Fills a store by the ways it is really filled: candles by import, runs by the executors, commands through the inbox.
 * Only what no command of today writes (a venue's answers to messages, recorded rules, a dropped account) is inserted by hand.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { IncomingCandle } from '../../adapters/ports.ts';
import { withConnection } from '../../adapters/store/connection.ts';
import { addCommand } from '../../adapters/store/inbox.ts';
import { importCandles } from '../../adapters/store/import-candles.ts';
import { findRun } from '../../adapters/store/runs.ts';
import { openDesk } from '../../core/desk.ts';
import { beginRun } from '../../core/execute.ts';
import type { ExecutedHour } from '../../core/execute.ts';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { hourContaining } from '../../core/kernel/hours.ts';
import { asset, HOUR_MS, timeMs } from '../../core/kernel/units.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { Manifest } from '../../core/manifest.ts';
import { findStrategy } from '../../core/strategies/registry.ts';
import { hoursAfter } from '../../core/kernel/hours.ts';
import { runBacktest } from '../../engine/backtest.ts';
import { conductOf } from '../../engine/conduct.ts';
import { importAccount } from '../../engine/import-account.ts';
import { planImport } from '../../engine/import-plan.ts';
import { openPaperRun } from '../../engine/open-run.ts';
import { executeNextHour, lookAt, openSession } from '../../engine/paper.ts';
import type { RunPlan } from '../../engine/plan-run.ts';
import { driveHours } from '../../engine/run-hours.ts';
import { countSummary } from '../../engine/run-summary.ts';
import { openRunWriting } from '../../engine/write-run.ts';
import type { WritingClients } from '../../engine/write-run.ts';
import { columnsOf } from '../fixtures/candle-file.ts';
import { FIXTURE_START, hourAt, openMsOf } from '../fixtures/case.ts';
import type { FixtureCandle } from '../fixtures/market.ts';
import {
  backtestManifest, CASES, COMMANDS, FAST_COMMANDS, FAST_HOURS, FIVE_MINUTES, fastManifest, HISTORY, HOURLY, HOURS, LATE, lateCandle, OVERDRAWN, OVERDRAWN_HOURS, overdrawnManifest,
  paperManifest, REVISED, revisedCandle,
} from './scenario.ts';
import type { Command, Market } from './scenario.ts';
import { executeCase, renamedCase } from './populate-cases.ts';
import { asOwner } from './scratch-databases.ts';
import type { ScratchDatabase } from './scratch-databases.ts';

/** A store with the schema applied; afterwards nobody is connected to it. */
export const populate = async (database: ScratchDatabase): Promise<void> => {
  const asApp = <Result>(work: (client: Client) => Promise<Result>): Promise<Result> => withConnection(database.address, 'app', work);
  await asApp(async client => {
    for (const market of [...HOURLY, ...FIVE_MINUTES]) await importMarket(client, market, market.candles);
    await executePaper(client, { manifest: paperManifest, name: 'paper-hourly', hours: HOURS, commands: COMMANDS });
    await executePaper(client, { manifest: fastManifest, name: 'paper-five-minutes', hours: FAST_HOURS, commands: FAST_COMMANDS });
    for (const run of CASES) {
      const definition = renamedCase(run);
      const { universe, timeframe } = definition.manifest;
      for (const [index, { symbol }] of universe.entries()) await importMarket(client, { symbol, timeframe, candles: [] }, definition.candles[index]!.slice(0, run.hours));
      await executeCase(client, run, definition);
    }
    await client.query(BY_HAND);
    await asApp(writer =>
      asApp(async shared => {
        for (const [name, keep] of [['backtest-full', 'full'], ['backtest-summary', 'summary'], ['backtest-dropped', 'full']] as const) {
          const request = { plan: planOf(backtestManifest, HOURS), name, keep, conduct: conductOf('observe', hoursAfter(backtestManifest.startHour, HOURS)), store: { writer, shared }, onProgress: () => undefined };
          const { existing } = await runBacktest(client, request);
          if (existing) throw new Error(`${name} was not executed.`);
        }
        await importHistory(client, { writer, shared });
        await bookOverdrawn({ writer, shared });
      }),
    );
  });
  await asOwner(database, async client => {
    const dropped = await findRun(client, 'backtest-dropped');
    await client.query('SELECT tb.drop_backtest($1, $2, $3)', [dropped!.id, 'not needed any more', Date.now()]);
    await client.query('ANALYZE');
  });
};

/** A store's own import, as if the candles had come in a file received when the last of them had closed. */
const importMarket = async (client: Client, { symbol, timeframe }: Market, candles: readonly FixtureCandle[]): Promise<void> => {
  const manifest = { timeframe, startHour: FIXTURE_START } as Manifest;
  const incoming = candles.map(({ index, values }): IncomingCandle => ({ openMs: openMsOf(manifest, index), values, trades: 10 + index }));
  const fileName = `${symbol.replace('/', '')}-${timeframe}-${incoming[0]!.openMs}.csv`;
  const receivedMs = timeMs(incoming.at(-1)!.openMs + 2 * HOUR_MS);
  const origin = { series: { symbol, timeframe }, source: 'invented', format: 'plain', absent: 'quiet', fileName, fileSha256: sha256Hex(fileName), fileBytes: 100, receivedMs } as const;
  const batches = (async function* () {
    yield incoming;
  })();
  await importCandles(client, origin, batches, () => 0);
};

type PaperRun = Readonly<{ manifest: Manifest; name: string; hours: number; commands: readonly Command[] }>;

/** Hour by hour, with what the operator says and what the provider still sends in between. */
const executePaper = async (client: Client, { manifest, name, hours, commands }: PaperRun): Promise<void> => {
  const { run } = await openPaperRun(client, planOf(manifest, hours), name);
  for (let hour = 0; hour < hours; hour += 1) {
    for (const command of commands.filter(({ beforeHour }) => beforeHour === hour)) await say(client, run.id, command);
    if (manifest === paperManifest) await hearLate(client, hour);
    const session = await openSession(client, run);
    const sighted = await lookAt(client, session, { fromHour: hourAt(hour), toHour: hourAt(hour + 1) });
    await executeNextHour(client, session, sighted);
  }
};

const say = async (client: Client, runId: string, { beforeHour, ...command }: Command): Promise<void> => {
  const receivedMs = timeMs((FIXTURE_START + beforeHour) * HOUR_MS);
  await addCommand(client, runId, { ...command, atMs: null, actor: 'operator', receivedMs });
};

const hearLate = async (client: Client, hour: number): Promise<void> => {
  for (const { heardHour, symbol, candle } of [{ ...LATE, candle: lateCandle() }, { ...REVISED, candle: revisedCandle() }]) {
    if (heardHour === hour) await importMarket(client, { symbol, timeframe: '1h', candles: [] }, [candle]);
  }
};

const planOf = (manifest: Manifest, hours: number): RunPlan => ({
  manifest,
  desk: openDesk(manifest, manifest.agents.map(({ strategy }) => findStrategy(strategy)!)),
  window: { startHour: manifest.startHour, tradeFromHour: manifest.tradeFromHour, endHour: (manifest.startHour + hours) as HourUtc },
  strategySource: null,
});

/** As `tb import-fills` does it. */
const importHistory = async (client: Client, store: WritingClients): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-history-'));
  try {
    const path = join(folder, 'history.csv');
    writeFileSync(path, HISTORY);
    const plan = await planImport({ paths: [path], choice: 'generic', quote: asset('USD'), renames: new Map() }, timeMs(Date.now()));
    const { existing } = await importAccount(client, { plan, name: 'import-history', store, onProgress: () => undefined });
    if (existing) throw new Error('import-history was not executed.');
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Files may not say it, and a venue may. */
const bookOverdrawn = async (store: WritingClients): Promise<void> => {
  const desk = openDesk(overdrawnManifest, []);
  const endHour = hourAt(OVERDRAWN_HOURS);
  const isLast = ({ after }: ExecutedHour): boolean => after.hour === endHour;
  const writing = await openRunWriting(store, { desk, name: 'import-overdrawn', mode: 'import', account: 'import', keep: 'full', vintage: 0, strategySource: null });
  const counter = countSummary(desk, null);
  const noCandles = desk.symbols.map(symbol => columnsOf({ symbol, timeframe: '1h' }, []));
  const chunks = (async function* () {
    yield { fromMs: FIXTURE_START * HOUR_MS, toMs: endHour * HOUR_MS, columns: noCandles };
  })();
  await driveHours({
    desk,
    from: beginRun(desk),
    endHour,
    chunks,
    outsideOf: ({ hour }) => OVERDRAWN.filter(({ atMs }) => hourContaining(atMs) === hour),
    onHour: executed => {
      counter.add(executed);
      return writing.append(executed, isLast(executed));
    },
    isLast,
  });
  await writing.finish(counter.summary());
};

const BY_HAND = `
  INSERT INTO tb.account (id, kind, created_ms) VALUES ('perpetuals', 'DERIVATIVE', 1704067200000);
  INSERT INTO tb.instrument_rule (symbol, from_hour, tick, lot, min_notional, base_decimals, quote_decimals, half_spread_bps, source, recorded_ms)
    VALUES ('AUR/USD', ${FIXTURE_START}, 0.1, 0.0001, 5, 8, 8, 5, 'invented', 1704067200000);
  INSERT INTO tb.instrument_rule (symbol, from_hour, tick, lot, min_notional, base_decimals, quote_decimals, half_spread_bps, source, recorded_ms, maker_ppm, taker_ppm, fee_in, min_quantity)
    VALUES ('AUR/USD', ${FIXTURE_START + 10_000}, 0.1, 0.0001, 5, 8, 8, 5, 'invented', 1704067200000, 2500, 4000, 'quote', 0.001);
  INSERT INTO tb.ingest (series_id, source, format, absent, file_name, file_sha256, file_bytes, received_ms, added, duplicates, revisions, rejected, covered_from_ms, covered_to_ms, requests, retries, waited_ms)
    SELECT id, 'invented', 'trades', 'quiet', 'AUR/USD trades', sha256('nothing'), 200, 1704067200000, 0, 0, 0, 0, 1704056400000, 1704063600000, 3, 1, 250 FROM tb.series WHERE symbol = 'AUR/USD' AND timeframe = '1h';
  INSERT INTO tb.listing (source, symbol, recorded_ms, venue_symbol, status) VALUES ('invented', 'AUR/USD', 1704067200000, 'XAURZUSD', 'trading'), ('invented', 'OLD/USD', 1704067200000, 'OLDUSD', 'delisted');
  INSERT INTO tb.universe (name, digest, recorded_ms) VALUES ('METALS_V1', sha256(convert_to(E'1 AUR\\n2 ARG SILVER\\n', 'UTF8')), 1704067200000);
  INSERT INTO tb.universe_member (universe, rank, asset, formerly) VALUES ('METALS_V1', 1, 'AUR', NULL), ('METALS_V1', 2, 'ARG', 'SILVER');
  INSERT INTO tb.book_top (source, symbol, received_ms, hour, bid, bid_quantity, ask, ask_quantity, venue_ms) VALUES ('invented', 'AUR/USD', 1704067200123, 473352, 99.9, 2, 100.1, 3.5, 1704067200100);
  INSERT INTO tb.outbox_event (retention, run_id, hour, step, seq, event, at_ms)
    SELECT retention, run_id, hour, step, seq, event, hour * 3600000::bigint + 3600000 + place
    FROM tb.outbox CROSS JOIN (VALUES ('sent', 1), ('answered', 2)) AS told (event, place)
    ORDER BY run_id, hour, step, seq, place;`;
