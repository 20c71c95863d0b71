/** What only a person may do, through the command line: sealed with the next hour, obeyed or refused, and replayed. */
import { beforeAll, describe, expect, test } from 'vitest';
import { livelyCandles, logOf, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { LogLine, ScratchStore } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const SYMBOLS = '--symbols AAA/USD,BBB/USD';
const HOUR_RUN = `--strategy ema-cross --param fast=2 --param slow=4 ${SYMBOLS} --from 2024-03-01T06:00:00Z --warmup 6 --fees none --slippage none`;
const MINUTE_RUN = `--strategy ema-cross --param fast=2 --param slow=4 ${SYMBOLS} --timeframe 5m --from 2024-03-01T01:00:00Z --warmup 1 --entry limit:900bps`;

let store: ScratchStore;

beforeAll(async () => {
  store = await scratchStore();
  for (const [symbol, seed] of [['AAA/USD', 51], ['BBB/USD', 52]] as const) {
    await store.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 120, seed)));
    await store.write('minutes.csv', plainFile('5m', livelyCandles(slotAt('2024-03-01T00:00:00Z', '5m'), 12 * 12, seed)));
    await store.json(`import hours.csv --symbol ${symbol}`);
    await store.json(`import minutes.csv --symbol ${symbol} --timeframe 5m`);
  }
});

const through = (run: string, hour: string): Promise<Document> => store.json(`execute-hour --run ${run} --through 2024-03-0${hour}:00:00Z`);
const at = (log: readonly LogLine[], hour: string): readonly LogLine[] => log.filter(line => line.hour === slotAt(`2024-03-0${hour}:00:00Z`, '1h'));
const typesOf = (lines: readonly LogLine[]): readonly unknown[] => lines.map(({ event }) => event['type']);

describe('a run of hours', () => {
  test('a deposit counts once however often it is sent', async () => {
    await store.json(`open --run desk --mode paper ${HOUR_RUN}`);
    await through('desk', '1T23');
    const before = await store.json('show desk');
    const deposit = 'operator deposit --run desk --amount 500.25 --reason "monthly saving" --actor ann --key march';
    const told = { actor: 'ann', command: 'deposit', key: 'march', reason: 'monthly saving', run: 'desk' };
    const stands = { head: before['head'], hours: 24 };
    expect(await store.json(deposit)).toEqual({ ...told, ...stands, existing: false, hour: '2024-03-02T00:00:00Z' });
    expect(await store.json(deposit)).toEqual({ ...told, ...stands, existing: true, hour: null });
    await through('desk', '2T00');
    expect(await store.json(deposit)).toMatchObject({ existing: true });
    await through('desk', '2T01');
    const after = await store.json('show desk');
    const gain = Number(after['return']) - Number(before['return']);
    // The deposit buys units and is no gain; two hours of trading may be.
    expect(Math.abs(gain)).toBeLessThan(0.005);
    expect(Number(after['equity']) - Number(before['equity'])).toBeGreaterThan(450);
    const lines = at(await logOf(store, 'desk'), '2T00');
    expect(lines.find(({ event }) => event['type'] === 'operator')?.event).toMatchObject({ amount: '500.25', command: 'deposit', key: 'march', actor: 'ann', reason: 'monthly saving' });
    const booked = lines.find(({ event }) => event['kind'] === 'deposit');
    expect(booked?.event['postings']).toEqual([{ account: 'cash', amount: '500.25', asset: 'USD' }, { account: 'deposits', amount: '-500.25', asset: 'USD' }]);
  });

  test('a withdrawal of more than is free is recorded as refused; a smaller one is paid', async () => {
    await store.json('operator withdraw --run desk --amount 100000 --reason greed --key w1');
    await store.json('operator withdraw --run desk --amount 1000 --reason rent --key w2');
    const done = await through('desk', '2T02');
    expect(done['refusedCommands']).toEqual([{ asked: '100000', code: 'INSUFFICIENT_FREE_CASH', command: 'withdraw', hour: '2024-03-02T02:00:00Z', key: 'w1', limit: expect.any(String) as unknown }]);
    const lines = at(await logOf(store, 'desk'), '2T02');
    expect(lines.find(({ event }) => event['type'] === 'operator_refused')?.event).toMatchObject({ asked: '100000', code: 'INSUFFICIENT_FREE_CASH', command: 'withdraw', key: 'w1' });
    expect(lines.filter(({ event }) => event['kind'] === 'withdrawal').map(({ event }) => event['reference'])).toEqual(['w2']);
  });

  test('a halted run buys nothing and still sells; a resumption lifts it', async () => {
    await store.json('operator halt --run desk --reason "exchange maintenance"');
    await through('desk', '3T00');
    expect(await store.json('show desk')).toMatchObject({ risk: { profile: 'balanced', reason: 'exchange maintenance', review: false, status: 'HALTED', tier: 'NORMAL' } });
    const halted = (await logOf(store, 'desk')).filter(({ hour }) => hour >= slotAt('2024-03-02T03:00:00Z', '1h'));
    expect(halted.filter(({ event }) => event['type'] === 'order_placed' && event['side'] === 'BUY')).toEqual([]);
    const codes = halted.flatMap(({ event }) => (event['type'] === 'order_refused' ? (event['violations'] as readonly Document[]).map(({ code }) => code) : []));
    expect(new Set(codes)).toEqual(new Set(['HALTED']));
    expect(halted.filter(({ event }) => event['type'] === 'order_placed' && event['side'] === 'SELL').length).toBeGreaterThan(0);
    await store.json('operator resume --run desk --reason "maintenance is over"');
    await store.json('operator resume --run desk --reason "twice"');
    expect((await store.tb('execute-hour --run desk')).out).toContain('warning resume was refused in hour 2024-03-03T01:00:00Z: NOT_HALTED. The desk is active and no review is open; the peak of drawdown stays.');
    const lines = at(await logOf(store, 'desk'), '3T01');
    expect(lines.filter(({ event }) => event['type'] === 'risk_changed').map(({ event }) => [event['from'], event['to']])).toEqual([['HALTED', 'ACTIVE']]);
    expect(lines.filter(({ event }) => event['type'] === 'operator_refused').map(({ event }) => event['code'])).toEqual(['NOT_HALTED']);
  });

  test('flatten sells everything; killed, the run stays flat and can be flattened no further', async () => {
    await through('desk', '3T12');
    await store.json('operator kill --run desk --reason "the model is wrong"');
    await store.json('operator flatten --run desk --reason "the model is wrong"');
    expect((await store.tb(`execute-hour --run desk --through 2024-03-03T15:00:00Z`)).out).toContain('warning No entries: risk is KILLED (the model is wrong). Exits go on. To allow entries again: tb operator resume --run desk --reason "…"');
    const { positions, risk, openOrders } = await store.json('show desk');
    expect({ positions, risk, openOrders }).toMatchObject({ positions: [], risk: { reason: 'the model is wrong', status: 'KILLED' }, openOrders: 0 });
    await store.json('operator flatten --run desk --reason "once more"');
    await store.json('operator halt --run desk --reason "less than a kill"');
    await through('desk', '3T16');
    const lines = at(await logOf(store, 'desk'), '3T16');
    expect(lines.filter(({ event }) => event['type'] === 'operator_refused').map(({ event }) => event['code'])).toEqual(['NOTHING_HELD']);
    expect(typesOf(lines)).not.toContain('risk_changed');
  });

  test('commands of one hour are obeyed in the order they were given in', async () => {
    for (const [command, reason] of [['resume', 'back'], ['halt', 'no'], ['resume', 'yes'], ['halt', 'for the night']] as const) await store.json(`operator ${command} --run desk --reason "${reason}"`);
    expect(await through('desk', '3T17')).toMatchObject({ refusedCommands: [], risk: { reason: 'for the night', since: '2024-03-03T17:00:00Z', status: 'HALTED' } });
    expect(at(await logOf(store, 'desk'), '3T17').flatMap(({ event }) => (event['type'] === 'risk_changed' ? [event['reason']] : []))).toEqual(['back', 'no', 'yes', 'for the night']);
  });

  test('the whole story replays, verifies, and is no backtest', async () => {
    const { head, hours } = await through('desk', '3T20');
    expect(await store.json('replay-window --run desk')).toMatchObject({ parity: true, head, hours });
    expect(await store.json('verify --run desk')).toMatchObject({ verified: true, findings: [] });
    await store.json(`backtest ${HOUR_RUN} --to 2024-03-03T21:00:00Z --run alone`);
    const said = await store.tb('parity desk alone --json');
    expect(said.exit).toBe(5);
    const [difference] = (JSON.parse(said.out) as { differences: readonly Document[] }).differences;
    expect(difference).toMatchObject({ what: 'fact', hour: '2024-03-02T00:00:00Z', event: expect.stringMatching(/^operator \d+\.0\.\d+$/) as unknown });
  });
});

