/**
 * A run of four hours written out by hand, with every type of fact and decision in it: what the store has to keep, not
 * what a strategy would do. Its bytes, roots and chains are made by core, so a verifier finds nothing to say.
 */
import type pg from 'pg';
import { importCandles } from '../../../adapters/store/import-candles.ts';
import { addCommand } from '../../../adapters/store/inbox.ts';
import { readAllColumns } from '../../../adapters/store/read-columns.ts';
import type { RecordedStep } from '../../../adapters/store/recorded-step.ts';
import type { StepToAppend } from '../../../adapters/store/append-step.ts';
import type { NewRun } from '../../../adapters/store/runs.ts';
import type { Decision } from '../../../core/events.ts';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { sha256Hex } from '../../../core/kernel/digest.ts';
import { asset, bps, fraction, hourUtc, money, price, quantity, ratePpm, timeMs } from '../../../core/kernel/units.ts';
import type { Digest } from '../../../core/kernel/units.ts';
import type { Fact, OrderId } from '../../../core/log.ts';
import { genesisOf, manifestText } from '../../../core/manifest.ts';
import type { Manifest } from '../../../core/manifest.ts';
import { candleDigest } from '../../../core/market/candle.ts';
import { marketContentWriter } from '../../../core/market/market-fact.ts';
import { rootOfTexts } from '../../../core/kernel/merkle.ts';
import { NO_ENVELOPE, sealEnvelope, sealHour } from '../../../core/seal.ts';
import type { RunMode, SealedEnvelope } from '../../../core/seal.ts';
import { placedOrder } from '../../support/orders.ts';
import { batchesOf, BTC, candlesFrom, ETH, FIRST_MS, HOUR, noneRejected, originOf } from './candles.ts';
import { PROFILES } from '../../../core/profile.ts';

export const START = hourUtc(FIRST_MS / HOUR);
const HOURS = 4;

const usd = (text: string) => money(decimal(text));
const at = (text: string) => price(decimal(text));
const units = (text: string) => quantity(decimal(text));
const order = (id: string) => id as OrderId;

const instrument = (symbol: typeof BTC.symbol): Manifest['universe'][number] => ({
  absent: 'quiet', cluster: 'UNCLASSIFIED', baseDecimals: 8, halfSpreadBps: bps(5), lot: units('0.00000001'), minNotional: usd('5'), quoteDecimals: 2, symbol, tick: at('0.01'),
});

const MANIFEST: Manifest = {
  agents: [{ entry: { type: 'LIMIT', offsetBps: bps(10), postOnly: false, timeInForce: 'HOUR' }, stop: null, id: 'a', parameters: { fast: '12', slow: '26' }, sizing: { kind: 'fraction', fraction: fraction(decimal('0.05')) }, strategy: 'ema-cross', strategyDigest: null }],
  costs: { fees: { asset: 'quote', makerPpm: ratePpm(2_500), name: 'kraken', takerPpm: ratePpm(4_000) }, participation: null, slippage: { kind: 'constant', bps: bps(0) } },
  encoding: 1,
  openingBalances: [{ asset: asset('USD'), quantity: units('1000'), unitCost: at('1') }],
  profile: PROFILES.balanced,
  quote: asset('USD'),
  semantics: 1,
  startHour: START,
  timeframe: '1h',
  tradeFromHour: START,
  universe: [instrument(BTC.symbol), instrument(ETH.symbol)],
  venue: 'simulated',
  version: 1,
};

export const GENESIS = genesisOf(MANIFEST);
export const ACCOUNT = 'main';
const BUY = order(`${START}.0.2`);
const SELL = order(`${START + 1}.0.5`);
const LOT = `${START + 1}.0.1` as Extract<Decision, { type: 'lot_opened' }>['id'];

type Hour = Readonly<{ facts: (market: Fact, closeMs: number) => readonly Fact[]; decisions: readonly Decision[] }>;

