/** A user's own strategy file through backtest, paper run and replay; its content is part of what the run is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const RUN = '--strategy ./my-dip.ts --param fast=3 --param slow=8 --symbols AAA/USD,BBB/USD --from 2024-03-02T00:00:00Z';
const WINDOW = `${RUN} --to 2024-03-07T00:00:00Z`;

let store: ScratchStore;
let path: string;
let backtest: Document;

beforeAll(async () => {
  store = await scratchStore();
  path = join(store.folder, 'my-dip.ts');
  for (const [symbol, seed] of [['AAA/USD', 61], ['BBB/USD', 62]] as const) {
    await store.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 144, seed)));
    await store.json(`import hours.csv --symbol ${symbol}`);
  }
  await store.json('new-strategy my-dip');
  backtest = await store.json(`backtest ${WINDOW} --run mine`);
});

test('it trades, and its digest stands in the manifest', async () => {
  expect(backtest['trades']).toBeGreaterThan(3);
  const { manifest } = (await store.json('show mine')) as { manifest: { agents: readonly Document[] } };
  expect(manifest.agents[0]).toMatchObject({ strategy: 'my-dip', strategyDigest: sha256Hex(readFileSync(path)), parameters: { fast: '3', slow: '8' } });
});

test('a paper run of it ends in the same head, without the file once it is open', async () => {
  await store.json(`open --run desk --mode paper ${RUN}`);
  const source = readFileSync(path);
  writeFileSync(path, 'export default 1;\n');
  expect(await store.json('execute-hour --run desk --through 2024-03-04T00:00:00Z')).toMatchObject({ already: false });
  expect(await store.json('execute-hour --run desk --through 2024-03-06T23:00:00Z')).toMatchObject({ head: backtest['head'] });
  for (const run of ['desk', 'mine']) expect(await store.json(`replay-window --run ${run}`)).toMatchObject({ parity: true, head: backtest['head'] });
  expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
  writeFileSync(path, source);
});

test('a changed file is another run, even when it has only one more remark', async () => {
  writeFileSync(path, `${readFileSync(path, 'utf8')}// A remark changes no decision.\n`);
  const changed = await store.json(`backtest ${WINDOW}`);
  expect(changed).toMatchObject({ existing: false, signals: backtest['signals'] });
  expect(changed['genesis']).not.toBe(backtest['genesis']);
  expect(changed['head']).not.toBe(backtest['head']);
  const said = await store.tb(`parity mine ${String(changed['run'])} --json`);
  expect(said.exit).toBe(5);
  const { parity, differences } = JSON.parse(said.out) as { parity: boolean; differences: readonly Document[] };
  expect(parity).toBe(false);
  expect(differences[0]).toMatchObject({ what: 'manifest', event: 'manifest', field: 'agents.0.strategyDigest', hour: null });
});

test('the file left as it was finds the run again', async () => {
  writeFileSync(path, readFileSync(path, 'utf8').replace('// A remark changes no decision.\n', ''));
  expect(await store.json(`backtest ${WINDOW}`)).toMatchObject({ existing: true, run: 'mine' });
});

test.each([
  ['reads the clock', 'return Date.now() > 0 ? null : null;', /my-dip\.ts:\d+.*Date/],
  ['draws at random', 'return Math.random() > 2 ? null : null;', /Math\.random/],
  ['fetches', "fetch('http://localhost'); return null;", /fetch/],
  ['is no strategy', null, /my-dip\.ts/],
])('a file that %s is refused with place and name', async (_, body, message) => {
  const whole = readFileSync(path, 'utf8');
  const marker = '    updateEma(memory, at + FAST, fast!, bar);\n';
  expect(whole).toContain(marker);
  writeFileSync(path, body === null ? 'export default 1;\n' : whole.replace(marker, `    ${body}\n`));
  const failure = await store.failure(`backtest ${WINDOW}`);
  expect(failure).toMatchObject({ exit: 2, message: expect.stringMatching(message) as unknown });
  writeFileSync(path, whole);
});
