/** Which decisions came with which version, as the page of decisions says it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ENCODING_VERSION, SEMANTICS_VERSION } from '../../core/manifest.ts';
import { changedRules, isOwnVersion, rulesSince, versionHint, versionSentence, versionsIn } from '../../engine/changed-rules.ts';

const PAGE = `# Decisions

## Semantics 1, encoding 1

* **2026-01-01 · First.** Why.

## Encoding 2

* **2026-01-02 · Shorter digests.** Why,
  and more.

## Semantics 2, encoding 2: risk

* **2026-01-03 · Numbers nobody named:** 1 and 2.
* **2026-01-03 · A colon \`in: a title\`** and the rest.

## Store and tools

* **2026-01-04 · No rule.** Why.

## Semantics 3

* **2026-01-05 · Third.** Why.
`;

const titles = (semantics: number, encoding: number): readonly string[] => rulesSince(PAGE, { semantics, encoding }).map(({ title }) => title);

describe('rules since a version', () => {
  test('are those of later semantics or encodings, in the order of the page', () => {
    expect(titles(1, 1)).toEqual(['Shorter digests', 'Numbers nobody named', 'A colon `in: a title`', 'Third']);
    expect(titles(1, 2)).toEqual(['Numbers nobody named', 'A colon `in: a title`', 'Third']);
    expect(titles(2, 2)).toEqual(['Third']);
    expect(titles(3, 2)).toEqual([]);
  });

  test('say with which version each came', () => {
    expect(rulesSince(PAGE, { semantics: 1, encoding: 1 }).map(({ date, version }) => [date, version])).toEqual([
      ['2026-01-02', 'encoding 2'],
      ['2026-01-03', 'semantics 2, encoding 2'],
      ['2026-01-03', 'semantics 2, encoding 2'],
      ['2026-01-05', 'semantics 3'],
    ]);
  });
});

describe('specs/decisions.md', () => {
  const page = readFileSync('specs/decisions.md', 'utf8');
  const headings = page.split('\n').filter(line => line.startsWith('## '));

  test('has a section for the versions of this tb, and none for later ones', () => {
    const versions = headings.flatMap(heading => [...heading.matchAll(/(semantics|encoding) (\d+)/gi)].map(([, what, number]) => `${what!.toLowerCase()} ${number}`));
    for (let number = 1; number <= SEMANTICS_VERSION; number += 1) expect(versions).toContain(`semantics ${number}`);
    for (let number = 1; number <= ENCODING_VERSION; number += 1) expect(versions).toContain(`encoding ${number}`);
    expect(versions).not.toContain(`semantics ${SEMANTICS_VERSION + 1}`);
    expect(versions).not.toContain(`encoding ${ENCODING_VERSION + 1}`);
  });

  test('names versions only where a heading begins with them', () => {
    for (const heading of headings) expect(heading).toMatch(/^## (?:(?:Semantics \d+(?:, encoding \d+)?|Encoding \d+)(?:: [a-z]+)?|Explanation|Store and tools|Refrozen fixtures)$/);
  });

  test('every decision has a date and a title of its own', () => {
    const decisions = rulesSince(page, { semantics: 0, encoding: 0 });
    expect(new Set(decisions.map(({ title }) => title)).size).toBe(decisions.length);
    for (const { date, title } of decisions) expect([date, title]).toEqual([expect.stringMatching(/^2\d{3}-\d\d-\d\d$/), expect.stringMatching(/^\S.{5,160}\S$/)]);
    expect(page.split('\n').filter(line => line.startsWith('* ') && !/^\* \*\*\d{4}-\d{2}-\d{2} · /.test(line))).toEqual([]);
  });

  test('is part of what is published', () => {
    const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files?: readonly string[] };
    expect(files === undefined || files.some(path => /^(\.\/)?specs(\/?|\/\*\*?|\/decisions\.md)$/.test(path))).toBe(true);
  });

  test('says what changed between the first version and this', () => {
    const rules = changedRules({ semantics: 1, encoding: 1 });
    expect(rules[0]).toEqual({ date: '2026-11-21', version: 'encoding 2', title: "The state digest is one hash over the slices' digests" });
    expect(rules).toContainEqual({ date: '2026-11-21', version: 'semantics 2, encoding 2', title: 'A second sale may work beside a first' });
    expect(changedRules({ semantics: SEMANTICS_VERSION, encoding: ENCODING_VERSION })).toEqual([]);
  });
});

describe('versions', () => {
  test('are read from a manifest or record of any layout', () => {
    expect(versionsIn('{"semantics":1,"encoding":2,"of":"another time"}')).toEqual({ semantics: 1, encoding: 2 });
    for (const text of ['', '{', 'null', '{"semantics":1}', '{"semantics":"1","encoding":2}', '{"semantics":1.5,"encoding":2}']) expect(versionsIn(text)).toBe(null);
  });

  test('that are not ours are said in a sentence', () => {
    expect(isOwnVersion({ semantics: SEMANTICS_VERSION, encoding: ENCODING_VERSION })).toBe(true);
    expect(isOwnVersion({ semantics: 1, encoding: ENCODING_VERSION })).toBe(false);
    expect(versionSentence({ semantics: 1, encoding: 1 })).toBe(`The run was opened under semantics 1, encoding 1; this tb executes semantics ${SEMANTICS_VERSION}, encoding ${ENCODING_VERSION}.`);
    expect(versionHint([])).toMatch(/^It is newer than this tb/);
  });
});
