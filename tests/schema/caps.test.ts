/** What the database refuses of a run that is kept: orders beyond a cap, beyond the free cash, beyond what is held. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from 'pg';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { emptyStore, refusalOf } from './stores.ts';
import type { Store } from './stores.ts';

const RUN = '10000000-0000-4000-8000-000000000003';
const KEY = `'kept', '${RUN}'`;
const START = 473_352;
const HOUR_MS = 3_600_000;
/** The hour of the orders that are tried. */
const NOW = START + 2;

const share = (text: string, amount: string | null = null) => ({ share: text, amount });
const LIMITS = { total: share('0.5'), perPosition: share('0.2'), perCluster: share('0.25'), clusters: {}, unclassified: share('0.3'), quotes: { USD: share('0.45') }, positions: 10 };
const market = (symbol: string, cluster: string) => ({ symbol, cluster });
const MANIFEST = JSON.stringify({
  openingBalances: [{ asset: 'USD', quantity: '1000', unitCost: '1' }],
  profile: { limits: LIMITS },
  quote: 'USD',
  timeframe: '1h',
  universe: [market('A/USD', 'FINANCE'), market('B/USD', 'FINANCE'), market('C/USD', 'UNCLASSIFIED'), market('D/USD', 'UNCLASSIFIED')],
});

/** A closed at this price; what is heard of later does not count. */
const candle = (series: number, hour: number, close: string, { revision = 0, ingest = 1 } = {}): string =>
  `(${series}, ${hour * HOUR_MS}::bigint, ${revision}, ${close}, ${close}, ${close}, ${close}, 5, NULL, sha256(''), ${ingest}, ${(hour + 9) * HOUR_MS}::bigint)`;

/** 10 A were bought at 10, are worth 12 each, and 900 of cash are left: 1020 in all. */
const STORY = `
  INSERT INTO tb.account VALUES ('spot', 'SPOT_CASH', 0);
  INSERT INTO tb.instrument VALUES ('A/USD', 'A', 'USD'), ('B/USD', 'B', 'USD'), ('C/USD', 'C', 'USD'), ('D/USD', 'D', 'USD');
  INSERT INTO tb.series VALUES (1, 'A/USD', '1h'), (2, 'B/USD', '1h'), (3, 'A/USD', '5m');
  INSERT INTO tb.ingest SELECT id, series, 's', 'f', 'quiet', 'n', sha256(''), 1, 0, 0, 0, 1, 0, 0, 0 FROM (VALUES (1, 1), (2, 2), (3, 3), (4, 1)) AS i (id, series);
  INSERT INTO tb.candle VALUES ${[candle(1, START, '10'), candle(1, START + 1, '12'), candle(1, NOW + 1, '99'), candle(3, START + 1, '77', { ingest: 3 }), candle(1, START + 1, '50', { revision: 1, ingest: 4 })].join(', ')};
  INSERT INTO tb.run VALUES ('${RUN}', 'kept', 'caps', 'paper', 'spot', '${MANIFEST}', sha256('${MANIFEST}'), ${START}, 'full', 0, NULL, 0);
  INSERT INTO tb.hour_step SELECT ${KEY}, hour, 0, 1, 20, sha256('state'), 3, 0, 0 FROM generate_series(${START}, ${START + 3}) hour;
  INSERT INTO tb.fact SELECT ${KEY}, hour, 0, seq, 'order_filled', hour * ${HOUR_MS}::bigint, '{}', NULL, NULL FROM generate_series(${START}, ${START + 3}) hour, generate_series(0, 3) seq;
  INSERT INTO tb.decision SELECT ${KEY}, hour, 0, seq, 'order_placed', '{}' FROM generate_series(${START}, ${START + 3}) hour, generate_series(0, 19) seq;
  INSERT INTO tb.ledger_entry VALUES (${KEY}, ${START}, 0, 0, 'deposit', 'opening');
  INSERT INTO tb.posting VALUES (${KEY}, ${START}, 0, 0, 0, 'cash', 'USD', 1000), (${KEY}, ${START}, 0, 0, 1, 'deposits', 'USD', -1000);
  INSERT INTO tb.order_placed VALUES (${KEY}, ${START}, 0, 5, '${START}.0.5', 'main', 'A/USD', 'BUY', 'MARKET', 'HOUR', false, false, 10, NULL, 10, 10, 101, 1, 'why');
  INSERT INTO tb.venue_trade VALUES (${KEY}, ${START + 1}, 0, 0, 't-1', '${START}.0.5', 10, 10, 0, 'USD', 0, 'TAKER');
  INSERT INTO tb.order_closed VALUES (${KEY}, ${START + 1}, 0, 2, '${START}.0.5', 'A/USD', 'FILLED', 10, '');
  INSERT INTO tb.ledger_entry VALUES (${KEY}, ${START + 1}, 0, 1, 'buy', 't-1');
  INSERT INTO tb.posting VALUES (${KEY}, ${START + 1}, 0, 1, 0, 'cash', 'USD', -100), (${KEY}, ${START + 1}, 0, 1, 1, 'cost', 'USD', 100);
  INSERT INTO tb.lot VALUES (${KEY}, ${START + 1}, 0, 3, '${START + 1}.0.3', 'main', 'A/USD', 10, 100, 0, '${START}.0.5', 't-1', ${(START + 1) * HOUR_MS});`;

