import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../store/database';
import { Turns } from '../store/turns';
import { lookForUsage, type Touched } from '../store/usage-changes';

const LOOK_INTERVAL_MS = 500;
/** Far more than there are subscriptions. */
const MOST_WAITING = 100_000;

/** Whose usage is waited for. */
export interface WatchedScope {
  /** Null: all customers with pools of the currency. */
  readonly customerKeys: readonly bigint[] | null;
  readonly currencyKey: number;
}

/** One who waits for usage. What happens while nobody waits is remembered as one thing, however much it is. */
export class UsageWatch {
  private isStirred = true;
  private wake: (() => void) | null = null;
  private dueAt: Date | null = null;
  closed = false;

  constructor(
    readonly scope: WatchedScope,
    private readonly onClose: (watch: UsageWatch) => void,
  ) {}

  /** Waits until there may be new usage, or something is due; false: it was closed. Nothing lies between two waits unseen; the first is over at once. */
  async wait(): Promise<boolean> {
    while (!this.isStirred && !this.closed) await new Promise<void>((resolve) => (this.wake = resolve));
    this.isStirred = false;
    return !this.closed;
  }

  stir(): void {
    this.isStirred = true;
    this.wake?.();
  }

  /** Ends the next wait at this instant at the latest. */
  stirAt(instant: Date): void {
    this.dueAt = instant;
  }

  stirIfDue(now: Date): void {
    if (this.dueAt === null || this.dueAt > now) return;
    this.dueAt = null;
    this.stir();
  }

  close(): void {
    this.closed = true;
    this.onClose(this);
    this.wake?.();
  }
}

/**
 * Tells those who wait for usage that there is some, whichever process it was reported to. One look at the database serves all of them, twice a second, and
 * none while nobody waits. A look compares what is visible with what was visible to the look before.
 */
export class UsageFeed {
  private readonly watches = new Set<UsageWatch>();
  private running: Promise<void> | null = null;
  /** Whoever was told reads one after the other, so that any number of them takes one connection. */
  readonly turns = new Turns(1, MOST_WAITING);

  /** `noteTrouble` is told of looks that failed; the next one makes up for them. */
  constructor(
    readonly database: Database,
    readonly now: () => Date,
    private readonly noteTrouble: (error: unknown) => void,
  ) {}

  watch(scope: WatchedScope): UsageWatch {
    const watch = new UsageWatch(scope, (closed) => this.watches.delete(closed));
    this.watches.add(watch);
    this.running ??= this.run();
    return watch;
  }

  /** Waits until nobody waits any more. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    for (let since: string | null = null; this.watches.size > 0; await sleep(LOOK_INTERVAL_MS)) since = await this.look(since);
    this.running = null;
  }

  /** Gives the snapshot for the next look to begin from. Who came while it was under way is told in any case: the look may not have asked for it. */
  private async look(since: string | null): Promise<string | null> {
    const asked = new Set(this.watches);
    const scopes = [...asked].map(({ scope }) => scope);
    const customerKeys = [...new Set(scopes.flatMap((scope) => scope.customerKeys ?? []))];
    const currencyKeys = [...new Set(scopes.flatMap((scope) => (scope.customerKeys === null ? [scope.currencyKey] : [])))];
    try {
      const touched = await lookForUsage(this.database, since, customerKeys, currencyKeys);
      for (const watch of this.watches) if (since === null || !asked.has(watch) || isTouched(watch.scope, touched)) watch.stir();
      for (const watch of this.watches) watch.stirIfDue(this.now());
      return touched.snapshot;
    } catch (error) {
      this.noteTrouble(error);
      return since;
    }
  }
}

function isTouched({ customerKeys, currencyKey }: WatchedScope, touched: Touched): boolean {
  if (customerKeys === null) return touched.currencyKeys.has(currencyKey);
  return customerKeys.some((key) => touched.customerKeys.has(key));
}
