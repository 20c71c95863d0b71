/**
 * Why orders were placed: the reason, what the strategy saw, and how an entry stood before every gate. Told as hours are
 * executed; what is known of an order is kept only as long as somebody asks for it.
 */
import type { Decision, OrderPlaced } from '../../core/events.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { ENTRY_GATES } from '../../core/risk/gate-order.ts';
import type { EvidenceUnit } from '../../core/risk/gate-order.ts';
import { gateStatement } from '../../core/risk/gate-statement.ts';
import type { GateCheck } from '../../core/risk/gate-statement.ts';
import type { Witness } from '../../core/witness.ts';
import { gateValue } from '../explain/gate-value.ts';
import { shortText } from './amounts.ts';
import type { OrderWhy } from './report.ts';

/** An order as it was placed. The evidence is that of the last decision with its reason for its agent and market. */
export type PlacedOrder = Readonly<{ id: string; symbol: MarketSymbol; reason: string; evidence: Evidence; gates: readonly GateCheck[] }>;

type Evidence = Readonly<Record<string, unknown>>;

export type OrderWhys = Readonly<{
  /** Watches entries being judged; the orders that follow are told by `decided`, in the order of the log. */
  witness: Witness;
  decided: (decision: Decision) => void;
  /** Of an order that has not ended, or ended in this step. */
  of: (orderId: string | null) => PlacedOrder | null;
  /** Forgets orders that ended. Call it after each step. */
  forget: () => void;
}>;

const NO_EVIDENCE: Evidence = {};

type Said = Readonly<{ reason: string; evidence: Evidence }>;

/** What an agent said last of a market: an order follows within hours, and a strategy may never give one reason twice. */
const SAID_MAX = 4;

export const orderWhys = (): OrderWhys => {
  const judged = new Map<string, readonly GateCheck[]>();
  const said = new Map<string, readonly Said[]>();
  const placed = new Map<string, PlacedOrder>();
  const ended: string[] = [];

  const say = (pair: Readonly<{ agent: string; symbol: string }>, now: Said): void => {
    const key = `${pair.agent} ${pair.symbol}`;
    said.set(key, [now, ...(said.get(key) ?? []).filter(({ reason }) => reason !== now.reason)].slice(0, SAID_MAX));
  };
  const place = ({ id, agent, symbol, side, reason }: OrderPlaced): void => {
    const key = `${agent} ${symbol}`;
    placed.set(id, { id, symbol, reason, evidence: said.get(key)?.find(one => one.reason === reason)?.evidence ?? NO_EVIDENCE, gates: side === 'BUY' ? (judged.get(key) ?? []) : [] });
    judged.delete(key);
  };
  const decided = (decision: Decision): void => {
    if (decision.type === 'signal_raised' || decision.type === 'campaign_asked') say(decision, decision);
    if (decision.type === 'stop_triggered') {
      say(decision, { reason: decision.kind === 'loss' ? 'STOP_LOSS' : 'TRAILING_STOP', evidence: { level: decision.level, low: decision.low } });
    }
    if (decision.type === 'order_placed') place(decision);
    if (decision.type === 'order_closed') ended.push(decision.orderId);
  };
  return {
    witness: {
      entryJudged: (view, entry, { granted }) => {
        if (granted !== null) judged.set(`${entry.wish.agent} ${entry.wish.symbol}`, gateStatement(view, entry));
      },
    },
    decided,
    of: orderId => (orderId === null ? null : (placed.get(orderId) ?? null)),
    forget: () => {
      for (const id of ended) placed.delete(id);
      ended.length = 0;
    },
  };
};

/** As a document says it, with evidence and gates or without. */
export const orderWhy = ({ id, symbol, reason, evidence, gates }: PlacedOrder, inFull: boolean): OrderWhy => ({
  orderId: id,
  reason,
  inFull,
  evidence: inFull ? shortEvidence(evidence) : {},
  gates: inFull ? gates.map(gate => gateInWords(symbol, gate)) : [],
});

const gateInWords = (symbol: MarketSymbol, { code, outcome, limit, usage, asked }: GateCheck): OrderWhy['gates'][number] => {
  const gate = ENTRY_GATES.find(row => row.code === code)!;
  const text = (unit: EvidenceUnit, value: bigint): string => gateValue(symbol, unit, shortText(value));
  return [code, outcome, text(gate.limit, limit), text(gate.usage, usage), text(gate.asked, asked), gate.evidence === 'none' ? '' : gate.evidence];
};

/** Amounts are short; what is absent is left out. */
const shortEvidence = (evidence: Evidence): Readonly<Record<string, string>> => {
  const told = Object.entries(JSON.parse(canonicalText(evidence)) as Readonly<Record<string, string | number | boolean | null>>);
  return Object.fromEntries(told.flatMap(([name, value]) => (value === null ? [] : [[name, shortOf(value)] as const])));
};

const DECIMAL = /^-?\d{1,20}(?:\.\d{1,18})?$/;
const shortOf = (value: string | number | boolean): string => (typeof value === 'string' && DECIMAL.test(value) ? shortText(decimal(value)) : String(value));
