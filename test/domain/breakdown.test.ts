import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  dimensionKeyName,
  groupKey,
  labelValue,
  quotientOf,
  readBreakdownShape,
  valueLabel,
  withoutSeries,
  zeroFilled,
  type BreakdownInput,
} from '../../src/domain/breakdown';
import { breakdownCursor, heldPage, inputDigest, seriesWindow } from '../../src/domain/breakdown-cursor';
import { creditsFromNumeric } from '../../src/domain/credits';
import { Decimal } from '../../src/domain/decimal';

const c = creditsFromNumeric;
const shape = (more: Partial<BreakdownInput>) => readBreakdownShape({ currencyId: 'credits', ...more }, NOW);
const NOW = new Date('2026-03-10T12:00:00Z');

describe('keys', () => {
  test.each([
    ['featureId', { name: 'featureId', field: 'featureId' }],
    ['dimensions.featureId', { name: 'dimensions.featureId', dimension: 'featureId' }],
    ['model', { name: 'model', dimension: 'model' }],
    ['dimensions.model', { name: 'dimensions.model', dimension: 'model' }],
    ['dimensions.dimensions.a', { name: 'dimensions.dimensions.a', dimension: 'dimensions.a' }],
    ['toString', { name: 'toString', dimension: 'toString' }],
  ])('%s', (name, key) => expect(groupKey(name)).toEqual(key));

  test('every dimension has a name that leads to it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('featureId', 'dimensions.x', 'grantId')), (name) =>
        expect(groupKey(dimensionKeyName(name))).toMatchObject({ dimension: name }),
      ),
    );
  });

  test.each<[string, string[]]>([
    ['nine keys', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']],
    ['a key twice', ['a', 'b', 'a']],
    ['a dimension under both of its names', ['a', 'dimensions.a']],
    ['a dimension without a name', ['dimensions.']],
    ['an empty key', ['']],
    ['a key that is too long', ['x'.repeat(256)]],
    ['half of a surrogate pair', ['\ud83d']],
  ])('%s are refused', (_, groupBy) => {
    expect(() => shape({ groupBy })).toThrow(expect.objectContaining({ code: 'GROUP_BY_INVALID' }));
  });

  test('eight keys, fields and dimensions of the same name among them, are accepted', () => {
    const groupBy = ['featureId', 'dimensions.featureId', 'c', 'd', 'e', 'f', 'g', 'h'];
    expect(shape({ groupBy }).groupBy.map(({ name }) => name)).toEqual(groupBy);
  });
});

