/**
 * A risk profile by preset name or from a user's JSON file, which may extend a preset. Whatever is misspelt, out of
 * bounds or contradictory is refused with its place, its value and the bound; nothing is guessed or clipped.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CAMPAIGN_PARAMETERS } from '../core/campaign/parameters.ts';
import { formatDecimal, parseDecimal } from '../core/kernel/decimal.ts';
import type { Asset, Fraction, Money } from '../core/kernel/units.ts';
import { governanceOf, problemText } from '../core/risk/governance.ts';
import { profileProblems } from '../core/risk/profile-problems.ts';
import { RISK_PROFILES } from '../core/risk/risk-profile.ts';
import type { Limit, PresetName, RiskProfile } from '../core/risk/risk-profile.ts';
import { nearestName } from '../core/strategies/nearest.ts';
import { DEPTH_MAX, placesOf } from './json-places.ts';
import type { JsonPlaces } from './json-places.ts';
import { usage } from './problem.ts';
import type { Problem } from './problem.ts';
import { NOT_UTF8, utf8Of } from './strict-text.ts';
import { orNearest, typed } from './wording.ts';

/** How the campaign section is read, and what it is in a preset. */
export type CampaignSection<Campaign> = Readonly<{ schema: z.ZodType<Campaign>; presets: Readonly<Record<PresetName, Campaign>> }>;

export const NO_CAMPAIGN: CampaignSection<null> = { schema: z.null('must be null'), presets: { conservative: null, balanced: null, research: null } };

const PRESETS = Object.keys(RISK_PROFILES) as readonly PresetName[];
const isPreset = (name: string): name is PresetName => Object.hasOwn(RISK_PROFILES, name);

/** A preset with its campaign section. */
export const presetProfile = <Campaign>(name: PresetName, { presets }: CampaignSection<Campaign>): RiskProfile<Campaign> => ({
  ...RISK_PROFILES[name],
  campaign: presets[name],
});

/** Decimals are text: a JSON number would pass through a double. */
const decimalText = (wanted: string, read: (text: string) => bigint | null) =>
  z.string(`must be ${wanted}`).transform((text, context) => {
    const value = read(text);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: `must be ${wanted}` });
    return z.NEVER;
  });

const shareOf = (text: string): bigint | null => {
  if (!text.endsWith('%')) return parseDecimal(text);
  const percent = parseDecimal(text.slice(0, -1));
  return percent === null || percent % 100n !== 0n ? null : percent / 100n;
};

const Share = decimalText('a share in quotes, for example "0.05" or "5%"', shareOf).transform(value => value as Fraction);
const Amount = decimalText('an amount in quotes, for example "5000"', parseDecimal).transform(value => value as Money);
const Whole = z.int('must be a whole number');
const Flag = z.boolean('must be true or false');
const Currency = z.string().regex(/^[A-Z0-9]{1,20}$/, 'must be a currency in upper case, for example "USD"');

/** `"60%"`, or an object with the share and an amount. */
const LimitShape: z.ZodType<Limit> = z.preprocess(
  given => (typeof given === 'string' ? { share: given } : given),
  z.strictObject(
    { share: Share, amount: Amount.nullable().default(null) },
    { error: issue => (issue.code === 'invalid_type' ? 'must be a share such as "60%", or { "share": …, "amount": … }' : undefined) },
  ),
);

const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, { error: issue => (issue.code === 'invalid_type' ? 'must be an object' : undefined) });

/** It is sealed with the manifest and shown in one line: no control characters, and none that are no text at all. */
const NAME = /^(?=.*\S)[^\p{C}]{1,64}$/u;

const sections = {
  name: z.string('must be a text').refine(name => NAME.test(name), 'must be 1 to 64 characters on one line').refine(name => !PRESETS.includes(name as PresetName), "must be a name of its own, not a preset's"),
  version: Whole,
  governance: Whole,
  purpose: z.enum(['trading', 'research'], 'must be "trading" or "research"'),
  amountsIn: Currency.transform(text => text as Asset).nullable(),
  limits: section({
    total: LimitShape,
    perPosition: LimitShape.nullable(),
    perCluster: LimitShape.nullable(),
    clusters: z.record(z.string(), LimitShape),
    unclassified: LimitShape.nullable(),
    quotes: z.record(z.string(), LimitShape),
    positions: Whole.nullable(),
  }),
  sizing: section({
    base: Share.nullable(),
    volatility: section({ targetPerDay: Share, floor: Share, ceiling: Share, windowHours: Whole }).nullable(),
  }),
  drawdown: section({
    mode: z.enum(['bind', 'observe'], 'must be "bind" or "observe"'),
    tiers: z.array(section({ from: Share, base: Share, positions: Share, halts: Flag, review: Flag }), 'must be a list'),
  }),
  entries: section({
    maxChase: Share.nullable(),
    costMargin: Share.nullable(),
    ordersPerHour: Whole.nullable(),
    fatFinger: Share.nullable(),
    attempts: Whole,
  }),
  marks: section({ missingHours: Whole, staleHours: Whole }),
  liquidity: section({ spreadBps: Whole, depthMultiple: Whole, bookAgeSeconds: Whole }).nullable(),
  protections: section({
    cooldownHours: Whole,
    losingExits: section({ exits: Whole, withinHours: Whole, pauseHours: Whole }),
    dailyLoss: Share,
    symbolLock: section({ exits: Whole, withinHours: Whole, lockHours: Whole }),
  }).nullable(),
  kill: section({ missingShare: Share, missingHours: Whole, moveShare: Share, moveSymbols: Whole, venueErrors: Whole }).nullable(),
} as const;

