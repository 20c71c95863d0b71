/**
 * The shared contents of market facts: one row per content, addressed by its digest, whichever runs name it. They are
 * committed on their own; a content that no run names does no harm.
 */
import type pg from 'pg';
import { marketListingOfText } from '../../schema/wire/seal-text.ts';
import type { MarketListing } from '../../schema/wire/seal-text.ts';
import type { Digest } from '../../core/kernel/units.ts';

export type MarketFacts = Readonly<{
  /** Takes a content over by copy: the engine writes the next into the same bytes. */
  put: (digest: Digest, content: Uint8Array) => void;
  /** Stores what was put since the last time. */
  flush: () => Promise<void>;
}>;

const ROWS_MAX = 500;

const ABSENT = `
  SELECT hex FROM unnest($1::text[]) AS wanted(hex)
  WHERE NOT EXISTS (SELECT FROM tb.market_fact WHERE market_fact.digest = decode(wanted.hex, 'hex'))`;

const INSERT = `
  INSERT INTO tb.market_fact (digest, bytes)
  SELECT sha256(convert_to(text, 'UTF8')), convert_to(text, 'UTF8') FROM unnest($1::text[]) AS content(text) ON CONFLICT DO NOTHING`;

/** Gathers contents and stores those that are new, in batches, each in a transaction of its own. */
export const newMarketFacts = (client: pg.ClientBase): MarketFacts => {
  let gathered = new Map<Digest, string>();
  let flushing = Promise.resolve();
  return {
    put: (digest, content) => void gathered.set(digest, Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8')),
    flush: () => {
      const entries = [...gathered];
      gathered = new Map();
      // One after the other: a connection takes one statement at a time.
      flushing = flushing.then(() => storeAll(client, entries));
      return flushing;
    },
  };
};

type Entry = readonly [Digest, string];

/** In the order of time, as engines go, so that two writers of the same hours never wait for each other in a ring. */
const storeAll = async (client: pg.ClientBase, entries: readonly Entry[]): Promise<void> => {
  for (let from = 0; from < entries.length; from += ROWS_MAX) await storeAbsent(client, entries.slice(from, from + ROWS_MAX));
};

const storeAbsent = async (client: pg.ClientBase, entries: readonly Entry[]): Promise<void> => {
  const { rows } = await client.query<{ hex: Digest }>({ name: 'tb_market_facts_absent', text: ABSENT, values: [entries.map(([digest]) => digest)] });
  const absent = new Set(rows.map(({ hex }) => hex));
  if (absent.size === 0) return;
  const texts = entries.filter(([digest]) => absent.has(digest)).map(([, text]) => text);
  await client.query({ name: 'tb_market_facts', text: INSERT, values: [texts] });
};

/** What the contents of these digests list; one that is not stored is absent. Throws WireError for unreadable bytes. */
export const readMarketListings = async (client: pg.ClientBase, digests: readonly Digest[]): Promise<ReadonlyMap<Digest, MarketListing>> => {
  const { rows } = await client.query<{ digest: Digest; bytes: Buffer }>(
    `SELECT encode(digest, 'hex') AS digest, bytes FROM tb.market_fact WHERE digest IN (SELECT decode(hex, 'hex') FROM unnest($1::text[]) AS hex)`,
    [digests],
  );
  return new Map(rows.map(({ digest, bytes }) => [digest, marketListingOfText(bytes.toString('utf8'))]));
};
