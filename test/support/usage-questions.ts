import fc from 'fast-check';
import type { GroupValue } from '../../src/domain/breakdown';
import { Decimal } from '../../src/domain/decimal';
import type { DimensionFilterInput } from '../../src/domain/dimension-filter';
import { INTERVALS, RANGE_PRESETS, type TimeRangeInput } from '../../src/domain/time-range';
import { DAY_MS, MIDNIGHT } from './usage-reference';

const KEYS = [
  'featureId',
  'customerId',
  'resourceId',
  'currencyId',
  'planId',
  'rateId',
  'grantId',
  'grantCategory',
  'model',
  'team',
  'fast',
  'mixed',
  'tokens',
  'squad',
  'size',
  'length',
  'dimensions.featureId',
  'never',
];
const VALUES: Record<string, GroupValue[]> = {
  featureId: ['chat', 'free', 'nothing'],
  resourceId: [null, 'ws-1'],
  grantCategory: ['PAID', null],
  model: ['gpt"4\\', '', null, 'gp\tt\u0001\n'],
  mixed: [new Decimal('3.0'), '3', true, null],
  'dimensions.featureId': ['x', null],
  fast: [true],
  squad: ['red', null],
  planId: ['pro', 'gem-plan'],
  customerId: ['mixed', 'texts'],
  never: [null, 'x'],
};

/** Filters over the dimensions of `usageWorld` alone. */
export function dimensionFilters(): fc.Arbitrary<DimensionFilterInput> {
  return filters(['model', 'mixed', 'fast', 'dimensions.featureId', 'never'], ['mixed', 'tokens', 'model']);
}

function filters(keys = Object.keys(VALUES), boundKeys = ['mixed', 'tokens', 'model', 'featureId']): fc.Arbitrary<DimensionFilterInput> {
  const key = fc.constantFrom(...keys);
  const bound = fc.constantFrom(-3, -2, 3, 3.5, 100).map((number) => new Decimal(number));
  const bounds = fc.record({ greaterThan: bound, atLeast: bound, lessThan: bound, atMost: bound }, { requiredKeys: [] });
  const test = fc.oneof(
    key.chain((name) => fc.subarray(VALUES[name]!, { minLength: 1 }).map((values) => ({ key: name, in: values }))),
    key.chain((name) => fc.constantFrom(...VALUES[name]!).map((equals) => ({ key: name, equals }))),
    fc.record({ key, prefix: fc.constantFrom('', 'g', 'gp\t', 'gpt"', '\u{1F600}', '3', 'tr') }),
    fc.record({ key, exists: fc.boolean() }),
    fc.tuple(fc.constantFrom(...boundKeys), bounds).map(([name, given]) => ({ key: name, atMost: new Decimal(1000), ...given })),
  );
  const { filter } = fc.letrec<{ filter: DimensionFilterInput }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', maxDepth: 4, withCrossShrink: true }, // two of them are within the limits of one question
      test,
      fc.array(tie('filter'), { minLength: 1, maxLength: 2 }).map((and) => ({ and })),
      fc.array(tie('filter'), { minLength: 1, maxLength: 2 }).map((or) => ({ or })),
      tie('filter').map((not) => ({ not })),
    ),
  }));
  return filter;
}

/** Questions about `usageWorld`, over all its keys, scopes, filters, orders and ranges. */
export function questions() {
  return fc
    .record({
      currencyId: fc.constant('credits'),
      customers: fc.constantFrom({}, { customerId: 'mixed' }, { customerId: 'texts' }, { customerId: 'plain' }, { customerIds: ['plain', 'texts'] }),
      resourceId: fc.constantFrom(undefined, null, 'ws-1'),
      groupBy: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 4 }),
      filters: fc.oneof(fc.constant([]), fc.array(filters(), { maxLength: 2 })),
      orderBy: fc.record({
        field: fc.constantFrom('CREDITS' as const, 'VALUE' as const, 'EVENT_COUNT' as const, 'KEY' as const),
        direction: fc.constantFrom('ASC' as const, 'DESC' as const),
      }),
      range: timeRanges(),
    })
    .map(({ customers, ...input }) => ({ ...input, ...customers }));
}

function timeRanges(): fc.Arbitrary<TimeRangeInput> {
  const timeZone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York');
  const preset = fc.record({ range: fc.constantFrom(...Object.values(RANGE_PRESETS)), timeZone });
  const instant = fc.oneof(
    fc.integer({ min: -110, max: 3 }).map((days) => MIDNIGHT + days * DAY_MS),
    fc.integer({ min: MIDNIGHT - 110 * DAY_MS, max: MIDNIGHT + 2 * DAY_MS }),
  );
  const span = fc
    .tuple(
      instant,
      instant,
      timeZone,
      fc.constantFrom(...Object.values(INTERVALS).filter((interval) => interval !== 'HOUR' && interval !== 'QUARTER_HOUR')),
    )
    .filter(([a, b]) => a !== b)
    .map(([a, b, zone, interval]) => ({ from: new Date(Math.min(a, b)), to: new Date(Math.max(a, b)), timeZone: zone, interval }));
  return fc.oneof(preset, span);
}
