import { describe, expect, test } from '@jest/globals';
import { Decimal } from '../../src/domain/decimal';
import type { DimensionValue } from '../../src/domain/dimensions';
import { DrawdownError } from '../../src/domain/errors';
import { compileFormula } from '../../src/domain/formula/formula';

const EVENT: readonly [string, DimensionValue][] = [
  ['tokens', new Decimal(1000)],
  ['small', new Decimal('0.5')],
  ['zero', new Decimal(0)],
  ['debt', new Decimal(-7)],
  ['model', 'gpt-4o'],
  ['digits', '12'],
  ['cached', true],
  ['input-tokens', new Decimal(40)],
  ['value', new Decimal(99)],
  ['größe', new Decimal(3)],
];
const DIMENSIONS = new Map<string, DimensionValue>(EVENT);
const VALUE = new Decimal(10);

function resultOf(text: string): string {
  return compileFormula(text).evaluate(VALUE, DIMENSIONS).toString();
}

function refusalOf(text: string): DrawdownError {
  const formula = compileFormula(text);
  try {
    formula.evaluate(VALUE, DIMENSIONS);
  } catch (error) {
    return error as DrawdownError;
  }
  throw new Error(`${text} was not refused.`);
}

describe('Numbers are exact', () => {
  test.each([
    ['0.1 * 3 is 0.3', '0.1 * 3', '0.3'],
    ['0.1 + 0.2 is 0.3', '0.1 + 0.2', '0.3'],
    ['a literal keeps all its digits', '0.12345678901234567890123456789', '0.12345678901234567890123456789'],
    ['a large literal keeps all its digits', '12345678901234567890123456789 + 1', '12345678901234567890123456790'],
    ['a number may begin with the point', '.5', '0.5'],
    ['a number may have an exponent', '1e3 + 2.5E-2 + 1e+1', '1010.025'],
    ['leading zeros mean nothing', '007', '7'],
    ['a division keeps far more digits than an amount', '1 / 3 * 3 - 1 > -0.0000000000000000000000000000000001 ? 1 : 0', '1'],
  ])('%s', (_name, text, expected) => expect(resultOf(text)).toBe(expected));
});

describe('Operators bind as in school', () => {
  test.each([
    ['products before sums', '2 + 3 * 4', '14'],
    ['brackets first', '(2 + 3) * 4', '20'],
    ['differences from the left', '10 - 4 - 3', '3'],
    ['quotients from the left', '100 / 10 / 5', '2'],
    ['% binds as * and / do, from the left', '17 % 5 * 2', '4'],
    ['% has the sign of its left side', '-7 % 3', '-1'],
    ['% of a positive by a negative is positive', '7 % -3', '1'],
    ['% takes fractions', '5.5 % 2', '1.5'],
    ['powers from the right', '2 ^ 3 ^ 2', '512'],
    ['a power before a minus sign', '-2 ^ 2', '-4'],
    ['a minus sign in brackets before a power', '(-2) ^ 2', '4'],
    ['0 ^ 0 is 1', '0 ^ 0', '1'],
    ['two minus signs', '5 - -3', '8'],
    ['a minus sign before a bracket', '-(2 + 3)', '-5'],
    ['sums before comparisons', '1 + 1 == 2 ? 1 : 0', '1'],
    ['comparisons before and', '1 < 2 and 3 < 4 ? 1 : 0', '1'],
    ['and before or', 'true or false and false ? 1 : 0', '1'],
    ['not before and', 'not false and false ? 1 : 0', '0'],
    ['not before ==, which comes to the same', 'not true == false ? 1 : 0', '1'],
    ['not of a bracket', 'not (1 == 2) ? 1 : 0', '1'],
    ['not not', 'not not true ? 1 : 0', '1'],
    ['or before the question mark', 'false or true ? 1 : 0', '1'],
    ['? : from the right', 'false ? 1 : false ? 2 : 3', '3'],
    ['? : inside of its first branch', 'true ? false ? 1 : 2 : 3', '2'],
    ['? : takes the whole of its last branch', 'true ? 1 : 2 + 10', '1'],
    ['in after sums', '1 + 1 in [1, 2] ? 1 : 0', '1'],
  ])('%s', (_name, text, expected) => expect(resultOf(text)).toBe(expected));
});