/** Reads a preset by name, or a profile of one's own by path. Throws a Problem that names the place and the bound. */
export const loadRiskProfile = async <Campaign>(nameOrPath: string, campaign: CampaignSection<Campaign>): Promise<RiskProfile<Campaign>> => {
  if (isPreset(nameOrPath)) return presetProfile(nameOrPath, campaign);
  if (!/[./\\]/.test(nameOrPath)) {
    throw usage(`--profile: there is no profile ${typed(nameOrPath)}${orNearest(nameOrPath, PRESETS)}`, `Presets: ${PRESETS.join(', ')}; or give the path of a JSON file.`);
  }
  const bytes = await readFile(nameOrPath).catch((error: NodeJS.ErrnoException) => {
    throw usage(`--profile: ${nameOrPath} cannot be read (${error.code ?? error.message}).`, 'Give a preset or the path of a JSON file.');
  });
  const text = utf8Of(bytes);
  if (text === null) throw usage(`--profile: ${nameOrPath} is not UTF-8 text.`, NOT_UTF8);
  return profileOfText(nameOrPath, text, campaign);
};

/** The profile that a file's text describes. */
export const profileOfText = <Campaign>(path: string, text: string, campaign: CampaignSection<Campaign>): RiskProfile<Campaign> => {
  const given = parsedJson(path, text);
  const places = placesOf(text);
  if (places.tooDeep !== null) throw usage(`--profile: ${path}:${places.tooDeep.line}: ${places.tooDeep.path} nests deeper than ${DEPTH_MAX} levels.`, 'A profile has four.');
  if (places.repeated !== null) throw usage(`--profile: ${path}:${places.repeated.line}: ${places.repeated.path} is given twice.`, 'Keep the one that is meant.');
  const hidden = [...places.lines.keys()].find(place => /(^|\.)__proto__($|[.[])/.test(place));
  // The reader would drop such a key without a word.
  if (hidden !== undefined) throw usage(`--profile: ${path}:${places.lines.get(hidden)}: unknown key ${hidden}`, 'Remove it.');
  const { extends: extended, ...own } = given as Readonly<Record<string, unknown>>;
  const whole = merged(baseOf({ path, places }, extended, campaign), own);
  const parsed = section({ ...sections, campaign: campaign.schema }).safeParse(whole);
  if (!parsed.success) throw shapeProblem({ path, places }, whole, parsed.error.issues);
  const profile = parsed.data as unknown as RiskProfile<Campaign>;
  const governance = governanceOf(profile.governance);
  if (governance === null) throw usage(`--profile: ${where({ path, places }, 'governance')}: governance ${profile.governance} is not known.`, 'This program knows governance 1.');
  const problems = profileProblems(profile, governance);
  if (problems.length > 0) throw boundProblem({ path, places }, problems.map(problem => ({ at: problem.path, says: problemText(problem) })));
  return profile;
};

const HOW = 'Begin with { "extends": "balanced", "name": "mine", "version": 1 }; docs/risk-profiles.md goes on.';

const parsedJson = (path: string, text: string): object => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usage(`--profile: ${path} is not JSON (${error instanceof Error ? error.message : String(error)}).`, HOW);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw usage(`--profile: ${path} is not a JSON object.`, HOW);
  return value;
};

type Source = Readonly<{ path: string; places: JsonPlaces }>;

