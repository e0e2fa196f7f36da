import { describe, expect, test } from '@jest/globals';
import { parseValue } from 'graphql';
import { parseJson, writeJson } from '../../src/api/json';
import { CreditsScalar, DateTimeScalar, DimensionsScalar, MetadataScalar, instantFromText } from '../../src/api/scalars';
import { creditsFromText } from '../../src/domain/credits';
import { dimensionProblems } from '../../src/domain/dimensions';
import { dimensionsFromRaw } from '../../src/domain/dimensions-input';
import { ExactNumber } from '../../src/domain/exact-number';
import { metadataProblems } from '../../src/domain/metadata';

describe('Credits', () => {
  test.each([
    ['a text', '12.5', '12.5'],
    ['a whole number', 7, '7'],
    ['a small number', 1.5e-7, '0.00000015'],
    ['a large number', 1e21, '1000000000000000000000'],
    ['a number with more digits than JavaScript keeps', new ExactNumber('123456789012345678901.123456789012'), '123456789012345678901.123456789012'],
    ['an exact number with an exponent', new ExactNumber('-1.25E2'), '-125'],
  ])('takes %s', (_name, given, text) => {
    expect(CreditsScalar.parseValue(given)).toBe(text);
    expect(creditsFromText(text)).not.toBeNull();
  });

  test.each([
    ['nothing but letters', 'abc'],
    ['a boolean', true],
    ['an object', { a: 1 }],
    ['NaN', NaN],
    ['a far exponent', new ExactNumber('1e4000')],
  ])('leaves %s to the domain, which refuses it', (_name, given) => expect(creditsFromText(CreditsScalar.parseValue(given))).toBeNull());

  test('keeps the digits of a literal', () => {
    expect(CreditsScalar.parseLiteral(parseValue('0.123456789012345678'))).toBe('0.123456789012345678');
    expect(CreditsScalar.parseLiteral(parseValue('{a: 1}'))).toBe('');
  });

  test('writes the shortest exact decimal', () => expect(CreditsScalar.serialize(creditsFromText('-12.500'))).toBe('-12.5'));
});

describe('DateTime', () => {
  test.each([
    ['2025-03-01T12:00:00Z', '2025-03-01T12:00:00.000Z'],
    ['2025-03-01T12:00:00.1Z', '2025-03-01T12:00:00.100Z'],
    ['2025-03-01T12:00:00.123999999Z', '2025-03-01T12:00:00.123Z'],
    ['2025-03-01t12:00:00z', '2025-03-01T12:00:00.000Z'],
    ['2025-03-01T00:30:00+05:30', '2025-02-28T19:00:00.000Z'],
    ['2024-02-29T00:00:00-00:00', '2024-02-29T00:00:00.000Z'],
  ])('reads %s', (text, iso) => expect(DateTimeScalar.serialize(instantFromText(text))).toBe(iso));

  test.each([
    '',
    'yesterday',
    '2025-03-01',
    '2025-03-01T12:00:00',
    '2025-02-30T12:00:00Z',
    '2025-13-01T12:00:00Z',
    '2025-03-01T25:00:00Z',
    '2025-03-01 12:00:00Z',
    ' 2025-03-01T12:00:00Z',
  ])('takes %p for no instant', (text) => expect(instantFromText(text).getTime()).toBeNaN());

  test.each([[1740830400000], [null], [{}]])('takes %p for no instant', (value) => expect(DateTimeScalar.parseValue(value).getTime()).toBeNaN());
});