describe('Functions', () => {
  test.each([
    ['min of several', 'min(3, 1, 2)', '1'],
    ['max of several', 'max(3, 1, 2)', '3'],
    ['abs', 'abs(debt)', '7'],
    ['ceil goes up', 'ceil(2.1) + ceil(-2.9)', '1'],
    ['floor goes down', 'floor(2.9) + floor(-2.1)', '-1'],
    ['round goes half away from zero', 'round(2.5)', '3'],
    ['round goes half away from zero below it, too', 'round(-2.5)', '-3'],
    ['round to decimals', 'round(2.345, 2)', '2.35'],
    ['clamp from below', 'clamp(-5, 0, 10)', '0'],
    ['clamp from above', 'clamp(50, 0, 10)', '10'],
    ['clamp leaves what lies between', 'clamp(5, 0, 10)', '5'],
    ['if is ? :', 'if(1 > 2, 10, 20)', '20'],
    ['tiered: within the first tier', 'tiered(5, 10, 1, 20, 2, 3)', '5'],
    ['tiered: exactly at a bound', 'tiered(10, 10, 1, 20, 2, 3)', '10'],
    ['tiered: each part at its own rate', 'tiered(25, 10, 1, 20, 2, 3)', '45'],
    ['tiered: a bound of 0 gives the first tier nothing', 'tiered(5, 0, 7, 2)', '10'],
    ['tiered: a negative x is at the first rate', 'tiered(-5, 10, 1, 2)', '-5'],
    ['volume: within the first tier', 'volume(5, 10, 1, 20, 2, 3)', '5'],
    ['volume: a bound belongs to the tier it ends', 'volume(10, 10, 1, 20, 2, 3)', '10'],
    ['volume: all of x at the rate of its tier', 'volume(25, 10, 1, 20, 2, 3)', '75'],
    ['tiers whose bounds the event gives', 'tiered(tokens, value, 1, value * 10, 2, 3)', '2890'],
    ['volume with rates the event gives', 'volume(value, 5, 1, small)', '5'],
  ])('%s', (_name, text, expected) => expect(resultOf(text)).toBe(expected));
});

describe('Variables', () => {
  test.each([
    ['a dimension by its name', 'tokens * 2', '2000'],
    ['the reported value', 'value', '10'],
    ['a dimension called value', 'dimension("value") + value', '109'],
    ['a dimension whose name is no identifier', 'dimension("input-tokens")', '40'],
    ['a dimension with letters beyond ASCII', "dimension('größe')", '3'],
    ['a text compared', 'model == "gpt-4o" ? 5 : 1', '5'],
    ['single quotes', "model == 'gpt-4o' ? 5 : 1", '5'],
    ['escapes in a text', '"a\\"\\u0041\\n" == \'a"A\\n\' ? 1 : 0', '1'],
    ['a text not equal', 'model != "gpt-4o-mini" ? 5 : 1', '5'],
    ['a text in a list', 'model in ["a", "gpt-4o"] ? 5 : 1', '5'],
    ['a text not in a list', 'not (model in ["a", "b"]) ? 5 : 1', '5'],
    ['a number in a list, however it is written', 'value in [1, 10.0] ? 5 : 1', '5'],
    ['a boolean as condition', 'cached ? 0 : 1', '0'],
    ['a boolean compared', 'cached == true ? 0 : 1', '0'],
    ['numbers of equal size are equal', 'small == 0.50 ? 1 : 0', '1'],
    ['coalesce takes the dimension where there is one', 'coalesce(tokens, 5)', '1000'],
    ['coalesce takes the default where there is none', 'coalesce(absent, 5)', '5'],
    ['coalesce takes the first there is', 'coalesce(absent, tokens, 5)', '1000'],
    ['coalesce of texts', 'coalesce(absent, "x") == "x" ? 1 : 0', '1'],
    ['coalesce of a named dimension', 'coalesce(dimension("no such"), 5)', '5'],
    ['exists', 'exists(tokens) and not exists(absent) ? 1 : 0', '1'],
    ['exists of dimensions of any type', 'exists(model) and exists(cached) ? 1 : 0', '1'],
    ['several lines', '2 *\n  tokens\r\n\t+ 1', '2001'],
  ])('%s', (_name, text, expected) => expect(resultOf(text)).toBe(expected));
});

describe('Only the branch that is needed is evaluated', () => {
  test.each([
    ['? :', 'exists(absent) ? absent : 0', '0'],
    ['if', 'if(exists(absent), absent, 0)', '0'],
    ['and', 'exists(absent) and absent > 0 ? 1 : 0', '0'],
    ['or', 'not exists(absent) or absent > 0 ? 1 : 0', '1'],
    ['a division that is not reached', 'zero == 0 ? 0 : 5 / zero', '0'],
    ['coalesce leaves its default alone', 'coalesce(tokens, 1 / zero)', '1000'],
  ])('%s', (_name, text, expected) => expect(resultOf(text)).toBe(expected));
});

