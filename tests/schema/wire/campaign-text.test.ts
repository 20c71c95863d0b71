/** Campaign events and predictions on the wire: what is beyond its bounds or cannot be is refused by name. */
import { describe, expect, test } from 'vitest';
import { decisionText, factText } from '../../../core/log-text.ts';
import { decisionOfText } from '../../../schema/wire/decision-text.ts';
import { factOfText } from '../../../schema/wire/fact-text.ts';
import { DECISIONS, FACTS } from './samples.ts';

const said = factText(FACTS.find(({ type }) => type === 'prediction')!);
const moved = decisionText(DECISIONS.campaign_moved);
const asked = decisionText(DECISIONS.campaign_asked);

test('what was written reads back', () => {
  expect(factText(factOfText(said))).toBe(said);
  expect(decisionOfText(moved)).toEqual(DECISIONS.campaign_moved);
  expect(decisionOfText(asked)).toEqual(DECISIONS.campaign_asked);
});

describe('a prediction is refused', () => {
  test.each([
    ['"probabilityUp":"0.5"', '"probabilityUp":"1.5"', 'fact: prediction.hours4.probabilityUp must lie between 0 and 1'],
    ['"probabilityUp":"0.5"', '"probabilityUp":"-0.5"', 'fact: prediction.hours4.probabilityUp must lie between 0 and 1'],
    ['"expectedReturn":"-0.01"', '"expectedReturn":"-1.01"', 'fact: prediction.hours4.expectedReturn must lie between -1 and 10'],
    ['"expectedReturn":"-0.01"', '"expectedReturn":"-0.0100000001"', 'fact: prediction.hours4.expectedReturn must have at most 8 decimals'],
    ['"confidence":"0.25"', '"confidence":"2"', 'fact: prediction.confidence must lie between 0 and 1'],
    ['"volatility":null', '"volatility":"11"', 'fact: prediction.volatility must lie between 0 and 10'],
    ['"regime":"TURBULENT"', '"regime":"CALM"', 'fact: prediction.regime must be one of TREND_UP, TREND_DOWN, RANGE, TURBULENT, is "CALM"'],
    ['"hour1":null', '"hour1":{"probabilityUp":"0.5"}', 'fact: prediction.hour1.expectedReturn is missing'],
  ])('for %s as %s', (from, to, problem) => {
    expect(said).toContain(from);
    expect(() => factOfText(said.replace(from, to))).toThrow(problem);
  });
});

describe('an event of a campaign is refused', () => {
  test.each([
    [moved, '"to":"WAIT_DIP"', '"to":"EXITING"', 'must be a move that can be, is FLAT to EXITING'],
    [moved, '"to":"WAIT_DIP"', '"to":"ASLEEP"', 'to must be one of FLAT, WAIT_DIP, OPEN, REDUCED, RECOVERY, EXITING, is "ASLEEP"'],
    [moved, '"reason":"DIP_EXPECTED"', '"reason":"WHIM"', 'reason must be one of'],
    [moved, '"stateClass":"STRONG_POSITIVE"', '"stateClass":"GOOD"', 'evidence.stateClass must be one of'],
    [asked, '"ask":"reduce"', '"ask":"hope"', 'ask must be one of enter, reenter, withdraw, reduce, exit, is "hope"'],
    [asked, '"patience":7', '"patience":-7', 'evidence.patience must not be negative, is -7'],
  ])('%#', (text, from, to, problem) => {
    expect(text).toContain(from);
    expect(() => decisionOfText(text.replace(from, to))).toThrow(problem);
  });
});
