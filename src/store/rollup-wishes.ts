import { BASE_ROLLUP } from '../domain/rollup';
import { MOST_ROLLUP_DIMENSIONS, mayBeTooLarge, wishId, type RollupWish } from '../domain/rollup-wish';
import type { CustomerSource, OpenBreakdown, RollupNeeds } from './rollup-snapshot';

/** Wishes that wait; further ones come again with the next question. */
const MOST_WAITING = 20_000;

/** A rollup that a question has read. */
export interface RollupUse {
  readonly customerKey: bigint;
  readonly rollupKey: number;
}

/** What the questions of this process have missed, and what they have used, until somebody sees to it. */
export class RollupWishes {
  private waiting = new Map<string, RollupWish>();
  private used = new Map<string, RollupUse>();
  private onNews: () => void = () => undefined;

  /** To be called with what a question needed and where it was answered from. */
  note({ needs, sources }: Pick<OpenBreakdown, 'needs' | 'sources'>): void {
    for (const source of sources) {
      const { customerKey, rollup, needed: dimensions } = source;
      if (rollup && rollup.key !== BASE_ROLLUP.key) this.use({ customerKey, rollupKey: rollup.key });
      if (isMissing(source, needs)) this.wish({ customerKey, dimensions, byRate: needs.byRate, byGrant: needs.byGrant });
    }
    if (this.waiting.size > 0) this.onNews();
  }

  /** Who sees to it. */
  listen(onNews: () => void): void {
    this.onNews = onNews;
  }

  take(): { wishes: RollupWish[]; uses: RollupUse[] } {
    const taken = { wishes: [...this.waiting.values()], uses: [...this.used.values()] };
    this.waiting = new Map();
    this.used = new Map();
    return taken;
  }

  private use(use: RollupUse): void {
    if (this.used.size < MOST_WAITING) this.used.set(`${use.customerKey}:${use.rollupKey}`, use);
  }

  private wish(wish: RollupWish): void {
    if (this.waiting.size < MOST_WAITING) this.waiting.set(wishId(wish), wish);
  }
}

/** Read from events, or from a large rollup that tells more apart than was needed. */
function isMissing({ rollup, needed }: CustomerSource, { byRate, byGrant }: RollupNeeds): boolean {
  if (needed.length === 0 || needed.length > MOST_ROLLUP_DIMENSIONS) return false;
  if (rollup === null) return true;
  return mayBeTooLarge(rollup.size) && (rollup.dimensions.length > needed.length || (rollup.byRate && !byRate) || (rollup.byGrant && !byGrant));
}
