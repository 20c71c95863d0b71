/**
 * The closing line of a full run, `N passed, N failed`, from what the tests and the guards counted. No count, or no test
 * at all, is a failure: a run that tested nothing proved nothing.
 */
import { readTally } from './tally-file.ts';

const root = process.cwd();
const tests = readTally(root, 'tests');
const guards = readTally(root, 'guards');

if (tests === null || guards === null) console.log('The run ended before it counted anything; see its messages above.');
if (guards !== null && guards.failed > 0) console.log(`${guards.failed} of the guards (types, lint, boundaries, dead code) failed and count as failed tests.`);

const passed = tests?.passed ?? 0;
const failed = (tests?.failed ?? 1) + (guards?.failed ?? 1);
const skipped = tests?.skipped ?? 0;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
