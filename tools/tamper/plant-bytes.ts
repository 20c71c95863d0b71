/** Sealed bytes: one bit of every byte of every text that is hashed, the lowest, which turns one digit or letter into another. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { hoursOf, keyParts } from './plant.ts';
import type { Plant } from './plant.ts';
import { coveredRows, inNoHash } from './stored-columns.ts';
import type { StoredTable } from './stored-columns.ts';
import { at, readStoredRows } from './stored-rows.ts';

/** Where the texts lie that leaves, chains and digests are made of. */
const SEALED: readonly (readonly [table: string, column: string])[] = [
  ['run', 'manifest'], ['market_fact', 'bytes'], ['fact', 'bytes'], ['decision', 'bytes'], ['hour_record', 'record'], ['envelope', 'bytes'],
];

/** The same bytes stand in several rows, such as manifests of one plan; each is changed where it stands first. */
export const bytePlants = async (client: StoreClient, tables: readonly StoredTable[]): Promise<readonly Plant[]> => {
  const free = inNoHash(tables);
  const plants: Plant[] = [];
  for (const [name, column] of SEALED) {
    const table = tables.find(one => one.name === name)!;
    const seen = new Set<string>();
    for (const row of await readStoredRows(client, table, coveredRows(free, name, null) ?? 'true')) {
      const { bytes } = (await client.query<{ bytes: Buffer }>(`SELECT ${column} AS bytes FROM tb.${name} WHERE ${at(row)}`)).rows[0]!;
      const text = bytes.toString('latin1');
      if (seen.has(text)) continue;
      seen.add(text);
      const key = keyParts(table.key, row.key);
      const [consumed] = name === 'market_fact' ? (await client.query<Consumed>(CONSUMED, [row.key['digest']])).rows : [];
      const hour = consumed?.hour ?? hoursOf(row.key)[0] ?? null;
      for (let index = 0; index < bytes.length; index += 1) {
        plants.push({
          kind: 'byte flipped',
          what: `${name}.${column}, ${key.join(' ')}, byte ${index} of ${text.slice(Math.max(0, index - 12), index)}>${text.slice(index, index + 12)}`,
          sql: [`UPDATE tb.${name} SET ${column} = set_byte(${column}, ${index}, get_byte(${column}, ${index}) # 1) WHERE ${at(row)}`],
          run: row.run ?? consumed?.run ?? null,
          place: { table: name, column, keys: [key], hours: hoursOf(row.key) },
          // The whole check is the check of one stretch after the other; of some bytes it is asked all the same.
          ...(index % WHOLE_EVERY === 0 ? {} : { part: { hour } }),
        });
      }
    }
  }
  return plants;
};

type Consumed = Readonly<{ run: string; hour: number }>;

/** A run and hour that consumed the content: it is enough to look at one. */
const CONSUMED = 'SELECT run.name AS run, fact.hour FROM tb.fact JOIN tb.run ON run.id = fact.run_id WHERE fact.market_digest = $1::bytea ORDER BY 1, 2 LIMIT 1';

const WHOLE_EVERY = 400;
