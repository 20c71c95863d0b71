/** Ends: the last hours of one table of a run, and those of a whole run, cut off at every hour there is. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { listRuns } from '../../adapters/store/runs.ts';
import type { ListedRun } from '../../adapters/store/runs.ts';
import type { Plant } from './plant.ts';
import type { StoredTable } from './stored-columns.ts';

/** Tables in which a run's rows stand by their hour. */
const byHour = (tables: readonly StoredTable[]): readonly Readonly<{ name: string; column: string }>[] =>
  tables.flatMap(({ name, columns }) => {
    const names = columns.map(({ column }) => column);
    const column = ['hour', 'through_hour', 'exit_hour'].find(one => names.includes(one));
    return column === undefined || !names.includes('run_id') || name === 'outbox_event' ? [] : [{ name, column }];
  });

const cut = ({ name, column }: Readonly<{ name: string; column: string }>, { id }: ListedRun, fromHour: number): string => `DELETE FROM tb.${name} WHERE run_id = '${id}' AND ${column} >= ${fromHour}`;

export const tailPlants = async (client: StoreClient, tables: readonly StoredTable[]): Promise<readonly Plant[]> => {
  const plants: Plant[] = [];
  const timed = byHour(tables);
  for (const run of await listRuns(client)) {
    const last = run.head!.hour;
    for (let hour: number = run.startHour; hour <= last; hour += 1) {
      // Only a signed checkpoint knows that there was more.
      const everything = [...timed.map(table => cut(table, run, hour)), `DELETE FROM tb_cache.snapshot WHERE run_id = '${run.id}' AND hour >= ${hour}`];
      const missing = hour === last ? `hour=${hour}` : `hour=${hour}..${last}`;
      plants.push({ kind: 'tail of the log cut', what: `${run.name} from ${missing}`, sql: everything, run: run.name, evidence: true, place: { table: 'envelope', column: null, keys: [[missing]], hours: [] } });
      for (const table of timed) {
        const { rows } = await client.query<{ first: number | null }>(`SELECT min(${table.column}) AS first FROM tb.${table.name} WHERE run_id = $1 AND ${table.column} >= $2`, [run.id, hour]);
        const first = rows[0]!.first;
        // Where a table has no row in this hour, the cut at the next one is the same.
        if (first !== hour) continue;
        plants.push({ kind: 'tail of a table cut', what: `${table.name} of ${run.name} from hour=${hour}`, sql: [cut(table, run, hour)], run: run.name, place: { table: table.name, column: null, keys: tailKeys(table.column, hour, last), hours: [hour] } });
      }
    }
  }
  return plants;
};

const tailKeys = (column: string, hour: number, last: number): readonly (readonly string[])[] =>
  column === 'hour' ? [[`hour=${hour}`], [`hour=${hour}..${last}`]] : [[`${column}=${hour}`]];
