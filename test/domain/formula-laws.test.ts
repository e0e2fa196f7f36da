import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Decimal } from '../../src/domain/decimal';
import type { DimensionValue } from '../../src/domain/dimensions';
import { DrawdownError } from '../../src/domain/errors';
import { analyseFormula } from '../../src/domain/analysis/analyse-formula';
import { profileOf } from '../../src/domain/analysis/feature-profile';
import { checkFormula, compileFormula } from '../../src/domain/formula/formula';

/** A fraction of whole numbers: the reference needs no decimals and rounds nothing. */
interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

function fraction(text: string): Fraction {
  const [whole, decimals = ''] = text.split('.');
  return { n: BigInt(whole! + decimals), d: 10n ** BigInt(decimals.length) };
}

const plus = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });
const negative = (a: Fraction): Fraction => ({ n: -a.n, d: a.d });
const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d });
const compare = (a: Fraction, b: Fraction): number => Math.sign(Number(a.n * b.d - b.n * a.d > 0n) - Number(a.n * b.d - b.n * a.d < 0n));

type Expression =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'minus'; readonly operand: Expression }
  | { readonly kind: 'infix'; readonly operator: '+' | '-' | '*'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'extreme'; readonly name: 'min' | 'max'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'choice';
      readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!=';
      readonly left: Expression;
      readonly right: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
  | {
      readonly kind: 'tiers';
      readonly name: 'tiered' | 'volume';
      readonly x: Expression;
      readonly bounds: readonly string[];
      readonly rates: readonly string[];
    };

type Values = Readonly<Record<string, string>>;

function reference(expression: Expression, values: Values): Fraction {
  const of = (part: Expression) => reference(part, values);
  switch (expression.kind) {
    case 'literal':
      return fraction(expression.text);
    case 'variable':
      return fraction(values[expression.name]!);
    case 'minus':
      return negative(of(expression.operand));
    case 'infix': {
      const [left, right] = [of(expression.left), of(expression.right)];
      if (expression.operator === '*') return times(left, right);
      return plus(left, expression.operator === '+' ? right : negative(right));
    }
    case 'extreme': {
      const [left, right] = [of(expression.left), of(expression.right)];
      return compare(left, right) < 0 === (expression.name === 'min') ? left : right;
    }
    case 'choice':
      return of(holds(expression.operator, compare(of(expression.left), of(expression.right))) ? expression.whenTrue : expression.whenFalse);
    case 'tiers':
      return tiersReference(expression.name, of(expression.x), expression.bounds.map(fraction), expression.rates.map(fraction));
  }
}

function holds(operator: string, order: number): boolean {
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0, '==': order === 0, '!=': order !== 0 }[operator]!;
}

/** By definition: what of x lies between each two bounds, at that tier's rate. */
function tiersReference(name: string, x: Fraction, bounds: readonly Fraction[], rates: readonly Fraction[]): Fraction {
  const tier = bounds.filter((bound) => compare(x, bound) > 0).length;
  if (name === 'volume') return times(x, rates[tier]!);
  let sum = fraction('0');
  for (let i = 0; i <= tier; i++) {
    const from = i === 0 ? fraction('0') : bounds[i - 1]!;
    const to = i === tier ? x : bounds[i]!;
    sum = plus(sum, times(plus(to, negative(from)), rates[i]!));
  }
  return sum;
}

