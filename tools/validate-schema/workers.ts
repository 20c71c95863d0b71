/** Work spread over several connections, each doing one piece at a time. */
import type { Client } from 'pg';
import { connect } from '../../adapters/store/connection.ts';
import type { ScratchDatabase } from './scratch-databases.ts';

/** A connection of the owner to each database, closed when the work is done. */
export const withClients = async <Result>(databases: readonly ScratchDatabase[], work: (clients: readonly Client[]) => Promise<Result>): Promise<Result> => {
  const clients: Client[] = [];
  try {
    for (const { address } of databases) clients.push(await connect(address, 'owner'));
    return await work(clients);
  } finally {
    await Promise.all(clients.map(client => client.end()));
  }
};

/** Every item done by whichever connection is free; results in the order of the items. */
export const spread = async <Item, Result>(clients: readonly Client[], items: readonly Item[], work: (client: Client, item: Item) => Promise<Result>): Promise<readonly Result[]> => {
  const results: Result[] = [];
  const queue = items.entries();
  await Promise.all(
    clients.map(async client => {
      for (const [index, item] of queue) results[index] = await work(client, item);
    }),
  );
  return results;
};
