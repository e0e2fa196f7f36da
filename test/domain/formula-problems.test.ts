import { describe, expect, test } from '@jest/globals';
import { analyseFormula } from '../../src/domain/analysis/analyse-formula';
import { profileOf } from '../../src/domain/analysis/feature-profile';
import { checkFormula, compileFormula } from '../../src/domain/formula/formula';

/** `line:column` and what the sentence must say. */
type Told = readonly [place: string, words: string];

function told(text: string): string[] {
  const { formula, problems } = checkFormula(text);
  expect(formula).toBeNull();
  return problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function expectProblem(text: string, [place, words]: Told): void {
  const problems = told(text);
  expect(problems.find((problem) => problem.startsWith(`${place} `)) ?? problems.join('\n')).toContain(words);
}

describe('Syntax is told at its place', () => {
  test.each<[string, string, string, string]>([
    ['nothing', '', '1:1', 'empty'],
    ['only spaces', ' \n ', '1:1', 'empty'],
    ['an operator at the end', '1 +\n tokens *', '2:9', 'something must follow *'],
    ['an operator at the beginning', '* 2', '1:1', 'a value before *'],
    ['two operators', '2 * / 3', '1:5', 'a value before /'],
    ['a leading plus', '+5', '1:1', 'leave it out'],
    ['two values', '2 tokens', '1:3', 'no operator before tokens'],
    ['a number before a name', '2tokens', '1:1', 'Write 2 * tokens'],
    ['a number before a bracket', '2(3)', '1:2', 'write * to multiply'],
    ['a bracket before a bracket', '(2)(3)', '1:4', 'write * to multiply'],
    ['a bracket never closed', '(1 + 2', '1:1', 'never closed'],
    ['a bracket never opened', '1 + 2)', '1:6', 'no opening bracket'],
    ['brackets crossed', 'min(1, x in [2)', '1:15', 'closed by ]'],
    ['a call without arguments', 'min()', '1:1', 'two or more arguments; here are 0 arguments'],
    ['empty brackets', '()', '1:2', 'a value before )'],
    ['arguments without a comma', 'min(1 2)', '1:7', 'no operator before this number'],
    ['a trailing comma', 'min(1, 2,)', '1:10', 'a value before )'],
    ['a comma outside of a function', '1, 2', '1:2', 'Decimals are written with a point'],
    ['a comma in plain brackets', 'x in [1] ? (1, 2) : 3', '1:14', 'not of a function'],
    ['a question without its colon', 'x > 1 ? 2', '1:7', 'has no : part'],
    ['a question without its colon, in brackets', '(x > 1 ? 2) : 3', '1:11', 'without its : part'],
    ['a colon without its question', '1 : 2', '1:3', 'no ? before'],
    ['a list without in', '[1, 2]', '1:1', 'only stand after in'],
    ['an index', 'x[0]', '1:2', 'only stand after in'],
    ['an index into a list', 'x in [1][0] ? 1 : 2', '1:9', 'only stand after in'],
    ['in without a list', 'x in y ? 1 : 2', '1:6', 'must be a list'],
    ['in with round brackets', 'x in (1, 2) ? 1 : 2', '1:6', 'must be a list'],
    ['in with a number', 'x in 5 ? 1 : 2', '1:6', 'must be a list'],
    ['in with a minus sign', 'x in -5 ? 1 : 2', '1:6', 'must be a list'],
    ['an empty list', 'x in [] ? 1 : 2', '1:7', 'The list is empty'],
    ['not in', 'x not in ["a"] ? 1 : 2', '1:3', 'write not (x in'],
    ['a chained comparison', '1 < x < 3 ? 1 : 2', '1:7', 'a < b and b < c'],
    ['a chained equality', 'x == y == true ? 1 : 2', '1:8', 'cannot be chained'],
    ['an assignment', 'x = 3', '1:3', 'Write =='],
    ['&&', 'x && y ? 1 : 2', '1:3', 'Write and'],
    ['||', 'x || y ? 1 : 2', '1:3', 'Write or'],
    ['&', 'x & y ? 1 : 2', '1:3', 'Write and'],
    ['|', 'x | y ? 1 : 2', '1:3', 'Write or'],
    ['!', '!x ? 1 : 2', '1:1', 'Write not'],
    ['a factorial', '5!', '1:2', 'no factorials'],
    ['===', 'x === 1 ? 1 : 2', '1:3', 'Write =='],
    ['<>', 'x <> 1 ? 1 : 2', '1:3', 'Write !='],
    ['=<', 'x =< 1 ? 1 : 2', '1:3', 'Write <='],
    ['=>', 'x => 1 ? 1 : 2', '1:3', 'Write >='],
    ['**', 'x ** 2', '1:3', 'Write ^'],
    ['??', 'x ?? 2', '1:3', 'coalesce'],
    ['++', 'x++', '1:2', 'changes nothing'],
    [';', '1; 2', '1:2', 'one expression'],
    ['a comment', '1 /* one */', '1:3', 'Comments'],
    ['a line comment', '1 // one', '1:3', 'Comments'],
    ['a hash comment', '1 # one', '1:3', 'Comments'],
    ['member access', 'usage.tokens', '1:6', 'dimension("a.b")'],
    ['braces', '{1}', '1:1', 'round brackets'],
    ['capital AND', 'x > 1 AND y > 1 ? 1 : 2', '1:7', 'and in small letters'],
    ['capital NOT', 'NOT x ? 1 : 2', '1:1', 'not in small letters'],
    ['capital TRUE', 'TRUE ? 1 : 2', '1:1', 'true in small letters'],
    ['a text that does not end', 'x == "abc ? 1 : 2', '1:6', 'no closing "'],
    ['a text over two lines', 'x == "a\nb" ? 1 : 2', '1:6', 'no closing "'],
    ['an unknown escape', 'x == "a\\q" ? 1 : 2', '1:8', '\\q means nothing'],
    ['an escaped NUL', 'x == "\\u0000" ? 1 : 2', '1:6', 'NUL'],
    ['curly quotes', 'x == “a” ? 1 : 2', '1:6', 'straight quotes'],
    ['a typographic minus', '5 − 3', '1:3', 'plain minus'],
    ['a multiplication sign', '5 × 3', '1:3', 'Write *'],
    ['≤', '5 ≤ x ? 1 : 2', '1:3', 'Write <='],
    ['a no-break space', '5\u00a0+ 3', '1:2', 'unusual space'],
    ['letters beyond ASCII', 'größe * 2', '1:3', 'dimension("…")'],
    ['a dollar sign', '$x', '1:1', 'dimension("…")'],
    ['a point without digits after it', '5. + 1', '1:1', 'without the point'],
    ['two points', '1.2.3', '1:1', 'not a decimal number'],
    ['a hexadecimal number', '0xFF', '1:1', 'not a decimal number'],
    ['digits in groups', '1_000', '1:1', 'not a decimal number'],
    ['a mistake after CRLF', '1 +\r\n\r\n  * 2', '3:3', 'a value before *'],
  ])('%s', (_name, text, place, words) => expectProblem(text, [place, words]));
});

describe('Names are told at their place', () => {
  test.each<[string, string, string, string]>([
    ['a function almost right', 'flor(x)', '1:1', 'Did you mean floor?'],
    ['letters swapped', 'mni(x, 2)', '1:1', 'Did you mean min?'],
    ['capitals', 'Round(x)', '1:1', 'Did you mean round?'],
    ['pow', 'pow(x, 2)', '1:1', 'x ^ y'],
    ['sin', 'sin(x)', '1:1', 'no function sin'],
    ['random', 'random()', '1:1', 'no function random'],
    ['eval', 'eval("1")', '1:1', 'no function eval'],
    ['value called', 'value(1)', '1:1', 'no function value'],
    ['a function without its brackets', 'min + 1', '1:1', 'dimension("min")'],
    ['null', 'null * 5', '1:1', 'There is no null'],
    ['undefined', 'undefined * 5', '1:1', 'There is no undefined'],
    ['NaN', 'NaN', '1:1', 'There is no NaN'],
    ['Infinity', 'tiered(x, 1, 2, Infinity, 3)', '1:17', 'no bound'],
    ['constructor', 'constructor + 1', '1:1', 'No event can have'],
    ['__proto__', '__proto__ + 1', '1:1', 'No event can have'],
    ['__proto__ in quotes', 'dimension("__proto__")', '1:11', 'No event can have'],
    ['toString', 'toString + 1', '1:1', 'dimension("toString")'],
    ['dimension of no text', 'dimension(model)', '1:11', 'a text in quotes'],
    ['dimension of an empty text', 'dimension("")', '1:11', '1 to 255'],
    ['too few arguments', 'round()', '1:1', 'here are 0 arguments'],
    ['too many arguments', 'abs(1, 2)', '1:1', 'abs(x); here are 2 arguments'],
    ['tiers without a rate', 'tiered(x, 10, 1)', '1:1', 'the last rate without a bound'],
    ['if without its last part', 'if(x > 1, 2)', '1:1', 'if(condition, then, otherwise)'],
  ])('%s', (_name, text, place, words) => expectProblem(text, [place, words]));
});

describe('Types are told at their place', () => {
  test.each<[string, string, string, string]>([
    ['a text as result', '"a"', '1:1', 'The result of a formula must be a number; this is a text'],
    ['a condition as result', 'x > 1', '1:3', 'must be a number; this is true or false'],
    ['a number as condition', 'x + 1 ? 1 : 2', '1:3', 'A condition must be true or false'],
    ['a text added', '"a" + 1', '1:1', '+ needs numbers on both sides; this is a text'],
    ['a text as factor', 'x * "2"', '1:5', '* needs numbers'],
    ['texts ordered', '"a" < "b" ? 1 : 2', '1:1', '< needs numbers'],
    ['a number compared with a text', '1 == "1" ? 1 : 2', '1:6', 'the same type; this is a text, not a number'],
    ['branches of two types', 'x ? 1 : "a"', '1:9', 'Both branches'],
    ['a list of two types', 'x in [1, "a"] ? 1 : 2', '1:10', 'the same type'],
    ['a condition with a number', 'x > 1 and 5 ? 1 : 2', '1:11', 'and needs conditions'],
    ['not of a comparison without brackets', 'not model in ["a"] ? 1 : 2', '1:14', 'the same type'],
    ['not of a number', 'not 5 ? 1 : 2', '1:5', 'write not (a == b)'],
    ['minus of a condition', '-(x > 1)', '1:5', 'minus sign needs a number'],
    ['a dimension used in two ways', 'model == "a" ? model * 2 : 1', '1:16', 'by its use at line 1, column 10, model is a text, not a number'],
    ['a dimension used in two ways, by way of another', 'a == b and a > 1 and b == "x" ? 1 : 2', '1:27', 'not a number'],
    ['a text for round', 'round("a")', '1:7', 'round needs numbers'],
    ['coalesce of two types', 'coalesce(model, "a") + 1', '1:1', '+ needs numbers'],
    ['coalesce of what is always there', 'coalesce(value, 1)', '1:10', 'coalesce takes dimensions'],
    ['exists of an expression', 'exists(1 + 2) ? 1 : 2', '1:10', 'exists takes a dimension'],
  ])('%s', (_name, text, place, words) => expectProblem(text, [place, words]));
});

describe('Constants are told at their place', () => {
  test.each<[string, string, string, string]>([
    ['a division by 0', 'x / 0', '1:3', 'always divides by zero'],
    ['a division by what comes to 0', '5 / (2 - 2.0)', '1:3', 'always divides by zero'],
    ['a remainder by 0', 'x % 0', '1:3', 'remainder by zero'],
    ['a division by 0 in a branch', 'x > 1 ? 1 / 0 : 2', '1:11', 'always divides by zero'],
    ['an exponent over 64', 'x ^ 65', '1:5', 'whole number from 0 to 64'],
    ['an exponent that is no integer', 'x ^ 0.5', '1:5', 'whole number from 0 to 64'],
    ['a negative exponent', 'x ^ -1', '1:5', 'whole number from 0 to 64'],
    ['powers of powers', '2 ^ 2 ^ 7', '1:5', 'whole number from 0 to 64'],
    ['a number with 39 digits', '123456789012345678901234567890123456789', '1:1', 'at most 38 significant digits'],
    ['a number that is too large', '1e38', '1:1', 'at most 38 significant digits'],
    ['a number that is too small', 'x * 1e-38', '1:5', 'at most 38 significant digits'],
    ['an absurd exponent', '1e99999999999', '1:1', 'at most 38 significant digits'],
    ['a product out of range', 'x + 9e37 * 9e37 * 9e37', '1:17', 'too large'],
    ['tiers that fall', 'tiered(x, 10, 1, 5, 2, 3)', '1:18', 'must rise'],
    ['tiers that stand still', 'volume(x, 10, 1, 10, 2, 3)', '1:18', 'must rise'],
    ['tiers below 0', 'volume(x, -10, 1, 2)', '1:11', 'at least 0'],
    ['clamp upside down', 'clamp(x, 10, 5)', '1:10', 'above its highest'],
    ['round to -1 decimals', 'round(x, -1)', '1:10', 'from 0 to 38'],
  ])('%s', (_name, text, place, words) => expectProblem(text, [place, words]));
});

test('All problems of a kind are told at once, in the order of the text', () => {
  expect(told('x / 0 +\n y ^ 99').map((problem) => problem.slice(0, 3))).toEqual(['1:3', '2:6']);
});

test('compileFormula refuses with FORMULA_INVALID and the places', () => {
  expect(() => compileFormula('1 +\n  foo(2)')).toThrow(
    expect.objectContaining({ code: 'FORMULA_INVALID', problems: [expect.objectContaining({ field: 'formula', line: 2, column: 3 })] }),
  );
});

describe('Limits', () => {
  test('4096 bytes of UTF-8 are accepted, one more is not', () => {
    const padded = (bytes: number) => `x == "${'ü'.repeat(2000)}" ? 1 : 2`.padEnd(bytes - 2000);
    expect(checkFormula(padded(4096)).problems).toEqual([]);
    expect(told(padded(4097))).toEqual([expect.stringContaining('at most 4096 bytes')]);
  });

  test('500 tokens are accepted, one more is not', () => {
    expect(checkFormula(`-x${'+x'.repeat(249)}`).problems).toEqual([]);
    expect(told(`x${'+x'.repeat(250)}`)).toEqual([expect.stringContaining('at most 500')]);
  });

  test('brackets 32 deep are accepted, 33 are not', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}x${')'.repeat(depth)}`;
    expect(checkFormula(nested(32)).problems).toEqual([]);
    expect(told(nested(33))).toEqual([expect.stringContaining('at most 32 deep')]);
  });

  test('16 powers are accepted, 17 are not', () => {
    expect(checkFormula(`x${'^2'.repeat(1)}${'+x^2'.repeat(15)}`).problems).toEqual([]);
    expect(told(`x^2${'+x^2'.repeat(16)}`)).toEqual([expect.stringContaining('at most 16 powers')]);
  });

  test('a table of sixty models in one formula is no problem', () => {
    const table = Array.from({ length: 60 }, (_, index) => `model == "model-${index}" ? ${index} :`).join('\n');
    expect(
      compileFormula(`${table} 0`)
        .evaluate(compileFormula('1').evaluate(null as never, new Map()), new Map([['model', 'model-59']]))
        .toString(),
    ).toBe('59');
  });
});

describe('Warnings', () => {
  const warnings = (text: string, known?: string[]) =>
    analyseFormula(compileFormula(text), known && { profile: profileOf([], new Set(known)), declarations: [] }).map(
      ({ line, column, message }) => `${line}:${column} ${message}`,
    );

  test.each<[string, string, string | null]>([
    ['a difference can be negative', 'a - b', '1:3 The result can be negative'],
    ['a negative constant rate', '-0.5 * a', '1:6 The result can be negative'],
    ['max(0, …) cannot be negative', 'max(0, a - b)', null],
    ['abs cannot be negative', 'abs(a - b)', null],
    ['a square cannot be negative', '(a - b) ^ 2', null],
    ['a cube can be negative', '(a - b) ^ 3', '1:9 The result can be negative'],
    ['clamp from 0 cannot be negative', 'clamp(a - b, 0, 5)', null],
    ['a sum of reported amounts cannot be negative', '1.5 * a + b / 1000', null],
    ['tiers cannot be negative', 'tiered(value, 10, 2, 1)', null],
    ['tiers with a negative rate can be negative', 'volume(value, 10, 2, -1)', '1:1 The result can be negative'],
    ['a division by a dimension', 'a / b', '1:3 This can divide by zero'],
    ['a remainder by a dimension', 'a % b', '1:3 This can divide by zero'],
    ['a division by a dimension plus 1', 'a / (b + 1)', null],
    ['a division by max(b, 1)', 'a / max(b, 1)', null],
    ['a division under its condition', 'b > 0 ? a / b : 0', null],
    ['a division under the mirrored condition', '0 < b ? a / b : 0', null],
    ['a division under != 0', 'if(b != 0, a / b, 0)', null],
    ['a division in the other branch', 'b == 0 ? 0 : a / b', null],
    ['a division after and', 'b >= 1 and a / b > 2 ? 1 : 0', null],
    ['a division after or', 'b <= 0 or a / b > 2 ? 1 : 0', null],
    ['a division under not', 'not (b > 0) ? 0 : a / b', null],
    ['a division in the wrong branch', 'b > 0 ? 0 : a / b', '1:15 This can divide by zero'],
    ['a difference under its condition', 'a > 10 ? a - 10 : 0', null],
    ['a constant', '2 * 3', '1:1 The formula uses nothing of the event'],
  ])('%s', (_name, text, expected) => expect(warnings(text)).toEqual(expected === null ? [] : [expect.stringContaining(expected)]));

  test('a dimension never seen is told once, with the nearest that was', () => {
    expect(warnings('tokns + tokns + value + max(0, input - token)', ['tokens', 'input-token'])).toEqual([
      expect.stringMatching(/^1:1 No event .* tokns\. Did you mean tokens\?$/),
      expect.stringMatching(/^1:32 No event .* input\.$/),
      expect.stringMatching(/^1:40 No event .* token\. Did you mean tokens\?$/),
    ]);
    expect(warnings('input_token', ['input-token'])).toEqual([expect.stringContaining('Did you mean dimension("input-token")?')]);
    expect(warnings('tokens', ['tokens'])).toEqual([]);
  });
});
