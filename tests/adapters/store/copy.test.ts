/** Bulk transfer both ways: escapes, chunks cut anywhere, and connections that stay usable after a failure. */
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyIn, copyOut } from '../../../adapters/store/copy.ts';
import { bytesAt, int4At, int8At, isNull, readTuples, textAt } from '../../../adapters/store/copy-binary.ts';
import type { Tuple } from '../../../adapters/store/copy-binary.ts';
import { copyBytes, copyBytesOfText, copyField, copyLine, fieldOfCopy } from '../../../adapters/store/copy-text.ts';
import { emptyColumn, putNormal } from '../../../core/market/columns.ts';
import { putNumeric, putNumericText, putWholeNumber } from '../../../adapters/store/stored-numeric.ts';
import { numericText } from '../../../schema/wire/numeric-text.ts';
import { storeDatabase } from './store-database.ts';
import type { StoreDatabase } from './store-database.ts';

let store: StoreDatabase;
let client: pg.Client;

beforeAll(async () => {
  store = await storeDatabase();
  client = await store.app();
  await client.query('CREATE TEMPORARY TABLE line (id int8, word text, bytes bytea, amount numeric(38,18))');
});
afterAll(() => store.close());

const textOut = async (sql: string): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of copyOut(client, sql)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

test('text survives the round trip, and what the server prints is what was sent', async () => {
  const words = ['plain', 'tab\tand\nnew line', 'back\\slash \\N \\. end', '\b\f\r\v', 'ünïcode ✓ 😀', '', 'quote " and \' ', '\\N', '\u0001\u001f'];
  await client.query('TRUNCATE line');
  const lines = words.map((word, id) => copyLine([String(id), word, null, null]));
  expect(await copyIn(client, 'COPY line FROM STDIN', lines)).toBe(words.length);
  expect((await client.query('SELECT word FROM line ORDER BY id')).rows).toEqual(words.map(word => ({ word })));
  expect(await textOut('COPY (SELECT * FROM line ORDER BY id) TO STDOUT')).toBe(lines.join(''));
  expect(words.map(word => fieldOfCopy(copyField(word)))).toEqual(words);
  expect(fieldOfCopy(copyField(null))).toBeNull();
});

test('any string is one field', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }).filter(word => !word.includes('\0')), { minLength: 1, maxLength: 30 }), async words => {
      await client.query('TRUNCATE line');
      await copyIn(client, 'COPY line (id, word, bytes) FROM STDIN', words.map((word, id) => `${id}\t${copyField(word)}\t${copyBytesOfText(word)}\n`));
      const { rows } = await client.query<{ word: string; bytes: Buffer }>('SELECT word, bytes FROM line ORDER BY id');
      expect(rows.map(row => row.word)).toEqual(words);
      expect(rows.map(row => row.bytes.toString('utf8'))).toEqual(words);
    }),
    { numRuns: 40 },
  );
});

test('bytes go as they are, whatever they look like', async () => {
  await client.query('TRUNCATE line');
  const texts = ['{"a":"b"}', '\\x41', '{"reason":"C:\\\\dir \\"quoted\\" \\t"}', 'é', '\\', '\\\\x'];
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  await copyIn(client, 'COPY line (id, bytes) FROM STDIN', [...texts.map((text, id) => `${id}\t${copyBytesOfText(text)}\n`), `99\t${copyBytes(bytes)}\n`]);
  const { rows } = await client.query<{ bytes: Buffer }>('SELECT bytes FROM line ORDER BY id');
  expect(rows.slice(0, -1).map(row => row.bytes.toString('utf8'))).toEqual(texts);
  expect([...rows.at(-1)!.bytes]).toEqual([...bytes]);
});

