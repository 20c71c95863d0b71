/**
 * Which rules and encodings a version brought, read from specs/decisions.md, so that a run of another version is refused
 * with what changed since and not with a number alone. The page is the only place where decisions are written down.
 */
import { readFileSync } from 'node:fs';
import { ENCODING_VERSION, SEMANTICS_VERSION } from '../core/manifest.ts';

/** The rules that decide, and the bytes that are hashed, as counted in specs/hashing.md. */
export type Versions = Readonly<{ semantics: number; encoding: number }>;

export const OWN_VERSIONS: Versions = { semantics: SEMANTICS_VERSION, encoding: ENCODING_VERSION };

/** A decision as its page states it; `version` is that of its section: `semantics 2`, `encoding 2`, or both. */
export type ChangedRule = Readonly<{ date: string; version: string; title: string }>;

/** Null in a part that the section did not raise. */
type Section = Readonly<{ semantics: number | null; encoding: number | null }>;

/** `## Semantics 2, encoding 2: orders`. Sections without a version are about the program around the core. */
const SECTION = /^## (?:semantics (\d+))?(?:, )?(?:encoding (\d+))?(?=$|:)/i;
const DECISION = /^\* \*\*(\d{4}-\d{2}-\d{2}) · (.+)$/;

const versionText = ({ semantics, encoding }: Section): string =>
  [...(semantics === null ? [] : [`semantics ${semantics}`]), ...(encoding === null ? [] : [`encoding ${encoding}`])].join(', ');

/** The bold words of a decision, without the full stop or colon behind them. */
const titleOf = (rest: string): string => rest.slice(0, rest.includes('**') ? rest.indexOf('**') : rest.length).replace(/[.:]$/, '');

const isAfter = (section: Section, since: Versions): boolean => (section.semantics ?? 0) > since.semantics || (section.encoding ?? 0) > since.encoding;

const numberOrNull = (digits: string | undefined): number | null => (digits === undefined ? null : Number(digits));

/** Decisions of the page that came after some versions, in its order. */
export const rulesSince = (page: string, since: Versions): readonly ChangedRule[] => {
  const rules: ChangedRule[] = [];
  let section: Section | null = null;
  for (const line of page.split('\n')) {
    if (line.startsWith('## ')) {
      const [, semantics, encoding] = SECTION.exec(line) ?? [];
      section = semantics === undefined && encoding === undefined ? null : { semantics: numberOrNull(semantics), encoding: numberOrNull(encoding) };
    }
    const [, date, rest] = DECISION.exec(line) ?? [];
    if (section !== null && date !== undefined && isAfter(section, since)) rules.push({ date, version: versionText(section), title: titleOf(rest!) });
  }
  return rules;
};

const PAGE = new URL('../specs/decisions.md', import.meta.url);

/** What changed from a version to this tb's; none where that version is the newer one, for this tb cannot know its rules. */
export const changedRules = (since: Versions): readonly ChangedRule[] => rulesSince(readFileSync(PAGE, 'utf8'), since);

const versionIn = (value: unknown): number | null => (typeof value === 'number' && Number.isSafeInteger(value) ? value : null);

/** The versions that a manifest or an hour record names, whatever else stands in it; null for a text that names none. */
export const versionsIn = (text: string): Versions | null => {
  const fields = objectOrNull(text);
  const [semantics, encoding] = [versionIn(fields?.['semantics']), versionIn(fields?.['encoding'])];
  return semantics === null || encoding === null ? null : { semantics, encoding };
};

const objectOrNull = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
};

export const isOwnVersion = ({ semantics, encoding }: Versions): boolean => semantics === SEMANTICS_VERSION && encoding === ENCODING_VERSION;

/** What stands between a run and this tb, for people. */
export const versionSentence = (versions: Versions): string => `The run was opened under ${versionText(versions)}; this tb executes ${versionText(OWN_VERSIONS)}.`;

/** What to do about it; where there are no rules in between, the run is the newer one. */
export const versionHint = (rules: readonly ChangedRule[]): string =>
  `${rules.length === 0 ? 'It is newer than this tb, which cannot know what changed.' : `Rules that changed since are listed, and explained in specs/decisions.md.`} ` +
  'Execute and replay it with the tb that opened it; tb replay-manifest, tb verify and tb parity compare its stored hashes here.';
