/**
 * What Kraken's rows mean: trades by refid, money and coins that came and went, rewards, moves between its own wallets, and
 * conversions of one name into another. A type that is not known is refused by name: nothing is left out unseen.
 */
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { quantity } from '../../../core/kernel/units.ts';
import type { Asset } from '../../../core/kernel/units.ts';
import type { ChargeEvent, HistoryEvent, LineProblem } from './history-event.ts';
import { eventsOfLegs } from './kraken-legs.ts';
import type { LegContext } from './kraken-legs.ts';
import type { LedgerRow } from './kraken-rows.ts';

export type KrakenContext = LegContext & Readonly<{ renames: ReadonlyMap<Asset, Asset> }>;

export type KrakenEvents = Readonly<{ events: readonly HistoryEvent[]; problems: readonly LineProblem[] }>;

type Meaning = 'deposit' | 'withdrawal' | 'trade' | 'reward' | 'internal' | 'earn' | 'conversion' | 'credit' | 'unknown';

const TYPES: Readonly<Record<string, Meaning>> = {
  deposit: 'deposit',
  withdrawal: 'withdrawal',
  trade: 'trade',
  spend: 'trade',
  receive: 'trade',
  conversion: 'trade',
  adjustment: 'conversion',
  staking: 'reward',
  dividend: 'reward',
  reward: 'reward',
  'invite bonus': 'reward',
  earn: 'earn',
  credit: 'credit',
};

/** Subtypes that say more than their type. */
const SUBTYPES: Readonly<Record<string, Meaning>> = {
  spottostaking: 'internal',
  stakingfromspot: 'internal',
  stakingtospot: 'internal',
  spotfromstaking: 'internal',
  allocation: 'internal',
  deallocation: 'internal',
  autoallocation: 'internal',
  migration: 'internal',
  reward: 'reward',
  bonus: 'reward',
  airdrop: 'reward',
  delistingconversion: 'conversion',
  spottofutures: 'withdrawal',
  futuresfromspot: 'withdrawal',
  spotfromfutures: 'deposit',
};

/** A transfer without a subtype is a credit of a fork or an airdrop, or what a delisting took. */
const meaningOf = ({ type, subtype }: LedgerRow): Meaning => {
  if (type === 'transfer' || type === 'earn') return SUBTYPES[subtype] ?? (subtype !== '' ? 'unknown' : type === 'earn' ? 'earn' : 'credit');
  return TYPES[type] ?? 'unknown';
};

/** Rows in the order of their balances; roundings follow the row that showed them. */
export const krakenEvents = (rows: readonly LedgerRow[], roundings: ReadonlyMap<string, HistoryEvent>, context: KrakenContext): KrakenEvents => {
  const reading: Reading = {
    context,
    byRefid: Map.groupBy(rows, ({ refid }) => refid),
    byMoment: Map.groupBy(rows, ({ atMs }) => atMs),
    events: [],
    problems: [],
    done: new Set(),
    moved: new Map(),
    converting: new Map(),
  };
  for (const row of rows) {
    if (!reading.done.has(row)) readRow(reading, row);
    const rounding = roundings.get(row.txid);
    if (rounding !== undefined) reading.events.push(rounding);
  }
  for (const { net, row } of reading.moved.values()) {
    if (net !== 0n) tell(reading, row, 'amount', `${formatDecimal(net)} ${row.asset} are left over of moves between wallets: the other half is missing`);
  }
  for (const waiting of reading.converting.values()) {
    for (const row of waiting) tell(reading, row, 'asset', `${row.asset} was converted, and nothing came for it; name what it is called now with --rename ${row.asset}=NEW, or import a longer history`);
  }
  return reading;
};

type Reading = Readonly<{
  context: KrakenContext;
  byRefid: ReadonlyMap<string, readonly LedgerRow[]>;
  byMoment: ReadonlyMap<number, readonly LedgerRow[]>;
  events: HistoryEvent[];
  problems: LineProblem[];
  done: Set<LedgerRow>;
  /** By asset, what moves between wallets add up to, and the last row of them. */
  moved: Map<Asset, Readonly<{ net: bigint; row: LedgerRow }>>;
  /** By asset, what left to come back under another name. */
  converting: Map<Asset, LedgerRow[]>;
}>;

const tell = ({ problems }: Reading, { place }: LedgerRow, field: string, reason: string): void => void problems.push({ ...place, field, reason });

const readRow = (reading: Reading, row: LedgerRow): void => {
  switch (meaningOf(row)) {
    case 'deposit':
    case 'withdrawal':
      if (!isTakenBack(reading, row)) readTransfer(reading, row);
      break;
    case 'trade':
      readLegs(reading, sameRef(reading, row, 'trade'));
      break;
    case 'conversion':
      readConversion(reading, row);
      break;
    case 'reward':
      readReward(reading, row);
      break;
    case 'credit':
      if (row.amount < 0n) tell(reading, row, 'amount', `${formatDecimal(row.amount)} ${row.asset} were taken away without saying why; leave the line out and say it with a generic file`);
      else readReward(reading, row);
      break;
    case 'internal':
      readInternal(reading, row);
      break;
    case 'earn':
      readEarn(reading, row);
      break;
    case 'unknown':
      tell(reading, row, 'type', `${[row.type, row.subtype].filter(word => word !== '').join(' ')} is not known here; margin, futures and their like are no part of a spot cash account`);
      break;
  }
};

