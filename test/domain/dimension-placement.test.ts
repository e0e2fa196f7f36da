import { describe, expect, test } from '@jest/globals';
import { Decimal } from '../../src/domain/decimal';
import { dimensionRuleProblems, looseNames, NO_DIMENSION_RULE } from '../../src/domain/dimension-rule';
import { DimensionPlacement, type Looseness } from '../../src/domain/dimension-placement';
import type { Dimensions, DimensionValue } from '../../src/domain/dimensions';
import type { ChargedEvent } from '../../src/domain/usage-batch';

const NONE: ReadonlySet<string> = new Set();

const charged = (featureKey: number, dimensions: Record<string, DimensionValue>, customerKey = 1n) =>
  ({
    event: { customerKey, featureKey, dimensions: new Map(Object.entries(dimensions)) as Dimensions },
    firstSequence: 1n,
  }) as unknown as ChargedEvent;

function place(events: readonly ChargedEvent[], looseness: Looseness) {
  const placement = new DimensionPlacement(looseness, new Map());
  for (const event of events) placement.add(event);
  return placement.batch;
}

describe('placing dimensions', () => {
  test('leaves numbers with the event, and texts and booleans in the set, unless they are loose', () => {
    const events = [charged(1, { a: 'x', b: true, c: new Decimal('1.50') }), charged(1, { a: 'y', b: true })];
    const placed = place(events, { rules: new Map(), loosened: () => new Set(['a']) });
    expect(placed.events.map(({ set, loose }) => [set.text, loose])).toEqual([
      ['{"b":true}', '{"a":"x","c":1.5}'],
      ['{"b":true}', '{"a":"y"}'],
    ]);
    expect(placed.sets.filter(({ projected }) => !projected)).toHaveLength(1);
    expect(placed.shapes.map(({ dimensions }) => dimensions.map(({ name, type, loose }) => `${name} ${type} ${loose}`))).toEqual([
      ['a TEXT true', 'b BOOLEAN false', 'c NUMBER true'],
      ['a TEXT true', 'b BOOLEAN false'],
    ]);
  });

  test('follows the rule of each event’s feature, and what was loosened for its customer', () => {
    const rules = new Map([
      [1, { looseDimensions: ['a'], rolledUpDimensions: [] }],
      [2, { looseDimensions: [], rolledUpDimensions: ['b'] }],
    ]);
    const loosened = (customerKey: bigint) => (customerKey === 1n ? new Set(['b']) : NONE);
    const events = [1, 2, 3].flatMap((feature) => [charged(feature, { a: 'x', b: 'y' }), charged(feature, { a: 'x', b: 'y' }, 2n)]);
    expect(place(events, { rules, loosened }).events.map(({ set }) => set.text)).toEqual([
      '{}',
      '{"b":"y"}',
      '{"a":"x","b":"y"}',
      '{"a":"x","b":"y"}',
      '{"a":"x"}',
      '{"a":"x","b":"y"}',
    ]);
  });

  test('takes a text, a number and a boolean in one key, and a loose one, for different shapes', () => {
    const values = ['1', new Decimal(1), true];
    const shapes = [NONE, new Set(['a'])].flatMap((names) =>
      values.map((a) => place([charged(1, { a })], { rules: new Map(), loosened: () => names }).shapes[0]!.id),
    );
    expect(new Set(shapes).size).toBe(5);
  });
});

describe('a rule', () => {
  test('keeps rolled up what the server has loosened, but not what it names loose itself', () => {
    expect([...looseNames(new Set(['a', 'b']), { looseDimensions: ['c'], rolledUpDimensions: ['b'] })].sort()).toEqual(['a', 'c']);
    expect(looseNames(NONE, NO_DIMENSION_RULE).size).toBe(0);
  });

  test.each<[string, object, string[]]>([
    ['nothing', {}, []],
    ['absent lists', { looseDimensions: null, rolledUpDimensions: null }, []],
    ['a name twice', { looseDimensions: ['a', 'b', 'a'] }, ['looseDimensions.2']],
    [
      'what cannot be a dimension',
      { looseDimensions: ['', 'constructor'], rolledUpDimensions: ['a\0', 'x'.repeat(256)] },
      ['looseDimensions.0', 'looseDimensions.1', 'rolledUpDimensions.0', 'rolledUpDimensions.1'],
    ],
    ['65 names', { rolledUpDimensions: Array.from({ length: 65 }, (_, index) => `d${index}`) }, ['rolledUpDimensions']],
    ['a name in both lists', { looseDimensions: ['a'], rolledUpDimensions: ['a'] }, ['looseDimensions']],
  ])('of %s has its problems told by field', (_, rule, fields) => {
    expect(dimensionRuleProblems(rule).map(({ field }) => field)).toEqual(fields);
  });
});
