/**
 * How the demo speaks: numbered steps with their time, commands before their output, one line that moves while something
 * takes long. It decides nothing about what is shown, and it draws on a terminal only.
 */
import { bold, dim, green, red } from '../output.ts';

const INDENT = '   ';

let silent = false;

/** For who reads the document at the end, or nothing at all. */
export const fallSilent = (): void => {
  silent = true;
};

export const write = (text: string): void => {
  if (!silent) process.stdout.write(text);
};

const indented = (text: string): string => text.replace(/^(?=.)/gm, INDENT);

export const say = (text: string): void => write(`${indented(text)}\n`);

export const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;

/** The heading of a step, with why it is worth looking at. */
export const openStep = (place: string, title: string, why: string): void => write(`\n${bold(`${place}  ${title}`)}\n${indented(dim(why))}\n`);

export const closeStep = (milliseconds: number): void => say(dim(seconds(milliseconds)));

const WIDTH = 100;

/** A command as one would type it, on several lines where it is long; an option stays with its value. */
export const typed = (command: string): void => {
  const lines: string[] = [];
  let line = '$';
  for (const part of command.split(/ (?=--)/)) {
    if (line.length + part.length + 1 > WIDTH) {
      lines.push(`${line} \\`);
      line = '   ';
    }
    line = `${line} ${part}`;
  }
  say(bold([...lines, line].join('\n')));
};

/** A statement as its role would give it to the server. */
export const stated = (role: string, statement: string): void => say(bold(`${role}> ${statement.replace(' WHERE ', '\n    WHERE ')};`));

const GOOD = /^(REPLAY )?PARITY: TRUE|^CHAIN OK/;
const BAD = /^(REPLAY )?PARITY: FALSE|^CHAIN BROKEN|^[A-Z]+_[A-Z]+ /;

/** Output of a command; what it proves or disproves is coloured, for a command that writes into a pipe does not. */
export const quoted = (line: string): void => say(GOOD.test(line) ? green(line) : BAD.test(line) ? red(line) : line);

const MOVES_AFTER_MS = 1_000;
const MOVES_EVERY_MS = 100;
const MARKS = ['|', '/', '-', '\\'] as const;

/** Shows that work goes on once it takes longer than a second; the returned function takes the line away. */
export const showWaiting = (label: string): (() => void) => {
  if (silent || process.stderr.isTTY !== true) return () => undefined;
  const startedAt = performance.now();
  let turns = 0;
  const timer = setInterval(() => {
    const elapsed = performance.now() - startedAt;
    if (elapsed < MOVES_AFTER_MS) return;
    turns += 1;
    process.stderr.write(`\r${INDENT}${MARKS[turns % MARKS.length]!} ${label}, ${seconds(elapsed)}\u001b[K`);
  }, MOVES_EVERY_MS);
  return () => {
    clearInterval(timer);
    if (turns > 0) process.stderr.write('\r\u001b[K');
    turns = 0;
  };
};
