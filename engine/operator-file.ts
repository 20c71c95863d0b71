/** Operator facts for an hour from a file of JSON lines, each a command with its key, actor and reason. */
import { readFile } from 'node:fs/promises';
import type { Money } from '../core/kernel/units.ts';
import type { OperatorCommand } from '../core/log.ts';
import { amountOf } from './cost-options.ts';
import { Problem, usage } from './problem.ts';
import { placesOf } from './json-places.ts';
import { NOT_UTF8, utf8Of } from './strict-text.ts';
import { orNearest, typed } from './wording.ts';

const OPERATOR_COMMANDS = ['kill', 'halt', 'resume', 'flatten', 'cancel', 'deposit', 'withdraw'] as const;

export type GivenCommand = OperatorCommand & Readonly<{ key: string; actor: string; reason: string }>;

/** A command by name with its amount where it takes one. */
export const commandOf = (name: string, amountText: string | undefined): OperatorCommand => {
  const command = OPERATOR_COMMANDS.find(known => known === name);
  if (command === undefined) throw usage(`There is no operator command ${typed(name)}${orNearest(name, OPERATOR_COMMANDS)}`, name === 'profile' ? 'tb profile set --run RUN --profile FILE --reason TEXT puts another profile in force.' : `Commands: ${OPERATOR_COMMANDS.join(', ')}.`);
  if (command !== 'deposit' && command !== 'withdraw') {
    if (amountText !== undefined) throw usage(`--amount: ${command} takes none.`);
    return { command };
  }
  if (amountText === undefined) throw usage(`--amount: ${command} needs an amount above zero.`, 'For example --amount 500.');
  return { command, amount: amountOf('--amount', amountText) as Money };
};

const REASON_LENGTH_MAX = 500;

export const reasonOf = (text: string): string => {
  const reason = text.trim();
  if (reason === '' || reason.length > REASON_LENGTH_MAX || !isStorable(reason)) throw usage(`--reason: say why, in 1 to ${REASON_LENGTH_MAX} characters.`);
  return reason.normalize('NFC');
};

const LABEL_LENGTH_MAX = 200;

/** Who commands, or the key of a command: one line of text. */
export const labelOf = (option: string, text: string): string => {
  const label = text.normalize('NFC');
  if (label === '' || label.length > LABEL_LENGTH_MAX || !isStorable(label) || /[\n\r\t]/.test(label)) throw usage(`${option}: write 1 to ${LABEL_LENGTH_MAX} characters on one line.`);
  return label;
};

/** Neither a database nor canonical text takes every string that JSON can spell. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

const KEYS = ['command', 'amount', 'key', 'actor', 'reason'];
const LINE_EXAMPLE = 'One object per line: {"command":"halt","key":"1","actor":"me","reason":"why"}';

export const readOperatorFile = async (path: string): Promise<readonly GivenCommand[]> => {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw usage(`--facts: ${typed(path)} cannot be read (${error.code ?? error.message}).`, 'Name a file of JSON lines, one command on each.');
  });
  const text = utf8Of(bytes);
  if (text === null) throw usage(`--facts: ${typed(path)} is not UTF-8 text.`, NOT_UTF8);
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [commandOfLine(`${path}:${index + 1}`, line)]));
};

const commandOfLine = (where: string, line: string): GivenCommand => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw usage(`--facts: ${where} is not JSON.`, LINE_EXAMPLE);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw usage(`--facts: ${where} is not an object.`, LINE_EXAMPLE);
  const fields = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(fields).find(key => !KEYS.includes(key));
  if (unknown !== undefined) throw usage(`--facts: ${where}: unknown field ${unknown}.`, `Fields: ${KEYS.join(', ')}.`);
  const { repeated } = placesOf(line);
  if (repeated !== null) throw usage(`--facts: ${where}: ${repeated.path} is given twice.`, 'Keep the one that is meant.');
  const text = (name: string): string => {
    const field = fields[name];
    if (typeof field !== 'string' || field === '') throw usage(`--facts: ${where}: ${name} must be a text.`, LINE_EXAMPLE);
    return field;
  };
  const amount = fields['amount'] === undefined ? undefined : text('amount');
  const [command, key, actor, reason] = [text('command'), text('key'), text('actor'), text('reason')];
  try {
    return { ...commandOf(command, amount), key: labelOf('key', key), actor: labelOf('actor', actor), reason: reasonOf(reason) };
  } catch (error) {
    // The same rules as on the command line, and the place beside them.
    throw error instanceof Problem ? usage(`--facts: ${where}: ${error.message.replace(/^--/, '')}`, error.hint.replace(/^For example --amount.*/, 'For example "amount":"500".')) : error;
  }
};