describe('Events are refused', () => {
  test.each([
    ['that lack a dimension', 'tokens + absent', 'DIMENSION_MISSING', '"absent"'],
    ['that lack a dimension by another name', 'dimension("no such")', 'DIMENSION_MISSING', '"no such"'],
    ['that lack toString', 'dimension("toString")', 'DIMENSION_MISSING', '"toString"'],
    [
      'with a text for a number, even one that looks like a number',
      'digits * 2',
      'DIMENSION_TYPE',
      '"digits" must be a number for the formula; the event gives the text "12"',
    ],
    [
      'with a number for a text',
      'tokens == "x" ? 1 : 0',
      'DIMENSION_TYPE',
      '"tokens" must be a text for the formula; the event gives the number 1000',
    ],
    ['with a boolean for a number', 'cached + 1', 'DIMENSION_TYPE', 'the event gives true'],
    ['with a text for a boolean', 'model ? 1 : 0', 'DIMENSION_TYPE', '"model" must be true or false'],
    ['with the wrong type in coalesce', 'coalesce(model, 5)', 'DIMENSION_TYPE', '"model"'],
    ['that divide by zero', '1 +\n 5 / zero', 'DIVISION_BY_ZERO', 'line 2, column 4'],
    ['that take a remainder by zero', '5 % zero', 'DIVISION_BY_ZERO', 'remainder by zero'],
    ['with a negative exponent', '2 ^ debt', 'CHARGE_OUT_OF_RANGE', 'whole number from 0 to 64'],
    ['with a broken exponent', '2 ^ small', 'CHARGE_OUT_OF_RANGE', 'whole number from 0 to 64'],
    ['with an exponent over 64', '2 ^ tokens', 'CHARGE_OUT_OF_RANGE', 'whole number from 0 to 64'],
    ['that leave the range on the way', '(tokens ^ 64) * 0', 'CHARGE_OUT_OF_RANGE', 'too large'],
    ['that come too close to 0 on the way', '(small / tokens) ^ 64', 'CHARGE_OUT_OF_RANGE', 'too close to 0'],
    ['whose tiers do not rise', 'tiered(5, tokens, 1, value, 2, 3)', 'CHARGE_OUT_OF_RANGE', 'must be at least 0 and rise'],
    ['whose tiers begin below 0', 'volume(5, debt, 1, 2)', 'CHARGE_OUT_OF_RANGE', 'must be at least 0 and rise'],
    ['whose decimals of round are out of range', 'round(small, debt)', 'CHARGE_OUT_OF_RANGE', 'from 0 to 38'],
  ])('%s', (_name, text, code, words) => {
    const refusal = refusalOf(text);
    expect(refusal).toBeInstanceOf(DrawdownError);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(words);
  });
});

describe('A formula tells what it uses', () => {
  test('variables come in the order of their first use, with the type their use needs', () => {
    const { variables } = compileFormula(
      'value * rate + (model == "x" ? coalesce(bonus, 1) : 0) + (exists(flag) ? dimension("value") : tier ? 1 : 2)',
    );
    expect(variables).toEqual([
      { name: 'value', dimension: null, type: 'number', optional: false },
      { name: 'rate', dimension: 'rate', type: 'number', optional: false },
      { name: 'model', dimension: 'model', type: 'text', optional: false },
      { name: 'bonus', dimension: 'bonus', type: 'number', optional: true },
      { name: 'flag', dimension: 'flag', type: 'any', optional: true },
      { name: 'dimensions.value', dimension: 'value', type: 'number', optional: false },
      { name: 'tier', dimension: 'tier', type: 'boolean', optional: false },
    ]);
  });

  test('a type travels through comparisons, branches, lists and coalesce', () => {
    const { variables } = compileFormula('a == b and b in [c, "x"] and (d == e) ? 1 : coalesce(f, g, 2)');
    expect(Object.fromEntries(variables.map(({ name, type }) => [name, type]))).toEqual({
      a: 'text',
      b: 'text',
      c: 'text',
      d: 'any',
      e: 'any',
      f: 'number',
      g: 'number',
    });
  });

  test('parameters are the variables with what the event gave them, null for nothing', () => {
    const parameters = compileFormula('value + tokens + coalesce(absent, 1) + dimension("value")').parameters(VALUE, DIMENSIONS);
    expect(parameters.map(({ name, value }) => [name, value === null ? null : String(value)])).toEqual([
      ['value', '10'],
      ['tokens', '1000'],
      ['absent', null],
      ['dimensions.value', '99'],
    ]);
  });

  test('a trace shows every intermediate value at its place, and not the branch that was not taken', () => {
    const { result, error, steps } = compileFormula('(tokens + 1) * 2\n + (cached ? min(value, 3) : 1 / zero)').trace(VALUE, DIMENSIONS);
    expect([String(result), error]).toEqual(['2005', null]);
    expect(steps.map((step) => [step.expression, step.line, step.column, String(step.value)])).toEqual([
      ['tokens + 1', 1, 2, '1001'],
      ['(tokens + 1) * 2', 1, 1, '2002'],
      ['min(value, 3)', 2, 14, '3'],
      ['cached ? min(value, 3) : 1 / zero', 2, 5, '3'],
      ['(tokens + 1) * 2\n + (cached ? min(value, 3) : 1 / zero)', 1, 1, '2005'],
    ]);
  });

  test('a trace ends where the refusal arose', () => {
    const { result, error, steps } = compileFormula('tokens * 2 + value / zero').trace(VALUE, DIMENSIONS);
    expect([result, error?.code]).toEqual([null, 'DIVISION_BY_ZERO']);
    expect(steps.map((step) => step.expression)).toEqual(['tokens * 2']);
  });
});
