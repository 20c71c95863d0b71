/** Refreezing takes a reason, leaves a dated line, and touches nothing when nothing changed. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withRefrozen } from '../../tools/fixtures/decision-line.ts';
import { askedFor, refreeze } from '../../tools/fixtures/refreeze.ts';

const CASES = 'crash, dip-entry, dust-and-rounding, five-minutes, gaps-and-revisions, halt, kill-switch, severe-loss-recovery, stops, third-asset-fees, trending, vectors';
const USE = 'Use: node tools/fixtures/refreeze.ts CASE --reason "why its hashes change"';

describe('the command line', () => {
  test.each([
    [[], `Name one case: ${CASES}.\n${USE}`],
    [['crash', 'trending', '--reason', 'both'], `Name one case: ${CASES}.\n${USE}`],
    [['crush', '--reason', 'a slip'], `There is no case crush: ${CASES}.\n${USE}`],
    [['crash'], `A case is frozen anew for a reason, given in one line.\n${USE}`],
    [['crash', '--reason', '  '], `A case is frozen anew for a reason, given in one line.\n${USE}`],
    [['crash', '--reason', 'one\ntwo'], `A case is frozen anew for a reason, given in one line.\n${USE}`],
    [['crash', '--force'], `Unknown option '--force'. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "--force"\n${USE}`],
    [['crash', '--reason', 'fees round up'], { name: 'crash', reason: 'fees round up.' }],
    [['vectors', '--reason', 'Encoding 2.'], { name: 'vectors', reason: 'Encoding 2.' }],
  ])('%j', (args, expected) => {
    expect(askedFor(args)).toEqual(expected);
  });
});

describe('the line in specs/decisions.md', () => {
  const refrozen = { date: '2026-01-31', name: 'crash', reason: 'Fees round up.', head: 'ab'.repeat(32), before: 'cd'.repeat(32) };
  const line = '* **2026-01-31 · `crash` refrozen.** Fees round up. Head was `cdcdcdcdcdcd…`, is `abababababab…`.';

  test.each([
    ['a page that does not exist', null, `# Decisions\n\n## Refrozen fixtures\n\n${line}\n`],
    ['a page without the section', '# Decisions\n\n* Something.\n', `# Decisions\n\n* Something.\n\n## Refrozen fixtures\n\n${line}\n`],
    ['an empty section', '# Decisions\n\n## Refrozen fixtures\n', `# Decisions\n\n## Refrozen fixtures\n\n${line}\n`],
    ['a section in the middle', '# D\n\n## Refrozen fixtures\n\n* One.\n\n## Next\n\nText.\n', `# D\n\n## Refrozen fixtures\n\n* One.\n${line}\n\n## Next\n\nText.\n`],
  ])('in %s', (_, page, expected) => {
    expect(withRefrozen(page, refrozen)).toBe(expected);
  });

  test('says so when it is the first freeze', () => {
    expect(withRefrozen('## Refrozen fixtures\n', { ...refrozen, before: null })).toContain('* **2026-01-31 · `crash` frozen.** Fees round up. Head `abababababab…`.\n');
  });
});

describe('writing', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tb-refreeze-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const asked = { name: 'crash', reason: 'A trial.', date: '2026-02-01' };

  test('a case writes its files and its line, and says what to do next', () => {
    expect(refreeze({ root, ...asked })).toMatch(/^crash frozen, head [0-9a-f]{64}\. Read replay-fixtures\/crash\/README\.md again: it tells what the case shows\.$/);
    expect(read('replay-fixtures/crash/hours.jsonl')).toBe(readFileSync('replay-fixtures/crash/hours.jsonl', 'utf8'));
    expect(read('specs/decisions.md')).toMatch(/^# Decisions\n\n## Refrozen fixtures\n\n\* \*\*2026-02-01 · `crash` frozen\.\*\* A trial\. Head `[0-9a-f]{12}…`\.\n$/);
  });

  test('a case that runs as it is frozen is left alone', () => {
    refreeze({ root, ...asked });
    const page = read('specs/decisions.md');
    expect(refreeze({ root, ...asked, reason: 'Again.' })).toBe('crash is frozen as it runs; nothing was written.');
    expect(read('specs/decisions.md')).toBe(page);
  });

  test('candles of a market that left the case are removed, its story stays', () => {
    mkdirSync(join(root, 'replay-fixtures/crash/candles'), { recursive: true });
    writeFileSync(join(root, 'replay-fixtures/crash/candles/OLD-USD.csv'), 'ts,open,high,low,close,volume\n');
    writeFileSync(join(root, 'replay-fixtures/crash/README.md'), '# crash\n');
    refreeze({ root, ...asked });
    expect(existsSync(join(root, 'replay-fixtures/crash/candles/OLD-USD.csv'))).toBe(false);
    expect(read('replay-fixtures/crash/README.md')).toBe('# crash\n');
  });

  test('the vectors of specs/hashing.md are frozen the same way', () => {
    expect(refreeze({ root, ...asked, name: 'vectors' })).toMatch(/^vectors frozen, head [0-9a-f]{64}\. Check them: python3 tools\/hashing_oracle\.py$/);
    expect(read('specs/vectors/hashing.json')).toBe(readFileSync('specs/vectors/hashing.json', 'utf8'));
  });
});
