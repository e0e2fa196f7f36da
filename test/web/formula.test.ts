import { describe, expect, test } from '@jest/globals';
import { FUNCTIONS } from '../../src/domain/formula/functions';
import { dimensionReference, seenDimensions } from '../../src/web/app/formula/dimensions';
import { FORMULA_FUNCTIONS } from '../../src/web/app/formula/functions';
import { changedPieces } from '../../src/web/app/formula/changed-pieces';
import { rangeAt } from '../../src/web/app/formula/problem-range';
import { tokensOf } from '../../src/web/app/formula/tokens';

const pieces = (text: string) => tokensOf(text).map(({ kind, from, to }) => `${kind} ${text.slice(from, to)}`);

describe('the formula field', () => {
  test('knows exactly the functions that the server knows', () => {
    expect(FORMULA_FUNCTIONS.map(({ name }) => name).sort()).toEqual(Object.keys(FUNCTIONS).sort());
    for (const { name, usage, template } of FORMULA_FUNCTIONS) expect([usage, template].every((text) => text.startsWith(`${name}(`))).toBe(true);
  });

  test('tells numbers, names, functions, words, signs and texts apart', () => {
    expect(pieces('max(0, input_tokens - .5) * (model == "a \\" b" and not false ? 1e3 : 2)')).toEqual([
      'function max',
      'sign (',
      'number 0',
      'sign ,',
      'name input_tokens',
      'sign -',
      'number .5',
      'sign )',
      'sign *',
      'sign (',
      'name model',
      'sign ==',
      'text "a \\" b"',
      'word and',
      'word not',
      'word false',
      'sign ?',
      'number 1e3',
      'sign :',
      'number 2',
      'sign )',
    ]);
  });

  test('reads anything, also what is being typed or has no place in a formula', () => {
    expect(pieces('model == "atl')).toEqual(['name model', 'sign ==', 'text "atl']);
    expect(pieces('a $ b\n// 😀')).toEqual(['name a', 'strange $', 'name b', 'sign /', 'sign /', 'strange 😀']);
    for (const text of ['', ' ', '"', '\\', '\u0000', '((((', "'\n'"]) expect(tokensOf(text).every(({ from, to }) => from < to)).toBe(true);
  });

  test.each([
    ['the piece that begins there', 'a +\n  tokns * 2', 2, 3, 'tokns'],
    ['the rest of the piece where the place lies inside', 'value == "x\\q"', 1, 12, '\\q"'],
    ['the last piece at the end', 'a +', 1, 4, '+'],
    ['the last piece far behind the end', 'a + b', 9, 9, 'b'],
    ['nothing of an empty text', '', 1, 1, ''],
  ])('underlines %s', (_what, text, line, column, underlined) => {
    const { from, to } = rangeAt(text, { line, column });
    expect(text.slice(from, to)).toBe(underlined);
  });

  test('writes a dimension as its name where that means the dimension, and else with dimension()', () => {
    const names = ['tokens', 'gpt-4o', 'value', 'min', 'true', '3d', 'a "b"'];
    expect(names.map(dimensionReference)).toEqual([
      'tokens',
      'dimension("gpt-4o")',
      'dimension("value")',
      'dimension("min")',
      'dimension("true")',
      'dimension("3d")',
      'dimension("a \\"b\\"")',
    ]);
  });

  test('offers dimensions by how many events had them, with what they were', () => {
    const numbers = { typical: 12, greatest: 90 };
    const texts = [{ text: 'a' }, { text: 'b' }];
    const seen = seenDimensions(200, [
      { name: 'rare', count: 1, booleans: 1, numbers: null, textValues: [] },
      { name: 'model', count: 200, booleans: 0, numbers: null, textValues: texts },
      { name: 'tokens', count: 150, booleans: 0, numbers, textValues: [] },
      { name: 'size', count: 150, booleans: 0, numbers, textValues: texts },
    ]);
    expect(seen.map(({ name, percent, type, examples }) => [name, percent, type, examples])).toEqual([
      ['model', 100, 'text', ['a', 'b']],
      ['size', 75, 'mixed', [12, 90, 'a']],
      ['tokens', 75, 'number', [12, 90]],
      ['rare', 1, 'true or false', [true, false]],
    ]);
  });
});

describe('the pieces that two formulas do not share', () => {
  const textsAt = (formula: string, starts: ReadonlySet<number>) =>
    tokensOf(formula)
      .filter(({ from }) => starts.has(from))
      .map(({ from, to }) => formula.slice(from, to));

  test.each([
    ['0.0025 * input_tokens', '0.003 * input_tokens', ['0.0025'], ['0.003']],
    ['a + b', 'a+b', [], []],
    ['a', 'max(a, 1)', [], ['max', '(', ',', '1', ')']],
    ['a * 2 + b * 3', 'a * 2', ['+', 'b', '*', '3'], []],
    ['', 'a', [], ['a']],
  ])('of %j and %j are told', (before, after, gone, added) => {
    const changed = changedPieces(before, after);
    expect(textsAt(before, changed.before)).toEqual(gone);
    expect(textsAt(after, changed.after)).toEqual(added);
  });
});
