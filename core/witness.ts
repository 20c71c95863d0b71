/**
 * Somebody who watches a step being decided, to explain it: shown how each entry stood before the gates at the moment it
 * was judged. Watching changes nothing; nobody watches while a desk trades.
 */
import type { GateAnswer } from './risk/gate.ts';
import type { EntryWish, GateView } from './risk/gate-view.ts';

export type Witness = Readonly<{ entryJudged: (view: GateView, entry: EntryWish, answer: GateAnswer) => void }>;
