/**
 * Whether what observe returned is a signal: an action, a reason and evidence, all plain and bounded. It reads data that
 * has left the realm; null, for no signal, never comes here.
 */
import { described, isPlainObject } from './strategy-shape.ts';
import type { Signal } from '../../core/strategies/strategy.ts';
import type { Checked } from './strategy-shape.ts';

const REASON = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
const REASON_MAX = 64;
const EVIDENCE_NAME = /^[a-z][a-zA-Z0-9]{0,31}$/;
const EVIDENCE_MAX = 16;
/** Evidence is kept with 8 decimals; beyond this magnitude it would no longer fit the widest amount of the log. */
const MAGNITUDE_BELOW = 1e19;

const FORM = "observe returns null or { action: 'enter' | 'exit', reason: 'UPPER_CASE', evidence: { name: number } }.";
const refused = (reason: string, hint: string): Checked<never> => ({ ok: false, reason, hint });

export const checkSignal = (returned: unknown): Checked<Signal> => {
  if (!isPlainObject(returned)) return refused(`observe returned ${described(returned)}`, FORM);
  const unknown = Object.keys(returned).find(key => key !== 'action' && key !== 'reason' && key !== 'evidence');
  if (unknown !== undefined) return refused(`the signal has a field ${unknown} that the contract does not know`, FORM);
  const { action, reason, evidence } = returned;
  if (action !== 'enter' && action !== 'exit') return refused(`action is ${described(action)}`, FORM);
  if (typeof reason !== 'string' || !REASON.test(reason) || reason.length > REASON_MAX) {
    return refused(`reason is ${described(reason)}`, `It is words in upper case joined by underscores, at most ${REASON_MAX} characters: EMA_CROSS_UP.`);
  }
  const checked = checkEvidence(evidence);
  return checked.ok ? { ok: true, value: { action, reason, evidence: checked.value } } : checked;
};

const checkEvidence = (evidence: unknown): Checked<Readonly<Record<string, number>>> => {
  if (!isPlainObject(evidence)) return refused(`evidence is ${described(evidence)}`, FORM);
  const entries = Object.entries(evidence);
  if (entries.length > EVIDENCE_MAX) return refused(`evidence has ${entries.length} entries`, `At most ${EVIDENCE_MAX}.`);
  for (const [name, value] of entries) {
    if (!EVIDENCE_NAME.test(name)) return refused(`evidence has an entry ${name}`, 'Its names are words like fastAverage, at most 32 characters.');
    if (typeof value !== 'number') return refused(`evidence.${name} is ${described(value)}`, 'It is a finite number.');
    if (value >= MAGNITUDE_BELOW || value <= -MAGNITUDE_BELOW) return refused(`evidence.${name} is ${value}`, 'Its magnitude is below 10^19.');
  }
  return { ok: true, value: Object.fromEntries(entries) as Record<string, number> };
};