type Order = readonly [seq: number, symbol: string, quantity: string, price: string];
const row = (side: string) => ([seq, symbol, quantity, price]: Order): string => {
  const buys = side === 'BUY';
  return `(${KEY}, ${NOW}, 0, ${seq}, '${NOW}.0.${seq}', 'main', '${symbol}/USD', '${side}', 'MARKET', 'HOUR', false, ${!buys}, ${quantity}, NULL, ${buys ? price : 'NULL'}, ${price}, ${buys ? `${quantity} * ${price}` : '0'}, 1, 'why')`;
};
const buy = (...orders: readonly Order[]): string => `INSERT INTO tb.order_placed VALUES ${orders.map(row('BUY')).join(', ')}`;
const sell = (...orders: readonly Order[]): string => `INSERT INTO tb.order_placed VALUES ${orders.map(row('SELL')).join(', ')}`;

/** The operator puts a profile in force; the decision names it by its digest. */
const profiled = (limits: object, at: number, named: object = limits): string => {
  const [text, profile] = [JSON.stringify({ limits }), JSON.stringify({ limits: named })];
  return `INSERT INTO tb.fact VALUES (${KEY}, ${at}, 0, 7, 'operator', 0, '{"actor":"me","command":"profile","key":"p","profile":${text},"reason":"why"}', NULL, NULL);
    INSERT INTO tb.decision VALUES (${KEY}, ${at}, 0, 30, 'profile_changed', '{"digest":"${sha256Hex(profile)}"}')`;
};
/** No cap but the whole, which leaves only the cash. */
const UNCAPPED = profiled({ ...LIMITS, total: share('1'), perCluster: null, perPosition: null, quotes: {}, unclassified: null }, NOW);
/** Its fees are beyond the cash. */
const DEAR = buy([5, 'C', '20', '45']).replace('20 * 45', '902');
const TIGHTER = { ...LIMITS, perCluster: share('0.2') };

let store: Store;
beforeAll(async () => {
  store = await emptyStore();
  await store.app.query(STORY);
});
afterAll(() => store.close());

const answerTo = async (client: Client, statement: string): Promise<string> => {
  await client.query('BEGIN');
  try {
    return await refusalOf(client.query(statement));
  } finally {
    await client.query('ROLLBACK');
  }
};

const BEYOND = '23514 no_order_beyond_a_cap';
const SHORT = '23514 no_sale_beyond_what_is_held';

