import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { distinctValues, type ValueSample } from '../../src/domain/breakdown-dimensions';

describe('The number of different values', () => {
  test.each<[string, number, ValueSample, number, boolean]>([
    ['is exact where all events were looked at', 10, { eventCount: 10, values: 4, once: 2 }, 4, false],
    ['is exact where more were looked at than were there before', 10, { eventCount: 12, values: 5, once: 2 }, 5, false],
    ['stays what was seen where every value was seen again', 1_000_000, { eventCount: 1000, values: 12, once: 0 }, 12, true],
    ['is one for each event where every value was seen once', 1_000_000, { eventCount: 1000, values: 1000, once: 1000 }, 1_000_000, true],
    ['lies between where some values were seen once', 10_000, { eventCount: 1000, values: 100, once: 10 }, 101, true],
    ['is at least one where nothing was seen', 500, { eventCount: 0, values: 0, once: 0 }, 1, true],
  ])('%s', (_sentence, eventCount, sample, count, isEstimate) => {
    expect(distinctValues(eventCount, sample)).toEqual({ count, isEstimate });
  });

  test('is never less than was seen, nor more than there are events', () => {
    const sample = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 }).map((times) => ({
      eventCount: times.reduce((sum, one) => sum + one, 0),
      values: times.length,
      once: times.filter((one) => one === 1).length,
    }));
    fc.assert(
      fc.property(sample, fc.integer({ min: 0, max: 1_000_000 }), (seen, more) => {
        const { count } = distinctValues(seen.eventCount + more, seen);
        expect(count).toBeGreaterThanOrEqual(seen.values);
        expect(count).toBeLessThanOrEqual(seen.eventCount + more);
      }),
    );
  });
});
