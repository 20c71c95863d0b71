/**
 * The linter's plugin `tb`: rules of specs/style.md that no ready-made rule covers. Which folder each applies to is
 * decided in .oxlintrc.json; tests/guards plants a violation of every one.
 */
import { approvedOrders } from './approved-orders.ts';
import { coreGlobals, mathAllowList } from './core-globals.ts';
import { noAsync, noCatch, noDefaultCase, noExponent, noForIn, noLocale, sortWithComparator } from './core-syntax.ts';
import { bannedNames, valuesAndFunctions } from './everywhere.ts';

export default {
  meta: { name: 'tb' },
  rules: {
    'core-globals': coreGlobals,
    'math-allow-list': mathAllowList,
    'no-exponent': noExponent,
    'no-locale': noLocale,
    'no-async': noAsync,
    'no-catch': noCatch,
    'sort-with-comparator': sortWithComparator,
    'no-for-in': noForIn,
    'no-default-case': noDefaultCase,
    'values-and-functions': valuesAndFunctions,
    'banned-names': bannedNames,
    'approved-orders': approvedOrders,
  },
};