const CASES: readonly (readonly [string, string, string])[] = [
  ['a position to its cap of 204', buy([5, 'A', '7', '12']), 'accepted'],
  ['a position beyond it', buy([5, 'A', '7.00001', '12']), BEYOND],
  ['a cluster to its cap of 255, what it holds at its mark', buy([5, 'B', '13.5', '10']), 'accepted'],
  ['a cluster beyond it', buy([5, 'B', '13.50001', '10']), BEYOND],
  ['two orders that pass the cluster together', buy([5, 'B', '10', '10'], [6, 'A', '3', '12']), BEYOND],
  ['an order beside one that works already', `${buy([5, 'B', '10', '10'])}; ${buy([6, 'A', '3', '12'])}`, BEYOND],
  ['the unclassified to their cap of 306', buy([5, 'C', '20', '10'], [6, 'D', '10.6', '10']), 'accepted'],
  ['the unclassified beyond it', buy([5, 'C', '20', '10'], [6, 'D', '10.60001', '10']), BEYOND],
  ['the quote to its cap of 459', buy([5, 'C', '20', '10'], [6, 'D', '10.6', '10'], [7, 'B', '3.3', '10']), 'accepted'],
  ['the quote beyond it', buy([5, 'C', '20', '10'], [6, 'D', '10.6', '10'], [7, 'B', '3.30001', '10']), BEYOND],
  ['the total beyond its amount', `${profiled({ ...LIMITS, total: share('0.5', '300') }, NOW)}; ${buy([5, 'C', '18.00001', '10'])}`, BEYOND],
  ['the total to its amount', `${profiled({ ...LIMITS, total: share('0.5', '300') }, NOW)}; ${buy([5, 'C', '18', '10'])}`, 'accepted'],
  ['a cap of the profile that came into force', `${profiled(TIGHTER, START + 1)}; ${buy([5, 'B', '13.5', '10'])}`, BEYOND],
  ['a profile that is not the one in force', `${profiled(TIGHTER, START + 1, LIMITS)}; ${buy([5, 'B', '13.5', '10'])}`, 'accepted'],
  ['a profile of later', `${profiled(TIGHTER, NOW + 1)}; ${buy([5, 'B', '13.5', '10'])}`, 'accepted'],
  ['a cluster with a cap of its own', `${profiled({ ...LIMITS, clusters: { FINANCE: share('0.2') } }, NOW)}; ${buy([5, 'B', '13.5', '10'])}`, BEYOND],
  ['no cap but the whole', `${UNCAPPED}; ${buy([5, 'B', '80', '10'])}`, 'accepted'],
  ['all the cash there is', `${UNCAPPED}; ${buy([5, 'C', '20', '45'])}`, 'accepted'],
  ['more than the cash there is', `${UNCAPPED}; ${DEAR}`, '23514 no_reservation_beyond_free_cash'],
  ['a sale of all that is held', sell([5, 'A', '10', '12']), 'accepted'],
  ['a sale of more', sell([5, 'A', '10.00001', '12']), SHORT],
  ['two sales of all that is held', sell([5, 'A', '6', '12'], [6, 'A', '4', '12']), 'accepted'],
  ['two sales of more', sell([5, 'A', '6', '12'], [6, 'A', '4.00001', '12']), SHORT],
  ['a sale beside one that works already', `${sell([5, 'A', '6', '12'])}; ${sell([6, 'A', '5', '12'])}`, SHORT],
  ['a sale of nothing held', sell([5, 'B', '1', '12']), SHORT],
];

describe('an order of a run that is kept', () => {
  it.each(CASES)('%s', async (_, statement, answer) => {
    expect(await answerTo(store.app, statement)).toBe(answer);
  });

  it('is refused to the owner of the store alike', async () => {
    expect(await answerTo(store.owner, buy([5, 'B', '13.50001', '10']))).toBe(BEYOND);
    expect(await answerTo(store.owner, sell([5, 'B', '1', '12']))).toBe(SHORT);
    expect(await answerTo(store.owner, `${UNCAPPED}; ${DEAR}`)).toBe('23514 no_reservation_beyond_free_cash');
  });

  it('says which table, which order and how much', async () => {
    const refused = await store.app.query(buy([5, 'B', '14', '10'])).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      schema: 'tb',
      table: 'order_placed',
      constraint: 'no_order_beyond_a_cap',
      message: `Order ${NOW}.0.5 of run ${RUN} would bring the cluster FINANCE to 260, and its cap is 255.`,
    });
    const unpaid = await store.app.query(`${UNCAPPED}; ${DEAR}`).catch((error: unknown) => error);
    expect(unpaid).toMatchObject({ table: 'order_placed', message: `Order ${NOW}.0.5 of run ${RUN} sets aside 902, and that is 2 more than the free cash of its step.` });
  });
});

describe('what a halt stops', () => {
  const stood = (status: string): string => `INSERT INTO tb.risk_change VALUES (${KEY}, ${NOW}, 0, 1, 'ACTIVE', '${status}', 'operator', 'why')`;

  it.each(['HALTED', 'KILLED'])('%s refuses a BUY and lets a SELL pass', async status => {
    expect(await answerTo(store.app, `${stood(status)}; ${buy([5, 'B', '1', '10'])}`)).toBe('23514 no_buy_unless_active');
    expect(await answerTo(store.app, `${stood(status)}; ${sell([5, 'A', '1', '12'])}`)).toBe('accepted');
  });
});
