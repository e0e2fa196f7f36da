import { describe, expect, test } from '@jest/globals';
import { Decimal } from '../../src/domain/decimal';
import type { DimensionFilterInput } from '../../src/domain/dimension-filter';
import type { DimensionValue } from '../../src/domain/dimensions';
import { isMetered, meteredFeature, meteredValue, meterFrom, meterFromJson, meterProblems, meterToJson } from '../../src/domain/meter';

const n = (digits: string) => new Decimal(digits);
const dimensions = (given: Record<string, DimensionValue>) => new Map(Object.entries(given));
const featureOf = (filters: DimensionFilterInput[], valueDimension: string | null = null) =>
  meteredFeature(1, 'f', meterFrom({ eventName: 'e', filters, valueDimension }));

describe('the filters of a meter', () => {
  const event = dimensions({ model: 'gpt-4o', tokens: n('12.0'), cached: false, featureId: 'x', three: '3' });
  test.each<[string, DimensionFilterInput, boolean]>([
    ['equals the value', { key: 'model', equals: 'gpt-4o' }, true],
    ['equals a number by size', { key: 'tokens', equals: n('12') }, true],
    ['equals a text and not its number', { key: 'three', equals: n('3') }, false],
    ['equals false and not absence', { key: 'cached', equals: null }, false],
    ['equals nothing where there is nothing', { key: 'gone', equals: null }, true],
    ['in a list with absence', { key: 'gone', in: ['x', null] }, true],
    ['begins so', { key: 'model', prefix: 'gpt-' }, true],
    ['begins so, but is no text', { key: 'tokens', prefix: '1' }, false],
    ['begins with nothing, and is a text', { key: 'model', prefix: '' }, true],
    ['begins with nothing, and is absent', { key: 'gone', prefix: '' }, false],
    ['is within bounds, both of which hold', { key: 'tokens', atLeast: n('12'), lessThan: n('12.000000000000000001') }, true],
    ['is outside of one bound', { key: 'tokens', greaterThan: n('12'), lessThan: n('13') }, false],
    ['is no number to be within bounds', { key: 'three', atMost: n('5') }, false],
    ['exists', { key: 'cached', exists: true }, true],
    ['does not exist', { key: 'cached', exists: false }, false],
    ['is a dimension with the name of a field', { key: 'dimensions.featureId', equals: 'x' }, true],
    ['is not: absence passes', { not: { key: 'gone', equals: 'x' } }, true],
    [
      'all of',
      {
        and: [
          { key: 'model', exists: true },
          { key: 'gone', exists: true },
        ],
      },
      false,
    ],
    [
      'one of',
      {
        or: [
          { key: 'gone', exists: true },
          { key: 'model', exists: true },
        ],
      },
      true,
    ],
  ])('%s', (_name, filter, passes) => {
    expect(meterProblems('meter', { eventName: 'e', filters: [filter] })).toEqual([]);
    expect(isMetered(featureOf([filter]), event)).toBe(passes);
  });

  test('must all pass; without any, every event of the name does', () => {
    expect(isMetered(featureOf([]), dimensions({}))).toBe(true);
    expect(
      isMetered(
        featureOf([
          { key: 'a', exists: true },
          { key: 'b', exists: true },
        ]),
        dimensions({ a: 'x' }),
      ),
    ).toBe(false);
  });
});

describe('the value of an event', () => {
  const value = (given: Record<string, DimensionValue>) => {
    try {
      return meteredValue(featureOf([], 'tokens'), dimensions(given));
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  test('is 1 where no dimension is named', () => {
    expect(meteredValue(featureOf([]), dimensions({ tokens: n('7') }))).toBe(10n ** 12n);
  });

  test.each<[string, Record<string, DimensionValue>, bigint | string]>([
    ['every digit of the dimension', { tokens: n('12345678901234567890123456.000000000001') }, 12345678901234567890123456000000000001n],
    ['a negative one', { tokens: n('-0.5') }, -(10n ** 12n) / 2n],
    ['missing', {}, 'DIMENSION_MISSING'],
    ['a text', { tokens: '7' }, 'DIMENSION_TYPE'],
    ['a boolean', { tokens: true }, 'DIMENSION_TYPE'],
    ['of 13 decimals', { tokens: n('0.0000000000001') }, 'AMOUNT_INVALID'],
    ['of 27 digits', { tokens: n('1e26') }, 'AMOUNT_INVALID'],
  ])('%s', (_name, given, expected) => {
    expect(value(given)).toBe(expected);
  });
});

describe('a meter', () => {
  test('is kept as it was written, with every digit; what equals nothing does not exist', () => {
    const filters: DimensionFilterInput[] = [
      { key: 'a', equals: null },
      { key: 'b', in: [null, 'x', true, n('0.12345678901234567890123456789')] },
      { and: [{ or: [{ not: { key: 'c', atLeast: n('-1e30'), lessThan: n('2') } }] }] },
      { key: 'number', equals: n('3.0') },
      { key: 'd', prefix: '', exists: null, in: null },
    ];
    const meter = meterFrom({ eventName: 'e', filters, valueDimension: null });
    expect(meter.filters).toEqual([{ key: 'a', exists: false }, ...filters.slice(1, 4), { key: 'd', prefix: '' }]);
    expect(meterFromJson(JSON.parse(JSON.stringify(meterToJson(meter))))).toEqual(meter);
  });

  test('is judged with all of its problems', () => {
    const input = { eventName: '', filters: [{ key: 'featureId', equals: 'x' }, { key: 'a' }, {}], valueDimension: 'constructor' };
    expect(meterProblems('meter', input).map(({ field }) => field)).toEqual([
      'meter.eventName',
      'meter.filters.0.key',
      'meter.filters.1',
      'meter.filters.2',
      'meter.valueDimension',
    ]);
    expect(meterProblems('meter', null)).toEqual([]);
  });
});
