/** Why a trade was made: reason and evidence of both of its orders, and the gates that its entry stood before. */
import type { OrderWhy, TradeWhy } from '../../../engine/report/report.ts';
import { copyButton } from './copy-button.ts';
import { element } from './element.ts';
import { words } from './format.ts';

/** `run` is the name of the run, for the command that says more. */
export const tradeWhy = ({ entry, exit }: TradeWhy, run: string): HTMLElement => element('div', { class: 'why' }, orderPart('Entry', entry, run), orderPart('Exit', exit, run));

const orderPart = (title: string, why: OrderWhy | null, run: string): HTMLElement => {
  if (why === null) return element('div', { class: 'why-order' }, element('h4', {}, title), element('p', { class: 'note' }, 'Not by an order of this run.'));
  const order = element('p', { class: 'order-id' }, 'Order ', element('code', {}, why.orderId), ' ', copyButton({ text: why.orderId, what: 'the order id' }));
  return element('div', { class: 'why-order' }, element('h4', {}, title), element('p', { class: 'why-reason', dir: 'auto' }, why.reason), evidencePart(why), gatesPart(why), whyElsewhere(why, run), order);
};

const evidencePart = ({ evidence }: OrderWhy): HTMLElement | null => {
  const entries = Object.entries(evidence);
  if (entries.length === 0) return null;
  return element('dl', { class: 'evidence' }, ...entries.map(([name, value]) => element('div', {}, element('dt', { dir: 'auto' }, name), element('dd', {}, value))));
};

/** A long run's document leaves figures out; the log has them. */
const whyElsewhere = ({ inFull, orderId }: OrderWhy, run: string): HTMLElement | null =>
  inFull ? null : element('p', { class: 'note' }, 'Evidence and gates are in the log: ', element('code', {}, `tb why --run ${run} --order ${orderId}`));

const GATE_HEADS = ['Gate', 'Outcome', 'Limit', 'Usage', 'Asked', 'Which are'] as const;

const gatesPart = ({ gates }: OrderWhy): HTMLElement | null => {
  if (gates.length === 0) return null;
  const head = element('tr', {}, ...GATE_HEADS.map((name, index) => element('th', { scope: 'col', class: index > 1 && index < 5 ? 'number' : null }, name)));
  const rows = gates.map(([code, outcome, limit, usage, asked, meaning]) => element('tr', {}, element('th', { scope: 'row' }, words(code)), element('td', { class: outcome.toLowerCase() === 'passed' ? 'passed' : 'stopped' }, words(outcome)), ...[limit, usage, asked].map(figure => element('td', { class: 'number' }, figure)), element('td', { class: 'meaning' }, meaning)));
  return element('div', { class: 'scroll' }, element('table', { class: 'gates' }, element('thead', {}, head), element('tbody', {}, ...rows)));
};
