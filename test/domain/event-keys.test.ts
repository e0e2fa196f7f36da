import { describe, expect, test } from '@jest/globals';
import { EVENT_KEY_COUNTERS, EventKeys, firstEventKeyAt } from '../../src/domain/ids';

const AT = new Date('2026-03-01T00:00:00.000Z');
const NEXT_MS = new Date('2026-03-01T00:00:00.001Z');

describe('event keys', () => {
  test('of one millisecond are distinct, beyond the end of the count', () => {
    const keys = new EventKeys(EVENT_KEY_COUNTERS - 3);
    const made = Array.from({ length: 10 }, () => keys.next(AT));
    expect(new Set(made).size).toBe(10);
    for (const key of made) expect(key >= firstEventKeyAt(AT) && key < firstEventKeyAt(NEXT_MS)).toBe(true);
  });

  test('sort by receipt, whatever the count', () => {
    const keys = new EventKeys(EVENT_KEY_COUNTERS - 2);
    const [last, wrapped] = [keys.next(AT), keys.next(NEXT_MS)];
    expect(last < wrapped).toBe(true);
  });

  test('fit into an int8 for centuries', () => {
    expect(new EventKeys(EVENT_KEY_COUNTERS - 2).next(new Date('2150-01-01T00:00:00Z')) < 2n ** 63n).toBe(true);
  });
});
