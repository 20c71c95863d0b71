/** What a fault is: a name, the commands it can strike, and the strike itself. Each stands in a file of its own. */
import type { StoreAddress } from '../../../adapters/store/server/address.ts';
import type { Draw } from '../draws.ts';
import type { FaultKind, Step } from '../plan.ts';
import type { Judge, Totals, Wire } from '../wire.ts';
import { openWire } from '../wire.ts';
import type { Line } from '../workload.ts';
import type { World } from '../world.ts';
import { join } from 'node:path';

/** The command that is struck, what it sent and received when nothing disturbed it, and chance of the step's own. */
export type Strike = Readonly<{ world: World; step: Step; line: Line; totals: Totals; draw: Draw }>;

/** What happened, in a few words. A fault that this machine cannot have is left out, with the reason. */
export type Struck = Readonly<{ note: string }> | Readonly<{ leftOut: string }>;

/** Does its worst to one command. Whatever must hold of how the command ends is checked here; the store is checked after it. */
export type Fault = FaultKind & Readonly<{ needsSmallDisk?: boolean; strike: (strike: Strike) => Promise<Struck> }>;

/** tb ends in one of these ways when its server goes away: done all the same, or unavailable. Never with a bug. */
export const DONE_OR_UNAVAILABLE = [0, 4] as const;

/** A wire to the world's own server while the work lasts. */
export const overWire = async <Result>({ folder, address }: World, judge: Judge, work: (wire: Wire) => Promise<Result>): Promise<Result> => {
  const { host }: StoreAddress = await address();
  const wire = await openWire({ server: host, folder: join(folder, 'wire') }, judge);
  try {
    return await work(wire);
  } finally {
    await wire.close();
  }
};