const late = candlesFrom(FIRST_MS, 1, 90)[0]!;

/** Money and lots add up as they would in a real run: 0.5 bought at 100, sold at 110. */
const HOUR_BY_HOUR: readonly Hour[] = [
  {
    facts: market => [market],
    decisions: [
      { type: 'ledger_posted', kind: 'deposit', reference: 'opening', postings: [{ account: 'cash', asset: asset('USD'), amount: decimal('1000') }, { account: 'deposits', asset: asset('USD'), amount: decimal('-1000') }] },
      { type: 'signal_raised', agent: 'a', symbol: BTC.symbol, action: 'enter', reason: 'EMA_CROSS_UP', evidence: { fast: decimal('100.5'), slow: decimal('-0.00000001') } },
      placedOrder({ type: 'order_placed', id: BUY, agent: 'a', symbol: BTC.symbol, side: 'BUY', orderType: 'LIMIT', timeInForce: 'HOUR', postOnly: false, reduceOnly: false, quantity: units('0.5'), limitPrice: at('100'), collarPrice: at('101.26'), mark: at('100.25'), reserved: usd('50.8307'), attempt: 1, reason: 'EMA_CROSS_UP', costGate: 'COST_GATE_NOT_APPLICABLE', volatility: 'VOLATILITY_MISSING' }),
      { type: 'order_refused', agent: 'a', symbol: ETH.symbol, side: 'BUY', attempt: 1, violations: [{ code: 'PER_POSITION_CAP', severity: 'MEDIUM', limit: decimal('50'), usage: 0n, asked: decimal('51.5') }, { code: 'BELOW_MINIMUM', severity: 'LOW', limit: decimal('5'), usage: 0n, asked: decimal('1') }] },
    ],
  },
  {
    facts: (market, closeMs) => [
      market,
      { type: 'candle_late', atMs: timeMs(closeMs), symbol: ETH.symbol, openMs: late.openMs, values: late.values, digest: candleDigest(ETH, late.openMs, late.values) },
      { type: 'order_acknowledged', atMs: timeMs(closeMs), orderId: BUY },
      { type: 'order_filled', atMs: timeMs(closeMs), orderId: BUY, tradeId: 'T-1', quantity: units('0.5'), price: at('100'), fee: units('0.13'), feeAsset: asset('USD'), feeValue: usd('0.13'), liquidity: 'MAKER' },
    ],
    decisions: [
      { type: 'order_closed', orderId: BUY, symbol: BTC.symbol, status: 'FILLED', filled: units('0.5'), reason: '' },
      { type: 'lot_opened', id: LOT, agent: 'a', symbol: BTC.symbol, quantity: units('0.5'), cost: usd('50'), fee: usd('0.13'), acquiredMs: timeMs(FIRST_MS + 2 * HOUR), orderId: BUY, tradeId: 'T-1' },
      { type: 'ledger_posted', kind: 'buy', reference: 'T-1', postings: [{ account: 'position', asset: asset('BTC'), amount: decimal('0.5') }, { account: 'trading', asset: asset('BTC'), amount: decimal('-0.5') }, { account: 'cost', asset: asset('USD'), amount: decimal('50.13') }, { account: 'cash', asset: asset('USD'), amount: decimal('-50.13') }] },
      { type: 'cancel_requested', orderId: BUY, symbol: BTC.symbol, reason: 'OPERATOR: tidy "up"\tnow' },
      { type: 'signal_raised', agent: 'a', symbol: BTC.symbol, action: 'exit', reason: 'EMA_CROSS_DOWN', evidence: {} },
      placedOrder({ type: 'order_placed', id: SELL, agent: 'a', symbol: BTC.symbol, side: 'SELL', orderType: 'MARKET', timeInForce: 'IOC', postOnly: false, reduceOnly: true, quantity: units('0.5'), limitPrice: null, collarPrice: null, mark: at('110'), reserved: usd('0'), attempt: 1, reason: 'EMA_CROSS_DOWN', costGate: null, volatility: null }),
    ],
  },
  {
    facts: (market, closeMs) => [
      market,
      { type: 'candle_revised', atMs: timeMs(closeMs), symbol: ETH.symbol, openMs: late.openMs, values: late.values, digest: candleDigest(ETH, late.openMs, late.values), supersedes: candleDigest(ETH, late.openMs, candlesFrom(FIRST_MS, 1)[0]!.values) },
      { type: 'order_filled', atMs: timeMs(closeMs), orderId: SELL, tradeId: 'T-2', quantity: units('0.5'), price: at('110'), fee: units('0.22'), feeAsset: asset('USD'), feeValue: usd('0.22'), liquidity: 'TAKER' },
    ],
    decisions: [
      { type: 'order_closed', orderId: SELL, symbol: BTC.symbol, status: 'FILLED', filled: units('0.5'), reason: 'ünïcode ✓' },
      { type: 'lot_matched', lotId: LOT, agent: 'a', symbol: BTC.symbol, quantity: units('0.5'), cost: usd('50'), entryFee: usd('0.13'), proceeds: usd('55'), exitFee: usd('0.22'), result: usd('4.65'), orderId: SELL, tradeId: 'T-2', paidFee: false },
      { type: 'ledger_posted', kind: 'sell', reference: 'T-2', postings: [{ account: 'cash', asset: asset('USD'), amount: decimal('54.78') }, { account: 'result', asset: asset('USD'), amount: decimal('-4.65') }, { account: 'cost', asset: asset('USD'), amount: decimal('-50.13') }, { account: 'position', asset: asset('BTC'), amount: decimal('-0.5') }, { account: 'trading', asset: asset('BTC'), amount: decimal('0.5') }] },
    ],
  },
  {
    facts: (market, closeMs) => [
      market,
      { type: 'operator', atMs: timeMs(closeMs), key: 'k-1', actor: 'ada', reason: 'news', command: 'halt' },
      { type: 'operator', atMs: timeMs(closeMs), key: 'k-2', actor: 'ada', reason: 'rent', command: 'withdraw', amount: usd('5000') },
    ],
    decisions: [
      { type: 'risk_changed', from: 'ACTIVE', to: 'HALTED', actor: 'ada', reason: 'news' },
      { type: 'operator_refused', command: 'withdraw', key: 'k-2', code: 'INSUFFICIENT_FREE_CASH', limit: decimal('1004.65'), asked: decimal('5000') },
    ],
  },
];

