/**
 * Candles as the bytes of a Parquet file, row group by row group. Values are DECIMAL(38,18), as wide as the store keeps
 * them: exact, of one schema for every market, and a number to DuckDB, polars and pandas alike.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { KeyValue, SchemaElement } from 'hyparquet-writer';
import { CANDLE_VALUES } from '../../core/market/candle.ts';
import { mantissaOf, widen } from '../../core/market/columns.ts';
import type { IncomingCandle } from '../ports.ts';

const DECIMAL_BYTES = 16;
const PRECISION = 38;
const SCALE = 18;
/** Large enough to pack well, small enough to be held while it is written and read. */
const GROUP_ROWS = 65_536;

const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: CANDLE_VALUES.length + 2 },
  { name: 'ts', type: 'INT64', repetition_type: 'REQUIRED', converted_type: 'TIMESTAMP_MILLIS', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } },
  ...CANDLE_VALUES.map((name): SchemaElement => ({
    name, type: 'FIXED_LEN_BYTE_ARRAY', type_length: DECIMAL_BYTES, repetition_type: 'REQUIRED', converted_type: 'DECIMAL', precision: PRECISION, scale: SCALE,
    logical_type: { type: 'DECIMAL', precision: PRECISION, scale: SCALE },
  })),
  // Without an annotation it means the same, and the writer gives an annotated one a width that Arrow refuses to read.
  { name: 'trades', type: 'INT64', repetition_type: 'OPTIONAL' },
];

const unitsOf = (normal: string): bigint => {
  const { mantissa, scale } = mantissaOf(normal);
  return widen(mantissa, scale);
};

/** Whole groups of rows, whatever the batches are. */
async function* inGroups(batches: AsyncIterable<readonly IncomingCandle[]>): AsyncGenerator<readonly IncomingCandle[], void, void> {
  let group: IncomingCandle[] = [];
  for await (const batch of batches) {
    for (const candle of batch) group.push(candle);
    while (group.length >= GROUP_ROWS) {
      yield group.slice(0, GROUP_ROWS);
      group = group.slice(GROUP_ROWS);
    }
  }
  if (group.length > 0) yield group;
}

/** The pieces of the file in order. `facts` are kept in it beside the rows, as text. */
export async function* parquetPieces(batches: AsyncIterable<readonly IncomingCandle[]>, facts: Readonly<Record<string, string>>): AsyncGenerator<Uint8Array, void, void> {
  const writer = new ByteWriter();
  const kvMetadata: KeyValue[] = Object.entries(facts).map(([key, value]) => ({ key, value }));
  const parquet = new ParquetWriter({ writer, schema: SCHEMA, kvMetadata, createdBy: 'tb' });
  /** What was written since the last time, in memory of its own. */
  const taken = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  for await (const rows of inGroups(batches)) {
    await parquet.write({
      columnData: [
        { name: 'ts', data: BigInt64Array.from(rows, ({ openMs }) => BigInt(openMs)) },
        ...CANDLE_VALUES.map(name => ({ name, data: rows.map(({ values }) => unitsOf(values[name])) })),
        { name: 'trades', data: rows.map(({ trades }) => (trades === null ? undefined : BigInt(trades))) },
      ],
      rowGroupSize: GROUP_ROWS,
    });
    yield taken();
  }
  await parquet.finish();
  yield taken();
}
