import { expect, test } from '@jest/globals';
import { suggestTests, MOST_SUGGESTIONS } from '../../src/domain/analysis/suggest-tests';
import { creditsToText } from '../../src/domain/credits';
import { Decimal } from '../../src/domain/decimal';
import { isNumber, type DimensionValue } from '../../src/domain/dimensions';
import type { DimensionAliases } from '../../src/domain/declared-dimensions';

type Plain = Record<string, string | number | boolean>;

function events(...all: Plain[]) {
  return all.map((plain, index) => {
    const pairs = Object.entries(plain).map(([name, given]): [string, DimensionValue] => [
      name,
      typeof given === 'number' ? new Decimal(given) : given,
    ]);
    return { at: new Date(1_000_000 - index), value: new Decimal(1), dimensions: new Map(pairs) };
  });
}

/** Each as its name, dimensions and outcome. */
function suggested(formula: string, all: Plain[], aliases: DimensionAliases = []) {
  return suggestTests(formula, events(...all), aliases).map(({ name, dimensions, expectedCredits, expectedError }) => {
    const plain = Object.fromEntries([...dimensions].map(([key, given]) => [key, isNumber(given) ? given.toNumber() : given]));
    return [name, plain, expectedCredits === null ? expectedError : creditsToText(expectedCredits)];
  });
}

const TOKENS: Plain[] = [{ tokens: 900 }, { tokens: 20 }, { tokens: 10, user: 'ada' }, { tokens: 30 }, { tokens: 40 }];

test('The typical event has the median, and the extremes follow, with the dimensions that the formula uses alone', () => {
  expect(suggested('tokens / 10', TOKENS)).toEqual([
    ['typical', { tokens: 30 }, '3'],
    ['least tokens', { tokens: 10 }, '1'],
    ['greatest tokens', { tokens: 900 }, '90'],
  ]);
});

test('The typical event has the usual texts, and lacks what most lack', () => {
  const all: Plain[] = [
    { n: 5, model: 'b' },
    { n: 5, model: 'a', rare: 1 },
    { n: 6, model: 'a' },
    { n: 4, model: 'a' },
    { n: 1, model: 'a' },
  ];
  expect(suggested('n * (model == "a" ? 1 : 2) + coalesce(rare, 0)', all)[0]).toEqual(['typical', { n: 4, model: 'a' }, '4']);
});

test.each([
  ['? :', 'x > 10 ? 1 : 2', ['typical; not x > 10; least x', 'x > 10; greatest x']],
  ['if', 'if(x > 10, 1, 2)', ['typical; not x > 10; least x', 'x > 10; greatest x']],
])('Both branches of %s are there, where events take them', (_, formula) => {
  const outcomes = suggested(formula, [{ x: 1 }, { x: 50 }, { x: 2 }, { x: 3 }, { x: 4 }]).map(([, , outcome]) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(['1', '2']));
});

test('coalesce, exists and tiers have their branches', () => {
  expect(suggested('coalesce(a, b, 7)', [{ c: 1 }, { b: 2 }, { a: 3 }]).map(([name, , outcome]) => [name, outcome])).toEqual([
    ['typical', '7'],
    ['with a', '3'],
    ['with b', '2'],
  ]);
  expect(suggested('exists(a) ? 1 : 2', [{ c: 1 }, { c: 2 }, { a: 'x' }])).toEqual([
    ['typical', {}, '2'],
    ['exists(a)', { a: 'x' }, '1'],
  ]);
  const tiers = suggested('tiered(x, 10, 1, 20, 2, 3)', [{ x: 15 }, { x: 5 }, { x: 16 }, { x: 14 }, { x: 25 }, { x: 30 }]);
  expect(tiers.map(([name, { x }]: any) => [name, x])).toEqual([
    ['typical', 16],
    ['x in tier 1; least x', 5],
    ['x in tier 3; greatest x', 30],
  ]);
});

test('A branch within a branch that is not taken is not covered by the way, and what is refused says so', () => {
  const all: Plain[] = [
    { kind: 'a', n: 0 },
    { kind: 'b', n: 5 },
    { kind: 'b', n: 6 },
    { kind: 'b', n: 5 },
  ];
  expect(suggested('kind == "a" ? (n > 0 ? 1 : 1 / n) : n', all)).toEqual([
    ['typical', { kind: 'b', n: 5 }, '5'],
    ['kind == "a"; least n', { kind: 'a', n: 0 }, 'DIVISION_BY_ZERO'],
    ['greatest n', { kind: 'b', n: 6 }, '6'],
  ]);
});

test('A formula with a former name of a dimension sees events under today’s', () => {
  expect(suggested('tokens', [{ words: 3 }], [['words', 'tokens']])).toEqual([['typical', { words: 3 }, '3']]);
});

test('There are at most 12, none twice and no name twice; none where there are no events', () => {
  const names = Array.from({ length: 15 }, (_, index) => `n${index}`);
  const formula = names.map((name) => `(${name} > 5 ? ${name} : 1)`).join(' + ');
  const one = (large: string) => Object.fromEntries(names.map((name) => [name, name === large ? 10 : 1]));
  const all = suggestTests(formula, events(one(''), ...names.map(one), ...names.map(one)), []);
  expect(all).toHaveLength(MOST_SUGGESTIONS);
  expect(new Set(all.map(({ name }) => name)).size).toBe(MOST_SUGGESTIONS);
  expect(new Set(all.map(({ dimensions }) => JSON.stringify([...dimensions]))).size).toBe(MOST_SUGGESTIONS);
  expect(suggestTests(formula, [], [])).toEqual([]);
});
