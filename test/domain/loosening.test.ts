import { describe, expect, test } from '@jest/globals';
import {
  dimensionsToLoosen,
  isGrowingFast,
  MANY_VALUES,
  NEWEST_SETS,
  OLDER_SETS,
  setsUntilNextLook,
  type ValueGrowth,
} from '../../src/domain/loosening';

const NONE: ReadonlySet<string> = new Set();

/** Events one after the other, from the same dice every time. */
function usage(count: number, dimensions: (index: number, any: (count: number) => number) => Record<string, string | number>) {
  let state = 42;
  const any = (values: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * values);
  };
  return Array.from({ length: count }, (_, index) => dimensions(index, any));
}

/** What is loosened while these events are reported, looked at as the server does. What is loosened is no part of the sets to come. */
function loosenedBy(events: readonly Record<string, string | number>[], kept: ReadonlySet<string> = NONE) {
  const loosened = new Set<string>();
  const sets: string[] = [];
  const places = new Map<string, number>();
  const setOfEvent: number[] = [];
  let due = setsUntilNextLook(0);
  for (const event of events) {
    const set = JSON.stringify(Object.entries(event).filter(([name]) => kept.has(name) || !loosened.has(name)));
    if (!places.has(set)) places.set(set, sets.push(set) - 1);
    setOfEvent.push(places.get(set)!);
    if (sets.length < due) continue;
    due = sets.length + setsUntilNextLook(sets.length);
    const since = setOfEvent.indexOf(sets.length - NEWEST_SETS);
    const growth = { setCount: Math.min(sets.length, MANY_VALUES), newestCount: NEWEST_SETS, eventCount: setOfEvent.length - since };
    if (isGrowingFast(growth)) for (const name of dimensionsToLoosen(growth, valuesOf(sets, setOfEvent.slice(since)), loosened)) loosened.add(name);
  }
  return { loosened: [...loosened].sort(), sets: sets.length };
}

function valuesOf(sets: readonly string[], recent: readonly number[]): ValueGrowth[] {
  const older = sets.slice(0, Math.max(0, sets.length - 2 * NEWEST_SETS)).slice(-OLDER_SETS);
  const [new_, old] = [recent.map((place) => sets[place]!), older].map((some) => some.map((set) => new Map(JSON.parse(set) as [string, unknown][])));
  return [...new Set(new_!.flatMap((set) => [...set.keys()]))].map((name) => {
    const given = new_!.filter((set) => set.has(name)).map((set) => set.get(name));
    const [newValues, olderValues] = [new Set(given), new Set(old!.filter((set) => set.has(name)).map((set) => set.get(name)))];
    const commonValues = [...newValues].filter((value) => olderValues.has(value)).length;
    return { name, eventCount: given.length, newValues: newValues.size, olderValues: olderValues.size, commonValues };
  });
}

describe('a dimension is loosened', () => {
  test('where it has a value per event, after a thousand sets', () => {
    const { loosened, sets } = loosenedBy(usage(20_000, (index, any) => ({ model: any(12), request: index })));
    expect([loosened, sets]).toEqual([['request'], NEWEST_SETS + 12]);
  });

  test('together with every other one that has', () => {
    expect(loosenedBy(usage(3_000, (index, any) => ({ model: any(12), request: index, trace: `t${index}` }))).loosened).toEqual(['request', 'trace']);
  });

  test('where it lasts some events each of which brings a set, and never comes back', () => {
    const events = usage(60_000, (index, any) => ({ session: 20 * Math.floor(index / 200) + any(20), user: any(50), model: any(12) }));
    expect(loosenedBy(events).loosened).toEqual(['session']);
  });

  test('where a hundred thousand sets are not all there can be, and it has the most values', () => {
    const { loosened } = loosenedBy(usage(130_000, (_, any) => ({ user: any(20_000), model: any(100) })));
    expect(loosened).toEqual(['user']);
  });
});

describe('no dimension is loosened', () => {
  test('where few values of each make 12,000 sets, from the first event on', () => {
    const { loosened, sets } = loosenedBy(usage(150_000, (_, any) => ({ user: any(50), workspace: any(5), model: any(12), region: any(4) })));
    expect([loosened, sets]).toEqual([[], 12_000]);
  });

  test('where 50,000 values come back', () => {
    expect(loosenedBy(usage(200_000, (_, any) => ({ user: any(50_000) }))).loosened).toEqual([]);
  });

  test('where few events bring a set of their own, however many values', () => {
    expect(loosenedBy(usage(50_000, (index) => ({ session: Math.floor(index / 10) }))).loosened).toEqual([]);
  });

  test('where a seller keeps the one that makes the sets many', () => {
    const events = usage(150_000, (index, any) => ({ request: index, user: any(50), model: any(12) }));
    expect(loosenedBy(events, new Set(['request'])).loosened).toEqual(['request']);
  });
});
