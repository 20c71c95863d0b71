/**
 * A clock that commands and a loopback venue share: it goes as the real one does, and when a command sleeps it steps to where the
 * sleep would end. So a day of waiting passes in seconds, and what happens in it happens at the same moments every time.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { VenueClock } from './venue/tape.ts';

export type SteppingClock = Readonly<{
  now: () => number;
  stepTo: (ms: number) => void;
  /** For the environment of a command: its time is this one. */
  env: Readonly<Record<string, string>>;
  /** From now on the venue's time is this one, and its skew. */
  drive: (clock: VenueClock) => void;
  /** Called after every step; there a test lets things happen. */
  onStep: (happen: (nowMs: number) => void) => void;
  close: () => Promise<void>;
}>;

const PRELOAD = resolve(import.meta.dirname, 'stepping-clock-preload.mjs');

export const openClock = async (startMs: number): Promise<SteppingClock> => {
  let aheadMs = startMs - Date.now();
  let happen: (nowMs: number) => void = () => undefined;
  const now = (): number => Date.now() + aheadMs;
  const stepTo = (ms: number): void => {
    aheadMs = Math.max(aheadMs, Math.ceil(ms) - Date.now());
    happen(now());
  };
  const server = createServer((request, response) => {
    const until = Number(new URL(request.url ?? '/', 'http://clock').searchParams.get('until'));
    if (until > 0) stepTo(until);
    response.end(String(aheadMs));
  });
  await new Promise<void>(listening => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    now,
    stepTo,
    env: { TB_TEST_CLOCK: `http://127.0.0.1:${port}/`, NODE_OPTIONS: `--import=${PRELOAD}` },
    drive: clock => void Object.defineProperty(clock, 'nowMs', { get: now }),
    onStep: given => {
      happen = given;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>(closed => {
        server.close(() => closed());
      });
    },
  };
};