/** What the file extends, as JSON; without a preset every key has to be given. A preset's name is not inherited. */
const baseOf = <Campaign>({ path, places }: Source, extended: unknown, campaign: CampaignSection<Campaign>): unknown => {
  if (extended === undefined) return {};
  if (typeof extended !== 'string' || !isPreset(extended)) {
    const near = typeof extended === 'string' ? nearestName(extended, PRESETS) : null;
    throw usage(`--profile: ${path}:${places.lines.get('extends')}: extends must name a preset${near === null ? '' : `; did you mean ${near}?`}`, `Presets: ${PRESETS.join(', ')}.`);
  }
  const { name: _, version: __, ...inherited } = jsonOf(presetProfile(extended, campaign)) as Readonly<Record<string, unknown>>;
  return inherited;
};

/** A profile as the JSON a file would hold: amounts and shares as decimal text. */
const jsonOf = (value: unknown): unknown => {
  if (typeof value === 'bigint') return formatDecimal(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, jsonOf(field)]));
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects are merged key by key; anything else that the file gives replaces what it extends, lists included. */
const merged = (base: unknown, own: unknown): unknown => {
  if (!isObject(base) || !isObject(own)) return own;
  return Object.fromEntries([...Object.entries(base), ...Object.entries(own).map(([key, value]): [string, unknown] => [key, Object.hasOwn(base, key) ? merged(base[key], value) : value])]);
};

/** `limits.clusters.FINANCE`, `drawdown.tiers[2].from`. */
const placeOf = (keys: readonly PropertyKey[]): string =>
  keys.reduce<string>((place, key) => (typeof key === 'number' ? `${place}[${key}]` : place === '' ? String(key) : `${place}.${String(key)}`), '');

/** The line of a place, or of the nearest part of it that the file gives. */
const where = ({ path, places }: Source, place: string): string => {
  for (let part = place; part !== ''; part = part.replace(/(\.[^.[]*|\[\d+\]|^[^.[]*)$/, '')) {
    const line = places.lines.get(part);
    if (line !== undefined) return `${path}:${line}`;
  }
  return path;
};

/** The keys that may stand beside each other under a place. */
const keysAt = (keys: readonly PropertyKey[]): readonly string[] => {
  if (keys.length === 0) return ['extends', ...Object.keys(sections), 'campaign'];
  if (keys[0] === 'campaign') return CAMPAIGN_PARAMETERS.map(({ name }) => name);
  let shape: unknown = section(sections);
  for (const key of keys) {
    while (shape instanceof z.ZodNullable) shape = shape.unwrap();
    if (shape instanceof z.ZodObject) shape = (shape.shape as Readonly<Record<string, unknown>>)[String(key)];
    else if (shape instanceof z.ZodArray) shape = shape.element;
  }
  while (shape instanceof z.ZodNullable) shape = shape.unwrap();
  return shape instanceof z.ZodObject ? Object.keys(shape.shape as object) : ['share', 'amount'];
};

/** A key that is spelled wrong explains the one that is missing, so it is told first. */
const shapeProblem = (source: Source, whole: unknown, issues: readonly z.core.$ZodIssue[]): Problem => {
  const misspelt = issues.find(issue => issue.code === 'unrecognized_keys');
  if (misspelt !== undefined) return keyProblem(source, misspelt.path, misspelt.keys[0] ?? '');
  const { path, message } = issues[0]!;
  const place = placeOf(path);
  if (isAbsent(whole, path)) return usage(`--profile: ${where(source, place)}: ${place} is missing.`, source.places.lines.has('extends') ? `Give it: a preset's ${place} is not inherited.` : 'Give it, or begin with "extends": "balanced".');
  return usage(`--profile: ${where(source, place)}: ${place} ${message}.`, path[0] === 'campaign' ? 'specs/campaigns.md lists every parameter with its bounds.' : 'docs/risk-profiles.md shows how a profile is written, specs/risk-profile.md every parameter.');
};

const keyProblem = (source: Source, path: readonly PropertyKey[], key: string): Problem => {
  const known = keysAt(path);
  const near = nearestName(key, known);
  const place = placeOf([...path, key]);
  return usage(`--profile: ${where(source, place)}: unknown key ${place}${near === null ? '' : `; did you mean ${near}?`}`, `Keys: ${known.join(', ')}.`);
};

/** Whether an object stands where the key would be and lacks it; text that was to be an object lacks nothing. */
const isAbsent = (whole: unknown, path: readonly PropertyKey[]): boolean => {
  let value = whole;
  for (const key of path) {
    if (!isObject(value) && !Array.isArray(value)) return false;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value === undefined;
};

type Found = Readonly<{ at: string; says: string }>;

const boundProblem = (source: Source, found: readonly Found[]): Problem => {
  const lines = found.map(({ at, says }) => `${where(source, at)}: ${says}.`);
  return usage(`--profile: ${lines.join('\n      ')}`, 'specs/risk-profile.md lists every bound.');
};
