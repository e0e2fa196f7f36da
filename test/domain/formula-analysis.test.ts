import { describe, expect, test } from '@jest/globals';
import { analyseFormula } from '../../src/domain/analysis/analyse-formula';
import { creditsFromResult, creditsToDecimal } from '../../src/domain/credits';
import { compileFormula } from '../../src/domain/formula/formula';
import { CHAT } from '../support/analysed-feature';

const TOKENS = 'input_tokens + output_tokens';

/** What it is, the formula, the code, the variable, and words of the message. */
type Faulty = [name: string, formula: string, code: string, variable: string | null, words?: string];
type WholeFaulty = [name: string, formula: string, code: string, variable: string | null, words: string];

const PLANTED: Faulty[] = [
  // divisions
  ['an unguarded division', `1000 / output_tokens + ${TOKENS}`, 'CAN_DIVIDE_BY_ZERO', 'output_tokens', 'output_tokens is 0'],
  ['a division by what was never 0 so far', `${TOKENS} + 100 / seconds`, 'CAN_DIVIDE_BY_ZERO', 'seconds', 'not seen so far'],
  ['a division by a difference', `${TOKENS} / abs(seats - 10)`, 'CAN_DIVIDE_BY_ZERO', 'seats', 'seats is 10'],
  ['a division by a difference of two', `1 / abs(input_tokens - output_tokens)`, 'CAN_DIVIDE_BY_ZERO', null],
  ['a division by a multiple', `${TOKENS} + 5 / (2 * percent)`, 'CAN_DIVIDE_BY_ZERO', 'percent', 'percent is 0'],
  ['a remainder', `${TOKENS} + input_tokens % output_tokens`, 'CAN_DIVIDE_BY_ZERO', 'output_tokens'],
  ['a division guarded by the wrong variable', `input_tokens > 0 ? ${TOKENS} / output_tokens : 0`, 'CAN_DIVIDE_BY_ZERO', 'output_tokens'],
  ['a guard that lets 0 through', `output_tokens >= 0 ? input_tokens / output_tokens : 0`, 'CAN_DIVIDE_BY_ZERO', 'output_tokens'],
  ['the division in the wrong branch', `output_tokens > 0 ? 0 : input_tokens / output_tokens`, 'CAN_DIVIDE_BY_ZERO', 'output_tokens'],
  ['a default of 0 as divisor', `${TOKENS} + 1 / coalesce(cached_tokens, 0)`, 'CAN_DIVIDE_BY_ZERO', 'cached_tokens'],
  ['a division by a rounded share', `${TOKENS} / floor(percent / 50)`, 'CAN_DIVIDE_BY_ZERO', 'percent'],
  ['a division by a square minus a number', `${TOKENS} / abs(seats ^ 2 - 49)`, 'CAN_DIVIDE_BY_ZERO', 'seats', 'seats is 7'],
  ['a division for one model', `model == "gpt-4o" ? input_tokens / output_tokens : ${TOKENS}`, 'CAN_DIVIDE_BY_ZERO', 'output_tokens'],
  ['a division by the reported value', `${TOKENS} / value`, 'CAN_DIVIDE_BY_ZERO', 'value', 'value is 0'],
  ['a declared range around the zero of a divisor', `${TOKENS} / abs(steps - 75)`, 'CAN_DIVIDE_BY_ZERO', 'steps', 'steps is 75'],
  // negative results
  ['a difference', `input_tokens - output_tokens`, 'CAN_BE_NEGATIVE', 'input_tokens'],
  ['a discount larger than the price', `0.01 * (${TOKENS}) - 5`, 'CAN_BE_NEGATIVE', null],
  ['a first seat that is free', `${TOKENS} + 10 * (seats - 1) - 5`, 'CAN_BE_NEGATIVE', null],
  ['a negative rate', `-0.5 * input_tokens + output_tokens`, 'CAN_BE_NEGATIVE', null],
  ['a number that has been negative', `balance + 2 * (${TOKENS}) - 2 * (${TOKENS})`, 'CAN_BE_NEGATIVE', 'balance'],
  ['a valley between two ends', `(${TOKENS}) * 0 + seats ^ 2 - 20 * seats + 90`, 'CAN_BE_NEGATIVE', 'seats'],
  ['cached tokens that may be more than all', `${TOKENS} - coalesce(cached_tokens, 0) * 2`, 'CAN_BE_NEGATIVE', null],
  ['clamp from below 0', `clamp(input_tokens - output_tokens, -10, 100)`, 'CAN_BE_NEGATIVE', null],
  ['a branch below 0', `tier == "free" ? ${TOKENS} - 100 : ${TOKENS}`, 'CAN_BE_NEGATIVE', null],
  ['a volume discount that goes too far', `${TOKENS} + volume(seats, 10, 1, 20, 0.5, -1000)`, 'CAN_BE_NEGATIVE', 'seats'],
  // limits
  ['a power that is too large', `${TOKENS} + input_tokens ^ 8`, 'CAN_BE_OUT_OF_RANGE', 'input_tokens'],
  ['an exponent that is no whole number', `${TOKENS} + 2 ^ seconds`, 'CAN_BE_OUT_OF_RANGE', 'seconds', 'exponent'],
  ['an exponent that is too large', `${TOKENS} + 1 ^ percent`, 'CAN_BE_OUT_OF_RANGE', 'percent', 'exponent'],
  ['bounds of tiers that may fall', `${TOKENS} + tiered(value, seats, 3, 10, 2, 1)`, 'CAN_BE_OUT_OF_RANGE', 'seats', 'rise'],
  ['decimals of round that are no whole number', `round(${TOKENS}, seconds)`, 'CAN_BE_OUT_OF_RANGE', 'seconds', 'decimals'],
  // names and values
  ['a slip in a name', `input_token + output_tokens`, 'DIMENSION_NEVER_SEEN', 'input_token', 'Did you mean input_tokens, seen in 100 % of events?'],
  ['letters swapped', `inptu_tokens + output_tokens`, 'DIMENSION_NEVER_SEEN', 'inptu_tokens', 'input_tokens'],
  ['another way to write it', `inputTokens + output_tokens`, 'DIMENSION_NEVER_SEEN', 'inputTokens', 'input_tokens'],
  ['a dimension nobody sends', `${TOKENS} + gpu_hours`, 'DIMENSION_NEVER_SEEN', 'gpu_hours', 'gpu_hours, so every event would be refused.'],
  ['a dimension that stopped arriving', `region == "eu" ? ${TOKENS} : 2 * (${TOKENS})`, 'DIMENSION_STOPPED', 'region', 'last seen at 2026-10-05'],
  ['a dimension that many events lack', `${TOKENS} + cached_tokens`, 'DIMENSION_CAN_BE_MISSING', 'cached_tokens', 'missing in 60 %'],
  ['a number sent as a text', `${TOKENS} + pages`, 'DIMENSION_TYPE_DIFFERS', 'pages', '100 %'],
  ['a text used as a condition', `tier ? ${TOKENS} : 0`, 'DIMENSION_TYPE_DIFFERS', 'tier'],
  ['a declared type', `quality * (${TOKENS})`, 'DIMENSION_TYPE_DIFFERS', 'quality', 'declared as TEXT'],
  [
    'a slip in a text',
    `model == "gpt4o" ? 5 * (${TOKENS}) : ${TOKENS}`,
    'VALUE_NEVER_SEEN',
    'model',
    'did you mean "gpt-4o", seen in 33 % of events?',
  ],
  ['capitals in a text', `model == "GPT-4o" ? 5 * (${TOKENS}) : ${TOKENS}`, 'VALUE_NEVER_SEEN', 'model', '"gpt-4o"'],
  ['a slip in a list', `model in ["gpt-4o", "claude-sonet"] ? 5 * (${TOKENS}) : ${TOKENS}`, 'VALUE_NEVER_SEEN', 'model', '"claude-sonnet"'],
  ['a text nobody sends', `tier == "enterprise" ? 5 * (${TOKENS}) : ${TOKENS}`, 'VALUE_NEVER_SEEN', 'tier', 'comes out the same'],
  ['a text that is not allowed', `quality == "medium" ? 5 * (${TOKENS}) : ${TOKENS}`, 'VALUE_NOT_ALLOWED', 'quality'],
  ['a number that is not allowed', `level == 4 ? 5 * (${TOKENS}) : ${TOKENS}`, 'VALUE_NOT_ALLOWED', 'level'],
  // branches
  ['a condition without the event', `1 > 2 ? 5 * (${TOKENS}) : ${TOKENS}`, 'BRANCH_NEVER_TAKEN', null, 'never true'],
  ['a condition that is always true', `2 > 1 ? ${TOKENS} : 0`, 'BRANCH_NEVER_TAKEN', null, 'always true'],
  ['a branch above the declared range', `steps > 200 ? 5 * (${TOKENS}) : ${TOKENS}`, 'BRANCH_NEVER_TAKEN', 'steps', 'never true'],
  ['a condition within the declared range', `steps <= 150 ? ${TOKENS} : 0`, 'BRANCH_NEVER_TAKEN', 'steps', 'always true'],
  ['tiers in the wrong order', `seats > 10 ? ${TOKENS} : seats > 20 ? 2 * (${TOKENS}) : 0`, 'BRANCH_NEVER_TAKEN', 'seats', 'never true'],
  ['a case that is there twice', `tier == "pro" ? 1 * (${TOKENS}) : tier == "pro" ? 2 * (${TOKENS}) : 0`, 'BRANCH_NEVER_TAKEN', 'tier'],
  ['a contradiction', `seats > 10 and seats < 5 ? ${TOKENS} : 0`, 'BRANCH_NEVER_TAKEN', 'seats'],
  ['a number that is no option', `level > 3 ? 2 * (${TOKENS}) : ${TOKENS}`, 'BRANCH_NEVER_TAKEN', 'level'],
  ['exists of what is required', `exists(quality) ? ${TOKENS} : 0`, 'BRANCH_NEVER_TAKEN', 'quality'],
  // the whole
  ['a formula of the event’s number alone', `2 * value`, 'DIMENSION_UNUSED', 'input_tokens', '100 % of the events'],
  ['one kind of tokens forgotten', `2 * input_tokens`, 'DIMENSION_UNUSED', 'output_tokens', 'does not use'],
  ['nothing of the event', `2 * 3`, 'CONSTANT_FORMULA', null],
];