const sameRef = ({ byRefid, done }: Reading, { refid, atMs }: LedgerRow, meaning: Meaning): readonly LedgerRow[] => {
  const legs = byRefid.get(refid)!.filter(row => meaningOf(row) === meaning && !done.has(row) && Math.abs(row.atMs - atMs) <= SAME_EVENT_MS);
  for (const row of legs) done.add(row);
  return legs;
};

/** Legs of one event carry one refid and times that hardly differ; a refid such as "Unknown" stands for many. */
const SAME_EVENT_MS = 60_000;

const readLegs = (reading: Reading, legs: readonly LedgerRow[]): void => {
  const events = eventsOfLegs(legs, reading.context);
  if ('reason' in events) reading.problems.push(events);
  else reading.events.push(...events);
};

/** What failed stands twice under one refid, there and back: nothing happened. */
const isTakenBack = ({ byRefid, done }: Reading, row: LedgerRow): boolean => {
  const back = byRefid.get(row.refid)!.find(other => other !== row && !done.has(other) && other.pot === row.pot && other.amount === -row.amount && other.fee === -row.fee);
  if (back === undefined) return false;
  done.add(row).add(back);
  return true;
};

const readTransfer = (reading: Reading, row: LedgerRow): void => {
  const { place, atMs, txid, refid, asset, amount, fee } = row;
  if (amount === 0n || fee < 0n) return tell(reading, row, amount === 0n ? 'amount' : 'fee', amount === 0n ? `a ${row.type} of nothing` : 'is negative, and what it takes back is not here');
  const moved = quantity(amount < 0n ? -amount : amount);
  reading.events.push({ kind: 'transfer', place, atMs, id: txid, alias: refid, direction: amount > 0n ? 'in' : 'out', asset, quantity: moved, basis: null, acquiredMs: null }, ...feeOf(row));
};

const feeOf = ({ place, atMs, txid, refid, asset, fee }: LedgerRow): readonly ChargeEvent[] =>
  fee <= 0n ? [] : [{ kind: 'charge', purpose: 'fees', place, atMs, id: `${txid}/fee`, alias: refid, asset, quantity: quantity(fee), value: null }];

const readReward = (reading: Reading, row: LedgerRow): void => {
  const { place, atMs, txid, refid, asset, amount, fee } = row;
  if (amount <= 0n || fee < 0n) return tell(reading, row, 'amount', `a ${row.type} of ${formatDecimal(amount)} ${asset} gives nothing`);
  if (fee >= amount) return tell(reading, row, 'fee', 'is not less than what was given');
  reading.events.push({ kind: 'reward', purpose: 'income', place, atMs, id: txid, alias: refid, asset, quantity: quantity(amount), fee: quantity(fee), value: null });
};

/** Wallets of one account hold one stock of an asset: moves between them book nothing, and their halves must cancel. */
const readInternal = (reading: Reading, row: LedgerRow): void => {
  const net = (reading.moved.get(row.asset)?.net ?? 0n) + row.amount;
  reading.moved.set(row.asset, { net, row });
  reading.events.push(...feeOf(row));
};

/** Without a subtype, halves that cancel in one moment are a move, and what came alone is a reward. */
const readEarn = (reading: Reading, row: LedgerRow): void => {
  const other = reading.byMoment.get(row.atMs)!.find(half => half !== row && !reading.done.has(half) && meaningOf(half) === 'earn' && half.asset === row.asset && half.amount === -row.amount);
  if (other === undefined) return readReward(reading, row);
  reading.done.add(other);
};

/** One row of each under one refid are a renaming where they are told to be, else a trade; rows apart must be a renaming. */
const readConversion = (reading: Reading, row: LedgerRow): void => {
  const { renames } = reading.context;
  const legs = sameRef(reading, row, 'conversion');
  const [went, came] = [legs.filter(({ amount }) => amount < 0n), legs.filter(({ amount }) => amount > 0n)];
  if (went.length > 0 && came.length > 0) {
    const [old, fresh] = [went[0]!, came[0]!];
    const isRenaming = went.length === 1 && came.length === 1 && renames.get(old.asset) === fresh.asset;
    return isRenaming ? void reading.events.push(...renamingOf(old, fresh)) : readLegs(reading, legs);
  }
  for (const leg of went) reading.converting.set(leg.asset, [...(reading.converting.get(leg.asset) ?? []), leg]);
  for (const leg of came) {
    const old = [...reading.converting.values()].flat().find(({ asset }) => renames.get(asset) === leg.asset);
    if (old === undefined) {
      tell(reading, leg, 'asset', `${formatDecimal(leg.amount)} ${leg.asset} came by a conversion of nothing; name what it was called with --rename OLD=${leg.asset}`);
      continue;
    }
    reading.converting.set(old.asset, reading.converting.get(old.asset)!.filter(waiting => waiting !== old));
    reading.events.push(...renamingOf(old, leg));
  }
};

/** Booked when the new name came: until then the units were nowhere. */
const renamingOf = (old: LedgerRow, fresh: LedgerRow): readonly HistoryEvent[] => [
  { kind: 'rename', place: fresh.place, atMs: fresh.atMs, id: fresh.txid, alias: fresh.refid, from: old.asset, to: fresh.asset, quantity: quantity(-old.amount), received: quantity(fresh.amount) },
  ...feeOf(old),
  ...feeOf(fresh),
];
