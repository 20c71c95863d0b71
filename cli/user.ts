/** Who commands when nobody is named: the user of this machine. */
import { userInfo } from 'node:os';
import { usage } from '../engine/problem.ts';

/** A container may run as an account that has a number and no name. */
export const userOfMachine = (): string => {
  try {
    return userInfo().username;
  } catch {
    throw usage('--actor: this account has no name on this machine.', 'Say who commands, for example --actor ann.');
  }
};