/** Every row whole, because a test that lacks an argument is taken for one that waits for a callback. */
const FAULTY = PLANTED.map(([name, formula, code, variable, words = '']): WholeFaulty => [name, formula, code, variable, words]);

const SOUND: [name: string, formula: string][] = [
  ['rates per token', `0.5 * input_tokens + 1.5 * output_tokens`],
  ['rates per thousand', `(0.5 * input_tokens + 1.5 * output_tokens) / 1000`],
  ['a rate per model', `(${TOKENS}) * (model == "gpt-4o" ? 5 : model == "gpt-4o-mini" ? 0.3 : 3)`],
  ['all models by name', `model == "gpt-4o" ? ${TOKENS} : model == "gpt-4o-mini" ? 2 : model == "claude-sonnet" ? 3 : 0`],
  ['a list of models', `model in ["gpt-4o", "claude-sonnet"] ? 5 * (${TOKENS}) : ${TOKENS}`],
  ['not one model', `model != "gpt-4o" ? ${TOKENS} : 2 * (${TOKENS})`],
  ['tiers of seats', `${TOKENS} + tiered(seats, 10, 5, 20, 3, 1)`],
  ['a volume price', `${TOKENS} + volume(seats, 10, 5, 20, 3, 1)`],
  ['a guarded division', `output_tokens > 0 ? input_tokens / output_tokens : 0`],
  ['a division guarded from the other side', `output_tokens == 0 ? 0 : input_tokens / output_tokens`],
  ['a division guarded by !=', `if(output_tokens != 0, input_tokens / output_tokens, 1)`],
  ['a division guarded by and', `seats > 0 and input_tokens / seats > 100 ? ${TOKENS} : output_tokens`],
  ['a share of a maximum', `input_tokens / max(input_tokens, 1) + output_tokens`],
  ['a share of a sum and 1', `input_tokens / (input_tokens + output_tokens + 1)`],
  ['a guard on the sum that divides', `input_tokens + output_tokens > 0 ? input_tokens / (input_tokens + output_tokens) : 0`],
  ['what is left of a minimum', `input_tokens - min(input_tokens, output_tokens)`],
  ['the larger less the smaller', `max(input_tokens, output_tokens) - min(input_tokens, output_tokens)`],
  ['a difference under its condition', `input_tokens > output_tokens ? input_tokens - output_tokens : 0`],
  ['a difference from 0', `max(0, input_tokens - output_tokens)`],
  ['a difference between bounds', `clamp(input_tokens - output_tokens, 0, 1000)`],
  ['the size of a difference', `abs(input_tokens - output_tokens)`],
  ['the square of a difference', `(input_tokens - output_tokens) ^ 2`],
  ['cached tokens where there are any', `${TOKENS} - min(coalesce(cached_tokens, 0), input_tokens)`],
  ['cached tokens if they exist', `exists(cached_tokens) ? ${TOKENS} + 0.1 * cached_tokens : ${TOKENS}`],
  [
    'a division that coalesce guards',
    `${TOKENS} + 100 / coalesce(cached_tokens, 0) * 0`.replace('coalesce(cached_tokens, 0)', 'max(coalesce(cached_tokens, 0), 1)'),
  ],
  ['a percentage off', `(${TOKENS}) * (100 - percent) / 100`],
  ['a percentage of what it was at most', `(${TOKENS}) * (1 - percent / 100)`],
  ['whole numbers that are never a half', `(${TOKENS}) / abs(seats - 0.5)`],
  ['a declared range above 0', `(${TOKENS}) / steps`],
  ['a declared range under its highest', `(${TOKENS}) * (150 - steps)`],
  ['a declared number less its lowest', `${TOKENS} + steps - 1`],
  ['allowed numbers as divisors', `(${TOKENS}) / (level * level)`],
  ['allowed numbers that are all there', `(${TOKENS}) * (level == 1 ? 1 : level == 2 ? 2 : 3)`],
  ['allowed texts that are all there', `(${TOKENS}) * (quality == "low" ? 1 : quality == "high" ? 2 : 0)`],
  ['a former name of a declared dimension', `(${TOKENS}) / iterations`],
  ['a boolean', `streaming ? ${TOKENS} : 2 * (${TOKENS})`],
  ['a number that has been negative, made positive', `abs(balance) + ${TOKENS}`],
  ['cases that exclude each other', `seats > 10 ? ${TOKENS} : seats <= 10 ? 2 * (${TOKENS}) : 0`],
  ['tiers in the right order', `seats > 20 ? 2 * (${TOKENS}) : seats > 10 ? ${TOKENS} : 0`],
  ['a limit that was not reached so far', `seats > 1000 ? 2 * (${TOKENS}) : ${TOKENS}`],
  ['a power of a few', `${TOKENS} + seats ^ 3`],
  ['an exponent that is always a whole number', `${TOKENS} + 2 ^ clamp(floor(seats), 0, 10)`],
  ['a minimum charge', `max(1, 0.01 * (${TOKENS}))`],
  ['rounding up', `ceil((${TOKENS}) / 1000)`],
  ['a difference of tokens that round keeps above 0', `round(input_tokens / 3, 2) + output_tokens`],
  ['time by a rate, tokens too', `0.1 * seconds + ${TOKENS}`],
  ['a remainder by a constant', `input_tokens % 100 + output_tokens`],
  ['a minus that cancels out', `${TOKENS} - input_tokens`],
];