test('cancel takes a resting order back inside the hour', async () => {
  await store.json(`open --run slow --mode paper ${MINUTE_RUN}`);
  await through('slow', '1T04');
  expect(await store.json('show slow')).toMatchObject({ openOrders: expect.any(Number) as unknown });
  await store.json('operator cancel --run slow --reason "bad price" --key c1');
  const { head, hours } = await through('slow', '1T06');
  const lines = at(await logOf(store, 'slow'), '1T05');
  const asked = lines.filter(({ event }) => event['type'] === 'cancel_requested' && event['reason'] === 'OPERATOR: bad price');
  expect(asked.map(({ step }) => step)).toEqual([0]);
  const ended = lines.find(({ event }) => event['type'] === 'order_closed' && event['orderId'] === asked[0]!.event['orderId']);
  expect(ended).toMatchObject({ step: 1, event: { status: 'CANCELLED', filled: '0' } });
  expect(await store.json('replay-window --run slow')).toMatchObject({ parity: true, head, hours });
});

test('operator facts from a file enter the hour that is executed, once', async () => {
  await store.json(`open --run filed --mode paper ${HOUR_RUN}`);
  await store.write('facts.jsonl', '{"command":"deposit","amount":"10","key":"f1","actor":"ann","reason":"change"}\n\n{"command":"halt","key":"f2","actor":"ann","reason":"pause"}\n');
  const once = await store.json('execute-hour --run filed --facts facts.jsonl');
  expect(typesOf((await logOf(store, 'filed')).filter(({ what }) => what === 'fact'))).toEqual(['operator', 'operator', 'market']);
  expect(await store.json('execute-hour --run filed --hour 2024-03-01T00:00:00Z --facts facts.jsonl')).toMatchObject({ already: true, head: once['head'] });
  await store.json('execute-hour --run filed --through 2024-03-01T05:00:00Z --facts facts.jsonl');
  expect(await store.json('execute-hour --run filed --through 2024-03-01T05:00:00Z --facts facts.jsonl')).toMatchObject({ already: true });
  expect((await logOf(store, 'filed')).filter(({ event }) => event['type'] === 'operator')).toHaveLength(2);
});
