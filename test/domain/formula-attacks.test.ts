import { afterEach, describe, expect, test } from '@jest/globals';
import { Decimal } from '../../src/domain/decimal';
import type { DimensionValue } from '../../src/domain/dimensions';
import { DrawdownError } from '../../src/domain/errors';
import { checkFormula, compileFormula } from '../../src/domain/formula/formula';

/** What no formula can be: every one of these has problems. */
const REFUSED: readonly string[] = [
  // running code
  'eval("1")',
  'Function("return process")()',
  'new Function("return 1")()',
  '(() => 1)()',
  'function() { return 1 }',
  'require("fs")',
  'import("fs")',
  'process.exit(1)',
  'globalThis.x + 1 == 2',
  'self.constructor',
  'setTimeout("1", 0)',
  '`${1}`',
  'x`1`',
  'async () => 1',
  'debugger; 1',
  'throw 1',
  'while(true) 1',
  'for(;;) 1',
  '(1, eval)("1")',
  'toJSFunction("x")',
  'min.call(1, 2)',
  'min.apply(1, x)',
  'min.constructor("return 1")()',
  'abs.bind(1)(2)',
  // prototypes
  '__proto__',
  '__proto__.polluted',
  'x.__proto__',
  'x["__proto__"]',
  'x.constructor.prototype',
  'constructor',
  'constructor 5',
  'constructor(5)',
  'constructor.constructor("return process")()',
  'prototype',
  'toString',
  'toString()',
  'valueOf',
  'valueOf()',
  'hasOwnProperty("x")',
  'isPrototypeOf',
  '__defineGetter__("x", 1)',
  '__lookupSetter__("x")',
  '"".constructor',
  '[].constructor',
  '{}.constructor',
  'dimension("__proto__")',
  'dimension("constructor")',
  'dimension("proto" + "type")',
  'coalesce(__proto__, 1)',
  'exists(__proto__) ? 1 : 0',
  '__proto__ = 1',
  'Object.prototype.polluted = 1',
  // assignments, definitions, lambdas
  'x = 5',
  'f(x) = x * 2',
  'f(x) = x * 2; f(3)',
  'lambda_0(1)',
  'lambda_NaN(1)',
  'x := 5',
  'x += 5',
  'x == 5; y',
  'let x',
  'a, b',
  'map(f, [1, 2])',
  'fold(f, 0, [1])',
  'filter(f, [1])',
  'indexOf("a", "b")',
  'join(",", [1])',
  'sum([1, 2])',
  // chance and time
  'random()',
  'random(5)',
  'Math.random()',
  'Date.now()',
  'now()',
  'new Date()',
  // what the parser would have let through
  'sin 5',
  'sin(5)',
  'abs 5',
  'sqrt(-1)',
  'log(0)',
  'exp(1000)',
  'fac(170)',
  'gamma(5)',
  'pyt(3, 4)',
  '170!',
  '5!!',
  '"a" || "b"',
  '[1, 2] || [3]',
  'x[0]',
  '[[[[1]]]]',
  'length "abc"',
  'length("abc")',
  'null * 5',
  'NaN',
  'NaN == NaN ? 1 : 2',
  'Infinity',
  '-Infinity',
  '1e999',
  '0x10',
  '0b11',
  '1 /* comment',
  '/* */ 1',
  '1 ∙ 2',
  '1 • 2',
  'true',
  'true + 1',
  '"1" * 1',
  '"a" in "abc" ? 1 : 2',
  'min(1 2)',
  'not',
  'min(not, 1)',
  '-',
  '(-)',
  '1;',
  ';1',
  '(1;2)',
  // sizes
  '('.repeat(33) + '1' + ')'.repeat(33),
  '('.repeat(4000),
  '['.repeat(4000),
  'x in ['.repeat(600),
  'min('.repeat(1000),
  '-'.repeat(4000),
  'not '.repeat(1000),
  '1' + '+1'.repeat(1_000_000),
  'a?'.repeat(2000),
  '2^'.repeat(200) + '2',
  '9^64^64',
  '9'.repeat(4000),
  '0.' + '1'.repeat(4000),
  '1e' + '9'.repeat(4000),
  '"' + 'a'.repeat(5000) + '"',
  '"' + '\\'.repeat(4000),
  'a'.repeat(5000),
  ' '.repeat(1_000_000),
  '\n'.repeat(1_000_000),
  'tiered(' + '1,'.repeat(2000),
  // characters
  '\u0000',
  '1\u00002',
  '\ud800',
  '"\udc00"',
  '"\\ud800" == x ? 1 : 2',
  '\ufeff1',
  '1\u2028+ 2',
  '1 +\u200b 2',
  'а + 1', // a Cyrillic letter
  '１ + 2', // a full-width digit
  '\u202e1 + 2',
];