test('a binary COPY is read the same however its chunks are cut', async () => {
  await client.query('TRUNCATE line');
  await client.query(`INSERT INTO line SELECT n, CASE WHEN n % 3 = 0 THEN NULL ELSE repeat('w', n * 97) END, decode(repeat('0a', n), 'hex'), NULL FROM generate_series(0, 400) AS n`);
  await client.query('INSERT INTO line VALUES (9007199254740991, $1, NULL, NULL), (-5, $1, NULL, NULL)', ['é']);
  const rows: (readonly [number, string | null, number])[] = [];
  for await (const batch of readTuples(client, 'COPY (SELECT id, word, bytes, 7 FROM line ORDER BY id) TO STDOUT (FORMAT binary)', tuple => {
    expect(int4At(tuple, 3)).toBe(7);
    return [int8At(tuple, 0), isNull(tuple, 1) ? null : textAt(tuple, 1), isNull(tuple, 2) ? -1 : bytesAt(tuple, 2).length] as const;
  })) rows.push(...batch);
  expect(rows).toHaveLength(403);
  expect(rows[0]).toEqual([-5, 'é', -1]);
  expect(rows[3]).toEqual([2, 'w'.repeat(194), 2]);
  expect(rows[4]).toEqual([3, null, 3]);
  expect(rows[402]).toEqual([9_007_199_254_740_991, 'é', -1]);
});

