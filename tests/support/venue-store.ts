/**
 * Stores that are filled from a loopback venue: what is in them to the digest, whether their invariants hold, and commands that are
 * killed when the venue was asked so often. Nothing here knows what the answers should be.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { findings, readPrelude, readValidations, undone } from '../../tools/validate-schema/validations.ts';
import type { ScratchDatabase, ScratchStore } from './scratch-store.ts';
import { asOwner } from './scratch-store.ts';
import type { Said } from './tb.ts';
import type { Venue } from './venue/server.ts';

export type StoredDigest = Readonly<{ symbol: string; timeframe: string; candles: number; revisions: number; first: number; last: number; digest: string }>;

const DIGESTS = `
  SELECT s.symbol, s.timeframe, count(*) FILTER (WHERE revision = 0)::int AS candles, count(*) FILTER (WHERE revision > 0)::int AS revisions,
    min(open_ms) AS first, max(open_ms) AS last, md5(string_agg(open_ms || ' ' || encode(digest, 'hex'), ',' ORDER BY open_ms, revision)) AS digest
  FROM tb.candle c JOIN tb.series s ON s.id = c.series_id WHERE open_ms >= $1 AND open_ms < $2
  GROUP BY s.symbol, s.timeframe ORDER BY s.symbol COLLATE "C", s.timeframe COLLATE "C"`;

export type Window = Readonly<{ fromMs: number; toMs: number }>;

/** One line a series: its candles in a window, with one digest over the open times and digests of all of them. */
export const digestsIn = async (store: ScratchDatabase, { fromMs, toMs }: Window): Promise<readonly StoredDigest[]> =>
  (await asOwner(store, client => client.query<StoredDigest>(DIGESTS, [fromMs, toMs]))).rows;

export const rowsOf = async <Row extends object>(store: ScratchDatabase, sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> =>
  (await asOwner(store, client => client.query<Row>(sql, [...values]))).rows;

/** Every invariant that does not hold, with an example; an empty list is a sound store. */
export const brokenInvariants = (store: ScratchDatabase): Promise<readonly string[]> =>
  asOwner(store, client =>
    undone(client, async () => {
      await client.query(readPrelude());
      return (await findings(client, readValidations())).filter(({ violations }) => violations > 0).map(({ id, sample }) => `${id}: ${sample}`);
    }),
  );

/** Starts a command and kills it as a crash would, once the venue has been asked so many times since; a faster end is its end. */
export const killedAfter = async (store: ScratchStore, venue: Venue, { line, requests }: Readonly<{ line: string; requests: number }>): Promise<Said> => {
  venue.asked();
  const { child, ended } = store.start(line);
  let over = false;
  void ended.finally(() => {
    over = true;
  });
  for (let seen = 0; !over && seen < requests; seen += venue.asked().length) await sleep(1);
  child.kill('SIGKILL');
  return ended;
};
