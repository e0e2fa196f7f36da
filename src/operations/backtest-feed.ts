import { setTimeout as sleep } from 'node:timers/promises';
import { isSettled, type Backtest } from '../domain/backtest';
import { DrawdownError } from '../domain/errors';
import { findBacktest, loadBacktests } from '../store/backtests';
import type { Database } from '../store/database';
import type { Context } from './context';

const LOOK_INTERVAL_MS = 500;

/** Tells how back-tests get on, whichever process does them. One look at the database serves all who wait, twice a second, and none while nobody waits. */
export class BacktestFeed {
  private readonly watches = new Set<BacktestChanges>();
  private running: Promise<void> | null = null;

  /** `noteTrouble` is told of looks that failed; the next one makes up for them. */
  constructor(
    private readonly database: Database,
    private readonly noteTrouble: (error: unknown) => void,
  ) {}

  /** What a back-test is now, and then each change of it until it is settled. Refuses: BACKTEST_NOT_FOUND. */
  async changesOf({ environmentKey }: Context, key: bigint | null): Promise<BacktestChanges> {
    const backtest = key === null ? null : await findBacktest(this.database.pool, environmentKey, key);
    if (!backtest) throw new DrawdownError('BACKTEST_NOT_FOUND');
    const changes = new BacktestChanges(backtest, (closed) => this.watches.delete(closed));
    this.watches.add(changes);
    this.running ??= this.run();
    return changes;
  }

  /** Waits until nobody waits any more. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    for (; this.watches.size > 0; await sleep(LOOK_INTERVAL_MS)) await this.look().catch(this.noteTrouble);
    this.running = null;
  }

  private async look(): Promise<void> {
    const keys = [...new Set([...this.watches].map(({ key }) => key))];
    const found = new Map((await loadBacktests(this.database.pool, keys)).map((backtest) => [backtest.key, backtest]));
    for (const watch of this.watches) if (keys.includes(watch.key)) watch.see(found.get(watch.key) ?? null);
  }
}

/** Keeps the latest state alone: who asks slowly is told of fewer. */
export class BacktestChanges implements AsyncIterableIterator<Backtest> {
  private told: Backtest | null = null;
  private isClosed = false;
  private wake: (() => void) | null = null;

  constructor(
    private latest: Backtest,
    private readonly onClose: (changes: BacktestChanges) => void,
  ) {}

  get key(): bigint {
    return this.latest.key;
  }

  /** Null: it is not kept any more. */
  see(backtest: Backtest | null): void {
    if (backtest) this.latest = backtest;
    else this.close();
    this.wake?.();
  }

  async next(): Promise<IteratorResult<Backtest, undefined>> {
    if (this.told && isSettled(this.told.state)) this.close();
    while (!this.isClosed && this.told && !isNews(this.told, this.latest)) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.isClosed) return { value: undefined, done: true };
    this.told = this.latest;
    return { value: this.told, done: false };
  }

  return(): Promise<IteratorResult<Backtest, undefined>> {
    this.close();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private close(): void {
    this.isClosed = true;
    this.onClose(this);
    this.wake?.();
  }
}

function isNews(told: Backtest, latest: Backtest): boolean {
  return told.state !== latest.state || told.eventsDone !== latest.eventsDone || told.eventsTotal !== latest.eventsTotal;
}
