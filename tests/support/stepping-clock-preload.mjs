// Gives a command the time of the stepping clock of a test: Date.now, and sleeps of a quarter of a second and more, which end at
// once with the clock moved on. Timers of the runtime and of libraries other than the one that waits between attempts stay real.
import { get } from 'node:http';
import { createRequire, syncBuiltinESMExports } from 'node:module';

const url = process.env['TB_TEST_CLOCK'];
const realNow = Date.now;
const realTimeout = globalThis.setTimeout;
const STEPPED_MS = 250;
let aheadMs = 0;

const ask = query =>
  new Promise((resolve, reject) => {
    get(`${url}${query}`, { agent: false }, response => {
      let text = '';
      response.on('data', piece => (text += piece));
      response.on('end', () => resolve((aheadMs = Number(text))));
    }).on('error', reject);
  });

await ask('');
Date.now = () => Math.floor(realNow() + aheadMs);

const step = ms => ask(`?until=${Date.now() + ms}`);
const promises = createRequire(import.meta.url)('node:timers/promises');
const realSleep = promises.setTimeout;
promises.setTimeout = async (ms, value, options) => {
  if (ms < STEPPED_MS) return realSleep(ms, value, options);
  await step(ms);
  return value;
};
syncBuiltinESMExports();

globalThis.setTimeout = (work, ms = 0, ...rest) => {
  const waitsBetweenAttempts = ms >= STEPPED_MS && new Error().stack.split('\n')[2].includes('cockatiel');
  if (!waitsBetweenAttempts) return realTimeout(work, ms, ...rest);
  const timer = realTimeout(() => undefined, 1_000_000_000);
  void step(ms).then(() => {
    clearTimeout(timer);
    work(...rest);
  });
  return timer;
};