describe('The planted fault is found', () => {
  test(`in a table of ${FAULTY.length} formulas`, () => expect(FAULTY.length).toBeGreaterThanOrEqual(40));

  test.each<WholeFaulty>(FAULTY)('%s: %s', (_name, text, code, variable, words) => {
    const warnings = analyseFormula(compileFormula(text), CHAT);
    const found = warnings.filter((warning) => warning.code === code);
    expect(warnings.map((warning) => warning.code)).toContain(code);
    if (variable !== null) expect(found.map((warning) => warning.variable)).toContain(variable);
    expect(found.map(({ message }) => message).join('\n')).toContain(words);
  });

  test.each<WholeFaulty>(FAULTY)('and nothing else is told: %s: %s', (_name, text, code, _variable, _words) => {
    expect([...new Set(analyseFormula(compileFormula(text), CHAT).map((warning) => warning.code))]).toEqual([code]);
  });

  test('and the example of a fault is an event that is refused for it', () => {
    let examples = 0;
    for (const [, text] of FAULTY)
      for (const { code, example } of analyseFormula(compileFormula(text), CHAT)) {
        if (!example || !code.startsWith('CAN_')) continue;
        examples += 1;
        const charge = () => creditsFromResult(compileFormula(text).evaluate(creditsToDecimal(example.value), example.dimensions));
        const refusal = code === 'CAN_DIVIDE_BY_ZERO' ? 'DIVISION_BY_ZERO' : 'CHARGE_OUT_OF_RANGE';
        expect(charge).toThrow(expect.objectContaining({ code: refusal }));
      }
    expect(examples).toBeGreaterThanOrEqual(30);
  });
});

describe('Nothing is told of a sound formula', () => {
  test(`in a table of ${SOUND.length} formulas`, () => expect(SOUND.length).toBeGreaterThanOrEqual(40));

  test.each(SOUND)('%s: %s', (_name, text) => expect(analyseFormula(compileFormula(text), CHAT)).toEqual([]));
});