/** What is odd but is a formula: it comes to a number or is refused with a code, for hostile events, too. */
const HARMLESS: readonly string[] = [
  'dimension("toString")',
  'dimension("valueOf") + 1',
  'dimension("hasOwnProperty")',
  'exists(dimension("toString")) ? 1 : 0',
  'exists(dimension("__defineGetter__")) ? 1 : 0',
  'coalesce(dimension("valueOf"), 7)',
  'dimension("\'; DROP TABLE usage_event; --")',
  'dimension("${1}")',
  'x == "constructor" ? 1 : 2',
  'x in ["__proto__", "constructor"] ? 1 : 2',
  'lambda_1',
  'process',
  'this',
  'E + PI',
  'i',
  '2 ^ 64 ^ 1',
  'n ^ 64',
  'n ^ 64 * n ^ 64',
  'n % 1e-37',
  'n / 1e-37 / 1e-37',
  'n' + '*n'.repeat(200),
  'n' + '/3'.repeat(200),
  '('.repeat(32) + 'n' + ')'.repeat(32),
  '-'.repeat(400) + 'n',
  'not '.repeat(400) + 'b ? 1 : 0',
  'b ? '.repeat(120) + '1' + ' : 0'.repeat(120),
  'b and '.repeat(200) + 'b ? 1 : 0',
  '"\\u0041" == x ? 1 : 2',
  "\"it's\" == 'it\\'s' ? 1 : 2",
  'round(n, 38)',
  // each level of nesting must be worked through once, not twice
  'min('.repeat(31) + 'n' + ', 1)'.repeat(31),
  'clamp('.repeat(31) + 'n' + ', 1, 2)'.repeat(31),
  'round('.repeat(31) + 'n' + ', 1)'.repeat(31),
  'tiered('.repeat(31) + 'n' + ', 1, 1, 1)'.repeat(31),
  'volume('.repeat(31) + 'n' + ', d, 1, 1)'.repeat(31),
  'if(b, '.repeat(31) + 'n' + ', 1)'.repeat(31),
  'coalesce(m, '.repeat(31) + 'n' + ')'.repeat(31),
  '('.repeat(31) + 'b' + ' and b) '.repeat(31) + '? 1 : 0',
  '('.repeat(31) + 'b' + ' ? b : b)'.repeat(31) + '? 1 : 0',
  '('.repeat(31) + 'b' + ' in [b, b])'.repeat(31) + '? 1 : 0',
  '-('.repeat(31) + 'n' + ')'.repeat(31),
  'tiered(n' + ', 1'.replace('1', '0') + ', 1, 1)',
];

const HOSTILE_EVENT: readonly (readonly [string, DimensionValue])[] = [
  ['x', '__proto__'],
  ['n', new Decimal('99999999999999999999999999999999999999')],
  ['b', true],
  ['d', new Decimal(5)],
  ['toString', 'x'],
  ['valueOf', new Decimal(1)],
  ['__proto__', new Decimal(1)],
  ['constructor', new Decimal(1)],
];

const PROTOTYPES = [Object.prototype, Function.prototype, Array.prototype, String.prototype, Map.prototype, Decimal.prototype];
const membersOf = () => [...PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length), Reflect.ownKeys(globalThis).length];
const before = membersOf();

afterEach(() => {
  expect(membersOf()).toEqual(before);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

function shown(text: string): string {
  return text.length > 60 ? `${JSON.stringify(text.slice(0, 60))} … (${text.length})` : JSON.stringify(text);
}

test('there are enough attacks', () => expect(new Set([...REFUSED, ...HARMLESS]).size).toBeGreaterThanOrEqual(96));

describe('Refused before anything is evaluated', () => {
  test.each(REFUSED.map((text) => [shown(text), text]))('%s', (_name, text) => {
    const { formula, problems } = checkFormula(text);
    expect(formula).toBeNull();
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(20);
    for (const { message } of problems) expect(message.length).toBeLessThan(300);
  });
});

describe('Harmless', () => {
  test.each(HARMLESS.map((text) => [shown(text), text]))('%s', (_name, text) => {
    const formula = compileFormula(text);
    for (const dimensions of [new Map(HOSTILE_EVENT), new Map<string, DimensionValue>()]) {
      const { result, error } = formula.trace(new Decimal(1), dimensions);
      if (error) expect(error).toBeInstanceOf(DrawdownError);
      else expect(result!.isFinite()).toBe(true);
    }
  });
});

describe('Two formulas share nothing', () => {
  test('what one reads or reckons, the other does not see', () => {
    const [first, second] = [compileFormula('a * 2'), compileFormula('coalesce(a, 1) + b')];
    const one = () => first.evaluate(new Decimal(1), new Map([['a', new Decimal(5)]])).toString();
    const other = () => second.evaluate(new Decimal(1), new Map([['b', new Decimal(3)]])).toString();
    expect([one(), other(), one(), other()]).toEqual(['10', '4', '10', '4']);
    expect(first.variables.map(({ name }) => name)).toEqual(['a']);
  });

  test('a refusal leaves nothing behind', () => {
    const formula = compileFormula('a > 1 ? a / b : missing');
    const evaluate = (a: number, b: number) =>
      formula
        .evaluate(
          new Decimal(1),
          new Map([
            ['a', new Decimal(a)],
            ['b', new Decimal(b)],
          ]),
        )
        .toString();
    expect(evaluate(6, 3)).toBe('2');
    expect(() => evaluate(6, 0)).toThrow(expect.objectContaining({ code: 'DIVISION_BY_ZERO' }));
    expect(() => evaluate(0, 1)).toThrow(expect.objectContaining({ code: 'DIMENSION_MISSING' }));
    expect(evaluate(6, 3)).toBe('2');
  });

  test('the event and its values are never changed', () => {
    const dimensions = new Map<string, DimensionValue>([['a', new Decimal('1.50')]]);
    compileFormula('round(a, 0) + -a * abs(a) + min(a, value) + tiered(a, 1, 2, 3)').evaluate(new Decimal(3), dimensions);
    expect([...dimensions].map(([name, value]) => [name, String(value)])).toEqual([['a', '1.5']]);
  });
});