let runs = 0;
/** A run's row before anything of it is stored; every call draws another name and id. */
export const newTinyRun = (mode: RunMode, fields: Partial<NewRun> = {}): NewRun => {
  runs += 1;
  return {
    id: `00000000-0000-4000-8000-${String(runs).padStart(12, '0')}`, name: `${mode}-${runs}`, mode, account: ACCOUNT, manifestText: manifestText(MANIFEST), genesis: GENESIS,
    startHour: START, keep: 'full', vintageIngestId: 0, strategySource: null, createdMs: timeMs(1_800_000_000_000), ...fields,
  };
};

export const openingOf = (run: NewRun): SealedEnvelope =>
  sealEnvelope({ version: 1, run: run.id, name: run.name, mode: run.mode, account: run.account, hour: hourUtc(run.startHour - 1), hourHash: run.genesis, build: 'tb 0.1.0', engine: 'test', executedAtMs: run.createdMs, ingestThrough: run.vintageIngestId, inboxThrough: 0, previous: NO_ENVELOPE });

/** Imports the run's candles and returns the content of each hour's market fact. */
export const importMarket = async (client: pg.ClientBase): Promise<readonly Uint8Array[]> => {
  await importCandles(client, originOf(BTC), batchesOf(candlesFrom(FIRST_MS, HOURS)), noneRejected);
  await importCandles(client, originOf(ETH), batchesOf(candlesFrom(FIRST_MS, 1), candlesFrom(FIRST_MS + 2 * HOUR, 2)), noneRejected);
  await importCandles(client, originOf(ETH), batchesOf([late]), noneRejected);
  return marketContents(client);
};

