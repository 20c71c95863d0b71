/** A disk that runs full under the store: the command says so and ends with 4, nothing is half-done, and with room it works again. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stopServer } from '../../adapters/store/server/embedded.ts';
import { commandsOn, livelyCandles, plainFile, scratchFolder, slotAt } from '../support/scratch-store.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --from 2024-03-01T12:00:00Z --warmup 12';

const folder = await scratchFolder();
const disk = join(folder, 'disk');
mkdirSync(disk);

const mount = (...words: readonly string[]): string | null => {
  const { status, stderr, error } = spawnSync('mount', words, { encoding: 'utf8' });
  return status === 0 ? null : (error?.message ?? stderr.trim());
};

const unmountable = mount('-t', 'tmpfs', '-o', 'size=110m', 'tmpfs', disk);

afterAll(async () => {
  if (unmountable !== null) return;
  await stopServer(disk);
  spawnSync('umount', [disk]);
});

test('import and hours on a full disk', async context => {
  if (unmountable !== null) context.skip(`no small disk can be mounted here: ${unmountable}`);
  const store = commandsOn(disk, folder);
  await store.write('aaa.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 240, 111)));
  await store.write('big.csv', plainFile('1h', livelyCandles(slotAt('2010-01-01T00:00:00Z', '1h'), 130_000, 112)));
  await store.json('import aaa.csv --symbol AAA/USD');
  await store.json(`open --run desk --mode paper ${RUN}`);
  const acknowledged = await store.json('execute-hour --run desk --through 2024-03-03T00:00:00Z');

  const full = await store.failure('import big.csv --symbol BIG/USD');
  expect(full).toMatchObject({ exit: 4, message: expect.stringMatching(/No space left on device|could not extend/) as unknown, hint: expect.stringMatching(/Free some space/) as unknown });
  expect(mount('-o', 'remount,size=600m', disk)).toBeNull();

  expect(await store.failure('data --symbol BIG/USD')).toMatchObject({ exit: 6 });
  expect(await store.json('runs')).toMatchObject({ runs: [{ run: 'desk', head: acknowledged['head'], hours: 49 }] });
  expect(await store.json('import big.csv --symbol BIG/USD')).toMatchObject({ added: 130_000, duplicates: 0 });
  expect(await store.json('execute-hour --run desk --through 2024-03-05T00:00:00Z')).toMatchObject({ executed: 48 });
  expect(await store.json('replay-window --run desk')).toMatchObject({ parity: true, hours: 97 });
  expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
});
