/**
 * Intents: what deciders ask of the orders decider, in one shape whoever asks. An intent names a wish and a share, never
 * a price or an order; what becomes of it is decided by the wishes that stand, the gates and the venue.
 */
import { ONE_E18 } from '../kernel/units.ts';
import type { Fraction, MarketSymbol } from '../kernel/units.ts';
import type { SignalRaised } from '../events.ts';

/**
 * `enter` buys where nothing is held, `reenter` also where something is; `withdraw` stops buying and sells nothing;
 * `reduce` sells a share of what is held, `exit` all of it.
 */
export type IntentKind = 'enter' | 'reenter' | 'withdraw' | 'reduce' | 'exit';

/** Who asks, highest precedence first. An operator asks by a fact, which is obeyed before any intent. */
export const INTENT_SOURCES = ['operator', 'stop', 'recovery', 'strategy', 'partial', 'entry'] as const;
export type IntentSource = (typeof INTENT_SOURCES)[number];

export type Intent = Readonly<{
  agent: string;
  symbol: MarketSymbol;
  kind: IntentKind;
  source: IntentSource;
  /** To buy: the share of what the agent's sizing asks for. To reduce: the share of what is held. Else 1. */
  fraction: Fraction;
  reason: string;
  /** Expected return to the expected exit, before costs; null where nothing was predicted. */
  expectedReturn: Fraction | null;
}>;

export const WHOLE = ONE_E18 as Fraction;

/** Plain signals as intents: they enter or exit whole, and predict nothing. */
export const intentsOfSignals = (signals: readonly SignalRaised[]): readonly Intent[] => (signals.length === 0 ? NO_INTENTS : signals.map(intentOfSignal));

const NO_INTENTS: readonly Intent[] = [];

const intentOfSignal = ({ agent, symbol, action, reason }: SignalRaised): Intent => ({
  agent,
  symbol,
  kind: action,
  source: action === 'exit' ? 'strategy' : 'entry',
  fraction: WHOLE,
  reason,
  expectedReturn: null,
});

const rankOf = ({ source }: Intent): number => INTENT_SOURCES.indexOf(source);

/** Highest precedence first; intents of one source keep the order they were raised in. */
export const byPrecedence = (intents: readonly Intent[]): readonly Intent[] => {
  for (let index = 1; index < intents.length; index += 1) {
    if (rankOf(intents[index - 1]!) > rankOf(intents[index]!)) return intents.toSorted((left, right) => rankOf(left) - rankOf(right));
  }
  return intents;
};