/** The content of each hour's market fact, from candles that are stored. */
export const marketContents = async (client: pg.ClientBase): Promise<readonly Uint8Array[]> => {
  const columns = await readAllColumns(client, { series: [BTC, ETH], fromMs: timeMs(FIRST_MS), toMs: timeMs(FIRST_MS + HOURS * HOUR), ingestThrough: 2 });
  const write = marketContentWriter('1h', columns);
  return Array.from({ length: HOURS }, (_, index) =>
    Uint8Array.from(write(timeMs(FIRST_MS + index * HOUR), Int32Array.from(columns, one => one.slot.indexOf(START + index))).bytes),
  );
};

/** Stores the operator's two commands and returns the inbox rows by key. */
export const addCommands = async (client: pg.ClientBase, run: NewRun): Promise<Readonly<Record<string, number>>> => {
  const given = { atMs: null, actor: 'ada', receivedMs: timeMs(1_800_000_000_500) };
  const halt = await addCommand(client, run.id, { ...given, key: 'k-1', command: 'halt', reason: 'news' });
  const withdraw = await addCommand(client, run.id, { ...given, key: 'k-2', command: 'withdraw', amount: usd('5000'), reason: 'rent' });
  return { 'k-1': halt.id, 'k-2': withdraw.id };
};

const digestOfText = (text: string): Digest => sha256Hex(text);

/** The four hours, sealed and chained. */
export const tinySteps = (run: NewRun, contents: readonly Uint8Array[], inboxIds: Readonly<Record<string, number>>): readonly StepToAppend[] => {
  let previous: Digest = run.genesis;
  let previousEnvelope: Digest = openingOf(run).hash;
  const inboxThrough = Math.max(0, ...Object.values(inboxIds));
  return HOUR_BY_HOUR.map((written, index) => {
    const hour = hourUtc(START + index);
    const closeMs = FIRST_MS + (index + 1) * HOUR;
    const content = contents[index]!;
    const market: Fact = { type: 'market', atMs: timeMs(closeMs), candles: index === 1 ? 1 : 2, digest: sha256Hex(content) };
    const facts = written.facts(market, closeMs);
    const factTexts = facts.map(fact => canonicalText(fact));
    const decisionTexts = written.decisions.map(decision => canonicalText(decision));
    const stateDigest = digestOfText(`state ${index}`);
    const sealed = sealHour({ version: 1, genesis: run.genesis, hour, steps: 1, counts: { facts: facts.length, decisions: written.decisions.length }, factsRoot: rootOfTexts(factTexts), decisionsRoot: rootOfTexts(decisionTexts), state: stateDigest, trialBalance: digestOfText(`ledger ${index}`), semantics: 1, encoding: 1, previous });
    const seen = { ingestThrough: run.mode === 'backtest' ? run.vintageIngestId : 3, inboxThrough: index === 3 ? inboxThrough : 0, executedAtMs: timeMs(1_800_000_001_000 + index) };
    const envelope = sealEnvelope({ version: 1, run: run.id, name: run.name, mode: run.mode, account: run.account, hour, hourHash: sealed.hash, build: 'tb 0.1.0', engine: 'test', ...seen, previous: previousEnvelope });
    const step: RecordedStep = { hour, step: 0, facts, factTexts, decisions: written.decisions, decisionTexts, marketContent: content, inboxIds, stateDigest, ...seen };
    previous = sealed.hash;
    previousEnvelope = envelope.hash;
    return { step, close: { sealed, envelope, equity: usd(`${1_000 + index}`), snapshot: { hour, digest: stateDigest, bytes: Uint8Array.of(index, 255, 0) } } };
  });
};
