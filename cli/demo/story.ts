/**
 * What the demo shows, in its order: a store, a market, a backtest, the same hours on paper, one hash, a replay, a
 * verification, a forgery that is found, and the verdict. Every step but the forgery is commands that anybody can type.
 */
import { relative } from 'node:path';
import { writeDemoMarket } from '../../adapters/market-data/demo-market.ts';
import type { StoreAddress } from '../../adapters/store/connection.ts';
import { runningServer } from '../../adapters/store/server/embedded.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { EXIT } from '../../engine/problem.ts';
import { quoted, say, stated, typed } from './narration.ts';
import { copyDatabase, dearestFill, forge, forgery, refusalOf, traceOf, TRIGGERS_OFF } from './tampering.ts';
import type { Fill } from './tampering.ts';
import { REPORT_STEP } from './report-step.ts';
import { DemoStopped, tb } from './run-tb.ts';
import type { Stage } from './run-tb.ts';
import type { Step } from './step.ts';

const FROM = '2024-01-01T00:00:00Z';
const TO = '2025-01-01T00:00:00Z';
const LAST = '2024-12-31T23:00:00Z';
const SYMBOLS = 'AUR/USDT,BOR/USDT,CYG/USDT,DUN/USDT,ELM/USDT,FEN/USDT';
/** Two days against ten: an hourly cross of shorter averages trades so often that costs eat what it makes. */
const TRADING = ['--strategy', 'ema-cross', '--param', 'fast=48', '--param', 'slow=240', '--profile', 'balanced', '--symbols', SYMBOLS, '--from', FROM];

const importMarket = async (stage: Stage): Promise<void> => {
  const files = await writeDemoMarket(`${stage.folder}/market`);
  for (const { path, symbol } of files) await tb(stage, { args: ['import', relative(stage.folder, path), '--symbol', symbol], bar: true });
  await tb(stage, { args: ['data'] });
};

const tradeOnPaper = async (stage: Stage): Promise<void> => {
  await tb(stage, { args: ['open', '--run', 'desk', '--mode', 'paper', ...TRADING] });
  await tb(stage, { args: ['execute-hour', '--run', 'desk', '--through', LAST], bar: true });
};

const HEAD = /^head ([0-9a-f]{64})$/m;

const compare = async (stage: Stage): Promise<void> => {
  const head = HEAD.exec(await tb(stage, { args: ['parity', 'year', 'desk'] }))?.[1];
  if (head === undefined) throw new DemoStopped(EXIT.mismatch, '"tb parity year desk" names no head hash that both runs have.');
  say(`Both runs end in ${head.slice(0, 16)}…: whoever has the facts can compute it again.`);
};

/** The server of the store, which the commands have started. */
const addressOf = async ({ folder }: Stage): Promise<StoreAddress> => {
  const address = await runningServer(`${folder}/.tb`);
  if (address === null) throw new DemoStopped(EXIT.unavailable, `The server of ${folder}/.tb has gone; its log is ${folder}/.tb/postgres/server.log.`);
  return address;
};

const fillToForge = async (address: StoreAddress): Promise<Fill> => {
  const fill = await dearestFill(address, 'desk');
  if (fill === null) throw new DemoStopped(EXIT.mismatch, 'The run "desk" has no fill to tamper with.');
  say(`${fill.side} ${fill.symbol} in hour ${formatHour(fill.hour as HourUtc)} filled at ${fill.price}. Somebody would like it to have been 1 more.`);
  return fill;
};

const requireRefusal = async (address: StoreAddress, role: 'app' | 'owner', statement: string): Promise<void> => {
  const refusal = await refusalOf(address, role, statement);
  if (refusal === null) throw new DemoStopped(EXIT.mismatch, `The store let tb_${role} change a stored price.`);
  quoted(`ERROR: ${refusal}`);
};

const tamper = async (stage: Stage): Promise<void> => {
  const address = await addressOf(stage);
  const fill = await fillToForge(address);
  const statement = forgery(fill);
  stated('tb_app', statement);
  await requireRefusal(address, 'app', statement);
  stated('tb_owner', statement);
  await requireRefusal(address, 'owner', statement);
  say('So it is done in a copy of the database, by its owner, with the triggers switched off:');
  const copy = await copyDatabase(address);
  stated('tb_owner', TRIGGERS_OFF);
  stated('tb_owner', statement);
  quoted(`UPDATE ${await forge(copy.address, statement)}`);
  typed(`COPY='${copy.url}'`);
  const found = await tb(stage, { args: ['--store', copy.url, 'verify', '--run', 'desk'], shown: '--store "$COPY" verify --run desk', exit: 5 });
  const unnamed = traceOf(fill).filter(words => !found.includes(words));
  if (unnamed.length > 0) throw new DemoStopped(EXIT.mismatch, `"tb verify" failed on the copy, but did not name ${unnamed.join(', ')}.`);
};

export const STEPS: readonly Step[] = [
  {
    title: 'A store',
    why: 'A real PostgreSQL in a folder, started by the first command that needs it. It listens on no network.',
    show: async stage => void (await tb(stage, { args: ['init'] })),
  },
  {
    title: 'A market',
    why: 'Six invented symbols, every hour of 2024: a rise, a crash, months of nothing, a recovery; with gaps, which are never filled.',
    show: importMarket,
  },
  {
    title: 'A backtest',
    why: 'The whole year at once: 10,000 USDT, fees of 0.4 %, spread and impact, and no position opens with more than 5 % of the portfolio.',
    show: async stage => void (await tb(stage, { args: ['backtest', '--run', 'year', ...TRADING, '--to', TO], bar: true })),
  },
  {
    title: 'The same hours on paper',
    why: 'Hour by hour, as a desk would live through them: each in a transaction of its own, sealed before the next begins.',
    show: tradeOnPaper,
  },
  { title: 'One hash', why: 'The backtest and the paper run, hour for hour.', show: compare },
  {
    title: 'A replay',
    why: 'The recorded facts are executed again; every decision, state and hash is compared with what was sealed.',
    show: async stage => void (await tb(stage, { args: ['replay-window', '--run', 'desk', '--from', FROM, '--to', TO], bar: true })),
  },
  {
    title: 'A verification',
    why: 'Both hash chains, and every stored row that repeats sealed bytes. Nothing is executed.',
    show: async stage => void (await tb(stage, { args: ['verify', '--run', 'desk'] })),
  },
  { title: 'A forgery', why: 'What if somebody edits the database?', show: tamper },
  {
    title: 'The verdict',
    why: 'An invented market proves nothing about a real one; costs and caps are counted as they would be there.',
    show: async stage => void (await tb(stage, { args: ['show', 'desk'] })),
  },
  REPORT_STEP,
];
