/** `tb doctor`: examines the program, the machine and the store from the outside in, and says how to mend what is not well. */
import { join } from 'node:path';
import { checkpointsFolder } from '../../engine/evidence-places.ts';
import { exitOfChecks, statusOfChecks } from '../../engine/doctor/check.ts';
import type { Check } from '../../engine/doctor/check.ts';
import { examineStore } from '../../engine/doctor/examine.ts';
import { examineMachine } from '../../engine/doctor/machine.ts';
import { counted, oneLine } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { keysOf } from '../evidence-options.ts';
import { bold, dim, green, printResult, red, table, yellow } from '../output.ts';
import { addressOf, locationOf } from '../store.ts';

const PROGRAM = join(import.meta.dirname, '..', '..');

export const run: Action<Readonly<{ keys?: string; checkpoints?: string }>> = async options => {
  const [sinceMs, started] = [Date.now(), performance.now()];
  const location = locationOf(options);
  const isFolder = location.kind === 'folder';
  const store = isFolder ? { folder: location.folder } : { address: await addressOf(location) };
  const places = { keys: keysOf(options), checkpoints: checkpointsFolder(options.checkpoints), store: isFolder ? location.folder : null };
  const machine = examineMachine(PROGRAM, isFolder);
  const checks = [...machine, ...(await examineStore({ store, places, readNow: Date.now, sinceMs, monotonicMs: () => performance.now() - started }))];
  const exit = exitOfChecks(checks);
  if (exit !== 0) process.exitCode = exit;
  printResult(options, {
    document: { checks: checks.map(({ about, check, found, mend, outcome }) => ({ about, check, found, mend, outcome })), status: statusOfChecks(checks), wallMs: Math.round(performance.now() - started) },
    text: () => textOf(checks),
  });
};

const PAINTS = { ok: green, warning: yellow, failure: red } as const;

/** Of many series only those that are not well have a row of their own; the document has all of them. */
const withSeriesTogether = (checks: readonly Check[]): readonly Check[] => {
  const fine = checks.filter(({ check, outcome }) => check === 'candles' && outcome === 'ok');
  if (fine.length < 2) return checks;
  const together: Check = { ...fine[0]!, about: null, found: `${fine.length} series ok; tb data shows each` };
  return checks.flatMap(one => (one === fine[0] ? [together] : fine.includes(one) ? [] : [one]));
};

const textOf = (checks: readonly Check[]): string => {
  const rows = withSeriesTogether(checks).map(({ check, about, outcome, found }) => [about === null ? check : `${check} ${about}`, { text: outcome, paint: PAINTS[outcome] }, found]);
  const toMend = checks.flatMap(({ check, about, outcome, mend }) => (mend === null ? [] : [`${PAINTS[outcome](outcome)} ${about === null ? check : `${check} ${oneLine(about)}`}\n  ${oneLine(mend)}`]));
  const [failures, warnings] = (['failure', 'warning'] as const).map(outcome => checks.filter(one => one.outcome === outcome).length);
  const verdict = failures! + warnings! === 0 ? green('All is well.') : `${counted(failures!, 'failure')}, ${counted(warnings!, 'warning')}`;
  return [table(['looked at', 'is', 'found'], rows), ...(toMend.length === 0 ? [] : ['', bold('To mend'), ...toMend]), '', toMend.length === 0 ? verdict : dim(verdict)].join('\n');
};
