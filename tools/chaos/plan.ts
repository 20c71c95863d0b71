/**
 * A plan is drawn from a seed and from nothing else: a desk, and a list of steps, each a piece of work, a fault, the
 * command it strikes and a number that says where. One seed is one plan, so a failure can be had again.
 */
import { drawsOf, pick, shuffled } from './draws.ts';
import { COMMANDS_OF, drawDesk, drawWords, SETUP_HOURS, START_HOUR, WORKS } from './workload.ts';
import type { CommandName, Desk, Job } from './workload.ts';

/** What a plan has to know of a fault: what it is called, and which commands it can strike. */
export type FaultKind = Readonly<{ name: string; strikes: readonly CommandName[] }>;

/** `struck` is the line that the fault meets, `draw` where in it: the fault makes an ordinal of it. */
export type Step = Readonly<{ job: Job; fault: string; struck: number; draw: number }>;
export type Plan = Readonly<{ seed: number; desk: Desk; marketSeed: number; steps: readonly Step[]; endHour: number }>;

/** Every kind of fault comes before any comes again. `steps` null takes each once. */
export const planOf = (seed: number, kinds: readonly FaultKind[], steps: number | null): Plan => {
  const draw = drawsOf(seed);
  const desk = drawDesk(draw);
  const marketSeed = draw(1_000_000);
  const planned: Step[] = [];
  let fromHour = START_HOUR + SETUP_HOURS;
  let deck: readonly FaultKind[] = [];
  for (let number = 1; number <= (steps ?? kinds.length); number += 1) {
    if (deck.length === 0) deck = shuffled(draw, kinds);
    const [kind, ...rest] = deck;
    deck = rest;
    const { name, strikes } = kind!;
    const work = pick(draw, WORKS.filter(candidate => COMMANDS_OF[candidate].some(command => strikes.includes(command))));
    const lines = COMMANDS_OF[work];
    const struck = pick(draw, [...lines.keys()].filter(line => strikes.includes(lines[line]!)));
    const job: Job = { work, number, fromHour, hours: 1 + draw(3), words: drawWords(draw) };
    planned.push({ job, fault: name, struck, draw: draw(1_000_000_000) });
    if (work !== 'backtest') fromHour += job.hours;
  }
  return { seed, desk, marketSeed, steps: planned, endHour: fromHour };
};
