import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { keysOfShape } from '../domain/breakdown';
import type { Transaction } from './database';
import { needsOf, openBreakdown, type OpenBreakdown, type OpeningWish } from './rollup-snapshot';
import { sendSoFar } from './send-together';

const MOST_REMEMBERED = 1_000;
/** Before a breakdown opens it is not known which snapshot it sees. */
const NOT_YET_KNOWN = '';

/** What was read, and how that opened. */
export interface Opened<T> {
  readonly open: OpenBreakdown;
  readonly answer: T;
}

/**
 * How breakdowns of single customers opened last. That hardly ever changes, so the next one is read the same way without waiting for how it opens, which saves
 * a round trip, and read again where it turns out to open differently.
 */
export class Openings {
  private readonly last = new LRUCache<string, OpenBreakdown>({ max: MOST_REMEMBERED });

  /** Opens a breakdown and reads it. `read` may be called twice; what it gives for what has become outdated is thrown away. */
  async readAs<T>(transaction: Transaction, wish: OpeningWish, read: (open: OpenBreakdown) => Promise<T>): Promise<Opened<T>> {
    const key = nameOf(wish);
    const foreseen = key === null ? undefined : this.last.get(key);
    const opening = openBreakdown(transaction, wish).then((open) => {
      if (key !== null) this.last.set(key, withoutSnapshot(open));
      return open;
    });
    if (!foreseen) return readOpened(await opening, read);
    sendSoFar(transaction);
    return readForeseen(transaction, opening, foreseen, read);
  }
}

async function readOpened<T>(open: OpenBreakdown, read: (open: OpenBreakdown) => Promise<T>): Promise<Opened<T>> {
  return { open, answer: await read(open) };
}

async function readForeseen<T>(
  transaction: Transaction,
  opening: Promise<OpenBreakdown>,
  foreseen: OpenBreakdown,
  read: (open: OpenBreakdown) => Promise<T>,
): Promise<Opened<T>> {
  const [opened, , foreread] = await Promise.allSettled([opening, transaction.query('SAVEPOINT foreseen'), read(foreseen)]);
  if (opened.status === 'rejected') throw opened.reason;
  const open = opened.value;
  if (!isDeepStrictEqual(withoutSnapshot(open), foreseen)) {
    await transaction.query('ROLLBACK TO SAVEPOINT foreseen');
    return readOpened(open, read);
  }
  if (foreread.status === 'rejected') throw foreread.reason;
  return { open, answer: foreread.value };
}

function withoutSnapshot(open: OpenBreakdown): OpenBreakdown {
  return { ...open, snapshot: NOT_YET_KNOWN };
}

/** What opens alike has the same name; null: of several customers, or of a state that was, of which more has to be known first. */
function nameOf({ scope, shape, moreKeys = [], held }: OpeningWish): string | null {
  if (scope.customerIds?.length !== 1 || shape.knownAt !== null || held) return null;
  return JSON.stringify([scope, needsOf([...keysOfShape(shape), ...moreKeys])]);
}
