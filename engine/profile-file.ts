/** A risk profile by preset name or from a user's JSON file, refused with the bound it breaks or the key it misspells. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseDecimal } from '../core/kernel/decimal.ts';
import type { Fraction } from '../core/kernel/units.ts';
import { profileProblem, PROFILES } from '../core/risk/profile.ts';
import type { RiskProfile } from '../core/risk/profile.ts';
import { usage } from './problem.ts';
import type { Problem } from './problem.ts';
import { orNearest, typed, withoutMark } from './wording.ts';

const PRESETS = Object.keys(PROFILES);

/** Shares are decimal text: JSON numbers would pass through a double. */
const Share = z.string('must be a decimal in quotes, for example "0.05"').transform((text, context) => {
  const amount = parseDecimal(text);
  if (amount !== null) return amount as Fraction;
  context.addIssue({ code: 'custom', message: 'must be a decimal in quotes, for example "0.05"' });
  return z.NEVER;
});

/** It is sealed with the manifest and shown in one line: no control characters, and none that are no text at all. */
const NAME = /^(?=.*\S)[^\p{C}]{1,64}$/u;

const ProfileFile = z.strictObject({
  name: z
    .string('must be a text')
    .refine(name => NAME.test(name), 'must be 1 to 64 characters on one line')
    .refine(name => !PRESETS.includes(name), "must be a text of its own, not a preset's"),
  version: z.int('must be a whole number from 1').min(1, 'must be a whole number from 1'),
  perPosition: Share.nullable(),
  total: Share,
  positions: z.int('must be a whole number').nullable(),
  maxChase: Share.nullable(),
});

const KEYS = Object.keys(ProfileFile.shape);

export const loadProfile = async (nameOrPath: string): Promise<RiskProfile> => {
  const preset = Object.hasOwn(PROFILES, nameOrPath) ? PROFILES[nameOrPath as keyof typeof PROFILES] : null;
  if (preset !== null) return preset;
  if (!/[./\\]/.test(nameOrPath)) {
    throw usage(`--profile: there is no profile ${typed(nameOrPath)}${orNearest(nameOrPath, PRESETS)}`, `Presets: ${PRESETS.join(', ')}; or give the path of a JSON file.`);
  }
  const text = await readFile(nameOrPath, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usage(`--profile: ${nameOrPath} cannot be read (${error.code ?? error.message}).`, 'Give a preset or the path of a JSON file.');
  });
  const given = parsedJson(nameOrPath, text);
  const parsed = ProfileFile.safeParse(given);
  if (!parsed.success) throw shapeProblem(nameOrPath, given, parsed.error.issues);
  const problem = profileProblem(parsed.data);
  if (problem !== null) throw usage(`--profile: ${nameOrPath}: ${problem}.`, 'Shares are written as text, for example "0.05".');
  return parsed.data;
};

const parsedJson = (path: string, text: string): object => {
  let value: unknown;
  try {
    value = JSON.parse(withoutMark(text));
  } catch (error) {
    throw usage(`--profile: ${path} is not JSON (${error instanceof Error ? error.message : String(error)}).`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw usage(`--profile: ${path} is not a JSON object.`);
  return value;
};

type Issue = z.core.$ZodIssue;

/** A key that is spelled wrong explains the one that is missing, so it is told first. */
const shapeProblem = (path: string, given: object, issues: readonly Issue[]): Problem => {
  const known = `Keys: ${KEYS.join(', ')}.`;
  const misspelt = issues.find(issue => issue.code === 'unrecognized_keys');
  if (misspelt !== undefined) {
    const [key = ''] = misspelt.keys;
    return usage(`--profile: ${path}: unknown key ${JSON.stringify(key)}${orNearest(key, KEYS)}`, known);
  }
  const { path: [name], message } = issues[0]!;
  const key = String(name);
  if (!Object.hasOwn(given, key)) return usage(`--profile: ${path}: key ${key} is missing.`, known);
  return usage(`--profile: ${path}: ${key} ${message}.`, known);
};
