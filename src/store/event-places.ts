import type { CursorValues, PageRequest } from '../domain/paging';
import type { TimeOrder } from '../domain/time-order';
import { cursorInstant, cursorText } from './catalog';
import type { Conditions } from './conditions';

/** An event's place among the events of an environment. */
interface EventPlace {
  readonly at: Date;
  readonly customerKey: string;
  readonly key: string;
}

const MOST_KEY = (2n ** 63n - 1n).toString();

/** Keeps of the events `e` of the customers `c` those between the cursors of a page in the order of (at, customer, key). */
export function addPageBounds(where: Conditions, order: TimeOrder, request: PageRequest): void {
  const [lower, upper] = order === 'OLDEST_FIRST' ? [request.after, request.before] : [request.before, request.after];
  if (lower) addBound(where, '>', placeOf(lower));
  if (upper) addBound(where, '<', placeOf(upper));
}

/**
 * (at, customer, key) compared with a place, written so that the index by (at, key) of one customer answers it:
 * at the very instant, all events of the customers on one side count, none of those on the other.
 */
function addBound(where: Conditions, side: '<' | '>', place: EventPlace): void {
  const [all, none] = side === '>' ? ['0', MOST_KEY] : [MOST_KEY, '0'];
  where.add((value) => {
    const customer = `${value(place.customerKey)}::int8`;
    const counts = side === '>' ? `c.key > ${customer}` : `c.key < ${customer}`;
    return `(e.at, e.key) ${side} (${value(place.at)}::timestamptz,
      CASE WHEN c.key = ${customer} THEN ${value(place.key)}::int8 WHEN ${counts} THEN ${all}::int8 ELSE ${none}::int8 END)`;
  });
}

function placeOf(cursor: CursorValues): EventPlace {
  return { at: cursorInstant(cursor, 0), customerKey: cursorText(cursor, 1), key: cursorText(cursor, 2) };
}