describe('filters', () => {
  test('equals and in keep the values and their types; null stands for the absent', () => {
    const filters = [
      { key: 'a', equals: null },
      { key: 'featureId', in: ['chat', null] },
      { key: 'n', equals: new Decimal(3) },
    ];
    expect(shape({ filters, resourceId: 'ws' }).filters).toEqual([
      { key: groupKey('a'), test: { values: [null] } },
      { key: groupKey('featureId'), test: { values: ['chat', null] } },
      { key: groupKey('n'), test: { values: [new Decimal(3)] } },
      { key: groupKey('resourceId'), test: { values: ['ws'] } },
    ]);
  });

  test.each<[string, BreakdownInput['filters']]>([
    ['neither equals nor in', [{ key: 'a' }]],
    ['neither a key nor others within', [{}]],
    ['a test and no key', [{ equals: 'a' }]],
    ['a key and others within', [{ key: 'a', equals: 'x', not: { key: 'a', equals: 'x' } }]],
    ['both and and or', [{ and: [{ key: 'a', exists: true }], or: [{ key: 'a', exists: true }] }]],
    ['nothing within', [{ or: [] }]],
    ['something wrong within', [{ or: [{ not: { key: 'a' } }] }]],
    ['a bound that is no number', [{ key: 'a', atLeast: '3' }]],
    ['a bound and another test', [{ key: 'a', atLeast: new Decimal(3), prefix: '3' }]],
    ['a prefix that cannot be kept', [{ key: 'a', prefix: '\0' }]],
    ['a look into the ids of grants', [{ key: 'grantId', prefix: '1' }]],
    ['too many', [{ and: Array.from({ length: 64 }, () => ({ key: 'a', exists: true })) }]],
    ['too many levels', [{ not: { not: { not: { not: { not: { not: { not: { not: { key: 'a', exists: true } } } } } } } } }]],
    ['both', [{ key: 'a', equals: 'x', in: ['x'] }]],
    ['an empty list', [{ key: 'a', in: [] }]],
    ['a value that cannot be kept', [{ key: 'a', equals: '\0' }]],
    ['what is no value at all', [{ key: 'a', equals: new Decimal(NaN) }]],
  ])('with %s are refused', (_, filters) => {
    expect(() => shape({ filters })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  test('combine tests; bounds together are one', () => {
    const filters = [
      { or: [{ key: 'n', atLeast: new Decimal(3), lessThan: new Decimal(4) }, { not: { key: 'a', prefix: 'x' } }, { key: 'a', exists: true }] },
    ];
    expect(shape({ filters }).filters).toEqual([
      {
        or: [
          {
            key: groupKey('n'),
            test: {
              bounds: [
                { comparison: 'atLeast', number: new Decimal(3) },
                { comparison: 'lessThan', number: new Decimal(4) },
              ],
            },
          },
          { not: { key: groupKey('a'), test: { prefix: 'x' } } },
          { not: { key: groupKey('a'), test: { values: [null] } } },
        ],
      },
    ]);
  });

  test('64 of them, 8 deep, are accepted', () => {
    const deep = { not: { not: { not: { not: { not: { not: { not: { key: 'a', exists: true } } } } } } } };
    expect(shape({ filters: [deep, ...Array.from({ length: 56 }, () => ({ key: 'a', exists: true }))] }).filters).toHaveLength(57);
  });

  test.each<[string, Partial<BreakdownInput>]>([
    ['one customer and several', { customerId: 'a', customerIds: ['b'] }],
    ['an empty list of customers', { customerIds: [] }],
    ['101 customers', { customerIds: Array.from({ length: 101 }, (_, index) => `c${index}`) }],
    ['a state of knowledge that is not final', { asOf: new Date(NOW.getTime() - 299_999) }],
    ['a state of knowledge at no instant', { asOf: new Date(NaN) }],
  ])('%s are refused', (_, input) => {
    expect(() => shape(input)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  test('a customer counts once, however often it is asked for', () => {
    expect(shape({ customerIds: ['b', 'a', 'b'] }).customerIds).toEqual(['b', 'a']);
  });

  test('ids are judged first', () => {
    expect(() => shape({ resourceId: 'a b', groupBy: ['x', 'x'], filters: [{ key: 'a' }] })).toThrow(expect.objectContaining({ code: 'ID_INVALID' }));
  });
});

describe('labels', () => {
  const values = () =>
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => new Decimal(n)),
    );

  test('are equal exactly for equal values of one type', () => {
    expect([valueLabel(new Decimal('3.0')), valueLabel('3'), valueLabel(true), valueLabel('true'), valueLabel(null), valueLabel('')]).toEqual([
      '3',
      '"3"',
      'true',
      '"true"',
      null,
      '""',
    ]);
    expect(valueLabel(new Decimal('-0'))).toBe('0');
    expect(valueLabel(new Decimal('1e-20'))).toBe('0.00000000000000000001');
  });

  test('lead back to the value', () => {
    fc.assert(fc.property(values(), (value) => expect(valueLabel(labelValue(valueLabel(value)))).toBe(valueLabel(value))));
  });
});

describe('quotients', () => {
  test.each([
    ['1', '3', '0.333333333333'],
    ['2', '3', '0.666666666667'],
    ['3', '3', '1'],
    ['0', '3', '0'],
    ['0.000000000001', '2', '0'],
    ['0.000000000003', '2', '0.000000000002'],
    ['0.000000000005', '2', '0.000000000002'],
    ['-0.000000000005', '2', '-0.000000000002'],
    ['0.000000000007', '-2', '-0.000000000004'],
    ['-2', '-3', '0.666666666667'],
  ])('%s by %s is %s', (amount, by, quotient) => expect(quotientOf(c(amount), c(by))).toBe(c(quotient)));

  test('by nothing there is none', () => expect(quotientOf(0n, 0n)).toBeNull());
});

test('other is the total without the page', () => {
  const sums = (credits: bigint) => ({ credits, value: credits * 2n, eventCount: Number(credits) });
  expect(withoutSeries(sums(10n), [sums(3n), sums(4n)])).toEqual(sums(3n));
});

test('zero fill gives one point per bucket', () => {
  const [a, b, d] = [0, 1, 2].map((hour) => new Date(hour * 3_600_000)) as [Date, Date, Date];
  const point = { from: b, to: d, credits: 1n, value: 2n, eventCount: 3 };
  expect(
    zeroFilled(
      [point],
      [
        { from: a, to: b },
        { from: b, to: d },
      ],
    ),
  ).toEqual([{ from: a, to: b, credits: 0n, value: 0n, eventCount: 0 }, point]);
});

describe('cursors', () => {
  const now = new Date('2026-03-10T12:00:00.000Z');
  const held = { snapshot: { text: '100:105:101,104', asOf: now }, from: new Date('2026-02-01'), to: new Date('2026-03-01') };
  const request = (after: ReturnType<typeof breakdownCursor>) => ({ size: 5, backward: false, after, before: null });

  test('hold what a later page needs', () => {
    const cursor = breakdownCursor('digest', held, '7');
    expect(heldPage(request(cursor), 'digest', now)).toEqual(held);
    expect(seriesWindow(request(cursor))).toEqual({ size: 5, backward: false, after: 7, before: null });
  });

  test('stay small', () => {
    expect(JSON.stringify(breakdownCursor('0123456789abcdef', held, '1000000')).length).toBeLessThan(160);
  });

  test('belong to one input: whatever is asked differently has another digest', () => {
    const digest = (input: Partial<BreakdownInput>, environmentKey = 1) => {
      const whole = { currencyId: 'credits', ...input };
      return inputDigest(environmentKey, whole, readBreakdownShape(whole, NOW));
    };
    const digests = [
      digest({}),
      digest({}, 2),
      digest({ currencyId: 'gems' }),
      digest({ customerId: 'a' }),
      digest({ customerIds: ['a', 'b'] }),
      digest({ asOf: held.from }),
      digest({ filters: [{ key: 'a', prefix: 'x' }] }),
      digest({ filters: [{ key: 'a', atLeast: new Decimal(3) }] }),
      digest({ filters: [{ key: 'a', atMost: new Decimal(3) }] }),
      digest({ filters: [{ not: { key: 'a', prefix: 'x' } }] }),
      digest({
        filters: [
          {
            or: [
              { key: 'a', prefix: 'x' },
              { key: 'b', prefix: 'x' },
            ],
          },
        ],
      }),
      digest({
        filters: [
          {
            and: [
              { key: 'a', prefix: 'x' },
              { key: 'b', prefix: 'x' },
            ],
          },
        ],
      }),
      digest({ resourceId: 'a' }),
      digest({ groupBy: ['a', 'b'] }),
      digest({ groupBy: ['b', 'a'] }),
      digest({ groupBy: ['a,b'] }),
      digest({ filters: [{ key: 'a', equals: '3' }] }),
      digest({ filters: [{ key: 'a', equals: new Decimal(3) }] }),
      digest({ filters: [{ key: 'a', equals: null }] }),
      digest({ range: 'LAST_DAY' }),
      digest({ range: 'LAST_DAY', timeZone: 'Europe/Berlin' }),
      digest({ from: held.from, to: held.to }),
      digest({ interval: 'DAY' }),
      digest({ orderBy: { field: 'KEY', direction: 'ASC' } }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(digest({ filters: [{ key: 'a', equals: new Decimal('3.0') }] })).toBe(digest({ filters: [{ key: 'a', equals: new Decimal(3) }] }));
  });
});