/** With only the brackets that are needed: so the law covers precedence, too. */
function written(expression: Expression, binding = 0): string {
  const inBrackets = (own: number, text: string) => (own < binding ? `(${text})` : text);
  switch (expression.kind) {
    case 'literal':
      return expression.text;
    case 'variable':
      return expression.name;
    case 'minus':
      return inBrackets(3, `-${written(expression.operand, 3)}`);
    case 'infix': {
      const own = expression.operator === '*' ? 2 : 1;
      return inBrackets(own, `${written(expression.left, own)} ${expression.operator} ${written(expression.right, own + 1)}`);
    }
    case 'extreme':
      return `${expression.name}(${written(expression.left)}, ${written(expression.right)})`;
    case 'choice': {
      const condition = `${written(expression.left, 1)} ${expression.operator} ${written(expression.right, 1)}`;
      return inBrackets(0.5, `${condition} ? ${written(expression.whenTrue)} : ${written(expression.whenFalse)}`);
    }
    case 'tiers': {
      const tiers = expression.bounds.map((bound, index) => `${bound}, ${expression.rates[index]}`);
      return `${expression.name}(${written(expression.x)}, ${[...tiers, expression.rates.at(-1)].join(', ')})`;
    }
  }
}

const amount = (whole: number, decimals: number) =>
  fc.tuple(fc.nat(whole), fc.nat(10 ** decimals - 1)).map(([a, b]) => `${a}.${String(b).padStart(decimals, '0')}`);
const NAMES = ['value', 'a', 'b', 'c'] as const;
const values: fc.Arbitrary<Values> = fc.record({
  value: amount(999_999, 3),
  a: amount(999_999, 3),
  b: amount(99, 1),
  c: fc.constantFrom('0', '1', '-5', '0.001'),
});

const tiers = fc.record({
  kind: fc.constant('tiers' as const),
  name: fc.constantFrom('tiered' as const, 'volume' as const),
  bounds: fc
    .uniqueArray(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 4 })
    .map((bounds) => bounds.sort((x, y) => x - y).map(String)),
  rates: fc.array(amount(9, 3), { minLength: 5, maxLength: 5 }),
});

const { expression } = fc.letrec<{ expression: Expression; leaf: Expression; branch: Expression }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ kind: fc.constant('literal' as const), text: amount(9999, 2) }),
    fc.record({ kind: fc.constant('variable' as const), name: fc.constantFrom(...NAMES) }),
  ),
  branch: fc.oneof(
    fc.record({
      kind: fc.constant('infix' as const),
      operator: fc.constantFrom('+' as const, '-' as const, '*' as const),
      left: tie('expression'),
      right: tie('expression'),
    }),
    fc.record({ kind: fc.constant('minus' as const), operand: tie('expression') }),
    fc.record({
      kind: fc.constant('extreme' as const),
      name: fc.constantFrom('min' as const, 'max' as const),
      left: tie('expression'),
      right: tie('expression'),
    }),
    fc.record({
      kind: fc.constant('choice' as const),
      operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const, '==' as const, '!=' as const),
      left: tie('expression'),
      right: tie('expression'),
      whenTrue: tie('expression'),
      whenFalse: tie('expression'),
    }),
    fc.tuple(tiers, tie('expression')).map(([shape, x]) => ({ ...shape, x, rates: shape.rates.slice(0, shape.bounds.length + 1) })),
  ),
  expression: fc.oneof({ maxDepth: 3, depthIdentifier: 'formula' }, tie('leaf'), tie('branch')) as fc.Arbitrary<Expression>,
}));

function eventOf(given: Values): [Decimal, Map<string, DimensionValue>] {
  return [new Decimal(given['value']!), new Map(Object.entries(given).map(([name, text]) => [name, new Decimal(text)]))];
}

