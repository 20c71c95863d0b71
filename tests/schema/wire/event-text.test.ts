/** Stored facts and decisions: what was written is what is read, and every other spelling is refused by its field. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { decisionOfText } from '../../../schema/wire/decision-text.ts';
import { factOfText } from '../../../schema/wire/fact-text.ts';
import { anyDecision, DECISIONS, DIGEST, FACTS } from './samples.ts';

test.each(Object.values(DECISIONS))('$type is read as it was written', decision => {
  expect(decisionOfText(canonicalText(decision))).toEqual(decision);
});

test.each(FACTS)('$type is read as it was written', fact => {
  expect(factOfText(canonicalText(fact))).toEqual(fact);
});

test('any decision is read as it was written', () => {
  fc.assert(
    fc.property(anyDecision, decision => {
      const text = canonicalText(decision);
      const read = decisionOfText(text);
      expect(canonicalText(read)).toBe(text);
      expect(read.type).toBe(decision.type);
    }),
    { numRuns: 500 },
  );
});

test('one changed character of a decision is refused or read as another decision', () => {
  fc.assert(
    fc.property(anyDecision, fc.nat(), fc.constantFrom('0', '"', ',', ' ', 'x', '}', '-', '\\'), (decision, at, letter) => {
      const text = canonicalText(decision);
      const place = at % text.length;
      const changed = text.slice(0, place) + letter + text.slice(place + 1);
      let read: string | null = null;
      try {
        read = canonicalText(decisionOfText(changed));
      } catch (error) {
        expect(String(error)).toMatch(/^WireError: decision/);
      }
      expect([null, changed]).toContain(read);
    }),
    { numRuns: 500 },
  );
});

const closed = canonicalText(DECISIONS.order_closed);
const signal = canonicalText(DECISIONS.signal_raised);
const placed = canonicalText(DECISIONS.order_placed);

describe('a decision is refused by the name of its field', () => {
  test.each([
    ['no JSON', closed.slice(1), 'decision: is not JSON'],
    ['no object', '[]', 'decision: must be an object, is []'],
    ['unknown type', closed.replace('order_closed', 'order_opened'), 'decision: type must be one of signal_raised, order_placed, order_refused, cancel_requested, order_closed, stop_triggered, campaign_moved, campaign_asked, venue_conflict, lot_opened, lot_matched, lot_released, ledger_posted, balance_overdrawn, risk_changed, review_required, review_closed, tier_changed, kill_tripped, passive_breach, protection_raised, profile_changed, operator_refused, is "order_opened"'],
    ['no type', closed.replace(',"type":"order_closed"', ''), 'decision: type must be one of'],
    ['unknown field', closed.replace('"filled"', '"extra":1,"filled"'), 'decision: extra is not a field of it'],
    ['missing field', closed.replace('"filled":"0",', ''), 'decision: filled is missing'],
    ['fields out of order', '{"filled":"0","reason":"","orderId":"10.0.1","status":"EXPIRED","symbol":"BTC/USD","type":"order_closed"}', 'decision: reason stands out of key order'],
    ['a repeated field', closed.replace('"filled":"0"', '"filled":"0","filled":"0"'), 'decision: is not in canonical form'],
    ['a space', closed.replace('"filled":', '"filled": '), 'decision: is not in canonical form'],
    ['an escape that nothing asks for', closed.replace('EXPIRED', '\\u0045XPIRED'), 'decision: is not in canonical form'],
    ['an unknown word', closed.replace('EXPIRED', 'LOST'), 'decision: status must be one of FILLED, CANCELLED, REJECTED, EXPIRED, is "LOST"'],
    ['an amount as a number', closed.replace('"filled":"0"', '"filled":0'), 'decision: filled must be a decimal string in normal form, is 0'],
    ['an amount with a trailing zero', closed.replace('"filled":"0"', '"filled":"0.50"'), 'decision: filled must be a decimal string in normal form, is "0.50"'],
    ['an amount with a leading zero', closed.replace('"filled":"0"', '"filled":"05"'), 'decision: filled must be'],
    ['negative zero', closed.replace('"filled":"0"', '"filled":"-0"'), 'decision: filled must be'],
    ['an exponent', closed.replace('"filled":"0"', '"filled":"1e2"'), 'decision: filled must be'],
    ['21 integer digits', closed.replace('"filled":"0"', '"filled":"100000000000000000000"'), 'decision: filled must be'],
    ['19 decimals', closed.replace('"filled":"0"', '"filled":"0.1234567890123456789"'), 'decision: filled must be'],
    ['null for text', closed.replace('"reason":""', '"reason":null'), 'decision: reason must be a string, is null'],
    ['a lone surrogate', closed.replace('"reason":""', '"reason":"\\ud800"'), 'decision: reason holds a lone surrogate'],
    ['text for a flag', placed.replace('"postOnly":true', '"postOnly":"true"'), 'decision: postOnly must be true or false, is "true"'],
    ['a fraction for a count', placed.replace('"attempt":2', '"attempt":2.5'), 'decision: attempt must be a whole number, is 2.5'],
    ['a negative count', placed.replace('"attempt":2', '"attempt":-2'), 'decision: attempt must not be negative, is -2'],
    ['a count spelled otherwise', placed.replace('"attempt":2', '"attempt":2.0'), 'decision: is not in canonical form'],
    ['a field inside a list', canonicalText(DECISIONS.ledger_posted).replace('"amount":"0.000000000000000007"', '"amount":"7."'), 'decision: postings[0].amount must be a decimal string in normal form, is "7."'],
    ['an unknown field inside a list', canonicalText(DECISIONS.order_refused).replace('"asked"', '"asker"'), 'decision: violations[0].asker is not a field of it'],
    ['no list', canonicalText(DECISIONS.ledger_posted).replace(/"postings":\[.*?\]/, '"postings":{}'), 'decision: postings must be a list, is {}'],
    ['evidence out of order', signal.replace('{"fast":"1.5","slow":"-0.25"}', '{"slow":"-0.25","fast":"1.5"}'), 'decision: evidence.fast stands out of key order'],
    ['evidence that is no amount', signal.replace('"fast":"1.5"', '"fast":1.5'), 'decision: evidence.fast must be a decimal string in normal form, is 1.5'],
    ['evidence by index out of order', signal.replace('{"fast":"1.5","slow":"-0.25"}', '{"9":"1","10":"1"}'), 'decision: is not in canonical form'],
  ])('%s', (_, text, message) => {
    expect(() => decisionOfText(text)).toThrow(message);
  });
});

test('evidence may be named like an index or like a prototype', () => {
  const evidence = { '10': 1n, '9': 2n, ['__proto__']: 3n, constructor: 4n };
  const text = canonicalText({ ...DECISIONS.signal_raised, evidence: Object.fromEntries(Object.entries(evidence)) });
  const read = decisionOfText(text);
  expect(read.type === 'signal_raised' ? Object.getOwnPropertyNames(read.evidence) : []).toEqual(['9', '10', '__proto__', 'constructor']);
  expect(canonicalText(read)).toBe(text);
});

const market = canonicalText(FACTS[0]);
const late = canonicalText(FACTS[1]);
const [KILL, DEPOSIT] = FACTS.filter(({ type }) => type === 'operator');
const transferred = FACTS.filter(({ type }) => type === 'account_transferred').map(fact => canonicalText(fact));

describe('a fact is refused by the name of its field', () => {
  test.each([
    ['unknown type', market.replace('"market"', '"weather"'), 'fact: type must be one of market, candle_late'],
    ['a digest in capitals', market.replace(DIGEST, DIGEST.toUpperCase()), 'fact: digest must be 64 lower-case hex digits'],
    ['a digest cut short', market.replace(DIGEST, DIGEST.slice(1)), 'fact: digest must be 64 lower-case hex digits'],
    ['a negative count of candles', market.replace('"candles":2', '"candles":-2'), 'fact: candles must not be negative'],
    ['a time beyond exact integers', market.replace('"atMs":3600000', '"atMs":9007199254740993'), 'fact: atMs must be a whole number'],
    ['a candle value that is not normal', late.replace('"close":"2"', '"close":"2.0"'), 'fact: values.close must be in normal form, is "2.0"'],
    ['a candle value with too many digits', late.replace('"close":"2"', '"close":"1234567890.123456789"'), 'fact: values.close 1234567890.123456789 has more than 18 significant digits'],
    ['a negative candle value', late.replace('"close":"2"', '"close":"-2"'), 'fact: values.close -2 is negative'],
    ['a basis of units that leave', transferred[1]!.replace('"atMs":1', '"atMs":1,"basis":"1"'), 'fact: basis is not a field of it'],
    ['no basis of units that come', transferred[0]!.replace('"basis":"0.000000000000000002",', ''), 'fact: basis is missing'],
    ['an unknown direction', transferred[0]!.replace('"in"', '"up"'), 'fact: direction must be one of in, out, is "up"'],
    ['an amount where the command has none', canonicalText(KILL).replace('{"actor"', '{"amount":"1","actor"'), 'fact: amount is not a field of it'],
    ['no amount where the command needs one', canonicalText(DEPOSIT).replace('"amount":"12.5",', ''), 'fact: amount is missing'],
    ['an unknown command', canonicalText(KILL).replace('kill', 'launch'), 'fact: command must be one of kill, halt, resume, flatten, cancel, deposit, withdraw, profile, is "launch"'],
  ])('%s', (_, text, message) => {
    expect(() => factOfText(text)).toThrow(message);
  });
});
