/** What peers answered once, kept beside the tests: few enough trades to be read, and a digest of those over the whole market. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerMarket } from './market-file.ts';
import type { PeerName } from './rules.ts';
import type { TradeRow } from './trade.ts';

export type Recorded = Readonly<{
  peer: string;
  version: string;
  runtime: string;
  market: PeerMarket;
  equity: number | null;
  trades: readonly TradeRow[];
  whole: PeerMarket & Readonly<{ trades: number; sha256: string }>;
}>;

const FOLDER = join(import.meta.dirname, '..', '..', 'tests', 'bench', 'peers');
const fileOf = (peer: PeerName): string => join(FOLDER, `${peer}.json`);

/** The market of the recorded trades. */
export const RECORDED_MARKET: PeerMarket = { symbols: 3, hours: 1_200 };

export const readRecorded = (peer: PeerName): Recorded => JSON.parse(readFileSync(fileOf(peer), 'utf8')) as Recorded;

export const writeRecorded = (peer: PeerName, recorded: Recorded): void => {
  mkdirSync(FOLDER, { recursive: true });
  const { trades, ...rest } = recorded;
  const rows = trades.map(row => `    ${JSON.stringify(row)}`).join(',\n');
  writeFileSync(fileOf(peer), `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "trades": [\n${rows}\n  ]\n}\n`);
};