describe('Dimensions', () => {
  /** As a request's body carries them. */
  const read = (json: string) => dimensionsFromRaw(DimensionsScalar.parseValue(parseJson(json)));
  const through = (json: string) => writeJson(DimensionsScalar.serialize(read(json).dimensions));

  test.each([
    ['{"tokens":3,"model":"gpt-4o","cached":false}'],
    ['{"a":0.1234567890123456789012345678901234567}'],
    ['{"a":12345678901234567890123456789012345678}'],
    ['{"a":-9007199254740993}'],
    ['{"constructor":1,"__proto__":2,"toString":"x"}'],
    ['{"a":"\\u0000exact"}'],
    ['{}'],
  ])('keep %s as it is', (json) => expect(through(json)).toBe(json));

  test('of a literal keep their digits, in variables too', () => {
    const raw = DimensionsScalar.parseLiteral(parseValue('{a: 0.12345678901234567890, b: $b, c: "x", __proto__: 1}'), {
      b: new ExactNumber('12345678901234567890'),
    });
    expect(writeJson(DimensionsScalar.serialize(dimensionsFromRaw(raw).dimensions))).toBe(
      '{"a":0.1234567890123456789,"b":12345678901234567890,"c":"x","__proto__":1}',
    );
  });

  test('pollute nothing', () => {
    const raw = parseJson('{"__proto__":{"polluted":1},"a":12345678901234567890}') as object;
    expect(Object.getPrototypeOf(raw)).toBe(Object.prototype);
    expect(Object.keys(raw)).toEqual(['__proto__', 'a']);
    expect('polluted' in {}).toBe(false);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('may not be called %s', (name) => {
    expect(dimensionProblems('dimensions', read(`{"${name}":1}`).dimensions)).toEqual([expect.objectContaining({ field: `dimensions.${name}` })]);
  });

  test('that are null are absent', () => expect(read('{"a":null}')).toEqual({ dimensions: new Map(), problems: [] }));

  test.each([
    ['a list', '{"a":[1]}'],
    ['an object', '{"a":{}}'],
    ['an endless number', '{"a":1e400}'],
    ['a number of 200 digits', `{"a":${'1'.repeat(200)}}`],
  ])('of %s are a problem that names the dimension', (_name, json) => {
    const { dimensions, problems } = read(json);
    expect([...problems, ...dimensionProblems('dimensions', dimensions)]).toEqual([expect.objectContaining({ field: 'dimensions.a' })]);
  });

  test.each([
    ['a text', '"a"'],
    ['a list', '[]'],
    ['a long number', '12345678901234567890'],
    ['129 names', JSON.stringify(Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`d${i}`, 1])))],
  ])('cannot be %s', (_name, json) => expect(read(json).problems).toEqual([expect.objectContaining({ field: 'dimensions' })]));

  test('are not looked into below the first level, however deep they are', () => {
    const deep = `{"a":${'['.repeat(40_000)}${']'.repeat(40_000)}}`;
    expect(read(deep).problems).toEqual([expect.objectContaining({ field: 'dimensions.a' })]);
  });
});

describe('Metadata', () => {
  const read = (json: string) => MetadataScalar.parseValue(parseJson(json));

  test('is given back as it was', () => expect(read('{"a":[1,{"b":"x"}],"c":null}')).toEqual({ a: [1, { b: 'x' }], c: null }));

  test.each([
    ['a number that a double cannot hold', '{"a":12345678901234567890}'],
    ['a reserved name', '{"a":{"__proto__":1}}'],
    ['40,000 levels', `{"a":${'['.repeat(40_000)}${']'.repeat(40_000)}}`],
  ])('with %s is refused by the domain', (_name, json) => expect(metadataProblems('metadata', read(json))).toHaveLength(1));
});

describe('The JSON of a request', () => {
  test.each([
    ['9007199254740993', '9007199254740993'],
    ['0.1234567890123456789', '0.1234567890123456789'],
    ['1e400', '1e400'],
    ['-1E-400', '-1E-400'],
  ])('keeps the digits of %s', (text, kept) => expect((parseJson(`{"a": ${text}}`) as { a: ExactNumber }).a.toString()).toBe(kept));

  test('has ordinary numbers as they are, also beside long ones', () =>
    expect(parseJson('{"a":12345678901234567890,"b":[1,2.5,-3e2,0.1]}')).toEqual({
      a: new ExactNumber('12345678901234567890'),
      b: [1, 2.5, -300, 0.1],
    }));

  test('lets the last of equal names win, with long numbers as without', () => {
    expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 });
    expect(parseJson('{"a":1,"a":12345678901234567890}')).toEqual({ a: new ExactNumber('12345678901234567890') });
  });

  test('that is 40,000 levels deep is refused beside a long number, and does not fill the stack', () =>
    expect(() => parseJson(`[12345678901234567890,${'['.repeat(40_000)}${']'.repeat(40_000)}]`)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    ));

  test('does not count brackets inside of texts', () => expect(parseJson(`[12345678901234567890,"\\"${'['.repeat(200)}"]`)).toHaveLength(2));

  test.each(['', '{', '{"a":12345678901234567890', '{"a":12345678901234567890}}', 'undefined'])('that is broken is a syntax error: %p', (text) =>
    expect(() => parseJson(text)).toThrow(SyntaxError),
  );
});
