/**
 * Everything a program writes, once: an import, a run, its commands and hours, a backtest. Started as a process by the
 * failpoint test, which kills it somewhere, and run again in the test's own process, which must find it resumable.
 */
import type pg from 'pg';
import { appendStep } from '../../../adapters/store/append-step.ts';
import { addressOfUrl, connect } from '../../../adapters/store/connection.ts';
import { importCandles } from '../../../adapters/store/import-candles.ts';
import { createRun, findRun, storedRunOf } from '../../../adapters/store/runs.ts';
import type { NewRun } from '../../../adapters/store/runs.ts';
import { openBacktest } from '../../../adapters/store/write-backtest.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';
import type { Series } from '../../../core/market/candle.ts';
import { batchesOf, candlesFrom, FIRST_MS, HOUR, noneRejected, originOf } from './candles.ts';
import { addCommands, marketContents, newTinyRun, openingOf, tinySteps } from './tiny-run.ts';

/** Names of one program's things: another number, another program. */
export const seriesOf = (program: number): Series => ({ symbol: marketSymbol(`COIN${program}/USD`), timeframe: '1h' });
const idOf = (program: number, kind: number): string => `00000000-0000-4000-900${kind}-${String(program).padStart(12, '0')}`;
export const paperOf = (program: number): NewRun => newTinyRun('paper', { id: idOf(program, 0), name: `paper ${program}` });
export const backtestOf = (program: number): NewRun => newTinyRun('backtest', { id: idOf(program, 1), name: `backtest ${program}`, keep: 'full', vintageIngestId: 2 });

type Clients = Readonly<{ client: pg.ClientBase; shared: pg.ClientBase }>;

/** Says what is done as soon as it is acknowledged. */
export const runProgram = async ({ client, shared }: Clients, program: number, say: (done: string) => void): Promise<void> => {
  const candles = candlesFrom(FIRST_MS, 300);
  const imported = await importCandles(client, originOf(seriesOf(program)), batchesOf(candles.slice(0, 100), candles.slice(100)), noneRejected);
  say(`candles ${imported.added + imported.duplicates}`);
  const paper = paperOf(program);
  await createRun(client, paper, openingOf(paper));
  say('run');
  const inboxIds = await addCommands(client, paper);
  say('commands');
  const contents = await marketContents(client);
  for (const step of tinySteps(paper, contents, inboxIds)) {
    const outcome = await appendStep(client, storedRunOf(paper), step);
    if (outcome.outcome === 'already' && !outcome.same) throw new Error(`Hour ${step.step.hour} is stored with other content.`);
    say(`hour ${step.step.hour}`);
  }
  const backtest = backtestOf(program);
  if ((await findRun(client, backtest.name)) === null) {
    const writer = await openBacktest({ run: client, shared }, backtest, openingOf(backtest));
    for (const { step, close } of tinySteps(backtest, contents, {})) await writer.append([{ steps: [step], close: close! }]);
    await writer.finish('{"hours":4}');
  }
  say('backtest');
};

export const LAST_HOUR_MS = FIRST_MS + 299 * HOUR;

if (process.argv[1]?.endsWith('whole-program.ts') === true) {
  const [url, program] = [process.argv[2]!, Number(process.argv[3])];
  const address = addressOfUrl(url);
  const [client, shared] = [await connect(address, 'app', () => undefined), await connect(address, 'app', () => undefined)];
  await runProgram({ client, shared }, program, done => void process.stdout.write(`${done}\n`));
  await client.end();
  await shared.end();
}
