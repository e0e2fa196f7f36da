import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { FEWEST_EVENTS_OF_WHOLE, MOST_ROLLUP_DIMENSIONS, wishId, type RollupWish } from '../domain/rollup-wish';
import type { Database } from '../store/database';
import { findUnasked, findUnfinished, noteAsked } from '../store/rollup-building';
import { asOnlyRebuild } from '../store/rollup-repair';
import { buildRollup, removeRollup } from './build-rollup';

/** How long wishes may gather, and how often it is tried again where another process builds. */
const PAUSE_MS = 250;
/** A wish that was seen to is not looked at again for so long: what was declined is judged anew when it is. */
const SETTLED_MS = 10 * 60 * 1000;
const MOST_SETTLED = 50_000;
const MOST_UNFINISHED = 1_000;
/** How often it is looked for customers who have become large, and how long one rests for whom nothing was built. */
const LOOK_AROUND_MS = 30 * 60 * 1000;
const SETTLED_UNASKED_MS = 24 * 60 * 60 * 1000;

/**
 * Sees to what questions have missed, in the background and one thing at a time, also among several processes. Nothing waits for it, and what fails is
 * wished for again by the next question.
 */
export class RollupBuilder {
  private readonly settled = new LRUCache<string, true>({ max: MOST_SETTLED, ttl: SETTLED_MS });
  private running: Promise<void> | null = null;
  private isClosed = false;
  private timer: NodeJS.Timeout | null = null;
  private isLookDue = true;

  /** `noteTrouble` is told of what failed. */
  constructor(
    private readonly database: Database,
    private readonly noteTrouble: (error: unknown) => void,
  ) {}

  /** Begins with what was left unfinished. */
  start(): void {
    this.database.wishes.listen(() => this.stir());
    this.timer = setInterval(() => {
      this.isLookDue = true;
      this.stir();
    }, LOOK_AROUND_MS).unref();
    this.stir();
  }

  /** Ends after the step that is under way. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer) clearInterval(this.timer);
    await this.idle();
  }

  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private stir(): void {
    if (!this.isClosed) this.running ??= this.run();
  }

  private async run(): Promise<void> {
    let wishes: RollupWish[] = [];
    do {
      await sleep(PAUSE_MS);
      wishes = [...wishes, ...(await this.takeWishes())];
      if (await this.isSeenTo(wishes)) wishes = [];
    } while (!this.isClosed && wishes.length > 0);
    this.running = null;
  }

  /** False where somebody else builds. */
  private async isSeenTo(wishes: readonly RollupWish[]): Promise<boolean> {
    try {
      return await asOnlyRebuild(this.database, () => this.fulfil(wishes));
    } catch (error) {
      this.noteTrouble(error);
      return true;
    }
  }

  private async takeWishes(): Promise<RollupWish[]> {
    const { wishes, uses } = this.database.wishes.take();
    if (uses.length > 0) await this.attempt(() => noteAsked(this.database.background.pool, uses));
    return wishes.filter((wish) => !this.settled.has(settledId(wish)));
  }

  private async fulfil(wishes: readonly RollupWish[]): Promise<void> {
    for (const { customerKey, ...rollup } of await findUnfinished(this.database.background.pool, MOST_UNFINISHED)) {
      if (this.isClosed) return;
      await this.attempt(() => removeRollup(this.database, customerKey, rollup));
    }
    for (const wish of [...wishes, ...(await this.lookAround())]) {
      if (this.isClosed) return;
      const isDone = await this.attempt(() => buildRollup(this.database, wish, () => this.isClosed));
      if (isDone) this.settled.set(settledId(wish), true, wish.unasked ? { ttl: SETTLED_UNASKED_MS } : {});
    }
  }

  /** What large customers need that nobody has asked for; only every now and then. */
  private async lookAround(): Promise<RollupWish[]> {
    if (!this.isLookDue) return [];
    this.isLookDue = false;
    const wishes = await findUnasked(this.database.background.pool, FEWEST_EVENTS_OF_WHOLE, MOST_ROLLUP_DIMENSIONS);
    return wishes.filter((wish) => !this.settled.has(settledId(wish)));
  }

  /** Whether it was done. */
  private async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.noteTrouble(error);
      return false;
    }
  }
}

function settledId(wish: RollupWish): string {
  return wish.unasked ? `unasked:${wishId(wish)}` : wishId(wish);
}
