import type { Problem } from './errors';

/** Ids of currencies, features, plans, customers and resources are chosen by the caller. */
const ID = /^[A-Za-z0-9_.:@$-]{1,255}$/;
const MOST_ID_LENGTH = 255;
const NUL_OR_LONE_SURROGATE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

export function isId(text: string): boolean {
  return ID.test(text);
}

/** Whether PostgreSQL can keep the text: no NUL, no half of a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !NUL_OR_LONE_SURROGATE.test(text);
}

export function idProblems(field: string, id: string): Problem[] {
  if (isId(id)) return [];
  if (id === '' || id.length > MOST_ID_LENGTH) return textProblems(field, id, MOST_ID_LENGTH);
  return [{ field, message: 'must only have letters from A-Z and a-z, digits and _ . : @ $ -, without spaces.' }];
}

/** Free text such as a name or a reason: 1 (or `least`) to `most` characters that PostgreSQL can keep. */
export function textProblems(field: string, text: string, most: number, least = 1): Problem[] {
  if (text === '' && least > 0) return [{ field, message: 'must not be empty.' }];
  if (text.length < least || text.length > most) return [{ field, message: `must have ${least} to ${most} characters.` }];
  return isStorableText(text) ? [] : [{ field, message: 'must not contain NUL or half of a surrogate pair.' }];
}

const KEY_EPOCH_MS = Date.UTC(2020, 0, 1);
const KEY_COUNTER_BITS = 21n;
/** How many keys there are in a millisecond. */
export const EVENT_KEY_COUNTERS = 2 ** 21;

/**
 * Makes event keys of 63 bits: milliseconds since 2020 of the receipt, then 21 bits that count up from a start, which is to be random.
 * Keys of one customer therefore sort by receipt, to the millisecond; two processes that meet on one are told apart by the primary key and try again.
 */
export class EventKeys {
  private counter: number;

  /** `start`: from 0 to EVENT_KEY_COUNTERS - 1. */
  constructor(start: number) {
    this.counter = start;
  }

  /** The first of `count` keys, which follow one another. */
  next(receivedAt: Date, count = 1): bigint {
    const first = this.counter + count < EVENT_KEY_COUNTERS ? this.counter + 1 : 0;
    this.counter = first + count - 1;
    return firstEventKeyAt(receivedAt) + BigInt(first);
  }
}

/** The smallest key an event received at this instant can have. */
export function firstEventKeyAt(receivedAt: Date): bigint {
  return BigInt(Math.max(0, receivedAt.getTime() - KEY_EPOCH_MS)) << KEY_COUNTER_BITS;
}
