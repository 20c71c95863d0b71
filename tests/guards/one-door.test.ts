/**
 * Every way we could think of to place an order that passed no gate, planted beside the real core: as a literal, a copy, an
 * assertion, a type argument, a state, a decision, a registered grant. Each is refused by the compiler, the linter or the
 * import rules.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { boundaries } from '../../tools/guards/boundaries.ts';
import { lint } from '../../tools/guards/lint.ts';
import { types } from '../../tools/guards/types.ts';
import { inScratch, rulesByFile } from './scratch.ts';
import type { Plants } from './scratch.ts';

/** What a forgery may use: whether it is a type, its name, and the file of core it stands in. */
const OFFERED: readonly (readonly ['type' | 'value', string, string])[] = [
  ['type', 'Decision', 'events'],
  ['type', 'OrderPlaced', 'events'],
  ['type', 'State', 'state'],
  ['type', 'Orders', 'orders/order'],
  ['type', 'WorkingOrder', 'orders/order'],
  ['type', 'Grant', 'risk/gate'],
  ['value', 'approveEntry', 'risk/approve-order'],
  ['value', 'grant', 'risk/grants'],
];
const FIELDS = `id: '1.0.0' as WorkingOrder['id'], agent: 'main', symbol: 'BTC/USD' as WorkingOrder['symbol'], side: 'BUY', orderType: 'MARKET', timeInForce: 'HOUR', postOnly: false,
  quantity: 1n as WorkingOrder['quantity'], filled: 0n as WorkingOrder['filled'], limitPrice: null, collarPrice: null, reserved: 0n as WorkingOrder['reserved'],
  reservedExposure: 0n as WorkingOrder['reservedExposure'], placedStep: 1, status: 'NEW', cancelReason: null`;
const PLACED = `type: 'order_placed', id: '1.0.0' as OrderPlaced['id'], agent: 'main', symbol: 'BTC/USD' as OrderPlaced['symbol'], side: 'BUY', orderType: 'MARKET', timeInForce: 'HOUR',
  postOnly: false, reduceOnly: false, quantity: 1n as OrderPlaced['quantity'], limitPrice: null, collarPrice: null, mark: 1n as OrderPlaced['mark'], reserved: 0n as OrderPlaced['reserved'], attempt: 1, reason: ''`;

type Forgery = readonly [name: string, source: string, refusedBy: 'types' | 'lint' | 'boundaries'];

const FORGERIES: readonly Forgery[] = [
  ['a literal with every field', `export const order: WorkingOrder = { ${FIELDS} };`, 'types'],
  ['a decision with every field', `export const placed: OrderPlaced = { ${PLACED} };`, 'types'],
  ['a decision among others', `export const log: Decision[] = [{ ${PLACED} }];`, 'types'],
  ['a copy of an order with another size', "export const larger = (order: WorkingOrder): WorkingOrder => ({ ...order, quantity: (order.quantity * 2n) as WorkingOrder['quantity'] });", 'types'],
  ['a copy of a placed order', "export const other = (order: OrderPlaced): OrderPlaced => ({ ...order, side: 'SELL' });", 'types'],
  ['a state with one order more', `export const forged = (state: State): State => ({ ...state, orders: { ...state.orders, working: [...state.orders.working, { ${FIELDS} }] } });`, 'types'],
  ['a grant of its own', "export const order = approveEntry({ quantity: 1n, mark: 1n } as never as Parameters<typeof approveEntry>[0] extends infer Terms ? Omit<Terms & object, never> : never, {} as never, {} as never);", 'types'],
  ['a larger grant', "export const larger = (granted: Grant): Grant => ({ ...granted, quantity: (granted.quantity * 2n) as Grant['quantity'] });", 'types'],
  ['an assertion', `export const order = { ${FIELDS} } as WorkingOrder;`, 'lint'],
  ['an assertion by way of unknown', 'export const order = {} as unknown as WorkingOrder;', 'lint'],
  ['an assertion of a list', 'export const orders = [] as unknown[] as WorkingOrder[];', 'lint'],
  ['an assertion of a part of the state', "export const orders = {} as unknown as State['orders'];", 'lint'],
  ['an assertion of what holds orders', 'export const orders = {} as unknown as Readonly<{ held: Orders }>;', 'lint'],
  ['an assertion of a decision', `export const placed = { ${PLACED} } as Decision;`, 'lint'],
  ['an assertion of a grant', 'export const granted = {} as unknown as Grant;', 'lint'],
  ['a type argument', 'const claim = <Claimed>(value: unknown): Claimed => value as Claimed;\nexport const order = claim<WorkingOrder>({});', 'lint'],
  ['a grant registered outside the gates', 'export const granted = grant({ quantity: 1n });', 'boundaries'],
];

/** The source with the imports it uses, so that nothing but the forgery is wrong with its file. */
const withImports = (source: string): string => {
  const used = OFFERED.filter(([, name]) => new RegExp(`\\b${name}\\b`).test(source));
  const line = ([kind, name, file]: (typeof OFFERED)[number]): string => `import ${kind === 'type' ? 'type ' : ''}{ ${name} } from '../core/${file}.ts';`;
  return [...used.map(line), source, ''].join('\n');
};

const HONEST: Plants = {
  'engine/reads-orders.ts': withImports(`export const sizes = ({ orders }: State): readonly bigint[] => orders.working.map(({ quantity }: WorkingOrder) => quantity);
export const placed = (log: readonly Decision[]): readonly OrderPlaced[] => log.filter(event => event.type === 'order_placed');
export const held = (orders: Orders): number => orders.wanted.length;`),
};

const pathOf = (index: number): string => `${index % 2 === 0 ? 'engine' : 'cli'}/forges-${index}.ts`;

const CORE: Plants = Object.fromEntries(
  readdirSync('core', { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => [join('core', path), readFileSync(join('core', path), 'utf8')]),
);

/** What each guard says when it is the forgery that it refuses. */
const REFUSALS: Readonly<Record<Forgery[2], RegExp>> = { types: /^TS2(322|345|741|769)$/, lint: /^tb\/approved-orders$/, boundaries: /^gates-alone-grant$/ };

describe('an order that passed no gate', () => {
  const found: Record<Forgery[2], ReadonlyMap<string, readonly string[]>> = { types: new Map(), lint: new Map(), boundaries: new Map() };
  beforeAll(async () => {
    const forgeries = Object.fromEntries(FORGERIES.map(([, source], index) => [pathOf(index), withImports(source)]));
    await inScratch({ ...CORE, ...HONEST, ...forgeries }, async root => {
      const guards = { types, lint, boundaries };
      for (const name of ['types', 'lint', 'boundaries'] as const) found[name] = rulesByFile(await guards[name].findings(root));
    });
  }, 120_000);

  test.each(FORGERIES.map(([name, , refusedBy], index) => [name, refusedBy, pathOf(index)] as const))('as %s is refused by %s', (_, refusedBy, path) => {
    expect((found[refusedBy].get(path) ?? []).filter(rule => REFUSALS[refusedBy].test(rule)), (found[refusedBy].get(path) ?? []).join()).not.toEqual([]);
  });

  test('while reading orders is nobody’s crime', () => {
    expect([found.types, found.lint, found.boundaries].map(rules => (rules.get('engine/reads-orders.ts') ?? []).filter(rule => rule !== 'no-orphans'))).toEqual([[], [], []]);
  });

  test('and the real core makes and moves its orders without a finding', () => {
    for (const rules of [found.types, found.lint, found.boundaries]) expect([...rules].filter(([path]) => path.startsWith('core/orders/') || path.startsWith('core/risk/'))).toEqual([]);
  });
});