describe('Against a reference that reckons with fractions of whole numbers', () => {
  test('every result is exact, and so is every result of a trace', () => {
    fc.assert(
      fc.property(expression, values, (tree, given) => {
        const formula = compileFormula(written(tree));
        const event = eventOf(given);
        const result = formula.evaluate(...event);
        const wanted = reference(tree, given);
        expect(compare(fraction(result.toFixed()), wanted)).toBe(0);
        expect(formula.trace(...event).result!.eq(result)).toBe(true);
        expect(formula.evaluate(...event).eq(result)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  test('a quotient times its divisor is the dividend, to more digits than an amount has', () => {
    fc.assert(
      fc.property(amount(999_999_999, 6), amount(999_999, 6), (a, b) => {
        fc.pre(!/^[0.]+$/.test(b));
        const quotient = compileFormula('a / b').evaluate(
          new Decimal(1),
          new Map([
            ['a', new Decimal(a)],
            ['b', new Decimal(b)],
          ]),
        );
        const error = plus(times(fraction(quotient.toFixed()), fraction(b)), negative(fraction(a)));
        expect(compare({ n: error.n < 0n ? -error.n : error.n, d: error.d }, { n: 1n, d: 10n ** 100n })).toBe(-1);
      }),
    );
  });
});

const extremes: readonly Decimal[] = [
  '9.9999999999999999999999999999999999999e37',
  '1.0000000000000000000000000000000000001e-37',
  '-7.7777777777777777777e19',
  '0',
  '64',
  '3',
].map((text) => new Decimal(text));

describe('No step is long', () => {
  const pieces = fc.constantFrom('+ x', '* x', '- y', '/ x', '% y', '* y', '^ 64', '^ 3', '/ y', '% 1e-37', '* 9e37', '+ 1e-37');
  test('every intermediate value has at most 160 digits and lies near the range of products', () => {
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 120 }), fc.constantFrom(...extremes), fc.constantFrom(...extremes), (chain, x, y) => {
        const { formula } = checkFormula(`x ${chain.join(' ')}`);
        if (!formula) return;
        const { steps, error } = formula.trace(
          new Decimal(1),
          new Map([
            ['x', x],
            ['y', y],
          ]),
        );
        if (error) expect(['DIVISION_BY_ZERO', 'CHARGE_OUT_OF_RANGE']).toContain(error.code);
        for (const { value } of steps) {
          const number = value as Decimal;
          expect(number.precision()).toBeLessThanOrEqual(160);
          expect(number.isZero() || Math.abs(number.e) < 400).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('Whatever the text is', () => {
  const word = fc.constantFrom(
    ...['1', '2.5', '"a"', "'b'", 'x', 'model', 'value', 'true', 'and', 'or', 'not', 'in', '+', '-', '*', '/', '%', '^', '==', '<', '?', ':'],
    ...['(', ')', '[', ']', ',', 'min(', 'if(', 'exists(', 'coalesce(', 'dimension(', 'tiered(', 'round(', '\n', 'foo(', '(('],
  );
  const event: Map<string, DimensionValue> = new Map<string, DimensionValue>([
    ['x', new Decimal(3)],
    ['model', 'a'],
  ]);

  function tryOut(text: string): void {
    const { formula, problems } = checkFormula(text);
    const warnings = formula ? analyseFormula(formula, { profile: profileOf([], new Set(['x'])), declarations: [] }) : [];
    expect(formula === null).toBe(problems.length > 0);
    const lines = text.split('\n');
    for (const { line, column, message } of [...problems, ...warnings]) {
      expect(message).not.toBe('');
      expect(column >= 1 && column <= (lines[line - 1] ?? '').length + 1).toBe(true);
    }
    if (!formula) return;
    const { result, error } = formula.trace(new Decimal(2), event);
    expect(result === null ? error : result.isFinite()).toBeTruthy();
    if (error) expect(error).toBeInstanceOf(DrawdownError);
  }

  test('words in any order are checked without an exception', () => {
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
        tryOut,
      ),
      { numRuns: 4000 },
    );
  });

  test('characters in any order are checked without an exception', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), tryOut), { numRuns: 2000 });
  });

  test('a good formula with one character changed is checked without an exception', () => {
    const good = 'if(model == "a" and x in [1, 2], tiered(value, 10, 1, 2), -x ^ 2 % 3) + coalesce(y, round(1.25, 1))';
    const change = fc.tuple(fc.nat(good.length - 1), fc.constantFrom('', '(', ')', '"', '=', ',', ' ', '0', 'x', '[', '?', '\n', '!'));
    fc.assert(
      fc.property(change, ([at, character]) => tryOut(good.slice(0, at) + character + good.slice(at + 1))),
      { numRuns: 1500 },
    );
  });
});