test('an integer that a double does not hold is refused, not rounded', async () => {
  const reading = async (): Promise<void> => {
    for await (const _ of readTuples(client, 'COPY (SELECT 9007199254740993::int8) TO STDOUT (FORMAT binary)', tuple => int8At(tuple, 0)));
  };
  await expect(reading()).rejects.toThrow('a double holds exactly');
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('an empty result is no rows', async () => {
  const rows: unknown[] = [];
  for await (const batch of readTuples(client, 'COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT binary)', () => 1)) rows.push(...batch);
  expect(rows).toEqual([]);
});

test('an error of the server is thrown and the connection goes on', async () => {
  await expect(copyIn(client, 'COPY line (id) FROM STDIN', ['1\n', 'two\n'])).rejects.toMatchObject({ code: '22P02' });
  await expect(copyIn(client, 'COPY nowhere FROM STDIN', ['1\n'])).rejects.toMatchObject({ code: '42P01' });
  await expect(textOut('COPY nowhere TO STDOUT')).rejects.toMatchObject({ code: '42P01' });
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('an error of the server in the middle of a long COPY ends it', async () => {
  await client.query('TRUNCATE line');
  const lines = Array.from({ length: 200 }, (_, index) => (index === 20 ? 'no number\n' : '1\n'.repeat(50_000)));
  await expect(copyIn(client, 'COPY line (id) FROM STDIN', lines)).rejects.toMatchObject({ code: '22P02' });
  expect((await client.query('SELECT count(*) AS rows FROM line')).rows).toEqual([{ rows: 0 }]);
});

test('an error of the source withdraws the COPY', async () => {
  await client.query('TRUNCATE line');
  function* failing(): Generator<string, void, void> {
    yield '1\n'.repeat(100_000);
    throw new Error('the source failed');
  }
  await expect(copyIn(client, 'COPY line (id) FROM STDIN', failing())).rejects.toThrow('the source failed');
  expect((await client.query('SELECT count(*) AS rows FROM line')).rows).toEqual([{ rows: 0 }]);
});

test.each(['in', 'out'])('a connection that breaks in the middle of a COPY %s is an error and no wait', async direction => {
  const breaking = await store.app();
  const owner = await store.owner();
  const { rows } = await breaking.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const kill = (): Promise<unknown> => owner.query('SELECT pg_terminate_backend($1, 5000)', [rows[0]!.pid]);
  const copying = async (): Promise<void> => {
    if (direction === 'in') {
      await breaking.query('CREATE TEMPORARY TABLE line (id int8)');
      await copyIn(breaking, 'COPY line FROM STDIN', (async function* () {
        yield '1\n'.repeat(10_000);
        await kill();
        for (let index = 0; index < 100; index += 1) yield '1\n'.repeat(10_000);
      })());
      return;
    }
    let first = true;
    for await (const _ of copyOut(breaking, 'COPY (SELECT n FROM generate_series(1, 3000000) AS n) TO STDOUT')) {
      if (first) await kill();
      first = false;
    }
  };
  await expect(copying()).rejects.toThrow(/terminat|connection/i);
});

test('leaving a COPY early leaves a usable connection', async () => {
  for await (const chunk of copyOut(client, 'COPY (SELECT n FROM generate_series(1, 300000) AS n) TO STDOUT')) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

/** As a candle has them: at most 18 significant digits, of which at most 18 after the point. */
const candleValue = fc
  .tuple(fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }), fc.integer({ min: 0, max: 18 }))
  .map(([digits, scale]) => numericText(digits * 10n ** BigInt(18 - scale)).replace(/\.?0+$/, ''));

const writtenText = (tuple: Tuple): string => {
  const bytes = Buffer.alloc(64, 'x');
  return bytes.toString('latin1', 5, putNumericText(bytes, 5, tuple, 0));
};

test.each(['0', '7', '-7', '-0.5', '10000', '123450000', '0.0001', '0.00001', '0.00012', '0.000000000000000001', '99999999999999999999.999999999999999999', '-20000.00001', '40.5'])('NUMERIC %s is written as its normal text', async text => {
  for await (const [read] of readTuples(client, `COPY (SELECT ${text}::numeric(38,18)) TO STDOUT (FORMAT binary)`, writtenText)) expect(read).toBe(text);
});

test('what is no finite number is written as no number at all', async () => {
  for await (const [read] of readTuples(client, "COPY (SELECT 'NaN'::numeric) TO STDOUT (FORMAT binary)", writtenText)) expect(read).toBe('?');
});

test.each([0, 7, -7, 10, 99, 100, 1_704_067_200_000, -1_704_067_200_001, Number.MAX_SAFE_INTEGER])('the whole number %s is written as text', value => {
  const bytes = Buffer.alloc(32, 'x');
  expect(bytes.toString('latin1', 3, putWholeNumber(bytes, 3, value))).toBe(String(value));
});

test('NUMERIC reads as the mantissa and scale of its normal text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(candleValue, { minLength: 1, maxLength: 60 }), async values => {
      await client.query('TRUNCATE line');
      await copyIn(client, 'COPY line (id, amount) FROM STDIN', values.map((value, id) => `${id}\t${value}\n`));
      const [read, expected] = [emptyColumn(values.length), emptyColumn(values.length)];
      let row = 0;
      const texts: string[] = [];
      const visit = (tuple: Tuple): void => {
        putNumeric(read, row++, tuple, 0);
        texts.push(writtenText(tuple));
      };
      for await (const _ of readTuples(client, 'COPY (SELECT amount FROM line ORDER BY id) TO STDOUT (FORMAT binary)', visit));
      values.forEach((value, index) => putNormal(expected, index, value));
      expect(read).toEqual(expected);
      expect(texts).toEqual(values);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['0', 0n, 0],
  ['1', 1n, 0],
  ['10000', 10_000n, 0],
  ['123450000', 123_450_000n, 0],
  ['0.0001', 1n, 4],
  ['0.00001', 1n, 5],
  ['0.000000000000000001', 1n, 18],
  ['1.23456789012345678', 123_456_789_012_345_678n, 17],
  ['999999999999999999', 999_999_999_999_999_999n, 0],
  ['99999999999999999999', null, 0],
])('NUMERIC %s is mantissa %s at scale %s', async (text, mantissa, scale) => {
  const column = emptyColumn(1);
  const read = async (): Promise<void> => {
    for await (const _ of readTuples(client, `COPY (SELECT ${text}::numeric(38,18)) TO STDOUT (FORMAT binary)`, tuple => putNumeric(column, 0, tuple, 0)));
  };
  if (mantissa === null) return expect(read()).rejects.toThrow('fits an int64');
  await read();
  expect([column.mantissa[0], column.scale[0]]).toEqual([mantissa, scale]);
});

test.each([
  [0n, '0.000000000000000000'],
  [1n, '0.000000000000000001'],
  [-1n, '-0.000000000000000001'],
  [12_500_000_000_000_000_000n, '12.500000000000000000'],
  [-99_999_999_999_999_999_999_999_999_999_999_999_999n, '-99999999999999999999.999999999999999999'],
])('%s prints as the server prints it', async (amount, text) => {
  expect(numericText(amount)).toBe(text);
  expect((await client.query('SELECT $1::numeric(38,18)::text AS printed', [text])).rows).toEqual([{ printed: text }]);
});
